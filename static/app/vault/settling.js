/** What a verdict makes of a row of the outbox: its next state, and when it is offered again. Pure; keeps nothing. */

import { HELD_REASONS } from "../vocabulary.js";

/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */
/** @typedef {import("../sync/verdicts.js").Verdict} Verdict */

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 6 * 60 * MINUTE_MS;
/** Whatever a server asks: offered again at once, an event would be offered for ever. */
const SHORTEST_WAIT_MS = 5_000;

/** @param {OutboxRow} row @param {Verdict} verdict of this row @param {number} nowMs @returns {OutboxRow} */
export function judged(row, verdict, nowMs) {
  switch (verdict.verdict) {
    case "accepted":
    case "duplicate":
      return { ...row, state: "accepted", settledMs: nowMs, code: undefined, message: undefined };
    case "held":
      return {
        ...later(row, nowMs, MINUTE_MS),
        state: "held",
        code: HELD_REASONS.find((reason) => reason === verdict.reason),
      };
    case "rejected":
      return { ...row, state: "rejected", code: verdict.code, message: verdict.message, current: verdict.current };
    default:
      return { ...later(row, nowMs, Math.max(SHORTEST_WAIT_MS, (verdict.after ?? 0) * 1000)), state: "sealed" };
  }
}

/** @param {OutboxRow} row @param {number} nowMs @param {number} leastMs @returns {OutboxRow} */
function later(row, nowMs, leastMs) {
  return { ...row, tries: row.tries + 1, nextMs: nowMs + Math.min(LONGEST_WAIT_MS, leastMs * 2 ** row.tries) };
}
