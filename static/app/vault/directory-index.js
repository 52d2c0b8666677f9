/** The directory in memory, made to be searched at each keystroke: words, needs, distance. Pure; nothing is kept here. */

import { almostBegins, askedWords, countBits, errorsForgiven, lettersKnown, lettersOf, wordsOf } from "./directory-spelling.js";
import { plain } from "./labels.js";

/** @typedef {import("./shapes.js").Place} Place */
/**
 * @typedef {object} Doc        a place and what is asked of it
 * @property {Place} place
 * @property {string[]} themes
 * @property {string[]} publics
 * @property {string[]} languages
 * @property {boolean} free
 * @property {{latitude: number, longitude: number}|null} at
 */
/**
 * @typedef {object} Index
 * @property {Doc[]} docs       in the order of their names
 * @property {string[]} words   sorted
 * @property {Uint32Array[]} places  for each word, `document * 8 + weight`
 * @property {Uint32Array} masks     for each word, its letters
 */
/** @typedef {{doc: number, score: number}} Hit */

/** What the word was found in. A word of a description says less than the name. */
const NAME = 6;
const TOWN = 5;
const OFFER = 4;
const STREET = 2;
const PROSE = 1;
/** How well it was found, beside where. */
const WHOLE = 3;
const BEGUN = 2;
const ALMOST = 1;
/** With fewer places than this, what was typed may be an error. */
const FEW = 5;
const SLICE = 200;

/**
 * @param {Place[]} places @param {(done: number) => Promise<void>} [breathe] called between slices, so that the screen answers
 * @returns {Promise<Index>}
 */
export async function indexOf(places, breathe = async () => {}) {
  const order = new Intl.Collator("fr").compare;
  const docs = [...places].sort((a, b) => order(a.name, b.name)).map(docOf);
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (let from = 0; from < docs.length; from += SLICE) {
    if (from > 0) await breathe(from);
    for (let doc = from; doc < Math.min(from + SLICE, docs.length); doc += 1) learn(found, doc, docs[doc].place);
  }
  const words = [...found.keys()].sort(byCode);
  return {
    docs,
    words,
    places: words.map((word) => Uint32Array.from(found.get(word) ?? [])),
    masks: Uint32Array.from(words, lettersOf),
  };
}

/** @param {Place} place @returns {Doc} */
function docOf(place) {
  const each = [place, ...servicesOf(place)];
  const all = (/** @type {string} */ name) => [...new Set(each.flatMap((one) => texts(one[name])))];
  const { latitude, longitude } = place;
  const isSomewhere = Number.isFinite(latitude) && Number.isFinite(longitude) && !place.confidential_address;
  return {
    place,
    themes: all("thematiques"),
    publics: all("publics"),
    languages: all("langues"),
    free: each.some(({ frais }) => frais === "gratuit"),
    at: isSomewhere ? { latitude, longitude } : null,
  };
}

/** @param {Place} place @returns {Record<string, any>[]} */
function servicesOf(place) {
  return Array.isArray(place.services) ? place.services : [];
}

/** @param {unknown} value @returns {string[]} */
function texts(value) {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** @param {Map<string, number[]>} found @param {number} doc @param {Place} place */
function learn(found, doc, place) {
  hear(found, doc, NAME, place.name, true);
  hear(found, doc, TOWN, place.commune);
  hear(found, doc, TOWN, place.code_postal);
  for (const one of [place, ...servicesOf(place)]) {
    if (one !== place) hear(found, doc, OFFER, one.nom, true);
    for (const said of [...texts(one.thematiques), ...texts(one.reseaux_porteurs)]) hear(found, doc, OFFER, said);
    for (const said of [one.description, one.conditions_acces, one.publics_precisions]) hear(found, doc, PROSE, said);
  }
  hear(found, doc, STREET, place.adresse);
  hear(found, doc, STREET, place.complement_adresse);
  hear(found, doc, STREET, plain(String(place.telephone ?? "")));
}

/** @param {Map<string, number[]>} found @param {number} doc @param {number} weight @param {unknown} text @param {boolean} [isName] */
function hear(found, doc, weight, text, isName = false) {
  if (typeof text !== "string" || text === "") return;
  const words = wordsOf(text);
  for (const word of isName ? [...words, ...lettersKnown(plain(text))] : words) note(found, word, doc, weight);
}

/** Documents come in their order: a word already heard in this one is the last noted.
 * @param {Map<string, number[]>} found @param {string} word @param {number} doc @param {number} weight */
function note(found, word, doc, weight) {
  const noted = found.get(word);
  const packed = doc * 8 + weight;
  if (!noted) found.set(word, [packed]);
  else if (noted[noted.length - 1] >>> 3 !== doc) noted.push(packed);
  else if (noted[noted.length - 1] < packed) noted[noted.length - 1] = packed;
}

/**
 * @param {Index} index @param {string} query
 * @returns {Hit[]|null} the places where every word typed is found, in the order of their names; null when nothing was typed
 */
export function search(index, query) {
  const asked = askedWords(query);
  if (asked.length === 0) return null;
  const sums = new Uint16Array(index.docs.length);
  asked.forEach((alternatives, rank) => {
    const best = bestOf(index, alternatives);
    for (let doc = 0; doc < sums.length; doc += 1)
      sums[doc] = best[doc] && (rank === 0 || sums[doc]) ? sums[doc] + best[doc] : 0;
  });
  const hits = [];
  for (let doc = 0; doc < sums.length; doc += 1) if (sums[doc]) hits.push({ doc, score: sums[doc] / asked.length });
  return hits;
}

/** For each place, how well one of these words is found in it; 0 when none is.
 * @param {Index} index @param {string[]} alternatives @returns {Uint8Array} */
function bestOf(index, alternatives) {
  const best = new Uint8Array(index.docs.length);
  let count = 0;
  const mark = (/** @type {number} */ at, /** @type {number} */ how) => {
    for (const packed of index.places[at]) {
      const score = (packed & 7) * 4 + how;
      if (best[packed >>> 3] === 0) count += 1;
      if (best[packed >>> 3] < score) best[packed >>> 3] = score;
    }
  };
  for (const asked of alternatives)
    for (let at = firstFrom(index.words, asked); index.words[at]?.startsWith(asked); at += 1)
      mark(at, index.words[at].length === asked.length ? WHOLE : BEGUN);
  if (count < FEW) markAlmost(index, alternatives[0], mark);
  return best;
}

/** @param {Index} index @param {string} asked @param {(at: number, how: number) => void} mark */
function markAlmost({ words, masks }, asked, mark) {
  const most = errorsForgiven(asked);
  if (most === 0) return;
  const letters = lettersOf(asked);
  for (let at = 0; at < words.length; at += 1)
    if (countBits(letters & ~masks[at]) <= most && beginsNear(asked, words[at]) && almostBegins(asked, words[at], most))
      mark(at, ALMOST);
}

/** One error at the start still leaves one of the first two letters where it is, or beside. @param {string} a @param {string} b */
function beginsNear(a, b) {
  return a[0] === b[0] || a[1] === b[1] || a[0] === b[1] || a[1] === b[0];
}

/** @param {string[]} words sorted @param {string} asked @returns {number} where it stands, or would */
function firstFrom(words, asked) {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byCode(words[middle], asked) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {string} a @param {string} b */
function byCode(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
