/**
 * What the holder of a paper may do alone: find what was agreed, open it, take it back. It alone of this page speaks to
 * the server and holds the secret, in memory; of it the server is shown only what finds the receipt.
 */

import { digest } from "../crypto/bytes.js";
import { instant, newId } from "../crypto/ids.js";
import { thumbprint } from "../crypto/jose.js";
import { importSigningKey, publicOf } from "../crypto/keys.js";
import { CryptoProblem } from "../crypto/problem.js";
import { openReceipt } from "../crypto/receipt.js";
import { signObject } from "../crypto/signed.js";
import { call } from "../http.js";
import { NOTICE_LIST, WORDS } from "../reference.js";
import { SUITE, VERSION } from "../vocabulary.js";

/** @typedef {import("../crypto/receipt.js").Paper} Paper */
/** @typedef {import("../reference-shapes.js").Words} Words */
/** @typedef {{id: string, state: string, sent_at: string, changed_at: string, opened_at: string|null}} Sent */
/**
 * @typedef {object} Agreed   one consent: what was sealed for the person, and what the server knows of it now
 * @property {string} id
 * @property {string} organisation   who asked
 * @property {string} team
 * @property {string} recipientId
 * @property {string} recipient      by name
 * @property {string[]} categories
 * @property {string[]} left         those not taken back
 * @property {string} purpose
 * @property {string} until          instant
 * @property {Sent[]} sent
 * @property {any} key
 */
/** @typedef {{language: string, agreed: Agreed[]}} Held */
/** @typedef {{found: "yes", held: Held}|{found: "not_yet"|"no_network"|"other"}} Finding */

/** @param {Paper} paper @returns {Promise<Finding>} */
export async function find(paper) {
  const reply = await call("POST", "/api/receipts", { body: { locate: paper.locate } });
  if (reply.status === 404 && reply.problem) return { found: "not_yet" };
  if (!reply.ok || !Array.isArray(reply.data?.receipts)) return { found: "no_network" };
  /** @type {Held} */
  const held = { language: WORDS.language, agreed: [] };
  for (const { sealed, consents } of reply.data.receipts) {
    const said = await opened(paper, sealed);
    if (!said) continue; // of another paper: whoever runs the server may add lines, not open ours
    held.language = String(said.language ?? held.language);
    held.agreed.push(...said.consents.flatMap((/** @type {any} */ one) => agreedTo(said, one, consents)));
  }
  return held.agreed.length > 0 ? { found: "yes", held } : { found: "other" };
}

/** @param {Paper} paper @param {string} sealed */
async function opened(paper, sealed) {
  try {
    const said = await openReceipt(paper.secret, sealed);
    return Array.isArray(said.consents) ? said : null;
  } catch (error) {
    if (error instanceof CryptoProblem) return null;
    throw error;
  }
}

/** What was sealed says what it is about; the server says only where it stands. @param {any} said @param {any} one @param {any[]} consents @returns {Agreed[]} */
function agreedTo({ organisation, team, key }, one, consents) {
  const known = consents.find((each) => each.id === one.id);
  if (!known) return [];
  const left = one.categories.filter((/** @type {string} */ code) => known.agreed.includes(code));
  const { id, recipient, categories, purpose, until } = one;
  return [{ id, organisation, team, recipientId: known.recipient, recipient, categories, left, purpose, until, sent: known.orientations, key }];
}

/**
 * Takes back these agreements, whole or for some categories: one signed act for each key and each recipient.
 * @param {Agreed[]} agreed @param {string[]|undefined} categories @param {number} nowMs
 * @returns {Promise<"done"|"waits"|"failed">} `waits`: kept by the server, applied when what it takes back arrives there
 */
export async function takeBack(agreed, categories, nowMs) {
  const entries = [];
  for (const group of grouped(agreed).values()) entries.push(await entryOf(group, categories, nowMs));
  const reply = await call("POST", "/api/events", { body: { entries: entries.map(({ jws }) => ({ jws, sections: {} })) } });
  const verdicts = reply.ok && Array.isArray(reply.data?.verdicts) ? reply.data.verdicts : [];
  const said = entries.map(({ id, digest: wanted }) => verdicts.find((one) => one.id === id && one.digest === wanted)?.verdict);
  if (said.every((verdict) => verdict === "accepted" || verdict === "duplicate")) return "done";
  return said.every((verdict) => ["accepted", "duplicate", "held"].includes(verdict)) ? "waits" : "failed";
}

/** @param {Agreed} one */
function groupOf({ recipientId, key }) {
  return `${recipientId} ${key.x}`;
}

/** @param {Agreed[]} agreed @returns {Map<string, Agreed[]>} */
function grouped(agreed) {
  const groups = new Map();
  for (const one of agreed) groups.set(groupOf(one), [...(groups.get(groupOf(one)) ?? []), one]);
  return groups;
}

/** @param {Agreed[]} group @param {string[]|undefined} categories @param {number} nowMs */
async function entryOf(group, categories, nowMs) {
  const { key } = group[0];
  const id = newId(nowMs);
  const common = { v: VERSION, suite: SUITE, id, type: "consent.withdrawn", at: instant(nowMs), parents: [] };
  const said = { ...common, consents: group.map((one) => one.id), ...(categories ? { categories } : {}) };
  const signed = await signObject("accord.event", await thumbprint(publicOf(key)), said, await importSigningKey(key));
  return { id, ...signed };
}

/**
 * The words of the person's language, under the hashes that this release holds; French when they do not come.
 * @param {string} language @returns {Promise<Words>}
 */
export async function wordsOf(language) {
  if (language === WORDS.language) return WORDS;
  const list = await text(NOTICE_LIST);
  const about = list?.texts?.find((/** @type {any} */ one) => one.id === WORDS.id && one.language === language);
  const words = about ? await text(about.sha256) : null;
  return words ? { ...about, name: words.name, dir: words.dir, lists: words.lists ?? words } : WORDS;
}

/** @param {string} sha256 @returns {Promise<any>} null when it did not come, or is another */
async function text(sha256) {
  const reply = await call("GET", `/notices/${sha256}`);
  const body = reply.ok ? reply.data?.text : null;
  return typeof body === "string" && (await digest(body)) === sha256 ? JSON.parse(body) : null;
}
