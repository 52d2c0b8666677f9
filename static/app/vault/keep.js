/**
 * Keeps a page of the feed: verifies every line, then stores lines, cursors, pins and the end of outbox rows in one
 * transaction. What does not verify is not a fact: it stops the chain it is in, and suspends sharing.
 */

import { CryptoProblem, readSigned } from "../crypto/index.js";
import { Refused } from "../rules/roster.js";
import { openCircles } from "./circles.js";
import { get, getAll, write } from "./database.js";
import { isShown, noteRosters } from "./opening.js";
import { allRows, noteReturned, offerAgain, whenNoted } from "./outbox.js";
import { addRows } from "./projection.js";
import { judgePurge } from "./purge.js";
import { SUSPENDING, verifyEntries } from "./receive.js";
import { forProjection } from "./record.js";
import { chainOf, copyOf, foldIn, readBook, sealPins, sortBeside } from "./rosters.js";
import { alone, changed, current, tell, whenTold } from "./session.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {{entries: any[], next: number, more?: boolean, closed?: boolean}} StreamPage */
/** @typedef {{epoch: string, streams: Record<string, StreamPage>}} Page */
/** @typedef {{more: [string, number][], restored: boolean, unknownHead: boolean}} Kept */

const OTHERS_EVERY_MS = 60 * 60_000;
const STORES = ["meta", "statements", "entries", "outbox", "purges"];
/** Streams whose last line named a roster head this device does not have: how many times in a row. @type {Map<string, number>} */
const waiting = new Map();
let othersReadMs = -Infinity;

/**
 * Where to read from. Rosters: the network, our organisation, and the others when asked for or after an hour.
 * @param {"rosters"|"circles"} kind @param {number} atMs @returns {Promise<[string, number][]>}
 */
export async function cursors(kind, atMs) {
  const open = current();
  const kept = (await get(open.member, "meta", "cursors")) ?? {};
  const streams = kind === "rosters" ? rosterStreams(open, atMs) : [...open.circles.keys()].map((id) => `circle:${id}`).concat(`member:${open.member}`);
  return streams.map((stream) => [stream, kept[stream] ?? 0]);
}

/** @param {Open} open @param {number} atMs */
function rosterStreams(open, atMs) {
  const own = `organisation:${open.organisation}`;
  const others = Object.keys(open.book.network.organisations).map((id) => `organisation:${id}`).filter((stream) => stream !== own);
  const unread = others.filter((stream) => chainOf(open.book, stream).length === 0);
  const isDue = atMs - othersReadMs > OTHERS_EVERY_MS || waiting.size > 0 || Object.keys(open.suspended).length > 0;
  if (isDue) othersReadMs = atMs;
  return ["network", own, ...(isDue ? others : unread)];
}

/**
 * @param {Page} page @param {Map<string, number>} asked where each stream was read from @param {number} atMs
 * @returns {Promise<Kept>} `more`: streams to ask again, and where from; `restored`: the server's epoch changed, all is
 *   read from zero; `unknownHead`: read the rosters, then ask again
 */
export function keep(page, asked, atMs) {
  const { member } = current();
  return alone(member, async () => {
    const open = current();
    const epoch = await get(member, "meta", "epoch");
    if (epoch !== undefined && epoch !== page.epoch) return restart(open, page.epoch, atMs);
    const kept = await judge(open, page, asked, atMs);
    await store(open, page.epoch, kept, atMs);
    await adopt(open, kept);
    return { more: kept.more, restored: false, unknownHead: kept.unknownHead };
  });
}

/** The server was restored from a backup: keep everything, offer again, read again. @param {Open} open @param {string} epoch @param {number} atMs @returns {Promise<Kept>} */
async function restart(open, epoch, atMs) {
  await write(open.member, ["meta", "outbox"], async (tx) => {
    await tx.objectStore("meta").put(epoch, "epoch");
    await tx.objectStore("meta").put({}, "cursors");
    await offerAgain(tx, atMs);
  });
  changed("kept");
  return { more: [], restored: true, unknownHead: false };
}

/**
 * @typedef {object} Judged
 * @property {import("./rosters.js").Book} book
 * @property {import("./rosters.js").StatementRow[]} statements
 * @property {import("./projection.js").EventRow[]} events
 * @property {import("./purge.js").Purge[]} purges
 * @property {{id: string, digest: string}[]} returned
 * @property {Record<string, number>} cursors
 * @property {Record<string, string>} suspended
 * @property {[string, number][]} more
 * @property {boolean} unknownHead
 */

