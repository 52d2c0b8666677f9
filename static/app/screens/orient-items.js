/** Third step: what to transmit, one information at a time, each with what it is for. What cannot leave says why. */

import { checkOrientation, dossier as readDossier, shareable } from "../vault/index.js";
import { live, html, nothing } from "../ui/html.js";
import { field } from "../ui/field.js";
import { icon } from "../ui/icon.js";
import { emptyItem, isFilled, itemForm, itemLine } from "../ui/item.js";
import { category, pictogram } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { REFERENCE } from "../reference.js";
import { noticeFor } from "./turned.js";
import { draftOf, recipientOf } from "./orient-draft.js";

/** @param {import("./orient.js").Journey} journey */
export function itemsStep(journey) {
  const { state, set, act } = journey;
  const to = recipientOf(state);
  if (!state.recipient || !to) return message("warn", "Choisissez d’abord un destinataire.");
  const offered = shareable({ recipient: state.recipient });
  const allowed = offered.filter((each) => each.allowed);
  const refused = offered.filter((each) => !each.allowed && !allowed.some(({ code }) => category(code).of === each.code));
  return html`
    <p class="soft">Vers <strong>${to.teamName}</strong>, ${to.organisationName}. Rien n’est coché d’avance : seulement ce qui est nécessaire.</p>
    ${allowed.length ? html`<div class="stack" data-gap="small">${allowed.map((each) => itemCard(journey, each))}</div>` : nothingAllowed(state.place)}
    ${needsNecessity(state, offered) ? field("Pourquoi est-ce nécessaire ?", state.necessity, (necessity) => set({ necessity }), { long: true, id: "necessity", hint: "Demandé pour les informations réservées. L’équipe destinataire lira cette phrase." }) : nothing}
    ${field("Un mot pour l’équipe", state.text, (text) => set({ text }), { long: true, required: false, id: "request-text", hint: "Le besoin et comment y répondre avec la personne. Jamais la cause, l’histoire ni la preuve." })}
    ${refused.length ? refusals(refused) : nothing}
    <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${() => forward(journey, offered)}>Demander l’accord</button></div>`;
}

/** @param {import("./orient.js").Journey} journey @param {import("../vault/shapes.js").Shareable} offer */
function itemCard({ dossier, state, set }, { code, label, mark }) {
  const { purpose, pictogram: name } = category(code);
  const item = state.items[code];
  const toggle = () => {
    const { [code]: dropped, ...others } = state.items;
    set({ items: dropped ? others : { ...state.items, [code]: known(dossier, code) }, answers: {}, confirmed: false });
  };
  const change = (/** @type {import("../ui/item.js").Item} */ changed) => set({ items: { ...state.items, [code]: changed }, answers: {}, confirmed: false });
  return html`<div class="item" data-code=${code}>
    <label class="choice"><input type="checkbox" .checked=${live(Boolean(item))} @change=${toggle} />${pictogram(name)}
      <span><strong>${label}</strong><span class="hint">À quoi ça sert : ${lower(purpose)}</span>${mark === "necessity" ? html`<span class="hint">Réservé : dites pourquoi c’est nécessaire.</span>` : nothing}</span>
    </label>
    ${item ? html`<div class="inside">${isFilled(known(dossier, code)) ? taken(item, change) : itemForm(item, change)}</div>` : nothing}
  </div>`;
}

/** Taken from the dossier: said in a line, changed only if needed.
 * @param {import("../ui/item.js").Item} item @param {(item: import("../ui/item.js").Item) => void} change */
function taken(item, change) {
  return html`<p class="said"><bdi>${itemLine(item)}</bdi></p>
    <details><summary>Modifier ce qui part</summary><div class="stack"><p class="hint">Repris du dossier, qui ne change pas : gardez ici seulement ce qui sert.</p>${itemForm(item, change)}</div></details>`;
}

/** What the dossier holds already; for a practical variant nothing is guessed from the whole.
 * @param {string} dossier @param {string} code @returns {import("../ui/item.js").Item} */
function known(dossier, code) {
  const item = readDossier(dossier)?.items.find((each) => each.category === code);
  return item ? { category: code, fields: { ...item.fields }, source: item.source, noted_on: item.noted_on } : emptyItem(code);
}

/** @param {import("../vault/shapes.js").Shareable[]} refused */
function refusals(refused) {
  return html`<details><summary>Ce qui ne peut pas partir vers cette équipe (${refused.length + Object.keys(REFERENCE.outside).length})</summary>
    <div class="stack" data-gap="small">
      ${refused.map(({ code, label, message: sentence, refusal }) => html`<div class="item" data-state="refused" data-code=${code} data-refusal=${refusal ?? nothing}><p><strong>${label}.</strong> ${sentence}</p></div>`)}
      ${Object.values(REFERENCE.outside).map(({ label, why }) => html`<div class="item" data-state="refused"><p><strong>${label}.</strong> ${why}</p></div>`)}
    </div></details>`;
}

/** @param {string|null} place */
function nothingAllowed(place) {
  return message("warn", "Aucune information ne peut partir vers cette équipe. Vous pouvez remettre une fiche à la personne : elle dira elle-même ce qu’elle veut.", {
    after: html`<a class="button" href=${place ? `#/fiche/${place}` : "#/annuaire"}>${icon("printer")}Préparer une fiche</a>`,
  });
}

/** @param {import("./orient-draft.js").OrientationState} state @param {import("../vault/shapes.js").Shareable[]} offered */
function needsNecessity(state, offered) {
  return offered.some(({ code, mark }) => mark === "necessity" && state.items[code]);
}

/** @param {import("./orient.js").Journey} journey @param {import("../vault/shapes.js").Shareable[]} offered */
function forward({ dossier, key, state, act, next }, offered) {
  const codes = Object.keys(state.items);
  const empty = codes.find((code) => !isFilled(state.items[code]));
  if (!codes.length) return act.refuse("malformed", "Choisissez au moins une information. Pour n’en transmettre aucune, remettez une fiche à la personne.");
  if (empty) return act.refuse("malformed", `« ${category(empty).label} » est cochée mais vide : remplissez-la ou décochez-la.`);
  if (needsNecessity(state, offered) && !state.necessity.trim()) return act.refuse("matrix", "Écrivez pourquoi l’information réservée est nécessaire, ou décochez-la.");
  const problem = checkOrientation(draftOf(dossier, key, state, noticeFor(state), false, new Date()));
  return problem ? act.refuse(problem.code, problem.message) : next();
}

/** @param {string} sentence */
function lower(sentence) {
  return sentence.charAt(0).toLocaleLowerCase("fr") + sentence.slice(1);
}
