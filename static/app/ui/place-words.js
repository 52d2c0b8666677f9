/** Says a place of the directory: where it is, whether it is open, how to reach it. Fields: docs/protocol.md, Place. */

import { html, nothing } from "./html.js";

/** @typedef {Record<string, any> & {id: string, name: string}} Place */

/** "12 rue du Port, Port-Breizh"; nothing for an address that must stay secret.
 * @param {Place} place */
export function placeLine(place) {
  if (place.confidential_address) return "Adresse confidentielle : appelez";
  return [place.adresse, place.complement_adresse, [place.code_postal, place.commune].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** @param {Place} place @param {Date} [now] */
export function openNow(place, now = new Date()) {
  const said = openingWords(place, now);
  return said ? html` · ${said}` : nothing;
}

/** "Ouvert jusqu’à 12 h 30", "Fermé", or nothing when unknown. `week[0]` is Monday: pairs of "HH:MM".
 * @param {Place} place @param {Date} now */
export function openingWords(place, now) {
  const week = /** @type {[string, string][][]|undefined} */ (place.week);
  if (!Array.isArray(week) || week.length !== 7) return "";
  const clock = now.toTimeString().slice(0, 5);
  const slots = week[(now.getDay() + 6) % 7] ?? [];
  const open = slots.find(([from, to]) => from <= clock && clock < to);
  if (open?.[1] === "24:00" && open[0] === "00:00") return "ouvert jour et nuit";
  if (open) return `ouvert jusqu’à ${hour(open[1])}`;
  const later = slots.find(([from]) => from > clock);
  return later ? `ouvre à ${hour(later[0])}` : "fermé en ce moment";
}

/** @param {string} clock "12:30" */
export function hour(clock) {
  const [hours, minutes] = clock.split(":");
  return `${Number(hours)} h${minutes === "00" ? "" : ` ${minutes}`}`;
}

const DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/** The week in lines, equal days together: "lundi à vendredi : 9 h – 12 h". Falls back on the text of the source.
 * @param {Place} place @returns {string[]} */
export function weekLines(place) {
  const week = /** @type {[string, string][][]|undefined} */ (place.week);
  if (!Array.isArray(week) || !week.some((slots) => slots?.length)) return place.horaires_accueil ? [String(place.horaires_accueil)] : [];
  const said = DAYS.map((_, day) => (week[day]?.length ? week[day].map(([from, to]) => `${hour(from)} – ${hour(to)}`).join(", ") : "fermé"));
  const starts = DAYS.map((_, day) => day).filter((day) => day === 0 || said[day] !== said[day - 1]);
  return starts.map((start, index) => `${span(start, (starts[index + 1] ?? DAYS.length) - 1)} : ${said[start]}`);
}

/** @param {number} first @param {number} last */
function span(first, last) {
  if (last - first === DAYS.length - 1) return "tous les jours";
  return first === last ? DAYS[first] : `${DAYS[first]}${last === first + 1 ? " et " : " à "}${DAYS[last]}`;
}

/** @param {Place} place @returns {string} */
export function phoneOf(place) {
  return String(place.telephone ?? "");
}
