// Ids and instants of protocol §1. It alone spells them; the clock is the caller's.

import { randomBytes } from "./bytes.js";

const MINUTE_MS = 60_000;

/**
 * A UUID version 7 (RFC 9562) whose time is floored to the minute, so that an id tells no more than `at`.
 * @param {number} nowMs milliseconds since 1970; 0 for an id that must tell no time at all
 * @returns {string} 36 characters, lower case
 */
export function newId(nowMs) {
  const bytes = randomBytes(16);
  let time = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** @param {number} nowMs @returns {string} `YYYY-MM-DDTHH:MMZ`, UTC, floored to the minute */
export function instant(nowMs) {
  return `${new Date(nowMs).toISOString().slice(0, 16)}Z`;
}
