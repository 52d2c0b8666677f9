// What one may ask of an organisation's circles and devices, on a given day (UTC). Pure. Twin of models/rules/circles.py.

import { CircleClass, Role } from "../vocabulary.js";

/** @typedef {import("./roster.js").Member} Member */
/** @typedef {import("./roster.js").Device} Device */
/** @typedef {import("./roster.js").Circle} Circle */
/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Jwk} Jwk */

/** @param {Member} member @param {string} today `YYYY-MM-DD`, UTC @returns {boolean} neither ended nor past its last day */
export function isCurrent(member, today) {
  return member.ended === null && (member.endsOn === null || today <= member.endsOn);
}

/**
 * In the circle's team (a recovery key belongs to every team) and, for `bound`, with a secrecy ground.
 * @param {Member} member @param {{team: string, circleClass: string}} circle @returns {boolean}
 */
export function mayHold(member, circle) {
  const inTeam = member.role === Role.RECOVERY || member.teams.includes(circle.team);
  return inTeam && (circle.circleClass === CircleClass.OPEN || member.ground !== null);
}

/** @param {Circle} circle @returns {import("./roster.js").Epoch} */
export function newestEpoch(circle) {
  return circle.epochs[circle.epochs.length - 1];
}

/**
 * @param {Organisation} organisation @param {string} circleId @param {string} today
 * @returns {Record<string, string>} {member id: digest of their wrap} of who holds the newest epoch today
 */
export function holders(organisation, circleId, today) {
  const circle = organisation.circles[circleId];
  if (!circle) return {};
  const held = Object.entries(newestEpoch(circle).holders);
  return Object.fromEntries(held.filter(([member]) => isCurrent(organisation.members[member], today)));
}

/**
 * Whether someone lost the circle since its newest epoch: it receives no new disclosure until it is rotated.
 * @param {Organisation} organisation @param {string} circleId @param {string} today @returns {boolean}
 */
export function awaitsRotation(organisation, circleId, today) {
  const circle = organisation.circles[circleId];
  if (!circle) return false;
  const newest = newestEpoch(circle);
  const current = Object.keys(holders(organisation, circleId, today)).length;
  return newest.lost || current < Object.keys(newest.holders).length;
}

/**
 * Whether `epoch` is past and someone lost the circle between it and the newest one.
 * @param {Organisation} organisation @param {string} circleId @param {number} epoch @returns {boolean}
 */
export function supersededByRemoval(organisation, circleId, epoch) {
  const past = organisation.circles[circleId]?.epochs.slice(Math.max(epoch - 1, 0), -1) ?? [];
  return past.some(({ lost }) => lost);
}

/**
 * @param {Organisation} organisation @param {string} circleId @param {string} today
 * @returns {{profile: string, ground: string|null}[]} of the holders that count in the column (recovery keys do not)
 */
export function profiles(organisation, circleId, today) {
  const counted = [];
  for (const id of Object.keys(holders(organisation, circleId, today))) {
    const { role, profile, ground } = organisation.members[id];
    if (role !== Role.RECOVERY && profile !== null) counted.push({ profile, ground });
  }
  return counted;
}

/** @param {Organisation} organisation @param {string} memberId @param {string} today @returns {string[]} circle ids */
export function circlesOfMember(organisation, memberId, today) {
  return Object.keys(organisation.circles).filter((id) => memberId in holders(organisation, id, today));
}

/** @param {Organisation} organisation @param {string} teamId @param {string} circleClass @returns {Circle|null} */
export function circleOfTeam(organisation, teamId, circleClass) {
  const circles = Object.values(organisation.circles);
  return circles.find((circle) => circle.team === teamId && circle.circleClass === circleClass) ?? null;
}

/** @param {Organisation} organisation @param {string} circleId @param {number} epoch @returns {Jwk|null} */
export function circlePublicKey(organisation, circleId, epoch) {
  return organisation.circles[circleId]?.epochs[epoch - 1]?.public ?? null;
}

/**
 * The member whose device it is and that device, if enrolled and neither revoked nor ended at statement `number` (the
 * head an event names; the newest by default). The member is as the newest statement describes them.
 * @param {Organisation} organisation @param {string} deviceId @param {number} [number]
 * @returns {{member: Member, device: Device}|null}
 */
export function author(organisation, deviceId, number = organisation.digests.length) {
  const device = organisation.devices[deviceId];
  if (!device || device.enrolled > number || isOver(device.revoked, number)) return null;
  const member = organisation.members[device.member];
  return isOver(member.ended, number) ? null : { member, device };
}

/** @param {number|null} ended @param {number} at */
function isOver(ended, at) {
  return ended !== null && ended <= at;
}
