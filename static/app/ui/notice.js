/** Fills what a notice and the words of a language leave open. The only file that says a date in another language. */

import { WORDS } from "../reference.js";
import { CONSENT_DAYS } from "../vocabulary.js";
import { dpo, me } from "../vault/index.js";

/** @typedef {import("../reference-shapes.js").Words} Words */

const DAY_MS = 24 * 3600 * 1000;

/** The sentence with each `{name}` replaced; one without a value stays as it is, which a test refuses.
 * @param {string} sentence @param {Readonly<Record<string, string>>} values */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (open, name) => values[name] ?? open);
}

/** A name of another script keeps its own direction, and the marks beside it theirs, in a text that runs the other way.
 * @param {string} value @param {string} dir of the text it goes into */
export function isolated(value, dir) {
  return dir === "rtl" ? `\u2068${value}\u2069` : value;
}

/** One word of a language: of a list, by its code; in French where that language has none.
 * @param {string} list @param {string} code @param {Words} [words] */
export function said(list, code, words = WORDS) {
  return words.lists[list]?.[code] ?? WORDS.lists[list]?.[code] ?? "";
}

/**
 * What the sentences of a notice wait for, in the words of its language.
 * @param {{organisation: string, team: string, purpose: string, duration: string, categories: readonly string[]}} about
 *   the recipient's organisation and team by name, and the codes of what is asked
 * @param {Words} [words] @param {Date} [now]
 */
export function noticeValues({ organisation, team, purpose, duration, categories }, words = WORDS, now = new Date()) {
  const until = new Date(now.getTime() + (CONSENT_DAYS[duration] ?? 0) * DAY_MS);
  return {
    organisation: me().organisation.name, recipient: `${team}, ${organisation}`,
    categories: enumerated(categories.map((code) => said("categories", code, words)), words.language),
    purpose: said("purposes", purpose, words), duration: said("durations", duration, words),
    until: dateIn(words.language, until), dpo: dpo() || said("screen", "ask_there", words),
  };
}

/** "C, D et E", as the language joins them. @param {readonly string[]} parts @param {string} language */
function enumerated(parts, language) {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(parts);
}

/** A date in words, of the calendar and the digits that French papers use, whatever the language.
 * @param {string} language @param {Date} date */
function dateIn(language, date) {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", calendar: "gregory", numberingSystem: "latn" }).format(date);
}
