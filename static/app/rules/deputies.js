// How far a deputy goes: who signs by the permission `member.admit` gives no more than they have. Pure.
// Twin of models/rules/deputies.py, run over the same vectors.

import { Role } from "../vocabulary.js";
import { isCurrent } from "./circles.js";

/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Member} Member */

/** @type {readonly string[]} */
const SIMPLE_ROLES = [Role.VOLUNTEER, Role.WORKER];

/**
 * Whether this statement about a member asks more than the permission gives. Supervisors do not sign by it. A member who
 * does not exist is not judged here.
 * @param {Member} signer @param {any} payload @param {Organisation} organisation @param {string} today
 * @returns {boolean}
 */
export function oversteps(signer, payload, organisation, today) {
  if (signer.role === Role.SUPERVISOR) return false;
  switch (payload.type) {
    case "member.added":
      return !bootstraps(signer, payload.member, organisation, today) && !isSimple(payload.member);
    case "member.role_set": {
      const { id } = payload.member;
      if (id === signer.id) return true;
      if (bootstraps(signer, payload.member, organisation, today)) return false;
      return !(isSimple(payload.member) && isSimple(organisation.members[id]));
    }
    case "member.ended":
      return payload.member === signer.id || !isSimple(organisation.members[payload.member]);
    default:
      return false;
  }
}

/**
 * An organisation begins with its charter administrator alone: somebody must name the first supervisor, and only the
 * first; from then on supervisors are the supervisors' affair.
 * @param {Member} signer @param {{id: string, role: string}} changed @param {Organisation} organisation
 * @param {string} today @returns {boolean}
 */
function bootstraps(signer, changed, { members }, today) {
  if (signer.role !== Role.CHARTER_ADMIN) return false;
  if (changed.role !== Role.SUPERVISOR && members[changed.id]?.role !== Role.SUPERVISOR) return true;
  return !Object.values(members).some((one) => one.role === Role.SUPERVISOR && isCurrent(one, today));
}

/** @param {{role: string, permissions: readonly string[]}|undefined} member @returns {boolean} */
function isSimple(member) {
  return member === undefined || (SIMPLE_ROLES.includes(member.role) && member.permissions.length === 0);
}
