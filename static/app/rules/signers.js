// Who must have signed a statement, and with which key. Pure. Twin of models/rules/signers.py.

import { isCurrent } from "./circles.js";
import { oversteps } from "./deputies.js";
import { may } from "./permission.js";
import { Refused } from "./refused.js";

/** @typedef {import("./roster.js").Signed} Signed */
/** @typedef {import("./roster.js").Network} Network */
/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Member} Member */
/** @typedef {import("./roster.js").Jwk} Jwk */

/** @type {Readonly<Record<string, string>>} a member's statement → the action its signer must be allowed */
const ACTION_OF = Object.freeze({
  "charter.signed": "charter.sign",
  "team.created": "team.create",
  "member.added": "member.add",
  "member.role_set": "member.set_role",
  "member.ended": "member.end",
  "member.rekeyed": "member.rekey",
  "device.enrolled": "device.enrol",
  "device.revoked": "device.revoke",
  "circle.created": "circle.create",
  "circle.rotated": "circle.rotate",
  "circle.granted": "circle.grant",
});

/**
 * The key that must have signed this statement, whose place in its chain was checked before.
 * @param {Signed} signed @param {Network} network @param {Organisation|null} organisation @param {string} today
 * @returns {Jwk}
 * @throws {Refused} not_allowed
 */
export function signerKey({ kid, payload }, network, organisation, today) {
  if (!organisation) return network.authority ?? payload.authority;
  const member = organisation.members[kid];
  if (!member?.signing || !isCurrent(member, today) || !maySign(member, payload, organisation, today)) {
    throw new Refused("not_allowed");
  }
  return member.signing;
}

/** @param {Member} member @param {any} payload @param {Organisation} organisation @param {string} today @returns {boolean} */
function maySign(member, payload, organisation, today) {
  if (payload.type === "member.role_set" && bindsOneself(member, payload.member)) return false;
  if (oversteps(member, payload, organisation, today)) return false;
  const owner = ownerOf(payload, organisation);
  const own = owner === undefined || owner === member.id;
  return may(member.role, member.permissions, ACTION_OF[payload.type], own);
}

/** Nobody declares themselves bound by secrecy. @param {Member} member @param {any} changed */
function bindsOneself(member, changed) {
  return changed.id === member.id && changed.ground !== undefined && changed.ground !== member.ground;
}

/** Whose keys or device this is about; undefined for an unknown device. @param {any} payload @param {Organisation} organisation */
function ownerOf(payload, organisation) {
  if (payload.type === "device.revoked") return organisation.devices[payload.device]?.member;
  return payload.member ?? null;
}
