/**
 * The outbox, and every deletion of what was written here. A program never deletes unsent work: a row leaves the outbox
 * only when the same event, with the same digest, came back in its author's own feed, and its sealed copy then stays
 * for the server's backup interval. A person may discard a rejected row; that is here too.
 *
 * Rows are sealed and signed already: reading and moving them needs no key.
 */

import { SENT_KEPT_DAYS } from "../vocabulary.js";
import { between, get, getAll, getBy, write } from "./database.js";
import { judged } from "./settling.js";
import { VaultProblem, refuseUnless } from "./problem.js";

/** @typedef {"sealed"|"sending"|"accepted"|"held"|"rejected"|"kept"|"replaced"} State */
/**
 * @typedef {object} OutboxRow
 * @property {string} id             event id, or `<stream>#<number> <digest>`: two statements may have claimed one number
 * @property {"event"|"statement"} what
 * @property {string} digest
 * @property {string} kid
 * @property {any} payload           as signed
 * @property {string} jws
 * @property {Record<string, {core: string, wraps: {own: string, other?: string}}>} [sections]  an event's
 * @property {string[]} [beside]     a statement's
 * @property {string} [counter]      the counter it took its number from
 * @property {State} state           accepted: the server says so; kept: it came back in our feed
 * @property {number} order          of recording
 * @property {string} at             instant
 * @property {number} nextMs         not offered before
 * @property {number} tries          verdicts that asked to wait
 * @property {string} [code]         why held or rejected
 * @property {string} [message]
 * @property {string} [current]      the orientation's state, for stale_state
 * @property {number} [settledMs]    when accepted, kept or replaced
 * @property {string} [by]           the event that replaces it
 */
/** @typedef {import("../sync/verdicts.js").Verdict} Verdict */

const DAY_MS = 86_400_000;
const OFFERED = /** @type {State[]} */ (["sealed", "sending", "held"]);
/** Stores a transaction needs to move rows. */
const OUTBOX_STORES = ["outbox", "counters"];

/** @param {string} member @param {State} state @returns {Promise<OutboxRow[]>} in order of recording */
export function rowsIn(member, state) {
  return getBy(member, "outbox", "state", between([state, 0], [state, Infinity]));
}

/** @param {string} member @returns {Promise<OutboxRow[]>} all, in order of recording */
export async function allRows(member) {
  // One reading: between two, a row that changes state would be in neither.
  const rows = /** @type {OutboxRow[]} */ (await getAll(member, "outbox"));
  return rows.sort((a, b) => a.order - b.order);
}

/**
 * What to offer now, oldest first: at most `entries`, at most `bytes` of JSON (but always one).
 * @param {string} member @param {number} nowMs @param {{entries: number, bytes: number}} limit
 * @param {Iterable<{id: string, digest: string}>} [leaving] what is on its way already
 * @returns {Promise<{id: string, digest: string, entry: object}[]>}
 */
export async function outboxBatch(member, nowMs, limit, leaving = []) {
  const gone = new Set([...leaving].map(({ id, digest }) => keyOf(id, digest)));
  await writeVerdicts(member, nowMs);
  /** @type {OutboxRow[]} */ let batch = [];
  // Read and marked in one transaction: no row is read twice. A full disk keeps no mark, and must not keep the events
  // from leaving it.
  await write(member, ["outbox"], async (tx) => {
    batch = fitting(await dueRows(tx, nowMs, limit.entries, gone), limit);
    await Promise.all(batch.filter(({ state }) => state === "sealed").map((row) => tx.objectStore("outbox").put({ ...row, state: "sending" })));
  }).catch(refuseUnlessFull);
  return batch.map((row) => ({ id: row.id.split(" ")[0], digest: row.digest, entry: entryOf(row) }));
}

/** @param {OutboxRow[]} due oldest first @param {{entries: number, bytes: number}} limit @returns {OutboxRow[]} */
function fitting(due, limit) {
  let bytes = '{"entries":[]}'.length;
  const tooMany = due.findIndex((row, number) => {
    bytes += JSON.stringify(entryOf(row)).length + 1;
    return number > 0 && (number >= limit.entries || bytes > limit.bytes);
  });
  return tooMany < 0 ? due : due.slice(0, tooMany);
}

