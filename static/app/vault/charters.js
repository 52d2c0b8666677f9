/** Charters: published under the authority's key, signed for an organisation by who may. */

import { newId } from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { refuseUnless } from "./problem.js";
import { current } from "./session.js";
import { declare } from "./statements.js";
import { statement } from "./ours.js";

/**
 * A first version, or the next one of `charter`.
 * @param {{charter?: string, title: string, text: string, flows: {from: string[], to: string[], categories: string[]}[],
 *   purposes: string[], bases: {id: string, version: number, floor?: string}[], transition_days: number, parties?: string[]}} given
 * @returns {Promise<{charter: string, version: number}>}
 * @throws {import("./problem.js").VaultProblem} not_allowed without the authority key
 */
export async function publishCharter({ charter = newId(nowMs()), ...words }) {
  refuseUnless(current().keys.authorityKey, "not_allowed");
  let version = 1;
  await declare((book) => {
    version = (book.network.charters[charter]?.versions.length ?? 0) + 1;
    return [{ stream: "network", type: "charter.published", members: { charter, version, ...words } }];
  });
  return { charter, version };
}

/**
 * @param {{charter: string, version: number, coversBranches?: boolean}} given
 * @throws {import("./problem.js").VaultProblem} not_allowed, not_found
 */
export async function signCharter({ charter, version, coversBranches = false }) {
  await declare(() => [statement("charter.signed", { charter, version, covers_branches: coversBranches })]);
}

/**
 * Ends a charter for everyone, for ever: nothing more is sent under it.
 * @param {string} charter @throws {import("./problem.js").VaultProblem} not_allowed without the authority key; not_found
 */
export async function endCharter(charter) {
  refuseUnless(current().keys.authorityKey, "not_allowed");
  await declare(() => [{ stream: "network", type: "charter.ended", members: { charter } }]);
}