/** @param {Open} open @param {Page} page @param {Map<string, number>} asked @param {number} atMs @returns {Promise<Judged>} */
async function judge(open, page, asked, atMs) {
  /** @type {Judged} */
  const kept = {
    book: copyOf(open.book), statements: [], events: [], purges: [], returned: [], cursors: {}, suspended: { ...open.suspended },
    more: [], unknownHead: false,
  };
  const streams = Object.entries(page.streams).filter(([stream]) => asked.has(stream)).sort(networkFirst);
  for (const [stream, part] of streams) {
    const from = asked.get(stream) ?? 0;
    const isRoster = stream === "network" || stream.startsWith("organisation:");
    const done = isRoster ? await judgeStatements(open, kept, stream, part) : await judgeEvents({ ...open, book: kept.book }, kept, stream, part, atMs);
    const next = done ?? part.next;
    if (next > from) kept.cursors[stream] = next;
    if (part.more && done === null && next > from) kept.more.push([stream, next]);
    if (isRoster && !part.more && done === null) noteEndOfChain(open, kept, stream, next);
  }
  return kept;
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

/** @param {Open} open @param {Judged} kept @param {string} stream @param {StreamPage} part @returns {Promise<number|null>} the last good position when something is wrong */
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

/** @param {Open} open @param {Judged} kept @param {string} stream @param {any} entry @returns {Promise<number>} its number @throws {Refused} or a problem of crypto: another history, or none */
async function judgeStatement(open, kept, stream, entry) {
  const signed = { ...(await readSigned(entry.jws)), jws: entry.jws };
  const { payload, digest } = signed;
  const chain = chainOf(kept.book, stream);
  if (payload.stream !== stream || payload.number !== entry.position) throw new Refused("fork");
  const isKnown = payload.number <= chain.length;
  if (isKnown && chain[payload.number - 1] !== digest) throw new Refused("fork");
  if (!isKnown) await foldIn(kept.book, signed, entry.received_at, { genesis: open.genesis });
  const { beside, cards } = await sortBeside(payload, entry.beside, open.keys.indexKey);
  for (const [name, text] of Object.entries(beside)) kept.book.strings.set(name, text);
  kept.statements.push({ stream, number: payload.number, digest, receivedAt: entry.received_at, jws: entry.jws, beside, cards });
  kept.returned.push({ id: `${stream}#${payload.number}`, digest });
  return payload.number;
}

/** @param {Open} open @param {Judged} kept @param {string} stream @param {StreamPage} part @param {number} atMs @returns {Promise<number|null>} */
async function judgeEvents(open, kept, stream, part, atMs) {
  const events = part.entries.filter((entry) => !entry.purge);
  const { rows, stoppedBefore } = await verifyEntries(open, stream, events);
  noteWaiting(kept, stream, stoppedBefore !== null);
  kept.events.push(...rows);
  kept.returned.push(...rows.map(({ id, digest }) => ({ id, digest })));
  for (const row of rows) if (row.problem && SUSPENDING.includes(row.problem)) kept.suspended[stream] = row.problem;
  for (const entry of part.entries) {
    if (entry.purge && (stoppedBefore === null || entry.position < stoppedBefore)) {
      kept.purges.push(...judgePurge(open, stream, entry, kept.events, atMs));
    }
  }
  return stoppedBefore === null ? null : stoppedBefore - 1;
}

/** A head we do not have: rosters are read again; if it stays unknown, the server hides them. @param {Judged} kept @param {string} stream @param {boolean} isUnknown */
function noteWaiting(kept, stream, isUnknown) {
  const times = isUnknown ? (waiting.get(stream) ?? 0) + 1 : 0;
  if (times > 0) waiting.set(stream, times);
  else waiting.delete(stream);
  if (times > 1) kept.suspended[stream] = "unknown_head";
  else if (kept.suspended[stream] === "unknown_head") delete kept.suspended[stream];
  kept.unknownHead ||= isUnknown;
}

/** @param {Open} open @param {string} epoch @param {Judged} kept @param {number} atMs */
async function store(open, epoch, kept, atMs) {
  const pins = await sealPins(kept.book, open.keys.indexKey);
  await write(open.member, STORES, async (tx) => {
    const meta = tx.objectStore("meta");
    for (const row of kept.statements) await tx.objectStore("statements").put(merged(row, await tx.objectStore("statements").get([row.stream, row.number])));
    for (const row of kept.events) await tx.objectStore("entries").put(row);
    for (const purge of kept.purges) await tx.objectStore("purges").add(purge);
    await noteReturned(tx, kept.returned, atMs);
    await meta.put({ ...((await meta.get("cursors")) ?? {}), ...kept.cursors }, "cursors");
    await meta.put(pins, "pins");
    await meta.put(epoch, "epoch");
  });
}

/** A statement read again may come with strings we had no right to before. @param {import("./rosters.js").StatementRow} row @param {import("./rosters.js").StatementRow|undefined} before */
function merged(row, before) {
  return before ? { ...row, receivedAt: before.receivedAt, beside: { ...before.beside, ...row.beside }, cards: { ...before.cards, ...row.cards } } : row;
}

/** Memory follows the disk. @param {Open} open @param {Judged} kept */
async function adopt(open, kept) {
  open.book = kept.book;
  open.suspended = kept.suspended;
  if (kept.statements.length > 0) await adoptRosters(open, kept.statements);
  await addRows(open, kept.events);
  if (kept.statements.length + kept.events.length + kept.purges.length > 0) {
    tell({ type: "kept", member: open.member });
    changed("kept");
  }
}

/** @param {Open} open @param {import("./rosters.js").StatementRow[]} rows */
async function adoptRosters(open, rows) {
  const { circles, missing } = await openCircles(open.book, open.organisation, open.member, open.keys.encryptionKeys, open.circles);
  open.circles = circles;
  await noteRosters(open, rows);
  if (missing) await readOwnRosterAgain(open);
}

/** A circle was granted after its blob went by: the blob is beside an older statement. @param {Open} open */
async function readOwnRosterAgain(open) {
  await write(open.member, ["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const cursors = (await meta.get("cursors")) ?? {};
    await meta.put({ ...cursors, [`organisation:${open.organisation}`]: 0 }, "cursors");
  });
}

/** Another tab of this profile kept a page or saved: read what changed. */
async function follow() {
  const open = current();
  const { book, rows, suspended } = await readBook(open.member, open.keys.indexKey, open.genesis);
  open.book = book;
  open.suspended = suspended;
  await adoptRosters(open, rows);
  await addRows(open, (await getAll(open.member, "entries")).filter((row) => !open.projection.events.get(row.id)?.receivedAt));
  await addRows(open, (await allRows(open.member)).filter(isShown).map(forProjection));
  changed("kept");
}

// What was refused may be so by a roster this device has not read for an hour.
whenNoted((_member, isRefused) => {
  if (isRefused) othersReadMs = -Infinity;
});
whenTold("kept", follow);
whenTold("saved", follow);