/**
 * The rows that may be offered now, oldest first: `count` of them when there are, perhaps more. A thousand may wait, and a
 * push takes fifty: they are not all read each time, unless many were told to wait.
 * @param {any} tx over "outbox" @param {number} nowMs @param {number} count @param {Set<string>} gone @returns {Promise<OutboxRow[]>}
 */
async function dueRows(tx, nowMs, count, gone) {
  const index = tx.objectStore("outbox").index("state");
  const lists = OFFERED.map(async (state) => {
    for (let limit = count; ; limit *= 4) {
      /** @type {OutboxRow[]} */
      const rows = await index.getAll(between([state, 0], [state, Infinity]), limit);
      const due = rows.filter((row) => row.nextMs <= nowMs && !unwritten.has(row.id) && !gone.has(row.id));
      if (due.length >= count || rows.length < limit) return due;
    }
  });
  return (await Promise.all(lists)).flat().sort((a, b) => a.order - b.order);
}

/** @param {string} id as verdicts and feed name it @param {string} digest @returns {string} the row's own id */
export function keyOf(id, digest) {
  return id.includes("#") ? `${id} ${digest}` : id;
}

/** @param {OutboxRow} row @returns {object} as it travels */
export function entryOf(row) {
  return row.what === "statement"
    ? { jws: row.jws, beside: row.beside ?? [] }
    : { jws: row.jws, sections: row.sections ?? {} };
}

/** @param {unknown} error */
function refuseUnlessFull(error) {
  if (!(error instanceof VaultProblem && error.code === "storage_full")) throw error;
}

/**
 * @param {string} member @param {Iterable<string>} ids @param {(row: OutboxRow) => OutboxRow} how
 * @returns {Promise<OutboxRow[]>} those there were, as they are now
 */
function change(member, ids, how) {
  return write(member, ["outbox"], async (tx) => {
    const store = tx.objectStore("outbox");
    // Asked all at once: a row that waits for the one before costs three times as much.
    const changing = [...ids].map(async (id) => {
      const row = await store.get(id);
      if (!row) return [];
      const changed = how(row);
      await store.put(changed);
      return [changed];
    });
    return (await Promise.all(changing)).flat();
  });
}

/**
 * What a full disk could not be told, by row: the next events are sent meanwhile, and the disk is told later.
 * @type {Map<string, {member: string, verdict: Verdict}>}
 */
const unwritten = new Map();

/**
 * Writes verdicts down. The caller has checked that each is of that id and that digest; it is checked again here.
 * @param {string} member @param {Map<string, Verdict>} verdicts @param {number} nowMs
 */
export async function noteVerdicts(member, verdicts, nowMs) {
  for (const verdict of verdicts.values()) unwritten.set(keyOf(verdict.id, verdict.digest), { member, verdict });
  const rows = await writeVerdicts(member, nowMs);
  const isRefused = [...verdicts.values()].some(
    (verdict) => verdict.verdict === "rejected" || verdict.verdict === "held",
  );
  for (const listener of noted) listener(member, isRefused, rows);
}

/** @param {string} member @param {number} nowMs @returns {Promise<OutboxRow[]>} the rows written */
async function writeVerdicts(member, nowMs) {
  const theirs = new Map([...unwritten].filter(([, each]) => each.member === member));
  if (theirs.size === 0) return [];
  try {
    const rows = await change(member, theirs.keys(), (row) => {
      const verdict = theirs.get(row.id)?.verdict;
      return verdict?.digest === row.digest && OFFERED.includes(row.state) ? judged(row, verdict, nowMs) : row;
    });
    for (const id of theirs.keys()) unwritten.delete(id);
    return rows;
  } catch (error) {
    refuseUnlessFull(error);
    return [];
  }
}

/** @typedef {(member: string, isRefused: boolean, rows: OutboxRow[]) => void} WhenNoted */
/** @type {Set<WhenNoted>} */
const noted = new Set();

/** @param {WhenNoted} act called after verdicts were written in `rows`; `isRefused`: one was rejected or held */
export function whenNoted(act) {
  noted.add(act);
}

