// Passphrases: proposes seven French words, and judges what people choose instead. It alone does either.

import { randomBytes } from "./bytes.js";
import { WORDS } from "./words.js";

const PROPOSED_WORDS = 7;
/** 11 bits a word: 77 for seven. */
const WORD_BITS = Math.log2(WORDS.length);
/** What is asked of a phrase. An attacker who holds the bundle pays one Argon2id run (64 MiB) a guess. */
const LEAST_BITS = 60;
// Guesses of what one chosen word is worth, on the low side: people draw from few.
const LONG_WORD_BITS = 10; // 4 letters or more
const SHORT_WORD_BITS = 5;
const MIXED_CHARACTER_BITS = 3; // a character of a word mixing letters, digits or signs
const TRIVIAL_BITS = 2;
const RUNS = "abcdefghijklmnopqrstuvwxyz azertyuiop qsdfghjklm wxcvbn qwertyuiop 0123456789 9876543210";

/** @returns {string} seven words drawn evenly out of 2,048: 77 bits of entropy */
export function proposePassphrase() {
  const bytes = randomBytes(PROPOSED_WORDS * 2);
  const draw = (/** @type {number} */ at) => WORDS[(bytes[2 * at] * 256 + bytes[2 * at + 1]) % WORDS.length];
  return Array.from({ length: PROPOSED_WORDS }, (_, at) => draw(at)).join(" ");
}

/**
 * @param {string} text
 * @returns {{ok: boolean, bits: number, words: number}} a low estimate of its entropy; a word said twice counts once
 */
export function passphraseStrength(text) {
  const words = [...new Set(text.normalize("NFKC").toLowerCase().split(/[\s\-_,.;'’]+/).filter(Boolean))];
  const bits = Math.round(words.reduce((sum, word) => sum + wordBits(word), 0));
  return { ok: bits >= LEAST_BITS, bits, words: words.length };
}

/** @param {string} word */
function wordBits(word) {
  if (LISTED.has(word)) return WORD_BITS;
  if (new Set(word).size <= 2 || RUNS.includes(word)) return TRIVIAL_BITS;
  if (/^\p{L}+$/u.test(word)) return word.length >= 4 ? LONG_WORD_BITS : SHORT_WORD_BITS;
  return /^\d+$/.test(word) ? Math.min(word.length * 2, LONG_WORD_BITS) : new Set(word).size * MIXED_CHARACTER_BITS;
}

const LISTED = new Set(WORDS);
