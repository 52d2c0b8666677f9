/** A state in one word, with a tone and never by colour alone. */

import { html, nothing } from "./html.js";
import { icon } from "./icon.js";

const TONES = {
  envoyee: "wait", en_attente: "warn", acceptee: "good", rdv_fixe: "good", non_venue: "warn", en_cours: "good", realisee: "good",
  interrompue: "past", close_sans_suite: "past", refusee: "bad", annulee: "past", expiree: "past", saisie_par_erreur: "past",
};
const SYNC = {
  pending: ["wait", "clock", "En attente d’envoi"],
  held: ["warn", "hourglass", "Gardée en attente"],
  rejected: ["bad", "circle-alert", "À corriger"],
};

/** The state of an orientation; "Reçue" once the other team opened it.
 * @param {{state: string, stateLabel: string, opened: boolean, mine: boolean}} orientation */
export function stateBadge({ state, stateLabel, opened, mine }) {
  const label = state === "envoyee" ? (mine ? (opened ? "Reçue" : "Envoyée") : opened ? "Ouverte" : "Nouvelle") : stateLabel;
  return badge(label, /** @type {Record<string, string>} */ (TONES)[state] ?? "past");
}

/** Nothing once accepted; otherwise where the act is.
 * @param {string} sync pending, accepted, held, rejected */
export function syncBadge(sync) {
  const known = /** @type {Record<string, string[]>} */ (SYNC)[sync];
  return known ? badge(known[2], known[0], known[1]) : nothing;
}

/** @param {string} label @param {string} tone good, wait, warn, bad, past @param {string} [pictogram] */
export function badge(label, tone, pictogram) {
  return html`<span class="badge" data-tone=${tone}>${pictogram ? icon(pictogram) : nothing}${label}</span>`;
}
