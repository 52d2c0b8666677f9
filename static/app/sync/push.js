/**
 * Offers every outbox of this browser to the server, locked or not: events are sealed and signed already, and no
 * session is needed. Writes nothing itself: verdicts go to the vault, which alone owns the outbox.
 */

import { call } from "../http.js";
import { memberDatabases, noteVerdicts, outboxBatch } from "../vault/index.js";
import { MAX_BATCH_BYTES, MAX_BATCH_ENTRIES } from "../vocabulary.js";
import { verdictsOf } from "./verdicts.js";

/**
 * `sent`: events that got a verdict. `delivered` false: the server was not reached, or something else answered for it.
 * @typedef {{delivered: boolean, status: number, retryAfterSeconds: number|null, sent: number, serverTimeMs: number|null}} Pushed
 */

/** A push that lasted and then broke was too much for the road; a network that is not there says so at once. */
const BROKEN_AFTER_MS = 5_000;
/** How many entries go at once: half as many after a push that broke, twice as many after one that passed. */
let limit = MAX_BATCH_ENTRIES;

/** @param {() => number} nowMs @returns {Promise<Pushed>} */
export async function pushAll(nowMs) {
  /** @type {Pushed} */
  let total = { delivered: true, status: 200, retryAfterSeconds: null, sent: 0, serverTimeMs: null };
  for (const member of await memberDatabases()) {
    const pushed = await pushOne(member, nowMs);
    total = { ...pushed, sent: total.sent + pushed.sent, serverTimeMs: pushed.serverTimeMs ?? total.serverTimeMs };
    if (!pushed.delivered) break;
  }
  return total;
}

/** @typedef {Awaited<ReturnType<typeof outboxBatch>>} Batch */
/** @typedef {ReturnType<typeof verdictsOf>} Verdicts */

/**
 * One member's outbox, oldest first, until it is empty or the server stops answering. While the server judges a batch,
 * the verdicts of the one before are written, and the one after is read: it leaves only once this one was answered.
 * @param {string} member @param {() => number} nowMs
 * @returns {Promise<Pushed>}
 */
async function pushOne(member, nowMs) {
  let sent = 0;
  let serverTimeMs = null;
  /** @type {Verdicts} of the batch before, not written yet */
  let judged = new Map();
  let batch = await nextBatch(member, nowMs);
  while (batch.length > 0) {
    const atMs = nowMs();
    const [reply, following] = await Promise.all([offer(batch), turnOver(member, judged, batch, nowMs)]);
    judged = new Map();
    serverTimeMs = reply.serverTimeMs ?? serverTimeMs;
    const isBroken = reply.status === 0 && nowMs() - atMs > BROKEN_AFTER_MS;
    if (reply.status === 413 || isBroken) limit = Math.max(1, Math.floor(batch.length / 2));
    if (reply.status === 413) {
      if (batch.length === 1) await noteTooLarge(member, batch[0], nowMs());
      batch = await nextBatch(member, nowMs);
      continue;
    }
    judged = reply.ok ? verdictsOf(reply.data, batch) : new Map();
    if (judged.size === 0) {
      return { delivered: false, status: reply.status, retryAfterSeconds: reply.retryAfterSeconds, sent, serverTimeMs };
    }
    sent += judged.size;
    limit = Math.min(MAX_BATCH_ENTRIES, limit * 2);
    batch = following;
    if (batch.length > 0) continue;
    batch = await turnOver(member, judged, [], nowMs); // what was saved meanwhile, or got no verdict
    judged = new Map();
  }
  return { delivered: true, status: 200, retryAfterSeconds: null, sent, serverTimeMs };
}

/** @param {Batch} batch */
function offer(batch) {
  return call("POST", "/api/events", { body: { entries: batch.map((row) => row.entry) }, gzip: true });
}

/** @param {string} member @param {Verdicts} judged @param {Batch} leaving what is on its way, not to be taken twice @param {() => number} nowMs */
async function turnOver(member, judged, leaving, nowMs) {
  if (judged.size > 0) await noteVerdicts(member, judged, nowMs());
  return nextBatch(member, nowMs, leaving);
}

/** @param {string} member @param {() => number} nowMs @param {Batch} [leaving] */
function nextBatch(member, nowMs, leaving = []) {
  return outboxBatch(member, nowMs(), { entries: limit, bytes: MAX_BATCH_BYTES }, leaving);
}

/**
 * Alone and still too much for the road: a person has to shorten it.
 * @param {string} member @param {{id: string, digest: string}} row @param {number} nowMs
 */
async function noteTooLarge(member, { id, digest }, nowMs) {
  await noteVerdicts(member, new Map([[id, { id, digest, verdict: "rejected", code: "too_large" }]]), nowMs);
}
