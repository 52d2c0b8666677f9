/**
 * What is asked of the server again. A line that did not verify, or a section that was not the one signed, may have been
 * bent on the road: its stream is read again from there, and the honest one takes its place. And what the server said it
 * accepted is offered again when it did not come back in our own feed: it may have kept nothing.
 */

const EVERY_MS = 60 * 60_000;

/** When each stream was last read again. @type {Map<string, number>} */
const readAgainMs = new Map();

/**
 * @param {any} meta the rows "cursors" and "doubts" @param {string[]} streams @param {number} atMs
 * @returns {[string, number][]} where to read each from
 */
export function placesToRead({ cursors = {}, doubts = {} }, streams, atMs) {
  return streams.map((stream) => {
    const next = cursors[stream] ?? 0;
    const isDue = stream in doubts && atMs - (readAgainMs.get(stream) ?? -Infinity) > EVERY_MS;
    if (!isDue) return [stream, next];
    readAgainMs.set(stream, atMs);
    return [stream, Math.min(next, doubts[stream] - 1)];
  });
}

/**
 * @param {Record<string, number>} before lowest doubtful position of each stream
 * @param {Map<string, number>} asked where each stream of this page was read from
 * @param {Record<string, number>} found lowest doubtful position of each stream in this page
 * @returns {Record<string, number>} what is still in doubt
 */
export function doubtsAfter(before, asked, found) {
  const left = Object.entries(before).filter(([stream, position]) => !((asked.get(stream) ?? Infinity) < position));
  const known = Object.fromEntries(left);
  for (const [stream, position] of Object.entries(found)) known[stream] = Math.min(position, known[stream] ?? Infinity);
  return known;
}

/**
 * Inside the transaction that stores a page, after the rows that came back were marked.
 * @param {any} tx over "outbox" @param {Set<string>} whole streams read to their end @param {number} atMs when they were asked
 */
export async function offerWhatDidNotComeBack(tx, whole, atMs) {
  const store = tx.objectStore("outbox");
  const accepted = await store.index("state").getAll(IDBKeyRange.bound(["accepted", 0], ["accepted", Infinity]));
  for (const row of accepted) {
    if (row.what === "event" && row.settledMs < atMs && whole.has(streamOf(row.payload)))
      await store.put({ ...row, state: "sealed", nextMs: 0 });
  }
}

/** @param {any} payload @returns {string} the stream in which its author reads it */
function streamOf({ audience }) {
  const own = String(audience?.own);
  return own.startsWith("member:") ? own : `circle:${own.split(".")[0]}`;
}
