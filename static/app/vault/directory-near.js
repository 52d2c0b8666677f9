/** Where places are: how far from a point, and the communes that the places of this device name. Pure. */

import { departmentOf } from "../rules/holidays.js";
import { plain } from "./labels.js";

/** @typedef {{latitude: number, longitude: number}} Point  degrees, WGS 84 */
/** @typedef {Point & {key: string, name: string, department: string, places: number, text: string}} Commune  its places' middle */

const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;
const SMALL_WORDS = new Set(["de", "du", "des", "la", "le", "les", "sur", "sous", "en", "et", "aux", "lès", "lez"]);

/** @param {Point} from @param {Point} to @returns {number} kilometres, as the crow flies */
export function kilometres(from, to) {
  const north = (to.latitude - from.latitude) * RADIANS;
  const east = (to.longitude - from.longitude) * RADIANS;
  const cosines = Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS);
  const half = Math.sin(north / 2) ** 2 + cosines * Math.sin(east / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** @param {import("./directory-index.js").Doc[]} docs @returns {Commune[]} those with a place on the map, by name */
export function communesOf(docs) {
  /** @type {Map<string, {name: string, department: string, text: string, points: Point[]}>} */
  const known = new Map();
  for (const { place, at } of docs) {
    if (!at || !place.commune) continue;
    const text = plain(place.commune);
    const department = departmentOf(place.code_insee, place.code_postal) ?? "";
    const key = `${text} ${department}`;
    const one = known.get(key) ?? { name: asWritten(place.commune), department, text, points: [] };
    one.points.push(at);
    known.set(key, one);
  }
  const communes = [...known].map(([key, { points, ...one }]) => ({ ...one, key, places: points.length, ...middle(points) }));
  return communes.sort((a, b) => a.text.localeCompare(b.text));
}

/** The median, so that one place put wrong on the map moves no commune. @param {Point[]} points @returns {Point} */
function middle(points) {
  const of = (/** @type {"latitude"|"longitude"} */ name) => points.map((point) => point[name]).sort((a, b) => a - b)[points.length >> 1];
  return { latitude: of("latitude"), longitude: of("longitude") };
}

/** @param {Commune[]} communes @param {string} typed @param {number} most @returns {Commune[]} those that begin so, then those that say it */
export function communesNamed(communes, typed, most) {
  const text = plain(typed).replace(/\bst\b/g, "saint").replace(/\bste\b/g, "sainte");
  if (!text) return [];
  const said = communes.filter((one) => one.text.includes(text));
  return [...said.filter((one) => one.text.startsWith(text)), ...said.filter((one) => !one.text.startsWith(text))].slice(0, most);
}

/** "MONTFORT-SUR-MEU" → "Montfort-sur-Meu"; anything not all in capitals stays as its source wrote it. @param {string} name */
function asWritten(name) {
  if (name !== name.toLocaleUpperCase("fr")) return name;
  const cased = name.toLocaleLowerCase("fr").replace(/\p{L}+/gu, (word) => (SMALL_WORDS.has(word) ? word : word[0].toLocaleUpperCase("fr") + word.slice(1)));
  return cased[0].toLocaleUpperCase("fr") + cased.slice(1);
}
