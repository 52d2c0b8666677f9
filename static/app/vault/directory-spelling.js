/** The words of a place, and whether what was typed means one of them: accents, abbreviations, typing errors. Pure. */

import { plain } from "./labels.js";

const ONE_ERROR_FROM = 4;
const TWO_ERRORS_FROM = 8;
/** Said short on signs and in lists of addresses; typed either way. */
const SHORT = /** @type {Readonly<Record<string, string>>} */ ({
  st: "saint", ste: "sainte", sts: "saints", stes: "saintes", av: "avenue", ave: "avenue", bd: "boulevard", bld: "boulevard",
  bvd: "boulevard", pl: "place", rte: "route", che: "chemin", chem: "chemin", imp: "impasse", fg: "faubourg", fbg: "faubourg",
  sq: "square", qu: "quai", res: "residence", bat: "batiment", gal: "general", dr: "docteur", ctre: "centre", asso: "association",
  assoc: "association", restos: "restaurants",
}); // prettier-ignore
/** Known by their letters or by their name. */
const LETTERS = /** @type {Readonly<Record<string, string>>} */ ({
  ccas: "centre communal d action sociale", cias: "centre intercommunal d action sociale",
  cdas: "centre departemental d action sociale", caf: "caisse d allocations familiales",
  cpam: "caisse primaire d assurance maladie", mdph: "maison departementale des personnes handicapees",
  pmi: "protection maternelle et infantile", chrs: "centre d hebergement et de reinsertion sociale",
  cada: "centre d accueil de demandeurs d asile", siao: "service integre d accueil et d orientation",
  msa: "mutualite sociale agricole", cidff: "centre d information sur les droits des femmes et des familles",
  udaf: "union departementale des associations familiales", mjc: "maison des jeunes et de la culture",
}); // prettier-ignore
const NAMES_OF_LETTERS = Object.entries(LETTERS);

/** What parts words in nearly all texts; `plain` sees to the rest. */
const BETWEEN = /[\s.,;:!?'’"«»()[\]/|–—\-_•]+/;
const MOST_REMEMBERED = 100_000;
/** Each word as it is written → the words it stands for. Texts repeat their words: this is ten times quicker than making
 * every text plain. @type {Map<string, string[]>} */
const known = new Map();

/** @param {string} text as written @returns {string[]} its words, and what abbreviations stand for; single letters say nothing */
export function wordsOf(text) {
  const words = [];
  for (const written of text.split(BETWEEN)) for (const word of known.get(written) ?? learned(written)) words.push(word);
  return words;
}

/** @param {string} written @returns {string[]} */
function learned(written) {
  const said = plain(written).split(" ");
  const words = said.flatMap((word) => [word, ...(SHORT[word] ?? LETTERS[word] ?? "").split(" ")]).filter(saysSomething);
  if (known.size > MOST_REMEMBERED) known.clear();
  known.set(written, words);
  return words;
}

/** @param {string} text plain, of a name @returns {string[]} the letters it is known by: "ccas" */
export function lettersKnown(text) {
  return NAMES_OF_LETTERS.filter(([, name]) => text.includes(name)).map(([letters]) => letters);
}

/** @param {string} word */
function saysSomething(word) {
  return word.length > 1 || (word >= "0" && word <= "9");
}

/** @param {string} query as typed @returns {string[][]} for each word typed, what it may begin */
export function askedWords(query) {
  const words = plain(query).split(" ").filter(Boolean);
  const said = words.length > 1 ? words.filter(saysSomething) : words;
  return said.map((word) => (SHORT[word] ? [word, SHORT[word]] : [word]));
}

/** @param {string} word @returns {number} how many errors of typing are forgiven in it */
export function errorsForgiven(word) {
  if (/\d/.test(word)) return 0; // one digit more is another number
  return word.length >= TWO_ERRORS_FROM ? 2 : word.length >= ONE_ERROR_FROM ? 1 : 0;
}

/** One bit for each letter: most words are told apart without comparing them. @param {string} word @returns {number} */
export function lettersOf(word) {
  let mask = 0;
  for (let at = 0; at < word.length; at += 1) mask |= 1 << (word.charCodeAt(at) % 32);
  return mask;
}

/** @param {number} bits @returns {number} how many are set */
export function countBits(bits) {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Three rows of the table below, used again: thousands of words are compared at a keystroke. */
const LONGEST = 40;
let rows = [new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1)];

/**
 * Whether `word` begins with what was typed, give or take `most` letters more, less, changed or swapped with the next.
 * Rows of the usual table (optimal string alignment), given up as soon as a whole row is too far.
 * @param {string} typed @param {string} word @param {number} most
 */
export function almostBegins(typed, word, most) {
  const width = Math.min(word.length, typed.length + most, LONGEST);
  if (width < typed.length - most || typed.length > LONGEST) return false;
  for (let j = 0; j <= width; j += 1) rows[1][j] = j;
  for (let i = 1; i <= typed.length; i += 1) {
    if (nextRow(typed, word, i, width) > most) return false;
    rows = [rows[1], rows[2], rows[0]];
  }
  for (let j = 0; j <= width; j += 1) if (rows[1][j] <= most) return true;
  return false;
}

/** Fills the third row from the two before. @param {string} typed @param {string} word @param {number} i @param {number} width
 * @returns {number} its least */
function nextRow(typed, word, i, width) {
  const [before, last, next] = rows;
  next[0] = i;
  let least = i;
  for (let j = 1; j <= width; j += 1) {
    const isSame = typed[i - 1] === word[j - 1];
    let cost = Math.min(last[j] + 1, next[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
    const isSwapped = i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
    if (isSwapped) cost = Math.min(cost, before[j - 2] + 1);
    next[j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}
