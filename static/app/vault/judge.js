/**
 * Judges a page of the feed, line by line, and says what may be kept of it. Writes nothing. What does not verify is not
 * a fact: it stops the chain it is in, and suspends sharing.
 */

import { CryptoProblem, readSigned } from "../crypto/index.js";
import { isObject, isReceipt } from "../rules/forms.js";
import { Refused } from "../rules/roster.js";
import { judgePurge } from "./purge.js";
import { SUSPENDING, verifyEntries } from "./receive.js";
import { chainOf, copyOf, foldIn, sortBeside } from "./rosters.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {{entries: any[], next: number, more?: boolean, closed?: boolean}} StreamPage */
/** @typedef {{epoch: string, streams: Record<string, StreamPage>}} Page */
/**
 * @typedef {object} Judged
 * @property {import("./rosters.js").Book} book
 * @property {import("./rosters.js").StatementRow[]} statements
 * @property {import("./receive.js").StoredRow[]} events
 * @property {import("./purge.js").Purge[]} purges
 * @property {{id: string, digest: string}[]} returned
 * @property {Record<string, number>} cursors
 * @property {Record<string, string>} suspended
 * @property {Record<string, number>} doubts  the lowest position of each stream whose line is not the one signed
 * @property {Set<string>} whole  streams of events read to their end
 * @property {[string, number][]} more
 * @property {boolean} unknownHead
 */

/**
 * Streams whose last line named a roster head this device does not have: how many times in a row.
 * @type {Map<string, number>}
 */
const waiting = new Map();

/** @returns {boolean} whether an event waits for a roster to be read further */
export function isWaitingForHeads() {
  return waiting.size > 0;
}

/**
 * @param {Open} open @param {Page} page @param {Map<string, number>} asked @param {number} atMs
 * @returns {Promise<Judged>}
 */
export async function judge(open, page, asked, atMs) {
  /** @type {Judged} */
  const kept = {
    book: copyOf(open.book),
    statements: [],
    events: [],
    purges: [],
    returned: [],
    cursors: {},
    suspended: { ...open.suspended },
    doubts: {},
    whole: new Set(),
    more: [],
    unknownHead: false,
  };
  const streams = Object.entries(page.streams)
    .filter(([stream]) => asked.has(stream))
    .map(([stream, part]) => /** @type {[string, StreamPage]} */ ([stream, { ...part, entries: part.entries.filter(isLine) }]))
    .sort(networkFirst);
  for (const [stream, part] of streams) {
    const from = asked.get(stream) ?? 0;
    const isRoster = stream === "network" || stream.startsWith("organisation:");
    const done = isRoster
      ? await judgeStatements(open, kept, stream, part)
      : await judgeEvents({ ...open, book: kept.book }, kept, stream, part, atMs);
    // Never further than what was given: a server that lied once would be believed for ever.
    const next = done ?? Math.min(part.next, Math.max(from, ...part.entries.map((entry) => entry.position)));
    if (next > from) kept.cursors[stream] = next;
    if (part.more && done === null && next > from) kept.more.push([stream, next]);
    if (isRoster && !part.more && done === null) noteEndOfChain(open, kept, stream, next);
    if (!isRoster && !part.more && done === null && !part.closed) kept.whole.add(stream);
  }
  return kept;
}

/** @param {any} data what came from the road @returns {data is Page} */
export function isPage(data) {
  if (!isObject(data) || typeof data.epoch !== "string" || !data.epoch || !isObject(data.streams)) return false;
  return Object.values(data.streams).every(
    (part) => isObject(part) && Array.isArray(part.entries) && Number.isSafeInteger(part.next),
  );
}

/** What has no place in its stream is no line: nothing could be kept of it. @param {any} entry */
function isLine(entry) {
  return isObject(entry) && Number.isSafeInteger(entry.position) && Number(entry.position) > 0;
}

/** @param {any} entry whether it is a purge line; one that is not well formed is judged, and refused, as an event */
function isPurge({ purge }) {
  const isPair = (/** @type {unknown} */ pair) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((each) => typeof each === "string");
  return isObject(purge) && typeof purge.cause === "string" && Array.isArray(purge.wraps) && purge.wraps.every(isPair);
}

/** @param {[string, StreamPage]} one @param {[string, StreamPage]} other */
function networkFirst([one], [other]) {
  return Number(other === "network") - Number(one === "network");
}

