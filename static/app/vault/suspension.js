/** Sharing stops while a chain of members is in doubt: a fork, a rollback, an unknown key. Recording goes on. */

import { refuseUnless } from "./problem.js";
import { current } from "./session.js";

/**
 * @param {string} circle of ours
 * @returns {boolean} whether this device doubts our own members, the network, or who writes in this circle
 */
export function isKeyInDoubt(circle) {
  const { suspended, organisation } = current();
  return ["network", `organisation:${organisation}`, `circle:${circle}`].some((stream) => stream in suspended);
}

/**
 * Before a key is wrapped for anyone: nobody new may hold it on the word of a chain in doubt.
 * @param {string} circle @throws {import("./problem.js").VaultProblem} fork
 */
export function refuseKeyInDoubt(circle) {
  refuseUnless(!isKeyInDoubt(circle), "fork");
}

/** Nothing is sent to others while any chain is in doubt. @throws {import("./problem.js").VaultProblem} fork, member_ended */
export function refuseSuspended() {
  const { suspended, ended } = current();
  refuseUnless(Object.keys(suspended).length === 0, "fork");
  refuseUnless(!ended, "member_ended");
}
