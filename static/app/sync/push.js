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

/**
 * One member's outbox, oldest first, until it is empty or the server stops answering.
 * @param {string} member @param {() => number} nowMs
 * @returns {Promise<Pushed>}
 */
async function pushOne(member, nowMs) {
  let sent = 0;
  let serverTimeMs = null;
  for (;;) {
    const batch = await outboxBatch(member, nowMs(), { entries: limit, bytes: MAX_BATCH_BYTES });
    if (batch.length === 0) return { delivered: true, status: 200, retryAfterSeconds: null, sent, serverTimeMs };
    const atMs = nowMs();
    const reply = await call("POST", "/api/events", { body: { entries: batch.map((row) => row.entry) }, gzip: true });
    serverTimeMs = reply.serverTimeMs ?? serverTimeMs;
    const isBroken = reply.status === 0 && nowMs() - atMs > BROKEN_AFTER_MS;
    if (reply.status === 413 || isBroken) limit = Math.max(1, Math.floor(batch.length / 2));
    if (reply.status === 413) {
      if (batch.length === 1) await noteTooLarge(member, batch[0], nowMs());
      continue;
    }
    const verdicts = reply.ok ? verdictsOf(reply.data, batch) : new Map();
    if (verdicts.size === 0) {
      return { delivered: false, status: reply.status, retryAfterSeconds: reply.retryAfterSeconds, sent, serverTimeMs };
    }
    await noteVerdicts(member, verdicts, nowMs());
    sent += verdicts.size;
    limit = Math.min(MAX_BATCH_ENTRIES, limit * 2);
  }
}

/**
 * Alone and still too much for the road: a person has to shorten it.
 * @param {string} member @param {{id: string, digest: string}} row @param {number} nowMs
 */
async function noteTooLarge(member, { id, digest }, nowMs) {
  await noteVerdicts(member, new Map([[id, { id, digest, verdict: "rejected", code: "too_large" }]]), nowMs);
}
