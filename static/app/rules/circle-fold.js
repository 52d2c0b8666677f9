// What the three circle statements change, and what a circle loses when a member does. Pure.
// Twin of models/rules/circle_fold.py.

import { awaitsRotation, holders, isCurrent, mayHold, newestEpoch } from "./circles.js";
import { Refused } from "./refused.js";

/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").Circle} Circle */
/** @typedef {import("./roster.js").Epoch} Epoch */
/** @typedef {import("./roster.js").Member} Member */

const MIN_HOLDERS = 2; // with one, a lost phone would be a lost team

/** @param {Organisation} organisation @param {any} payload @param {string} kid @param {string} today @returns {Organisation} */
export function createCircle(organisation, payload, kid, today) {
  if (!organisation.teams[payload.team]) throw new Refused("not_found");
  const others = Object.values(organisation.circles);
  if (others.some((other) => other.team === payload.team && other.circleClass === payload.class)) {
    throw new Refused("id_conflict");
  }
  const circle = { id: payload.circle, team: payload.team, circleClass: payload.class, epochs: [epochOf(payload)] };
  checkHolders(organisation, circle, Object.keys(payload.holders), kid, today);
  return withCircle(organisation, circle);
}

/**
 * The epoch before remembers whether someone was left behind: what was sealed to it is refused.
 * @param {Organisation} organisation @param {any} payload @param {string} kid @param {string} today @returns {Organisation}
 */
export function rotateCircle(organisation, payload, kid, today) {
  const circle = known(organisation, payload.circle);
  checkHolders(organisation, circle, Object.keys(payload.holders), kid, today);
  if (payload.epoch !== circle.epochs.length + 1) throw new Refused("stale_epoch");
  const newest = newestEpoch(circle);
  const left = Object.keys(newest.holders).some((holder) => !(holder in payload.holders));
  const past = { ...newest, lost: left || awaitsRotation(organisation, circle.id, today) };
  return withCircle(organisation, { ...circle, epochs: [...circle.epochs.slice(0, -1), past, epochOf(payload)] });
}

/**
 * Who holds the newest epoch already keeps the wrap they have: another one, good for nothing, would lock them out.
 * @param {Organisation} organisation @param {any} payload @param {string} kid @param {string} today @returns {Organisation}
 */
export function grantCircle(organisation, payload, kid, today) {
  const circle = known(organisation, payload.circle);
  checkEligible(organisation, circle, [payload.member], today);
  if (!(kid in holders(organisation, circle.id, today))) throw new Refused("not_allowed");
  if (payload.epoch !== circle.epochs.length) throw new Refused("stale_epoch");
  const newest = newestEpoch(circle);
  if (payload.member in newest.holders) return organisation;
  const granted = { ...newest, holders: { ...newest.holders, [payload.member]: payload.wrap } };
  return withCircle(organisation, withNewest(circle, granted));
}

/**
 * The circles once this member holds no more what they may not hold (`allOfThem`: ended, or new keys). A loss lasts until
 * the rotation, even if the member is granted again: the key they had is no longer theirs alone.
 * @param {Record<string, Circle>} circles @param {Member} member @param {boolean} allOfThem
 * @returns {Record<string, Circle>}
 */
export function dropHolder(circles, member, allOfThem) {
  const kept = Object.values(circles).map((circle) =>
    allOfThem || !mayHold(member, circle) ? without(circle, member.id) : circle,
  );
  return Object.fromEntries(kept.map((circle) => [circle.id, circle]));
}

/** @param {Circle} circle @param {string} memberId @returns {Circle} */
function without(circle, memberId) {
  const newest = newestEpoch(circle);
  if (!(memberId in newest.holders)) return circle;
  const { [memberId]: _lost, ...left } = newest.holders;
  return withNewest(circle, { ...newest, holders: left, lost: true });
}

/** @param {Organisation} organisation @param {Circle} circle @param {string[]} members @param {string} kid @param {string} today */
function checkHolders(organisation, circle, members, kid, today) {
  checkEligible(organisation, circle, members, today);
  if (members.length < MIN_HOLDERS) throw new Refused("one_holder");
  if (!members.includes(kid)) throw new Refused("not_allowed");
}

/** @param {Organisation} organisation @param {Circle} circle @param {string[]} ids @param {string} today */
function checkEligible(organisation, circle, ids, today) {
  const members = ids.map((id) => organisation.members[id]);
  if (members.includes(/** @type {any} */ (undefined))) throw new Refused("not_found");
  if (!members.every((member) => isCurrent(member, today) && mayHold(member, circle))) throw new Refused("holder");
}

/** @param {Organisation} organisation @param {string} circleId @returns {Circle} */
function known(organisation, circleId) {
  const circle = organisation.circles[circleId];
  if (!circle) throw new Refused("not_found");
  return circle;
}

/** @param {any} payload @returns {Epoch} */
function epochOf(payload) {
  const { blob, holders: wraps, number } = payload;
  return { public: payload.public, blob, holders: { ...wraps }, number, lost: false };
}

/** @param {Circle} circle @param {Epoch} epoch @returns {Circle} */
function withNewest(circle, epoch) {
  return { ...circle, epochs: [...circle.epochs.slice(0, -1), epoch] };
}

/** @param {Organisation} organisation @param {Circle} circle @returns {Organisation} */
function withCircle(organisation, circle) {
  return { ...organisation, circles: { ...organisation.circles, [circle.id]: circle } };
}
