// Who may do what, as far as a phone needs to know before it tries. Pure; may import the vocabulary only.
// Twin of models/rules/permission.py: a test compares every role and action.

import { Role } from "../vocabulary.js";

const ADMIT = "member.admit";

/**
 * An act is for `roles`, for a deputy named with `deputy`, for anyone on what is their own if `own`.
 * @typedef {{roles: readonly string[], deputy?: string, own?: boolean}} Rule
 */

const IN_TEAMS = [Role.VOLUNTEER, Role.WORKER, Role.SUPERVISOR];
/** @type {Rule} */
const TEAM = { roles: IN_TEAMS };
/** @type {Rule} */
const MEMBERS = { roles: [...IN_TEAMS, Role.CHARTER_ADMIN] };
/** @type {Rule} */
const ADMITTERS = { roles: [Role.SUPERVISOR], deputy: ADMIT };
/** @type {Rule} */
const KEEPERS = { roles: [Role.SUPERVISOR, Role.CHARTER_ADMIN] };
/** @type {Rule} */
const SELF = { roles: [], own: true };
/** @type {Rule} */
const SELF_OR_SUPERVISOR = { roles: [Role.SUPERVISOR], own: true };
/** @type {Rule} the network's key signs it: no role may do it */
const AUTHORITY = { roles: [] };

/** @type {Readonly<Record<string, Rule>>} */
export const ACTIONS = Object.freeze({
  "dossier.open": TEAM,
  "dossier.correct": TEAM,
  "reception.record": TEAM,
  "note.record": TEAM,
  "consent.give": TEAM,
  "consent.refuse": TEAM,
  "consent.defer": TEAM,
  "consent.withdraw": MEMBERS, // taking back never waits for the right person
  "receipt.issue": TEAM,
  "orientation.send": TEAM,
  "orientation.open": TEAM,
  "orientation.answer": TEAM,
  "orientation.cancel": TEAM,
  "network.found": AUTHORITY,
  "charter.publish": AUTHORITY,
  "charter.end": AUTHORITY,
  "authority.rotate": AUTHORITY,
  "organisation.admit": AUTHORITY,
  "charter.sign": { roles: [Role.SUPERVISOR, Role.CHARTER_ADMIN] },
  "team.create": ADMITTERS,
  "member.add": ADMITTERS,
  "member.set_role": ADMITTERS,
  "member.end": ADMITTERS,
  "member.rekey": SELF_OR_SUPERVISOR,
  "device.enrol": SELF,
  "device.revoke": SELF_OR_SUPERVISOR,
  "circle.create": ADMITTERS,
  "circle.rotate": ADMITTERS,
  "circle.grant": MEMBERS,
  "bundle.read": MEMBERS,
  "bundle.replace": MEMBERS,
  "passkey.add": MEMBERS,
  "invitation.create": ADMITTERS,
  "invitation.create_organisation": { roles: [Role.CHARTER_ADMIN] },
  "invitation.read": SELF,
  "feed.read": MEMBERS,
  "directory.read": MEMBERS,
  "directory.report": MEMBERS,
  "directory.import": KEEPERS,
  "directory.edit": KEEPERS,
  "directory.export": KEEPERS,
  "directory.keep_all": { roles: [Role.CHARTER_ADMIN] }, // the others keep the places of their own organisation
  "notice.read": MEMBERS,
  "notice.choose": { roles: [Role.SUPERVISOR, Role.CHARTER_ADMIN] },
  "notice.validate": { roles: [Role.CHARTER_ADMIN] }, // one text, the same for the whole network
  "desk.open": { roles: [Role.SUPERVISOR, Role.CHARTER_ADMIN] },
  "orientation.supervise": { roles: [Role.SUPERVISOR] },
});

/**
 * Whether a member of `role` with these named permissions may do `action`; `own`: on what is theirs (key, device).
 * @param {string} role @param {readonly string[]} permissions @param {string} action @param {boolean} [own]
 * @returns {boolean}
 */
export function may(role, permissions, action, own = false) {
  const rule = ACTIONS[action];
  if (!rule || !MEMBERS.roles.includes(role)) return false;
  const deputy = rule.deputy !== undefined && permissions.includes(rule.deputy);
  return rule.roles.includes(role) || deputy || (rule.own === true && own);
}
