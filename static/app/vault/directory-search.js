/** Finds places among those in memory, at each keystroke. What is searched, and from where, stays here: nothing is sent or kept. */

import { answersTo } from "../rules/standing.js";
import { REFERENCE } from "../reference.js";
import { isOpen, momentAt } from "../rules/opening.js";
import { inMemory } from "./directory.js";
import { search } from "./directory-index.js";
import { communesNamed, kilometres } from "./directory-near.js";

/** @typedef {import("./shapes.js").PlacesAsked} PlacesAsked */
/** @typedef {import("./shapes.js").PlacesFound} PlacesFound */
/** @typedef {import("./directory-index.js").Doc} Doc */

const SHOWN = 100;
const COMMUNES_SHOWN = 6;
const EVERYONE = "tous-publics";
/** Two scores closer than this are as good: then the nearer one comes first. */
const AS_GOOD = 4;

/**
 * @param {PlacesAsked} [asked] @param {Date} [now]
 * @returns {Promise<PlacesFound>} the best 100: what was typed first, then what is near, then by name
 */
export async function findPlaces(asked = {}, now = new Date()) {
  const index = await inMemory();
  const hits = search(index, asked.query ?? "") ?? index.docs.map((_, doc) => ({ doc, score: 0 }));
  const keeps = filterOf(asked, now);
  /** @type {{doc: number, rank: number, km: number|null}[]} */
  const found = [];
  for (const { doc, score } of hits) {
    const one = index.docs[doc];
    const km = asked.from && one.at ? kilometres(asked.from, one.at) : null;
    if (asked.withinKm && asked.from && (km === null || km > asked.withinKm)) continue;
    if (keeps(one)) found.push({ doc, rank: Math.floor(score / AS_GOOD), km });
  }
  found.sort((a, b) => b.rank - a.rank || (a.km ?? Infinity) - (b.km ?? Infinity) || a.doc - b.doc);
  return { total: found.length, rows: found.slice(0, SHOWN).map(({ doc, km }) => ({ place: index.docs[doc].place, km })) };
}

/** @param {PlacesAsked} asked @param {Date} now @returns {(doc: Doc) => boolean} the cheapest questions first */
function filterOf({ need, audience, language, free, openNow, only, without }, now) {
  const themes = need ? (REFERENCE.needs[need]?.thematiques ?? []) : [];
  return (doc) =>
    (!only || answersTo(only, doc.place)) &&
    !(without && answersTo(without, doc.place)) &&
    (themes.length === 0 || answers(doc, themes)) &&
    (!free || doc.free) &&
    (!audience || doc.publics.length === 0 || doc.publics.includes(audience) || doc.publics.includes(EVERYONE)) &&
    (!language || doc.languages.includes(language)) &&
    (!openNow || isOpenAt(doc, now));
}

/** @param {Doc} doc @param {readonly string[]} wanted */
function answers({ themes }, wanted) {
  return themes.some((theme) => wanted.some((one) => theme === one || theme.startsWith(`${one}--`)));
}

/** Open, and not full: one may send somebody there. @param {Doc} doc @param {Date} now */
function isOpenAt({ place }, now) {
  const at = momentAt(now, place.timezone);
  return isOpen(place, at) && !(typeof place.full_until === "string" && place.full_until >= at.on);
}

/** @param {string} typed @returns {Promise<import("./directory-near.js").Commune[]>} those of the places on this device */
export async function communes(typed) {
  return communesNamed((await inMemory()).communes, typed, COMMUNES_SHOWN);
}

/** @returns {Promise<{publics: string[], languages: string[]}>} what can be asked of the places on this device */
export async function askable() {
  const { docs } = await inMemory();
  const all = (/** @type {"publics"|"languages"} */ name) => [...new Set(docs.flatMap((doc) => doc[name]))].sort();
  return { publics: all("publics").filter((code) => code !== EVERYONE), languages: all("languages") };
}
