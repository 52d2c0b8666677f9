/**
 * Events read from the feed, and the only writer of their store. Each row is either `loose`, and opened at unlock, or in
 * one chunk (chunks.js), which holds what opening it gave. A row that changes takes with it, in the same transaction,
 * every chunk that holds anything of its event: what a purge destroys is left nowhere. The rest of them is loose again.
 */

import { read, write } from "./database.js";

/** @typedef {import("./receive.js").StoredRow} StoredRow */
/** @typedef {[string, string]} RowKey  stream, event id */
/** @typedef {{n: number, stream: string, ids: string[], sealed: import("./opened.js").Bytes}} Chunk  `ids` as in the rows' own keys: what to destroy */
/** @typedef {{chunks: Chunk[], rows: StoredRow[], isWhole: boolean}} Stored `isWhole`: each row is loose or in one chunk */

/** Those that a transaction which writes events is over. */
export const EVENT_STORES = ["entries", "chunks", "loose"];
/** Asking for rows one by one costs more than reading all, from about this many. */
const MANY = 1000;

/** @param {any} tx @param {StoredRow[]} rows */
export async function putRows(tx, rows) {
  await Promise.all(rows.map((row) => unpackEvent(tx, row.id)));
  await Promise.all(rows.flatMap((row) => [tx.objectStore("entries").put(row), loosen(tx, row.stream, row.id)]));
}

/** @param {any} tx @param {RowKey[]} keys */
export async function deleteRows(tx, keys) {
  await Promise.all(keys.map(([, id]) => unpackEvent(tx, id)));
  await Promise.all(keys.flatMap((key) => [tx.objectStore("entries").delete(key), tx.objectStore("loose").delete(key)]));
}

/** @param {any} tx @param {string} id */
async function unpackEvent(tx, id) {
  await unpack(tx, await tx.objectStore("chunks").index("event").getAllKeys(id));
}

/** @param {any} tx @param {string} stream */
export async function unpackStream(tx, stream) {
  await unpack(tx, await tx.objectStore("chunks").index("stream").getAllKeys(stream));
}

/** @param {any} tx @param {number[]} numbers */
async function unpack(tx, numbers) {
  const store = tx.objectStore("chunks");
  for (const n of numbers) {
    const chunk = await store.get(n);
    if (!chunk) continue;
    await store.delete(n);
    await Promise.all(chunk.ids.map((/** @type {string} */ id) => loosen(tx, chunk.stream, id)));
  }
}

/** @param {any} tx @param {string} stream @param {string} id */
function loosen(tx, stream, id) {
  return tx.objectStore("loose").put({ stream, id });
}

/** Chunks that are not to be used: their rows are opened one by one again. @param {string} member @param {Chunk[]} chunks */
export function unpackChunks(member, chunks) {
  return write(member, ["chunks", "loose"], (tx) => unpack(tx, chunks.map(({ n }) => n)));
}

/** Rows and chunks do not add up: every chunk goes, and every row is loose. @param {string} member */
export function unpackAll(member) {
  return write(member, EVENT_STORES, async (tx) => {
    await Promise.all([tx.objectStore("chunks").clear(), tx.objectStore("loose").clear()]);
    const keys = /** @type {RowKey[]} */ (await tx.objectStore("entries").getAllKeys());
    await Promise.all(keys.map(([stream, id]) => loosen(tx, stream, id)));
  });
}

/** @param {string} member @returns {Promise<Stored>} chunks, and the loose rows; all rows where they do not add up */
export function storedEvents(member) {
  return read(member, EVENT_STORES, async (tx) => {
    const [chunks, keys, count] = await Promise.all([
      tx.objectStore("chunks").getAll(),
      tx.objectStore("loose").getAllKeys(),
      tx.objectStore("entries").count(),
    ]);
    const packed = chunks.reduce((/** @type {number} */ sum, /** @type {Chunk} */ { ids }) => sum + ids.length, 0);
    if (packed + keys.length !== count) return { chunks: [], rows: await tx.objectStore("entries").getAll(), isWhole: false };
    const found = packed === 0 && count > MANY ? await tx.objectStore("entries").getAll() : await rowsAt(tx, keys);
    return found.every(Boolean)
      ? { chunks, rows: found, isWhole: true }
      : { chunks: [], rows: await tx.objectStore("entries").getAll(), isWhole: false };
  });
}

/** @param {string} member @param {RowKey[]} keys @returns {Promise<StoredRow[]>} those there are */
export async function rowsOf(member, keys) {
  return (await read(member, ["entries"], (tx) => rowsAt(tx, keys))).filter(Boolean);
}

/** @param {any} tx @param {RowKey[]} keys @returns {Promise<any[]>} */
function rowsAt(tx, keys) {
  return Promise.all(keys.map((key) => tx.objectStore("entries").get(key)));
}

/**
 * The next loose rows of a stream, in the order of their ids.
 * @param {string} member @param {string} stream @param {string} after an id; "" to begin @param {number} most
 * @returns {Promise<StoredRow[]>}
 */
export function looseRows(member, stream, after, most) {
  return read(member, ["entries", "loose"], async (tx) => {
    const range = IDBKeyRange.bound([stream, after], [stream, "\uffff"], true);
    return (await rowsAt(tx, await tx.objectStore("loose").getAllKeys(range, most))).filter(Boolean);
  });
}

/**
 * Stores a chunk made of these rows, unless one of them changed since it was read: the chunk would say what is no more.
 * @param {string} member @param {StoredRow[]} rows of one stream @param {import("./opened.js").Bytes} sealed
 * @returns {Promise<boolean>} whether it is stored
 */
export function addChunk(member, rows, sealed) {
  const [{ stream }] = rows;
  return write(member, EVENT_STORES, async (tx) => {
    const loose = tx.objectStore("loose");
    const stillLoose = await Promise.all(rows.map(({ id }) => loose.getKey([stream, id])));
    const now = await rowsAt(tx, rows.map(({ id }) => [stream, id]));
    if (!rows.every((row, at) => stillLoose[at] && isSame(row, now[at]))) return false;
    await tx.objectStore("chunks").add({ stream, ids: rows.map(({ id }) => id), sealed });
    await Promise.all(rows.map(({ id }) => loose.delete([stream, id])));
    return true;
  });
}

/** What a row says beyond the event itself. @param {StoredRow} one @param {StoredRow|undefined} other */
function isSame(one, other) {
  return other !== undefined && versionOf(one) === versionOf(other);
}

/**
 * Of a row as stored: the event by its digest, and what may change beside it.
 * @param {StoredRow} row @returns {string}
 */
export function versionOf({ digest, position, receivedAt, closed, problem, sections }) {
  const held = Object.entries(sections).map(([name, { core, wrap }]) => `${name} ${core.length} ${wrap.length}`);
  return JSON.stringify([digest, position, receivedAt, closed ?? null, problem ?? null, held.sort()]);
}
