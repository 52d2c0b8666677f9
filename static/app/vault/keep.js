/**
 * Keeps a page of the feed: once judged (judge.js), its lines, cursors, pins and the end of outbox rows are stored in one
 * transaction; then memory follows the disk, in this tab and the others.
 */

import { lostCircles, openCircles } from "./circles.js";
import { get, getAll, write } from "./database.js";
import { EVENT_STORES, deleteRows, putRows, unpackStream } from "./entries.js";
import { firstGap, isIncomplete } from "./gaps.js";
import { isWaitingForHeads, judge } from "./judge.js";
import { cursorsOf, isShown, noteRosters } from "./opening.js";
import { allRows, noteReturned, offerAgain, whenNoted } from "./outbox.js";
import { addRows } from "./projection.js";
import { SUSPENDING, evidenceId } from "./receive.js";
import { forProjection } from "./record.js";
import { doubtsAfter, offerWhatDidNotComeBack, placesToRead } from "./reread.js";
import { chainOf, readBook, sealPins } from "./rosters.js";
import { alone, changed, current, tell, whenTold } from "./session.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./judge.js").Page} Page */
/** @typedef {import("./judge.js").Judged} Judged */
/** @typedef {{more: [string, number][], restored: boolean, unknownHead: boolean}} Kept */

const OTHERS_EVERY_MS = 60 * 60_000;
const STORES = ["meta", "statements", ...EVENT_STORES, "outbox", "purges"];
let othersReadMs = -Infinity;

/**
 * Where to read from. Rosters: the network, our organisation, and the others when asked for or after an hour.
 * @param {"rosters"|"circles"} kind @param {number} atMs @returns {Promise<[string, number][]>}
 */
export async function cursors(kind, atMs) {
  const open = current();
  const meta = { cursors: await get(open.member, "meta", "cursors"), doubts: await get(open.member, "meta", "doubts") };
  const streams =
    kind === "rosters"
      ? rosterStreams(open, atMs)
      : [...open.circles.keys()].map((id) => `circle:${id}`).concat(`member:${open.member}`);
  return placesToRead(meta, streams, atMs);
}

/** @param {Open} open @param {number} atMs */
function rosterStreams(open, atMs) {
  const own = `organisation:${open.organisation}`;
  const others = Object.keys(open.book.network.organisations)
    .map((id) => `organisation:${id}`)
    .filter((stream) => stream !== own);
  const unread = others.filter((stream) => chainOf(open.book, stream).length === 0);
  const isDue = atMs - othersReadMs > OTHERS_EVERY_MS || isWaitingForHeads() || Object.keys(open.suspended).length > 0;
  if (isDue) othersReadMs = atMs;
  return ["network", own, ...(isDue ? others : unread)];
}

/** What waits here hangs on what another organisation will say: the next reading asks it. */
export function readOthersNext() {
  othersReadMs = -Infinity;
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
    await catchUp(open);
    const epoch = await get(member, "meta", "epoch");
    if (epoch !== undefined && epoch !== page.epoch) return restart(open, page.epoch, atMs);
    const kept = await judge(open, page, asked, atMs);
    await store(open, page.epoch, kept, asked, atMs);
    await adopt(open, kept);
    await doubtGaps(open, kept);
    open.followed = await cursorsOf(member);
    return { more: kept.more, restored: false, unknownHead: kept.unknownHead };
  });
}

/**
 * The server was restored from a backup: keep everything, offer again, read again.
 * @param {Open} open @param {string} epoch @param {number} atMs
 * @returns {Promise<Kept>}
 */
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
 * @param {Open} open @param {string} epoch @param {Judged} kept its events become those stored, its suspensions those left
 * @param {Map<string, number>} asked @param {number} atMs
 */
async function store(open, epoch, kept, asked, atMs) {
  const pins = await sealPins(kept.book, open.keys.indexKey);
  await write(open.member, STORES, async (tx) => {
    const meta = tx.objectStore("meta");
    for (const row of kept.statements)
      await tx
        .objectStore("statements")
        .put(merged(row, await tx.objectStore("statements").get([row.stream, row.number])));
    const doubted = (await meta.get("doubts")) ?? {};
    kept.events = await storeEvents(tx, kept.events, doubted);
    for (const circle of lostCircles(kept.book, open)) await unpackStream(tx, `circle:${circle}`);
    for (const purge of kept.purges) await tx.objectStore("purges").add(purge);
    await noteReturned(tx, kept.returned, atMs);
    await offerWhatDidNotComeBack(tx, kept.whole, atMs);
    for (const row of kept.events)
      if (isIncomplete(row, kept.purges, atMs)) doubt(kept.doubts, row.stream, row.position);
    const doubts = doubtsAfter(doubted, asked, kept.doubts);
    await meta.put(doubts, "doubts");
    for (const stream of asked.keys()) if (!(stream in doubts)) forgive(kept.suspended, stream);
    await meta.put({ ...((await meta.get("cursors")) ?? {}), ...kept.cursors }, "cursors");
    await meta.put(pins, "pins");
    await meta.put(epoch, "epoch");
  });
}

