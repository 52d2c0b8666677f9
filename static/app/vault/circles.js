/**
 * The circles this member holds: opens their epochs with the wraps and blobs found beside the statements of the
 * verified roster. Nothing here makes a wrap.
 */

import { CryptoProblem, openCircle } from "../crypto/index.js";
import { mayHold } from "../rules/roster.js";
import { headOf } from "./rosters.js";

/** @typedef {import("../crypto/epoch.js").EpochKeys} EpochKeys */
/** @typedef {import("../rules/roster.js").Circle} Circle */
/** @typedef {Map<string, Map<number, EpochKeys>>} Circles */

/**
 * @param {import("./rosters.js").Book} book @param {string} organisation @param {string} member @param {CryptoKey[]} privateKeys
 * @param {Circles} [before] opened earlier: a circle that did not change is not opened again
 * @returns {Promise<{circles: Circles, missing: boolean}>} `missing`: a circle granted after its statement was read; its
 *   blob is beside that statement, which must be read again
 */
export async function openCircles(book, organisation, member, privateKeys, before = new Map()) {
  /** @type {Circles} */
  const circles = new Map();
  let missing = false;
  const { circles: all = {}, members = {} } = book.organisations.get(organisation) ?? {};
  for (const circle of Object.values(all)) {
    const epoch = newestGiven(book, circle, members[member]);
    if (!epoch) continue;
    const known = before.get(circle.id);
    if (known?.has(epoch)) {
      circles.set(circle.id, known);
      continue;
    }
    const keys = await openOne(book, circle, epoch, member, privateKeys);
    if (keys) circles.set(circle.id, keys);
    // With new keys one is given no blob before a holder rotates: there is nothing to read again for.
    missing ||= !keys && member in circle.epochs[epoch - 1].holders;
  }
  return { circles, missing };
}

/**
 * Who took new keys holds nothing until a rotation, but reads and records with what they were given before.
 * @param {import("./rosters.js").Book} book @param {Circle} circle @param {import("../rules/roster.js").Member|undefined} me
 * @returns {number} epoch; 0 for none
 */
function newestGiven(book, circle, me) {
  if (!me) return 0;
  for (let epoch = circle.epochs.length; epoch >= 1; epoch -= 1) {
    const wasGiven = mayHold(me, circle) && me.id in (book.given.get(`${circle.id}.${epoch}`) ?? {});
    if (wasGiven || me.id in circle.epochs[epoch - 1].holders) return epoch;
  }
  return 0;
}

/**
 * @param {import("./rosters.js").Book} book as it will be
 * @param {{organisation: string, member: string, circles: Circles}} open
 * @returns {string[]} the circles held that this book no longer gives
 */
export function lostCircles(book, { organisation, member, circles }) {
  const { circles: all = {}, members = {} } = book.organisations.get(organisation) ?? {};
  return [...circles.keys()].filter((id) => !all[id] || newestGiven(book, all[id], members[member]) === 0);
}

/**
 * @param {import("./rosters.js").Book} book @param {Circle} circle @param {number} epoch @param {string} member
 * @param {CryptoKey[]} privateKeys @returns {Promise<Map<number, EpochKeys>|null>}
 */
async function openOne(book, circle, epoch, member, privateKeys) {
  const wrap = book.strings.get(book.given.get(`${circle.id}.${epoch}`)?.[member] ?? "");
  /** @type {Record<number, string>} */
  const blobs = {};
  circle.epochs.slice(0, epoch).forEach((one, at) => {
    const blob = book.strings.get(one.blob);
    if (blob) blobs[at + 1] = blob;
  });
  if (!wrap || !blobs[epoch]) return null;
  try {
    return await openCircle({ circle: circle.id, epoch, wrap, blobs, privateKeys });
  } catch (error) {
    if (error instanceof CryptoProblem) return null;
    throw error;
  }
}

/**
 * @param {Circles} circles @param {string} circle
 * @returns {EpochKeys|null} the newest epoch held of a circle: what one writes with
 */
export function newestKeys(circles, circle) {
  const epochs = circles.get(circle);
  return epochs?.get(Math.max(...epochs.keys())) ?? null;
}

/**
 * @param {import("./rosters.js").Book} book @param {string[]} streams
 * @returns {Record<string, [number, string]>} those known
 */
export function headsOf(book, streams) {
  /** @type {Record<string, [number, string]>} */
  const heads = {};
  for (const stream of streams) {
    const head = headOf(book, stream);
    if (head) heads[stream] = head;
  }
  return heads;
}
