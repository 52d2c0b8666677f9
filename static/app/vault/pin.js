/**
 * The PIN of a shared device. After one full unlock, six digits reopen that profile for four hours or until the page
 * closes: the keys stay in this page's memory, never on the disk, and five errors drop them.
 */

import { digest, randomB64u } from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { VaultProblem, refuseUnless } from "./problem.js";
import { current } from "./session.js";

/** @typedef {{salt: string, mark: string, errors: number, untilMs: number, kept: import("./opening.js").Kept}} Parked */

const HOURS = 4;
const ERRORS = 5;
const PIN = /^\d{6}$/;
/** @type {Map<string, Parked>} */
const parked = new Map();

/** @param {string} member @returns {boolean} */
export function hasPin(member) {
  const entry = parked.get(member);
  if (entry && entry.untilMs <= nowMs()) parked.delete(member);
  return parked.has(member);
}

/**
 * @param {string} pin six digits @returns {Promise<void>}
 * @throws {VaultProblem} vault_locked; not_allowed on a device that is not shared; malformed
 */
export async function setPin(pin) {
  const { member, organisation, account, genesis, shared, device, keys } = current();
  refuseUnless(shared, "not_allowed");
  refuseUnless(PIN.test(pin), "malformed");
  const salt = randomB64u(16);
  const kept = { member, organisation, account, genesis, shared, device, keys };
  parked.set(member, { salt, mark: await digest(salt + pin), errors: 0, untilMs: nowMs() + HOURS * 3_600_000, kept });
}

/**
 * @param {string} member @param {string} pin
 * @returns {Promise<import("./opening.js").Kept>} @throws {VaultProblem} sign_in
 */
export async function unpark(member, pin) {
  const entry = hasPin(member) ? parked.get(member) : undefined;
  if (!entry) throw new VaultProblem("sign_in");
  if ((await digest(entry.salt + pin)) === entry.mark) {
    entry.errors = 0;
    return entry.kept;
  }
  entry.errors += 1;
  if (entry.errors >= ERRORS) parked.delete(member);
  throw new VaultProblem("sign_in");
}

/** The keys it kept are no longer ours. @param {string} member */
export function dropPin(member) {
  parked.delete(member);
}
