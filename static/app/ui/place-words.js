/** Says a place of the directory: where it is, whether it is open, how to reach it. Fields: docs/protocol.md, Place. */

import { exceptionLines, momentAt, openingWords as words, weekLines as lines } from "../rules/opening.js";

/** @typedef {Record<string, any> & {id: string, name: string}} Place */

/** "12 rue du Port, Port-Breizh"; nothing for an address that must stay secret.
 * @param {Place} place */
export function placeLine(place) {
  if (place.confidential_address) return "Adresse confidentielle : appelez";
  return [place.adresse, place.complement_adresse, [place.code_postal, place.commune].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** "ouvert jusqu’à 12 h 30", "ferme dans 20 min", "ouvre demain à 9 h", "sur rendez-vous"…; empty when unknown. By the
 * clock of the place, not the phone’s. @param {Place} place @param {Date} now */
export function openingWords(place, now) {
  return words(place, momentAt(now, place.timezone));
}

/** The usual week in lines, then the days of the next two weeks that differ, then what the source adds in words. Without
 * a week, the text of the source. @param {Place} place @param {Date} [now] @returns {string[]} */
export function weekLines(place, now = new Date()) {
  const week = lines(place);
  const isText = week[0] === place.horaires_accueil;
  return isText ? week : [...week, ...exceptionLines(place, momentAt(now, place.timezone)), ...addedWords(place)];
}

/** `Sa 09:00-12:00 "sonner fort"`: what stands between quotes is for people. @param {Place} place @returns {string[]} */
function addedWords(place) {
  return [...String(place.horaires_accueil ?? "").matchAll(/"([^"]+)"/g)].map(([, said]) => `« ${said} »`);
}

/** @param {Place} place @returns {string} */
export function phoneOf(place) {
  return String(place.telephone ?? "");
}
