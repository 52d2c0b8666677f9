/** When to try again. Pure: the clock and the dice are arguments. */

const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
/** A portal may ask for days, and a timer of more than 24 of them fires at once. */
const LONGEST_ASKED_MS = 60 * 60_000;

/** @param {number|null} retryAfterSeconds as any server or proxy says it @returns {number} milliseconds we do wait for it */
export function waitAsked(retryAfterSeconds) {
  return Math.min(LONGEST_ASKED_MS, (retryAfterSeconds ?? 0) * 1000);
}

/**
 * Twice as long after each failure, between half and one and a half of it, so that a thousand phones that lost the
 * same server do not come back in the same second.
 * @param {number} failures  in a row, from 1
 * @param {number} dice      0 ≤ dice < 1
 * @param {number|null} retryAfterSeconds  what the server asked for; never less than that, up to an hour
 * @returns {number} milliseconds to wait
 */
export function waitAfter(failures, dice, retryAfterSeconds) {
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + dice);
  return Math.max(wait, waitAsked(retryAfterSeconds));
}
