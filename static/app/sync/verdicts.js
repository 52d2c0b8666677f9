/**
 * Reads the answer to a push. Strict: what is not a verdict for that id and that digest is no verdict, and the event
 * was not delivered. Pure.
 */

import { HELD_REASONS } from "../vocabulary.js";

/**
 * @typedef {{id: string, digest: string, verdict: string, position?: Record<string, number>, reason?: string,
 *   code?: string, message?: string, current?: string, after?: number}} Verdict
 */

/**
 * @param {Record<string, any>|null} data  the JSON object that came back
 * @param {{id: string, digest: string}[]} batch  what was offered
 * @returns {Map<string, Verdict>} by id; an event without a verdict here stays where it is
 */
export function verdictsOf(data, batch) {
  const digests = new Map(batch.map((row) => [row.id, row.digest]));
  /** @type {Map<string, Verdict>} */
  const found = new Map();
  if (!data || typeof data.epoch !== "string" || !data.epoch || !Array.isArray(data.verdicts)) return found;
  for (const verdict of data.verdicts) {
    if (isVerdict(verdict) && digests.get(verdict.id) === verdict.digest) found.set(verdict.id, verdict);
  }
  return found;
}

/** @param {any} value @returns {value is Verdict} */
function isVerdict(value) {
  if (value === null || typeof value !== "object") return false;
  if (typeof value.id !== "string" || typeof value.digest !== "string") return false;
  switch (value.verdict) {
    case "accepted":
    case "duplicate":
      return isPosition(value.position);
    case "held":
      return HELD_REASONS.includes(value.reason);
    case "rejected":
      return typeof value.code === "string" && /^[a-z_]{1,40}$/.test(value.code);
    case "retry":
      return typeof value.after === "number" && value.after >= 0;
    default:
      return false;
  }
}

/** @param {any} value {stream: number}, at least one */
function isPosition(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const numbers = Object.values(value);
  return numbers.length > 0 && numbers.every((number) => Number.isInteger(number) && Number(number) > 0);
}
