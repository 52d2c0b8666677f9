/** Words and pictograms of the reference lists. Reads reference.js; invents no code. */

import { REFERENCE } from "../reference.js";
import { icon } from "./icon.js";

/** What the reference lists call a pictogram → the symbol that draws it. */
const PICTOGRAMS = {
  person: "user", identity: "id-card", phone: "phone", household: "baby", home: "house", budget: "wallet", papers: "file-text",
  border: "flag", care: "stethoscope", work: "briefcase", bus: "bus", screen: "laptop", people: "users", basket: "shopping-basket",
  shield: "shield", lock: "lock", umbrella: "umbrella", clothes: "shirt", bed: "bed", book: "book-open", wheelchair: "accessibility",
  scales: "scale", envelope: "mail", calendar: "calendar-clock", choice: "hand", undo: "rotate-ccw",
};
const KINDS = {
  departement_cdas: "landmark", ccas: "building-2", cias: "building-2", commune: "landmark", banque_alimentaire: "shopping-basket",
  epicerie_sociale: "shopping-basket", association_caritative: "hand-heart", association_specialisee: "hand-heart", chrs: "bed", chu: "bed",
  siao: "bed", csapa_caarud: "heart-pulse", cmp_hopital_pass: "stethoscope", pmi: "baby",
};
const HELPS = {
  ecoute: "message-circle", information: "info", colis: "package", repas: "utensils", bon: "wallet", vetements: "shirt", hygiene: "umbrella",
  appel: "phone", demarche: "square-pen", fiche: "file-text", aucune: "minus",
};
const MODES = { home_visit: "house", passage: "door-open", appointment: "calendar-check", phone: "phone", maraude: "map" };

/** @param {string|null|undefined} name a pictogram of the reference lists */
export function pictogram(name) {
  return icon(symbol(PICTOGRAMS, name ?? ""));
}

/** @param {string} code */
export function category(code) {
  return REFERENCE.categories[code] ?? { code, label: code, level: 5, pictogram: "lock", purpose: "", fields: [] };
}

/** @param {string|null|undefined} code */
export function needLabel(code) {
  return (code && REFERENCE.needs[code]?.label) || "Demande";
}

/** @returns {import("./choice.js").Option[]} */
export function needOptions() {
  return Object.values(REFERENCE.needs).map(({ code, label, pictogram: name }) => ({ code, label, icon: symbol(PICTOGRAMS, name) }));
}

/** @param {string|null|undefined} code */
export function needIcon(code) {
  return pictogram(code ? REFERENCE.needs[code]?.pictogram : "");
}

/** @param {string} kind of an organisation */
export function kindIcon(kind) {
  return icon(symbol(KINDS, kind, "building-2"));
}

/** @param {string} kind */
export function kindLabel(kind) {
  return REFERENCE.organisation_kinds[kind]?.label ?? "";
}

/** @returns {[string, string][]} */
export function kindOptions() {
  return Object.values(REFERENCE.organisation_kinds).map(({ code, label }) => [code, label]);
}

/** @returns {import("./choice.js").Option[]} */
export function helpOptions() {
  return Object.entries(REFERENCE.first_helps).map(([code, label]) => ({ code, label, icon: symbol(HELPS, code) }));
}

/** @returns {import("./choice.js").Option[]} */
export function modeOptions() {
  return Object.entries(REFERENCE.modes).map(([code, label]) => ({ code, label, icon: symbol(MODES, code) }));
}

/** One list of words as options: sources, methods, durations, roles, grounds…
 * @param {Readonly<Record<string, string>>} words @returns {import("./choice.js").Option[]} */
export function optionsOf(words) {
  return Object.entries(words).map(([code, label]) => ({ code, label }));
}

/** @param {string} list @param {string|null|undefined} code */
export function word(list, code) {
  return (code && REFERENCE.labels[list]?.[code]) || "";
}

/** @param {Record<string, string>} symbols @param {string} name @param {string} [other] */
function symbol(symbols, name, other = "circle-question-mark") {
  return symbols[name] ?? other;
}
