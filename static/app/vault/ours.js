/** Our organisation, and a statement of its stream: what every act on it begins with. */

import { refuseUnless } from "./problem.js";
import { current } from "./session.js";

/** @typedef {import("../rules/roster.js").Organisation} Organisation */

/**
 * @param {import("./rosters.js").Book} book
 * @returns {Organisation} ours @throws {import("./problem.js").VaultProblem} not_found
 */
export function ours(book) {
  const organisation = book.organisations.get(current().organisation);
  refuseUnless(organisation, "not_found");
  return organisation;
}

/**
 * @param {string} type @param {object} members @param {string[]} [beside]
 * @returns {import("./statements.js").Draft} a statement of our stream
 */
export function statement(type, members, beside) {
  return { stream: `organisation:${current().organisation}`, type, members, beside };
}

/** @param {Organisation} organisation @param {string} id @param {object} change @returns {Organisation} as it will be */
export function withMember(organisation, id, change) {
  const changed = { ...organisation.members[id], ...change };
  return { ...organisation, members: { ...organisation.members, [id]: changed } };
}
