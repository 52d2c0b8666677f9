// How far a deputy goes: who signs by the permission `member.admit` gives no more than they have. Pure; vocabulary only.
// Twin of models/rules/deputies.py, run over the same vectors.

import { Role } from "../vocabulary.js";

/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Member} Member */

/** @type {readonly string[]} */
const SIMPLE_ROLES = [Role.VOLUNTEER, Role.WORKER];

/**
 * Whether this statement about a member asks more than the permission gives. Supervisors do not sign by it. A member who
 * does not exist is not judged here.
 * @param {Member} signer @param {any} payload @param {Organisation} organisation
 * @returns {boolean}
 */
export function oversteps(signer, payload, organisation) {
  if (signer.role === Role.SUPERVISOR) return false;
  // An organisation begins with its charter administrator alone: somebody must name the first supervisor.
  const bootstraps = signer.role === Role.CHARTER_ADMIN;
  switch (payload.type) {
    case "member.added":
      return !bootstraps && !isSimple(payload.member);
    case "member.role_set": {
      const { id } = payload.member;
      return id === signer.id || !(bootstraps || (isSimple(payload.member) && isSimple(organisation.members[id])));
    }
    case "member.ended":
      return payload.member === signer.id || !isSimple(organisation.members[payload.member]);
    default:
      return false;
  }
}

/** @param {{role: string, permissions: readonly string[]}|undefined} member @returns {boolean} */
function isSimple(member) {
  return member === undefined || (SIMPLE_ROLES.includes(member.role) && member.permissions.length === 0);
}
