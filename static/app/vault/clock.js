/** The only clock of the vault. Everything else is told the time. */

import { instant } from "../crypto/index.js";

const DAY_MS = 86_400_000;

/** @returns {number} milliseconds since 1970, by this device */
export function nowMs() {
  return Date.now();
}

/** @param {number} ms @returns {string} `YYYY-MM-DD`, UTC */
export function dateOf(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @param {string} from an instant @param {number} days @returns {string} the instant that many days later */
export function daysAfter(from, days) {
  return instant(Date.parse(from) + days * DAY_MS);
}
