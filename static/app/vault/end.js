/** Whether this membership, or this device, has ended: by the chain known here, or by a statement that follows it. */

import { CryptoProblem, readSigned } from "../crypto/index.js";
import { Refused, isCurrent, vouch } from "../rules/roster.js";
import { verified } from "./rosters.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {"member"|"device"|"date"} Ended  left; this device revoked; past the last day, which may be moved */
/** @typedef {import("../rules/roster.js").Organisation} Organisation */

/**
 * @param {Pick<Open, "book"|"organisation"|"member"|"device">} open @param {unknown} cause JWS of a statement
 * @param {string} today @returns {Promise<Ended|null>} null: nothing that verifies says so
 */
export async function endOf(open, cause, today) {
  const organisation = open.book.organisations.get(open.organisation);
  if (!organisation) return null;
  return endKnown(organisation, open, today) ?? (await endTold(open, organisation, cause, today));
}

/** @param {Organisation} organisation @param {Pick<Open, "member"|"device">} me @param {string} today @returns {Ended|null} */
function endKnown({ members, devices }, { member, device }, today) {
  if (members[member] && members[member].ended !== null) return "member";
  if (devices[device.id] && devices[device.id].revoked !== null) return "device";
  return members[member] && !isCurrent(members[member], today) ? "date" : null;
}

/**
 * A statement the server would not let us read in its place: its signer must be allowed it by what we know. One that is
 * in the chain known here was folded already, and another in its place is no history of ours.
 * @param {Pick<Open, "book"|"member"|"device">} open @param {Organisation} organisation @param {unknown} cause
 * @param {string} today @returns {Promise<Ended|null>}
 */
async function endTold(open, organisation, cause, today) {
  try {
    if (typeof cause !== "string") return null;
    const signed = { ...(await readSigned(cause)), jws: cause };
    await vouch(signed, open.book.network, organisation, today, verified);
    return endSaid(signed.payload, open, today);
  } catch (error) {
    if (error instanceof Refused || error instanceof CryptoProblem) return null;
    throw error;
  }
}

/** @param {any} said @param {Pick<Open, "member"|"device">} me @param {string} today @returns {Ended|null} */
function endSaid({ type, member, device }, me, today) {
  if (type === "member.ended" && member === me.member) return "member";
  if (type === "device.revoked" && device === me.device.id) return "device";
  const isOurs = (type === "member.added" || type === "member.role_set") && member.id === me.member;
  return isOurs && member.ends_on !== undefined && today > member.ends_on ? "date" : null;
}
