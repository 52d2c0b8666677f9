// Which texts may a person be shown? Pure; may import the vocabulary only.
// Twin of models/rules/notice.py, run over tests/vectors/notices.json.

/** @typedef {import("../reference-shapes.js").Text} Text */
/** `unvalidated`: also translations nobody validated yet, marked so. @typedef {{languages: readonly string[], unvalidated: boolean}} Choice */
/** `validated`: it and the words of its language were read by a human, or are French. @typedef {{text: Text, validated: boolean}} Offer */

const FRENCH = "fr";
const WORDS = "words";

/** The newest French text on the same subject, of the same variant.
 * @param {Text} text @param {readonly Text[]} texts @returns {Text|null} */
function sourceOf(text, texts) {
  const same = texts.filter(
    (one) => one.language === FRENCH && subject(one.id) === subject(text.id) && one.variant === text.variant,
  );
  return same.reduce((/** @type {Text|null} */ newest, one) => (newest && version(newest.id) >= version(one.id) ? newest : one), null);
}

/** Whether it is the newest French text, or says exactly that one again. A stale translation is never offered.
 * @param {Text} text @param {readonly Text[]} texts @returns {boolean} */
export function isCurrent(text, texts) {
  const source = sourceOf(text, texts);
  if (source === null || source.id !== text.id) return false;
  return text.language === FRENCH ? text.sha256 === source.sha256 : text.translates === source.sha256;
}

/**
 * The notices on `subject` that an organisation may show, French first, then in the order of its languages: a language
 * is offered when its notice and its words are current; when nobody validated one of the two, only if it chose so.
 * @param {readonly Text[]} texts @param {string} about the subject @param {Choice} choice @param {readonly string[]} validated hashes
 * @returns {Offer[]}
 */
export function offered(texts, about, choice, validated) {
  const current = texts.filter((one) => isCurrent(one, texts));
  const spoken = new Map(current.filter((one) => one.variant === WORDS).map((one) => [one.language, one.sha256]));
  return [...new Set([FRENCH, ...choice.languages])].flatMap((language) =>
    current
      .filter((one) => one.language === language && subject(one.id) === about && spoken.has(language))
      .map((text) => ({ text, validated: isRead(language, [text.sha256, spoken.get(language) ?? ""], validated) }))
      .filter((offer) => offer.validated || choice.unvalidated),
  );
}

/** @param {string} language @param {string[]} hashes @param {readonly string[]} validated */
function isRead(language, hashes, validated) {
  return language === FRENCH || hashes.every((hash) => validated.includes(hash));
}

/** @param {string} id */
function subject(id) {
  return id.split(".")[0];
}

/** `orientation.10` comes after `orientation.9`; `words` have no number. @param {string} id */
function version(id) {
  const number = id.slice(id.indexOf(".") + 1);
  return id.includes(".") && /^\d+$/.test(number) ? Number(number) : 0;
}