/**
 * Marks, inside the transaction that stores a feed page, the rows that came back: the only way out of the outbox
 * without a person.
 * @param {any} tx over "outbox" @param {{id: string, digest: string}[]} returned @param {number} nowMs
 */
export async function noteReturned(tx, returned, nowMs) {
  const store = tx.objectStore("outbox");
  for (const { id, digest } of returned) {
    const row = await store.get(keyOf(id, digest));
    if (row && row.digest === digest && row.state !== "kept")
      await store.put({ ...row, state: "kept", settledMs: nowMs });
  }
}

/**
 * The server was restored from a backup: everything it accepted since the oldest one is offered again.
 * @param {any} tx over "outbox" @param {number} nowMs
 */
export async function offerAgain(tx, nowMs) {
  unwritten.clear(); // what the server had said, it has forgotten
  const store = tx.objectStore("outbox");
  for (const row of await store.getAll()) {
    const settled = row.state === "accepted" || row.state === "kept";
    if (settled && nowMs - (row.settledMs ?? 0) <= SENT_KEPT_DAYS * DAY_MS)
      await store.put({ ...row, state: "sealed", nextMs: 0 });
  }
}

/**
 * Forgets sealed copies that no backup can miss any more, and what was replaced as long ago.
 * @param {string} member @param {number} nowMs
 */
export function forgetOld(member, nowMs) {
  const limit = nowMs - SENT_KEPT_DAYS * DAY_MS;
  return write(member, ["outbox", "acts"], async (tx) => {
    const store = tx.objectStore("outbox");
    for (const row of await store.getAll()) {
      if ((row.state === "kept" || row.state === "replaced") && (row.settledMs ?? Infinity) < limit)
        await store.delete(row.id);
    }
    const acts = tx.objectStore("acts");
    for (const act of await acts.getAll()) if (act.atMs < limit) await acts.delete(act.draft);
  });
}

/**
 * @param {string} member @param {string} id
 * @returns {Promise<OutboxRow>} @throws {import("./problem.js").VaultProblem} not_found
 */
export async function rowOf(member, id) {
  const row = await get(member, "outbox", id);
  refuseUnless(row, "not_found");
  return row;
}

/** Offers a rejected or held row again, as it is. @param {string} member @param {string} id */
export async function offerOnceMore(member, id) {
  await rowOf(member, id);
  await change(member, [id], (row) =>
    row.state === "rejected" || row.state === "held" ? { ...row, state: "sealed", nextMs: 0, tries: 0 } : row,
  );
}

/**
 * Deletes a rejected row because a person said so, twice. Its number is abandoned: the next event of that counter says so.
 * @param {string} member @param {string} id @param {boolean} confirmedTwice
 * @throws {import("./problem.js").VaultProblem} not_found; not_allowed without both confirmations, or for a row that is not rejected
 */
export async function discardRow(member, id, confirmedTwice) {
  const row = await rowOf(member, id);
  refuseUnless(confirmedTwice === true && row.state === "rejected", "not_allowed");
  await write(member, OUTBOX_STORES, async (tx) => {
    await abandonNumber(tx, row);
    await tx.objectStore("outbox").delete(id);
  });
}

/**
 * Marks a rejected row as replaced by a newer event that says the same; inside the transaction that stores the newer one.
 * @param {any} tx over OUTBOX_STORES @param {OutboxRow} row @param {string} by @param {number} nowMs
 */
export async function noteReplaced(tx, row, by, nowMs) {
  await abandonNumber(tx, row);
  await tx.objectStore("outbox").put({ ...row, state: "replaced", by, settledMs: nowMs });
}

/**
 * Statements signed anew on a newer head take the place of the old ones: same words, another number.
 * @param {any} tx over "outbox" @param {OutboxRow[]} old @param {OutboxRow[]} anew
 */
export async function replaceStatements(tx, old, anew) {
  const store = tx.objectStore("outbox");
  for (const row of old) await store.delete(row.id);
  for (const row of anew) await store.put(row);
}

/** @param {any} tx @param {OutboxRow} row */
async function abandonNumber(tx, row) {
  if (!row.counter) return;
  const store = tx.objectStore("counters");
  const counter = await store.get(row.counter);
  if (counter) await store.put({ ...counter, skipped: [...counter.skipped, row.payload.n] });
}
