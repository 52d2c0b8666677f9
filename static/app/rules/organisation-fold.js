// What each statement of an `organisation:<id>` stream changes. Pure. Twin of models/rules/organisation_fold.py.

import { Role } from "../vocabulary.js";
import { newIds } from "./beside.js";
import { createCircle, dropHolder, grantCircle, rotateCircle } from "./circle-fold.js";
import { isCurrent } from "./circles.js";
import { memberOf } from "./network-fold.js";
import { Refused } from "./refused.js";

/** @typedef {import("./roster.js").Network} Network */
/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Member} Member */

/** @type {Record<string, (organisation: Organisation, payload: any, kid: string, today: string) => Organisation>} */
const CIRCLE_FOLDS = {
  "circle.created": createCircle,
  "circle.rotated": rotateCircle,
  "circle.granted": grantCircle,
};
/** @type {Record<string, (organisation: Organisation, payload: any) => Organisation>} */
const FOLDS = {
  "team.created": teamCreated,
  "member.added": memberAdded,
  "member.role_set": memberRoleSet,
  "member.ended": memberEnded,
  "member.rekeyed": memberRekeyed,
  "device.enrolled": deviceEnrolled,
  "device.revoked": deviceRevoked,
};

/**
 * The organisation after this statement, its chain aside.
 * @param {Organisation} organisation @param {Network} network @param {any} payload @param {string} kid @param {string} today
 * @returns {Organisation}
 * @throws {Refused} id_conflict, not_found, holder, one_holder, not_allowed, stale_epoch, last_supervisor
 */
export function foldOrganisation(organisation, network, payload, kid, today) {
  if (newIds(payload).some((id) => isTaken(organisation, id))) throw new Refused("id_conflict");
  if (payload.type === "charter.signed") return charterSigned(organisation, network, payload);
  if (payload.type in CIRCLE_FOLDS) return CIRCLE_FOLDS[payload.type](organisation, payload, kid, today);
  const folded = FOLDS[payload.type](organisation, payload);
  if (hasSupervisor(organisation, today) && !hasSupervisor(folded, today)) throw new Refused("last_supervisor");
  return folded;
}

/** Ids are never used again: a `kid` must name one thing for ever. @param {Organisation} organisation @param {string} id */
function isTaken(organisation, id) {
  const { members, devices, teams, circles } = organisation;
  return id === organisation.id || [members, devices, teams, circles].some((things) => id in things);
}

/** @param {Organisation} organisation @param {string} today @returns {boolean} */
function hasSupervisor({ members }, today) {
  return Object.values(members).some((member) => member.role === Role.SUPERVISOR && isCurrent(member, today));
}

/**
 * Judged by the network its signer named, so that a charter ended later does not undo the past.
 * @param {Organisation} organisation @param {Network} network @param {any} payload @returns {Organisation}
 */
function charterSigned(organisation, network, payload) {
  const charter = network.charters[payload.charter];
  const [known] = payload.heads.network;
  if (!charter || (charter.ended !== null && charter.ended <= known)) throw new Refused("not_found");
  const version = charter.versions[payload.version - 1];
  if (!version || version.number > known) throw new Refused("not_found");
  const before = organisation.signatures[charter.id];
  if (before && before.version > payload.version) return organisation;
  const signature = { charter: charter.id, version: payload.version, coversBranches: payload.covers_branches };
  return { ...organisation, signatures: { ...organisation.signatures, [charter.id]: signature } };
}

/** @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function teamCreated(organisation, { team: { id, name, structures } }) {
  return { ...organisation, teams: { ...organisation.teams, [id]: { id, name, structures } } };
}

/** @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function memberAdded(organisation, payload) {
  const member = memberOf(payload.member, payload.number);
  checkTeams(organisation, member);
  return withMember(organisation, member);
}

/** Everything but the keys may change; whoever no longer may hold a circle loses it. @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function memberRoleSet(organisation, payload) {
  const before = current(organisation, payload.member.id);
  const member = memberOf(payload.member, before.added);
  checkTeams(organisation, member);
  if (!sameKey(member.signing, before.signing) || !sameKey(member.encryption, before.encryption)) {
    throw new Refused("not_allowed");
  }
  return { ...withMember(organisation, member), circles: dropHolder(organisation.circles, member, false) };
}

/** @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function memberEnded(organisation, payload) {
  const member = { ...current(organisation, payload.member), ended: payload.number };
  return { ...withMember(organisation, member), circles: dropHolder(organisation.circles, member, true) };
}

/** New keys hold nothing yet. A printed key is not rekeyed: another is printed. @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function memberRekeyed(organisation, payload) {
  const before = current(organisation, payload.member);
  if (before.role === Role.RECOVERY) throw new Refused("not_allowed");
  const member = { ...before, signing: payload.signing, encryption: payload.encryption };
  return { ...withMember(organisation, member), circles: dropHolder(organisation.circles, member, true) };
}

/** @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function deviceEnrolled(organisation, { device: id, member, signing, number }) {
  const device = { id, member, signing, enrolled: number, revoked: null };
  return { ...organisation, devices: { ...organisation.devices, [id]: device } };
}

/** @param {Organisation} organisation @param {any} payload @returns {Organisation} */
function deviceRevoked(organisation, payload) {
  const device = organisation.devices[payload.device];
  if (!device || device.revoked !== null) throw new Refused("not_found");
  return { ...organisation, devices: { ...organisation.devices, [device.id]: { ...device, revoked: payload.number } } };
}

/** @param {Organisation} organisation @param {string} memberId @returns {Member} */
function current(organisation, memberId) {
  const member = organisation.members[memberId];
  if (!member || member.ended !== null) throw new Refused("not_found");
  return member;
}

/** @param {Organisation} organisation @param {Member} member */
function checkTeams(organisation, member) {
  if (!member.teams.every((team) => team in organisation.teams)) throw new Refused("not_found");
}

/** @param {import("./roster.js").Jwk|null} one @param {import("./roster.js").Jwk|null} other @returns {boolean} */
function sameKey(one, other) {
  return one?.x === other?.x && one?.y === other?.y;
}

/** @param {Organisation} organisation @param {Member} member @returns {Organisation} */
function withMember(organisation, member) {
  return { ...organisation, members: { ...organisation.members, [member.id]: member } };
}
