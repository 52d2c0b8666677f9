/**
 * The texts shown to people, other than French, on the device: fetched by their hash, as the organisation chose, before
 * anyone needs them, and kept in clear: they are the same for everyone. Alone fetches and keeps them. The release holds
 * the hash of their list, and the list theirs, so that the server cannot change a word of one.
 */

import { digest } from "../crypto/index.js";
import { call } from "../http.js";
import { NOTICE_LIST } from "../reference.js";
import { isObject } from "../rules/forms.js";
import { get, write } from "./database.js";
import { current } from "./session.js";

/** @typedef {import("../reference-shapes.js").Text} Text */
/** @typedef {{languages: string[], unvalidated: boolean, validated: string[], dpo: string}} Choice */
/** @typedef {{languages: Record<string, {name: string, dir: string}>, texts: Text[]}} List */
/** What the device keeps: the list last fetched, and texts by hash. @typedef {{list: string, texts: Record<string, string>}} Kept */

const MAX_TEXT_CHARACTERS = 200_000;
/** @type {Choice} */
export const NOTHING_CHOSEN = { languages: [], unvalidated: false, validated: [], dpo: "" };

/** @returns {Promise<string|null>} the ETag of what was chosen, if all of this release's texts are here and sound */
export async function noticeTag() {
  const { member } = current();
  const tag = await get(member, "meta", "noticeTag");
  if (tag?.list !== NOTICE_LIST) return null;
  const { texts } = await keptTexts(member);
  return Object.keys(texts).length === tag.count ? tag.etag : null;
}

/**
 * Keeps what the organisation chose, and fetches the texts it needs that are not here; lets go of the others. The tag is
 * kept only once all is here: what a bad network cut is fetched another time, and until then what was here stays.
 * @param {Record<string, any>} data of `/api/notices` @param {string|null} etag
 * @returns {Promise<boolean>} whether all is here
 */
export async function keepNotices(data, etag) {
  const { member } = current();
  const choice = choiceOf(data);
  const before = await keptTexts(member);
  const list = before.texts[NOTICE_LIST] ?? (await fetchText(NOTICE_LIST));
  const needed = list === null ? [] : wanted(choice, JSON.parse(list));
  const texts = list === null ? before.texts : { [NOTICE_LIST]: list };
  for (const sha256 of needed) {
    const text = before.texts[sha256] ?? (await fetchText(sha256));
    if (text !== null) texts[sha256] = text;
  }
  const isWhole = list !== null && needed.every((sha256) => sha256 in texts);
  await write(member, ["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    await meta.put(choice, "noticeChoice");
    await meta.put({ list: list === null ? before.list : NOTICE_LIST, texts }, "noticeTexts");
    await meta.put(isWhole ? { list: NOTICE_LIST, etag, count: Object.keys(texts).length } : null, "noticeTag");
  });
  return isWhole;
}

/** @param {string} member @returns {Promise<Kept>} those whose bytes are still what their hash says */
export async function keptTexts(member) {
  const kept = await get(member, "meta", "noticeTexts");
  if (!isObject(kept?.texts)) return { list: NOTICE_LIST, texts: {} };
  const sound = await Promise.all(
    Object.entries(kept.texts).map(async ([sha256, text]) => ((await isOf(text, sha256)) ? [[sha256, text]] : [])),
  );
  return { list: String(kept.list), texts: Object.fromEntries(sound.flat()) };
}

/** @param {string} member @returns {Promise<Choice>} */
export async function keptChoice(member) {
  return choiceOf(await get(member, "meta", "noticeChoice"));
}

/** The text of this hash, from the server; null when it did not come, or is another. Needs no session.
 * @param {string} sha256 @returns {Promise<string|null>} */
export async function fetchText(sha256) {
  const reply = await call("GET", `/notices/${sha256}`);
  const text = reply.ok ? reply.data?.text : null;
  return (await isOf(text, sha256)) ? text : null;
}

/** @param {any} text @param {string} sha256 */
async function isOf(text, sha256) {
  return typeof text === "string" && text.length <= MAX_TEXT_CHARACTERS && (await digest(text)) === sha256;
}

/** The notices and words of the languages chosen. @param {Choice} choice @param {List} list */
function wanted({ languages }, list) {
  return list.texts.filter((text) => languages.includes(text.language)).map((text) => text.sha256);
}

/** What is no choice chooses nothing. @param {any} data @returns {Choice} */
function choiceOf(data) {
  if (!isObject(data) || ![data.languages, data.validated].every(isTexts)) return NOTHING_CHOSEN;
  const { languages, validated, unvalidated, dpo } = /** @type {any} */ (data);
  return { languages, validated, unvalidated: unvalidated === true, dpo: typeof dpo === "string" ? dpo : "" };
}

/** @param {unknown} value */
function isTexts(value) {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
