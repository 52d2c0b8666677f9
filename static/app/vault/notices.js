/**
 * What may be shown to a person, in which languages: French comes with the release, the others from the device. Read in
 * memory when a profile opens; every answer is synchronous, and French when there is nothing else.
 */

import { NOTICES, WORDS } from "../reference.js";
import { offered } from "../rules/notice.js";
import { NOTHING_CHOSEN, keptChoice, keptTexts } from "./notice-texts.js";
import { current, isOpen, onChange } from "./session.js";

/** @typedef {import("../reference-shapes.js").Text} Text */
/** @typedef {import("../reference-shapes.js").NoticeText} NoticeText */
/** @typedef {import("../reference-shapes.js").Words} Words */
/** `name`: how the language calls itself. @typedef {{language: string, variant: string, id: string, sha256: string, dir: string, name: string, validated: boolean}} NoticeOffer */

const SUBJECT = "orientation";
const FRENCH = [...NOTICES, WORDS];
const nothing = () => ({ choice: NOTHING_CHOSEN, texts: /** @type {readonly Text[]} */ (FRENCH), parsed: /** @type {Map<string, any>} */ (new Map()) });
let read = nothing();

/** Reads what the device keeps for the open profile; called again after each fetch. */
export async function loadNotices() {
  const { member } = current();
  const [choice, { list, texts }] = await Promise.all([keptChoice(member), keptTexts(member)]);
  if (!isOpen() || current().member !== member) return;
  const parsed = new Map(Object.entries(texts).map(([sha256, text]) => [sha256, JSON.parse(text)]));
  // The French texts are the release's own: a translation of older ones is stale, even before the new list is fetched.
  const others = (parsed.get(list)?.texts ?? []).filter((/** @type {Text} */ text) => text.language !== WORDS.language);
  read = { choice, texts: [...FRENCH, ...others], parsed };
}

/** What may be shown to a person now, French first; each is on the device. @returns {NoticeOffer[]} */
export function noticeOffers() {
  const { texts, choice, parsed } = read;
  return offered(texts, SUBJECT, choice, choice.validated)
    .filter(({ text }) => text.language === WORDS.language || (parsed.has(text.sha256) && wordsOf(text.language) !== WORDS))
    .map(({ text: { id, language, variant, sha256 }, validated }) => {
      const { name, dir } = wordsOf(language);
      return { id, language, variant, sha256, dir, name, validated };
    });
}

/** The notice that is offered in a language and variant; null when none is. @param {string} language @param {string} variant @returns {NoticeText|null} */
export function noticeText(language, variant) {
  const offer = noticeOffers().find((one) => one.language === language && one.variant === variant);
  if (!offer) return null;
  const text = read.parsed.get(offer.sha256);
  return text ? { ...text, sha256: offer.sha256 } : (NOTICES.find((one) => one.sha256 === offer.sha256) ?? null);
}

/** The words of a language's screens and receipt; the French ones when this device has not these. @param {string} language @returns {Words} */
export function wordsOf(language) {
  const about = read.texts.find((one) => one.id === WORDS.id && one.language === language);
  const lists = about && read.parsed.get(about.sha256);
  return about && lists ? { ...about, name: lists.name, dir: lists.dir, lists } : WORDS;
}

/** How to reach who protects personal data in this organisation; empty when it did not say. */
export function dpo() {
  return read.choice.dpo;
}

onChange((topic) => {
  if (topic === "locked") read = nothing();
  if (topic === "opened" && isOpen()) void loadNotices();
});
