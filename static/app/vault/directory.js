/** The directory on the device: places to send people to, read once, searched in memory. Public data, kept in clear. */

import { REFERENCE } from "../reference.js";
import { isObject } from "../rules/forms.js";
import { get, getAll, write } from "./database.js";
import { matches, plain } from "./labels.js";
import { current, onChange } from "./session.js";

/** @typedef {import("./shapes.js").Place} Place */

const SHOWN = 100;
/** @type {{member: string, list: {place: Place, text: string, themes: string[]}[]}|null} */
let read = null;

/** @returns {Promise<string|null>} the ETag of what is kept */
export async function directoryTag() {
  return (await get(current().member, "meta", "directoryTag")) ?? null;
}

/** Replaces the directory whole. @param {any[]} places @param {string|null} etag */
export async function keepDirectory(places, etag) {
  await write(current().member, ["places", "meta"], async (tx) => {
    const store = tx.objectStore("places");
    await store.clear();
    // On the wire a place has the names of data·inclusion: `nom`.
    for (const place of places.filter(isPlace)) await store.put({ ...place, name: place.nom ?? place.id });
    await tx.objectStore("meta").put(etag, "directoryTag");
  });
  read = null;
}

/** One that is no place is left out: nothing of the others is lost, no search stops on it. @param {any} one */
function isPlace(one) {
  const isNamed = isObject(one) && typeof one.id === "string" && ["string", "undefined"].includes(typeof one.nom);
  return isNamed && (one.services === undefined || (Array.isArray(one.services) && one.services.every(isObject)));
}

/**
 * @param {string} query words of a name, town, street or service; empty for all @param {{need?: string}} [filter]
 * @returns {Promise<Place[]>} at most 100, those that answer the need first
 */
export async function places(query, { need } = {}) {
  const words = plain(query).split(" ").filter(Boolean);
  const themes = need ? (REFERENCE.needs[need]?.thematiques ?? []) : [];
  const found = (await all()).filter((one) => matches(one.text, words) || words.length === 0);
  const answering = found.filter(
    (one) =>
      themes.length === 0 ||
      one.themes.some((theme) => themes.some((wanted) => theme === wanted || theme.startsWith(`${wanted}--`))),
  );
  return answering.slice(0, SHOWN).map((one) => one.place);
}

/** @param {string} id @returns {Promise<Place|null>} */
export async function place(id) {
  return (await get(current().member, "places", id)) ?? null;
}

async function all() {
  const { member } = current();
  if (read?.member !== member) {
    const kept = /** @type {Place[]} */ (await getAll(member, "places"));
    // A closed place is found by its id alone, for the orientations that name it.
    const list = kept
      .filter((place) => place.active !== false)
      .map((place) => ({ place, text: textOf(place), themes: themesOf(place) }));
    list.sort((a, b) => a.place.name.localeCompare(b.place.name, "fr"));
    read = { member, list };
  }
  return read.list;
}

/** @param {Place} place */
function textOf(place) {
  return plain(JSON.stringify([...new Set(strings(place))]));
}

/** @param {unknown} value @returns {string[]} every text of a place, ids and links aside */
function strings(value) {
  if (typeof value === "string") return /^https?:|^[0-9a-f-]{36}$/.test(value) ? [] : [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
}

/** @param {Place} place @returns {string[]} */
function themesOf(place) {
  const services = Array.isArray(place.services) ? place.services : [];
  return [place, ...services].flatMap((one) => (Array.isArray(one.thematiques) ? one.thematiques : []));
}

onChange((topic) => {
  if (topic === "locked") read = null;
});