/**
 * A chain shorter than the one pinned here is a rollback, until it is whole again; a line that was bent on the road is
 * forgiven once the right one came. Two histories (fork) are not: a person must look. @param {Open} open @param {Judged} kept @param {string} stream @param {number} next */
function noteEndOfChain(open, kept, stream, next) {
  const known = chainOf(open.book, stream).length;
  if (next < known) kept.suspended[stream] = "rollback";
  else if (kept.suspended[stream] !== "fork") delete kept.suspended[stream];
}

/**
 * @param {Open} open @param {Judged} kept @param {string} stream @param {StreamPage} part
 * @returns {Promise<number|null>} the last good position when something is wrong
 */
async function judgeStatements(open, kept, stream, part) {
  let good = chainOf(kept.book, stream).length;
  for (const entry of part.entries) {
    try {
      good = Math.max(good, await judgeStatement(open, kept, stream, entry));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof CryptoProblem)) throw error;
      kept.suspended[stream] = error.code;
      return good;
    }
  }
  return null;
}

/**
 * @param {Open} open @param {Judged} kept @param {string} stream @param {any} entry
 * @returns {Promise<number>} its number @throws {Refused} or a problem of crypto: another history, or none
 */
async function judgeStatement(open, kept, stream, entry) {
  if (!isReceipt(entry.received_at)) throw new Refused("malformed");
  const signed = { ...(await readSigned(entry.jws)), jws: entry.jws };
  const { payload, digest } = signed;
  const chain = chainOf(kept.book, stream);
  if (payload.stream !== stream || payload.number !== entry.position) throw new Refused("fork");
  const isKnown = payload.number <= chain.length;
  if (isKnown && chain[payload.number - 1] !== digest) throw new Refused("fork");
  if (!isKnown) await foldIn(kept.book, signed, entry.received_at, { genesis: open.genesis });
  const { beside, cards } = await sortBeside(payload, entry.beside, open.keys.indexKey);
  for (const [name, text] of Object.entries(beside)) kept.book.strings.set(name, text);
  kept.statements.push({
    stream,
    number: payload.number,
    digest,
    receivedAt: entry.received_at,
    jws: entry.jws,
    beside,
    cards,
  });
  kept.returned.push({ id: `${stream}#${payload.number}`, digest });
  return payload.number;
}

/**
 * @param {Open} open @param {Judged} kept @param {string} stream @param {StreamPage} part @param {number} atMs
 * @returns {Promise<number|null>}
 */
async function judgeEvents(open, kept, stream, part, atMs) {
  const events = part.entries.filter((entry) => !isPurge(entry));
  const { rows, stoppedBefore } = await verifyEntries(open, stream, events);
  noteWaiting(kept, stream, stoppedBefore !== null);
  kept.events.push(...rows);
  // What came back bent is not what was sent: our own copy stays.
  const isDoubtful = (/** @type {import("./receive.js").StoredRow} */ row) => Boolean(row.problem || row.bent);
  kept.returned.push(...rows.filter((row) => !isDoubtful(row)).map(({ id, digest }) => ({ id, digest })));
  for (const row of rows) if (row.problem && SUSPENDING.includes(row.problem)) kept.suspended[stream] = row.problem;
  const first = rows.find(isDoubtful);
  if (first) kept.doubts[stream] = first.position;
  for (const entry of part.entries) {
    if (isPurge(entry) && (stoppedBefore === null || entry.position < stoppedBefore)) {
      const purges = await judgePurge(open, stream, entry, kept.events, atMs);
      kept.purges.push(...purges);
      // Closed for a cause that is none: opened again if the line is not there any more.
      if (purges.some((purge) => !purge.verified)) kept.doubts[stream] = 1;
    }
  }
  return stoppedBefore === null ? null : stoppedBefore - 1;
}

/**
 * A head we do not have: rosters are read again; if it stays unknown, the server hides them.
 * @param {Judged} kept @param {string} stream @param {boolean} isUnknown
 */
function noteWaiting(kept, stream, isUnknown) {
  const times = isUnknown ? (waiting.get(stream) ?? 0) + 1 : 0;
  if (times > 0) waiting.set(stream, times);
  else waiting.delete(stream);
  if (times > 1) kept.suspended[stream] = "unknown_head";
  else if (kept.suspended[stream] === "unknown_head") delete kept.suspended[stream];
  kept.unknownHead ||= isUnknown;
}
