/** Second step: who can help. Teams that signed a charter receive; any other place gets a slip carried by the person. */

import { answersTo } from "../rules/standing.js";
import { findPlaces, plain, recipients } from "../vault/index.js";
import { searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { kindIcon, needLabel } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { chip } from "../ui/chip.js";
import { deciding, distance, placeRow } from "../ui/place-row.js";
import { placeLine } from "../ui/place-words.js";
import { devicePosition } from "../ui/position.js";

const SLIPS_SHOWN = 5;

/**
 * `need`: the one that `ours` (places where a team receives) and `others` answer. `from`: where the device is, once asked.
 * @typedef {{asked: string|null, query: string, need: string|null, from: {latitude: number, longitude: number}|undefined,
 *   openNow: boolean, ours: PlaceFound[], others: PlaceFound[], told: string}} Suggestions
 */
/** @typedef {import("../vault/shapes.js").PlaceFound} PlaceFound */
/** @type {Suggestions} */
let suggestions = nothingSuggested();

/** @param {import("./orient.js").Journey} journey */
export function whereStep(journey) {
  const { state, act, next } = journey;
  if (!suggestions.asked?.startsWith(`${state.need}|`)) suggestions.query = "";
  suggest(journey, {});
  const teams = recipients();
  const forward = () => (state.recipient ? next() : act.refuse("malformed", "Choisissez une équipe. Si aucune ne convient, remettez une fiche à la personne."));
  return html`
    ${searchBox("Chercher un lieu ou une équipe", suggestions.query, (query) => suggest(journey, { query }))}
    ${chips(journey)}
    <fieldset><legend>Équipes qui reçoivent vos orientations</legend>
      ${hasAnswer(state.need) ? html`<div class="choices">${sorted(teams).map((team) => choice(journey, team))}</div>` : html`<p class="hint">Recherche des lieux gardés sur cet appareil…</p>`}
    </fieldset>
    ${slips(state.need)}
    <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>Choisir les informations</button></div>`;
}

/** A new journey asks again: the directory may have arrived since. */
export function forgetSuggestions() {
  suggestions = nothingSuggested();
}

/** @returns {Suggestions} */
function nothingSuggested() {
  return { asked: null, query: "", need: null, from: undefined, openNow: false, ours: [], others: [], told: "" };
}

/** The order of the teams depends on it: shown before, they would move under the finger. @param {string|null} need */
function hasAnswer(need) {
  return suggestions.asked !== null && suggestions.need === (need ?? "");
}

/** Asks the directory once per question; draws again when it answers.
 * @param {import("./orient.js").Journey} journey @param {Partial<Suggestions>} change */
async function suggest({ state, redraw }, change) {
  Object.assign(suggestions, change);
  const { query, from, openNow } = suggestions;
  const asked = `${state.need}|${query}|${openNow}|${from?.latitude},${from?.longitude}`;
  if (suggestions.asked === asked) return;
  suggestions.asked = asked;
  const receiving = new Set(recipients().flatMap(({ structures }) => structures));
  const question = { query, need: state.need ?? undefined, from };
  const ours = await findPlaces({ ...question, only: receiving });
  const all = await findPlaces({ ...question, openNow, without: receiving });
  if (suggestions.asked !== asked) return;
  Object.assign(suggestions, { need: state.need ?? "", ours: ours.rows, others: all.rows });
  redraw();
}

/** @param {import("./orient.js").Journey} journey */
function chips(journey) {
  const { from, openNow, told } = suggestions;
  const locate = async () => {
    const position = await devicePosition();
    suggestions.told = position ? "" : "La position de cet appareil n’est pas disponible.";
    journey.redraw();
    await suggest(journey, { from: position ?? undefined });
  };
  return html`<div class="chips" role="group" aria-label="Trier les lieux">
      ${chip("Du plus proche", Boolean(from), () => (from ? suggest(journey, { from: undefined }) : locate()), "map-pin")}
      ${chip("Ouvert maintenant", openNow, () => suggest(journey, { openNow: !openNow }), "clock")}
    </div>${told ? html`<p class="hint" role="status">${told}</p>` : nothing}`;
}

/** Those with a suggested place first; the words typed also filter teams by name.
 * @param {import("../vault/shapes.js").Recipient[]} teams */
function sorted(teams) {
  const words = plain(suggestions.query);
  const kept = teams.filter((team) => !words || plain(`${team.organisationName} ${team.teamName}`).includes(words) || placesOf(team).length);
  const nearest = (/** @type {import("../vault/shapes.js").Recipient} */ team) => Math.min(...placesOf(team).map(({ km }) => km ?? Infinity));
  const isFurther = (/** @type {number} */ a, /** @type {number} */ b) => (a === b ? 0 : a - b);
  return kept.sort((a, b) => Math.sign(placesOf(b).length) - Math.sign(placesOf(a).length) || isFurther(nearest(a), nearest(b)) || a.organisationName.localeCompare(b.organisationName, "fr"));
}

/** @param {import("../vault/shapes.js").Recipient} team */
function placesOf(team) {
  return suggestions.ours.filter(({ place }) => answersTo(team.structures, place));
}

/** @param {import("./orient.js").Journey} journey @param {import("../vault/shapes.js").Recipient} team */
function choice({ state, set }, team) {
  const chosen = state.recipient?.organisation === team.organisation && state.recipient?.team === team.team;
  const [found] = placesOf(team);
  const place = found?.place;
  const pick = () => set({ recipient: { organisation: team.organisation, team: team.team }, place: place?.id ?? team.structures[0] ?? null, items: chosen ? state.items : {}, answers: {}, confirmed: false });
  return html`<label class="choice">
    <input type="radio" name="recipient" .checked=${chosen} ?disabled=${team.awaitsRotation} @change=${pick} />
    ${kindIcon(team.kind)}
    <span><strong>${team.teamName}</strong><span class="soft">${team.organisationName}</span>
      ${place ? html`<span class="hint">${[found.km === null ? "" : distance(found.km), placeLine(place)].filter(Boolean).join(" · ")}</span>${deciding(place, new Date())}` : nothing}
      ${team.awaitsRotation ? html`<span class="hint">Renouvelle sa clé après un départ : appelez, ou réessayez plus tard.</span>` : nothing}</span>
  </label>`;
}

/** @param {string|null} need */
function slips(need) {
  const shown = hasAnswer(need) ? suggestions.others.slice(0, SLIPS_SHOWN) : [];
  return html`<section><h2>Autres lieux : une fiche à remettre</h2>
    ${message("news", "Ces lieux n’ont pas signé la charte : rien ne leur est envoyé. La personne y va avec une fiche, si elle le veut.")}
    ${shown.length ? html`<ul class="rows">${shown.map((found) => placeRow(found, { receives: false, href: `#/fiche/${encodeURIComponent(found.place.id)}`, symbol: "printer" }))}</ul>`
    : html`<p class="soft">Aucun autre lieu ${suggestions.openNow ? "ouvert " : ""}trouvé pour « ${needLabel(need)} ».</p>`}
  </section>`;
}
