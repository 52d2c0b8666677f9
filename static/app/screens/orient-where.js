/** Second step: who can help. Teams that signed a charter receive; any other place gets a slip carried by the person. */

import { places, recipients } from "../vault/index.js";
import { searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { kindIcon, needLabel } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { openNow, placeLine } from "../ui/place-words.js";

/** `need`: the one `found` answers. @type {{asked: string|null, query: string, need: string|null, found: import("../vault/shapes.js").Place[]}} */
let suggestions = { asked: null, query: "", need: null, found: [] };

/** @param {import("./orient.js").Journey} journey */
export function whereStep(journey) {
  const { state, act, next } = journey;
  suggest(journey, suggestions.asked?.startsWith(`${state.need}|`) ? suggestions.query : "");
  const teams = recipients();
  const forward = () => (state.recipient ? next() : act.refuse("malformed", "Choisissez une équipe. Si aucune ne convient, remettez une fiche à la personne."));
  return html`
    ${searchBox("Chercher un lieu ou une équipe", suggestions.query, (query) => suggest(journey, query))}
    <fieldset><legend>Équipes qui reçoivent vos orientations</legend>
      ${hasAnswer(state.need) ? html`<div class="choices">${sorted(teams).map((team) => choice(journey, team))}</div>` : html`<p class="hint">Recherche des lieux gardés sur cet appareil…</p>`}
    </fieldset>
    ${slips(state.need, teams)}
    <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>Choisir les informations</button></div>`;
}

/** A new journey asks again: the directory may have arrived since. */
export function forgetSuggestions() {
  suggestions = { asked: null, query: "", need: null, found: [] };
}

/** The order of the teams depends on it: shown before, they would move under the finger. @param {string|null} need */
function hasAnswer(need) {
  return suggestions.asked !== null && suggestions.need === (need ?? "");
}

/** Asks the directory once per need and words; draws again when it answers.
 * @param {import("./orient.js").Journey} journey @param {string} query */
function suggest({ state, redraw }, query) {
  const asked = `${state.need}|${query}`;
  if (suggestions.asked === asked) return;
  suggestions = { ...suggestions, asked, query };
  places(query, { need: state.need ?? undefined }).then((found) => {
    if (suggestions.asked !== asked) return;
    suggestions = { asked, query, need: state.need ?? "", found };
    redraw();
  });
}

/** Those with a suggested place first; the words typed also filter teams by name.
 * @param {import("../vault/shapes.js").Recipient[]} teams */
function sorted(teams) {
  const words = plain(suggestions.query);
  const kept = teams.filter((team) => !words || plain(`${team.organisationName} ${team.teamName}`).includes(words) || placesOf(team).length);
  return kept.sort((a, b) => placesOf(b).length - placesOf(a).length || a.organisationName.localeCompare(b.organisationName, "fr"));
}

/** @param {import("../vault/shapes.js").Recipient} team */
function placesOf(team) {
  return suggestions.found.filter(({ id }) => team.structures.includes(id));
}

/** @param {import("./orient.js").Journey} journey @param {import("../vault/shapes.js").Recipient} team */
function choice({ state, set }, team) {
  const chosen = state.recipient?.organisation === team.organisation && state.recipient?.team === team.team;
  const [place] = placesOf(team);
  const pick = () => set({ recipient: { organisation: team.organisation, team: team.team }, place: place?.id ?? team.structures[0] ?? null, items: chosen ? state.items : {}, answers: {}, confirmed: false });
  return html`<label class="choice">
    <input type="radio" name="recipient" .checked=${chosen} ?disabled=${team.awaitsRotation} @change=${pick} />
    ${kindIcon(team.kind)}
    <span><strong>${team.teamName}</strong><span class="soft">${team.organisationName}</span>
      ${place ? html`<span class="hint">${placeLine(place)}${openNow(place)}</span>` : nothing}
      ${team.awaitsRotation ? html`<span class="hint">Renouvelle sa clé après un départ : appelez, ou réessayez plus tard.</span>` : nothing}</span>
  </label>`;
}

/** @param {string|null} need @param {import("../vault/shapes.js").Recipient[]} teams */
function slips(need, teams) {
  const receiving = new Set(teams.flatMap(({ structures }) => structures));
  const others = suggestions.found.filter(({ id }) => !receiving.has(id)).slice(0, 5);
  return html`<section><h2>Autres lieux : une fiche à remettre</h2>
    ${message("news", "Ces lieux n’ont pas signé la charte : rien ne leur est envoyé. La personne y va avec une fiche, si elle le veut.")}
    ${others.length ? html`<ul class="rows">${others.map((place) => html`<li><a class="row" href="#/fiche/${place.id}">${icon("printer")}<span><strong>${place.name}</strong><span class="hint">${placeLine(place)}${openNow(place)}</span></span><span class="next">${icon("chevron-right")}</span></a></li>`)}</ul>`
    : html`<p class="soft">Aucun autre lieu trouvé pour « ${needLabel(need)} ».</p>`}
  </section>`;
}

/** @param {string} text without accents or capitals */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