/**
 * What is known is never replaced by less: a line served again brings the sections that had not come, and takes the place
 * of what was not believed at its position.
 * @param {any} tx @param {import("./receive.js").StoredRow[]} rows
 * @param {Record<string, number>} doubts of before
 * @returns {Promise<import("./receive.js").StoredRow[]>} as they are stored
 */
async function storeEvents(tx, rows, doubts) {
  const entries = tx.objectStore("entries");
  const found = await Promise.all(rows.map(({ stream, id }) => entries.get([stream, id])));
  const known = new Map(found.filter(Boolean).map((row) => [`${row.stream} ${row.id}`, row]));
  const stored = rows.map((row) => {
    const key = `${row.stream} ${row.id}`;
    known.set(key, row.problem ? row : withSectionsOf(row, known.get(key)));
    return known.get(key);
  });
  const cleared = rows.filter((row) => !row.problem && row.stream in doubts);
  await putRows(tx, stored);
  await deleteRows(tx, cleared.map((row) => [row.stream, evidenceId(row.position)]));
  return stored;
}

/** @param {import("./receive.js").StoredRow} row @param {import("./receive.js").StoredRow|undefined} before */
function withSectionsOf(row, before) {
  if (!before) return row;
  if (before.digest !== row.digest) return before;
  const { purged } = before;
  const known = Object.entries({ ...before.sections, ...row.sections });
  // What a withdrawal destroyed does not come back because a server serves it again.
  return { ...row, ...(purged && { purged }), sections: Object.fromEntries(known.filter(([name]) => !purged?.includes(name))) };
}

/** @param {Record<string, number>} doubts changed in place @param {string} stream @param {number} position */
function doubt(doubts, stream, position) {
  doubts[stream] = Math.min(position, doubts[stream] ?? Infinity);
}

/** A number that did not come may have been left out on the road: its stream is read again from before it. @param {Open} open @param {Judged} kept */
async function doubtGaps(open, kept) {
  if (kept.events.length === 0) return;
  const gaps = [...kept.whole].map((stream) => ({ stream, after: firstGap(open.projection.events.values(), stream) }));
  if (gaps.every(({ after }) => after === null)) return;
  await write(open.member, ["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const doubts = (await meta.get("doubts")) ?? {};
    for (const { stream, after } of gaps) if (after !== null) doubt(doubts, stream, after + 1);
    await meta.put(doubts, "doubts");
  });
}

/** Nothing of this stream is in doubt any more. @param {Record<string, string>} suspended @param {string} stream */
function forgive(suspended, stream) {
  const isOfEvents = stream.startsWith("circle:") || stream.startsWith("member:");
  if (isOfEvents && SUSPENDING.includes(suspended[stream])) delete suspended[stream];
}

/**
 * A statement read again may come with strings we had no right to before.
 * @param {import("./rosters.js").StatementRow} row @param {import("./rosters.js").StatementRow|undefined} before
 */
function merged(row, before) {
  return before
    ? {
        ...row,
        receivedAt: before.receivedAt,
        beside: { ...before.beside, ...row.beside },
        cards: { ...before.cards, ...row.cards },
      }
    : row;
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
  const { circles, missing } = await openCircles(
    open.book,
    open.organisation,
    open.member,
    open.keys.encryptionKeys,
    open.circles,
  );
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

/** A tab that slept did not hear the others: the disk says that they read further. @param {Open} open */
async function catchUp(open) {
  if (open.followed !== (await cursorsOf(open.member))) await follow();
}

/** Another tab of this profile kept a page or saved: read what changed. */
async function follow() {
  const open = current();
  open.followed = await cursorsOf(open.member);
  const { book, rows, suspended } = await readBook(open.member, open.keys.indexKey, open.genesis);
  open.book = book;
  open.suspended = suspended;
  await adoptRosters(open, rows);
  await addRows(
    open,
    (await getAll(open.member, "entries")).filter((row) => !open.projection.events.get(row.id)?.receivedAt),
  );
  await addRows(open, (await allRows(open.member)).filter(isShown).map(forProjection));
  changed("kept");
}

// What was refused may be so by a roster this device has not read for an hour.
whenNoted((_member, isRefused) => {
  if (isRefused) readOthersNext();
});
whenTold("kept", follow);
whenTold("saved", follow);
