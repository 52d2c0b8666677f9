/**
 * The directory on the device: the extract of a territory, brought up to date by what changed. Public data, kept in
 * clear. What the server says is kept only when it is a directory; otherwise the one that is here stays.
 */

import { instant } from "../crypto/index.js";
import { isObject } from "../rules/forms.js";
import { get, getAll, put, write } from "./database.js";
import { indexOf } from "./directory-index.js";
import { communesOf } from "./directory-near.js";
import { current, isOpen, onChange, tell, whenTold } from "./session.js";

/** @typedef {import("./shapes.js").Place} Place */
/** @typedef {import("./shapes.js").DirectoryState} DirectoryState */
/** @typedef {{version: string|null, chosen: string[]|null, codes: string[], at: string|null}} Kept  `chosen` null: the server proposes */
/** @typedef {import("./directory-index.js").Index & {member: string, bytes: number, communes: import("./directory-near.js").Commune[]}} Read */

const KEY = "directory";
/** Some seconds of an old phone: made ready while one reads the first screen, not when one searches. */
const READY_AFTER_MS = 3_000;
const MOST_PLACES = 50_000;
const LONGEST_PLACE = 100_000; // characters of JSON; the longest description allowed is 10,000
const LONGEST_VERSION = 200;
const TEXTS = new Set([
  "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "telephone", "horaires_accueil", "timezone", "hours_until",
  "full_until", "verified_at", "date_maj", "kind", "description", "conditions_acces", "mobilisation_precisions", "publics_precisions",
  "frais", "frais_precisions", "merged_into",
]); // prettier-ignore
/** @type {Kept} */
const NOTHING = { version: null, chosen: null, codes: [], at: null };

/** @type {{member: string, reading: Promise<Read>}|null} */
let read = null;
/** The kinds of the open places, once they were read. @type {Map<string, string|undefined>} */
let kinds = new Map();

/** @returns {Promise<Kept>} */
async function kept() {
  return { ...NOTHING, ...(await get(current().member, "meta", KEY)) };
}

/** @returns {Promise<{territory: string[]|null, after: string|null}>} what to ask the server; `territory` null: what it proposes */
export async function directoryAsked() {
  const { chosen, version } = await kept();
  return { territory: chosen, after: version };
}

/** Takes another territory at the next reading; the places of the one before stay until then.
 * @param {string[]|null} codes of départements and communes; empty for everything, null for what the server proposes */
export async function chooseTerritory(codes) {
  await put(current().member, "meta", { ...(await kept()), chosen: codes }, KEY);
}

/**
 * @param {Record<string, any>} answer of /api/directory: whole, or what changed when it says `after`
 * @param {number} nowMs @returns {Promise<boolean>} false when it is no directory, and nothing changed
 * @throws {import("./problem.js").VaultProblem} storage_full: nothing changed either
 */
export async function keepDirectory(answer, nowMs) {
  const places = isDirectory(answer) ? answer.places.filter(isPlace) : null;
  if (!places) return false;
  const { member } = current();
  const isKept = await write(member, ["places", "meta"], async (tx) => {
    const before = { ...NOTHING, ...(await tx.objectStore("meta").get(KEY)) };
    const isDelta = typeof answer.after === "string";
    if (isDelta && answer.after !== before.version) return false; // another tab was first
    const store = tx.objectStore("places");
    if (!isDelta && places.length === 0 && (await store.count()) > 0) return false; // rows are closed, never dropped: this is no directory
    if (isDelta) for (const id of answer.gone ?? []) await store.delete(id);
    else await store.clear();
    // On the wire a place has the names of data·inclusion: `nom`.
    for (const place of places) store.put({ ...sound(place), name: place.nom ?? place.id });
    await tx.objectStore("meta").put({ ...before, version: answer.version, codes: answer.territory ?? [], at: instant(nowMs) }, KEY);
    return true;
  });
  if (isKept && isOpen() && (places.length || answer.gone?.length || typeof answer.after !== "string")) {
    read = null;
    tell({ type: "directory", member });
  }
  return isKept;
}

/** @param {any} answer */
function isDirectory({ version, after, territory, places, gone }) {
  const isText = (/** @type {unknown} */ value) => typeof value === "string" && value.length <= LONGEST_VERSION;
  const areTexts = (/** @type {unknown} */ value) => value === undefined || (Array.isArray(value) && value.every(isText));
  const isBounded = Array.isArray(places) && places.length <= MOST_PLACES;
  return isText(version) && (after === undefined || isText(after)) && isBounded && areTexts(territory) && areTexts(gone);
}

/** One that is no place is left out: nothing of the others is lost, no search stops on it. @param {any} one */
function isPlace(one) {
  const isNamed = isObject(one) && typeof one.id === "string" && ["string", "undefined"].includes(typeof one.nom);
  const hasServices = isNamed && (one.services === undefined || (Array.isArray(one.services) && one.services.every(isObject)));
  return hasServices && JSON.stringify(one).length <= LONGEST_PLACE;
}

/** The same, without what is no text where a text is read: a search must never stop on it. @param {Record<string, any>} one */
function sound(one) {
  const rest = Object.fromEntries(Object.entries(one).filter(([name, value]) => !TEXTS.has(name) || typeof value === "string"));
  return one.services ? { ...rest, services: one.services.map(sound) } : rest;
}

/** @param {string} id @returns {Promise<Place|null>} the one it was merged into, when it was */
export async function place(id) {
  const found = await get(current().member, "places", id);
  const other = found?.active === false && found.merged_into ? await get(current().member, "places", found.merged_into) : null;
  return other ?? found ?? null;
}

/** @returns {Promise<DirectoryState>} what is on this device */
export async function directoryState() {
  const { chosen, codes, at, version } = await kept();
  const { docs, bytes } = await inMemory();
  return { count: docs.length, bytes, chosen, codes, at, isHere: version !== null || docs.length > 0 };
}

/** The places in memory, ready to be searched; read once. @returns {Promise<Read>} */
export function inMemory() {
  const { member } = current();
  if (read?.member !== member) read = { member, reading: readAll(member) };
  return read.reading;
}

/** The kind of each of these places; null for one that is not here, is closed, has none or was not read yet.
 * @param {readonly string[]} ids @returns {(string|null)[]} */
export function kindsOfPlaces(ids) {
  return ids.map((id) => kinds.get(id) ?? null);
}

/** @param {string} member @returns {Promise<Read>} */
async function readAll(member) {
  // A closed place is found by its id alone, for the orientations that name it.
  const open = /** @type {Place[]} */ (await getAll(member, "places")).filter((one) => one.active !== false);
  const index = await indexOf(open, () => new Promise((resolve) => setTimeout(resolve)));
  kinds = new Map(open.map(({ id, kind }) => [id, kind]));
  const bytes = open.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
  return { ...index, member, bytes, communes: communesOf(index.docs) };
}

const forget = () => {
  read = null;
};
onChange((topic) => {
  if (topic === "locked") {
    forget();
    kinds = new Map();
  }
  if (topic === "opened") setTimeout(() => isOpen() && void inMemory().catch(() => undefined), READY_AFTER_MS);
});
whenTold("directory", forget);
