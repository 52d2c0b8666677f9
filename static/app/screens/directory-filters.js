/** What is asked of the directory: three quick answers, and the rest folded away. Kept in memory while the profile is open, nowhere else. */

import { chip } from "../ui/chip.js";
import { box } from "../ui/choice.js";
import { field, picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { needOptions } from "../ui/labels.js";
import { languageLabel, publicLabel } from "../ui/place-labels.js";
import { counted } from "../ui/words.js";

/**
 * @typedef {object} Asked
 * @property {string} query
 * @property {string} need
 * @property {string} audience
 * @property {string} language
 * @property {boolean} free
 * @property {boolean} openNow
 * @property {{latitude: number, longitude: number, name: string}|null} from
 * @property {number} withinKm   0 for any distance
 * @property {string} town       what is being typed
 */
/** @typedef {{publics: string[], languages: string[]}} Askable */
/** @typedef {(change: Partial<Asked>) => void} Ask */

/** Asked most, standing up; all of them are in the list beside. */
const FIRST_NEEDS = ["alimentation", "hebergement_urgence"];
const NEAR_KM = 10;
const DISTANCES = [2, 5, NEAR_KM, 20, 50];

/** @returns {Asked} */
export function nothingAsked() {
  return { query: "", need: "", audience: "", language: "", free: false, openNow: false, from: null, withinKm: 0, town: "" };
}

/** @param {Asked} asked @returns {import("../vault/shapes.js").PlacesAsked} */
export function questionOf({ query, need, audience, language, free, openNow, from, withinKm }) {
  return { query, need, audience, language, free, openNow, from: from ?? undefined, withinKm: withinKm || undefined };
}

/** @param {Asked} asked */
export function isAsked(asked) {
  return Boolean(asked.query || asked.need || asked.audience || asked.language || asked.free || asked.openNow || asked.from);
}

/** The needs of every night, and near and open in one tap: two lines of a phone, the places stay in sight.
 * @param {Asked} asked @param {Ask} ask @param {() => void} locate asks the device where it is */
export function quickFilters(asked, ask, locate) {
  const needs = needOptions().filter(({ code }) => FIRST_NEEDS.includes(code));
  const here = asked.openNow && asked.from?.name === "";
  return html`<div class="chips" role="group" aria-label="Réponses rapides">
    ${needs.map(({ code, label, icon: symbol }) => chip(label, asked.need === code, () => ask({ need: asked.need === code ? "" : code }), symbol))}
    ${chip("Ouvert près d’ici", here, () => (here ? ask({ openNow: false, from: null, withinKm: 0 }) : locate()), "map-pin")}
    ${chip("Ouvert", asked.openNow && !here, () => ask({ openNow: here || !asked.openNow, ...(here ? { from: null, withinKm: 0 } : {}) }), "clock")}
  </div>`;
}

/** @param {{latitude: number, longitude: number}} position @returns {Partial<Asked>} */
export function openNear(position) {
  return { openNow: true, from: { ...position, name: "" }, withinKm: NEAR_KM };
}

/**
 * @param {Asked} asked @param {Ask} ask @param {Askable} askable
 * @param {import("../vault/directory-near.js").Commune[]} communes those that begin as typed @param {(typed: string) => void} typeTown
 */
export function moreFilters(asked, ask, askable, communes, typeTown) {
  const count = [asked.need && !FIRST_NEEDS.includes(asked.need), asked.audience, asked.language, asked.free, asked.from?.name].filter(Boolean).length;
  return html`<details class="card" id="more-filters">
    <summary>Plus de choix${count ? html` <span class="soft">(${counted(count, "choisi")})</span>` : nothing}</summary>
    <div class="stack">
      ${picker("Pour quel besoin ?", asked.need, needOptions().map(({ code, label }) => [code, label]), (need) => ask({ need }), { id: "need" })}
      ${near(asked, ask, communes, typeTown)}
      ${askable.publics.length ? picker("Pour qui ?", asked.audience, askable.publics.map((code) => [code, publicLabel(code)]), (audience) => ask({ audience }), { id: "audience" }) : nothing}
      ${askable.languages.length ? picker("Langue parlée", asked.language, askable.languages.map((code) => [code, languageLabel(code)]), (language) => ask({ language }), { id: "language" }) : nothing}
      ${box("Gratuit", asked.free, (free) => ask({ free }))}
      ${isAsked(asked) ? html`<button type="button" class="button" @click=${() => ask(nothingAsked())}>${icon("rotate-ccw")}Tout effacer</button>` : nothing}
    </div>
  </details>`;
}

/** @param {Asked} asked @param {Ask} ask @param {import("../vault/directory-near.js").Commune[]} communes @param {(typed: string) => void} typeTown */
function near(asked, ask, communes, typeTown) {
  const pick = (/** @type {import("../vault/directory-near.js").Commune} */ { latitude, longitude, name }) => ask({ from: { latitude, longitude, name }, town: name, withinKm: asked.withinKm || NEAR_KM });
  const isPicked = asked.from !== null && asked.from.name === asked.town;
  return html`
    ${field("Près de quelle commune ?", asked.town, typeTown, { id: "town", required: false, hint: "Parmi celles de l’annuaire gardé ici. Rien n’est envoyé." })}
    ${asked.town && !isPicked ? html`<ul class="rows" id="towns">${communes.map((one) => html`<li><button type="button" class="row" @click=${() => pick(one)}>${icon("map-pin")}<span>${one.name} <span class="soft">(${one.department})</span></span></button></li>`)}
      ${communes.length ? nothing : html`<li class="row">Aucune commune de ce nom sur cet appareil.</li>`}</ul>` : nothing}
    ${asked.from ? picker("À quelle distance ?", String(asked.withinKm || ""), DISTANCES.map((km) => [String(km), `${km}\u00a0km au plus`]), (km) => ask({ withinKm: Number(km) }), { id: "distance" }) : nothing}`;
}
