/**
 * Chunks: what opening some hundreds of events of one stream gave, sealed at rest like drafts, so that unlock opens one
 * thing and not each event. Reads them, and makes their text. A chunk is never believed over the rows: one that does not
 * open, of another version, not of these rows, or of keys no longer held is destroyed, and its rows are opened again.
 */

import { CryptoProblem, openLocalBytes, sealLocalBytes } from "../crypto/index.js";
import { bytesOf, eventsIn, partsOf } from "./chunk-bytes.js";
import { newestKeys } from "./circles.js";
import { rowsOf, storedEvents, unpackAll, unpackChunks } from "./entries.js";
import { add, knownFrom, openRow } from "./projection.js";
import { VaultProblem } from "./problem.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./entries.js").Chunk} Chunk */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {import("./receive.js").StoredRow} StoredRow */

/** Raised whenever what opening gives changes: chunk-bytes.js, contents.js, projection.js. */
const CHUNK_VERSION = 1;

/**
 * Fills the projection with the stored events.
 * @param {Open} open not begun yet @returns {Promise<StoredRow[]>} the rows read one by one: all that are not believed are
 */
export async function addStored(open) {
  const { chunks, rows, isWhole } = await storedEvents(open.member);
  const opened = await Promise.all(chunks.map((chunk) => openChunk(open, chunk)));
  const refused = chunks.filter((_chunk, at) => opened[at] === null);
  const again = refused.length > 0 ? await rowsOf(open.member, refused.flatMap(keysIn)) : [];
  const loose = await Promise.all([...rows, ...again].filter((row) => !row.problem).map((row) => openRow(open, row)));
  const groups = [...opened.filter((events) => events !== null), ...loose.map((known) => [known])];
  // An event of two streams is merged in the order of their names, chunks or not.
  groups.sort(([one], [other]) => (one.streams[0] < other.streams[0] ? -1 : Number(one.streams[0] > other.streams[0])));
  for (const events of groups) for (const known of events) add(open.projection, known);
  if (!isWhole) await orLater(unpackAll(open.member));
  else if (refused.length > 0) await orLater(unpackChunks(open.member, refused));
  return [...rows, ...again];
}

/** @param {Chunk} chunk @returns {[string, string][]} */
function keysIn({ stream, ids }) {
  return ids.map((id) => [stream, id]);
}

/** On a full disk the next unlock does it: nothing of it was believed. @param {Promise<void>} done */
export async function orLater(done) {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof VaultProblem)) throw error;
  }
}

/** @param {Open} open @param {Chunk} chunk @returns {Promise<Known[]|null>} null: not to be used */
async function openChunk(open, { stream, ids, sealed }) {
  try {
    const { head, sections } = partsOf(await openLocalBytes(open.keys.indexKey, sealed));
    if (head.version !== CHUNK_VERSION || head.stream !== stream || !isOpenTo(open, stream, head.epoch)) return null;
    if (head.lines.length !== ids.length || !ids.every((id, at) => head.lines[at][0] === id)) return null;
    return eventsIn(head, sections).map((event) => knownOf(open, stream, event));
  } catch (error) {
    if (error instanceof CryptoProblem) return null;
    throw error;
  }
}

/** Whether the keys that opened these events are still held. @param {Open} open @param {string} stream @param {number} epoch */
function isOpenTo({ member, circles }, stream, epoch) {
  return stream === `member:${member}` || Boolean(circles.get(stream.slice("circle:".length))?.has(epoch));
}

/** @param {Open} open @param {string} stream @param {import("./chunk-bytes.js").Told} event @returns {Known} */
function knownOf(open, stream, { payload, kid, receipt, contents, receivedAt, position, closed }) {
  const row = { id: payload.id, stream, kid, payload, receivedAt: receivedAt ?? undefined, position, closed };
  return knownFrom(open, row, { payload, receipt, contents, unreadable: 0 });
}

/** @param {Open} open @param {string} stream @param {Known[]} events opened whole @returns {Promise<import("./opened.js").Bytes>} */
export function sealChunk(open, stream, events) {
  const epoch = newestKeys(open.circles, stream.slice("circle:".length))?.epoch ?? 0;
  return sealLocalBytes(open.keys.indexKey, bytesOf({ version: CHUNK_VERSION, stream, epoch }, events));
}
