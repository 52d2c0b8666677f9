/**
 * New epochs of our circles: for those who still may hold them, and for whoever lost them only by taking new keys.
 * What was written before stays as it is; the key before is sealed in the new one's blob.
 */

import { createCircleEpoch } from "../crypto/index.js";
import { awaitsRotation, isCurrent, mayHold } from "../rules/roster.js";
import { Role } from "../vocabulary.js";
import { dateOf, nowMs } from "./clock.js";
import { refuseUnless } from "./problem.js";
import { ours, statement } from "./ours.js";
import { current } from "./session.js";
import { bookToCome, declare } from "./statements.js";
import { isKeyInDoubt, refuseKeyInDoubt } from "./suspension.js";

/** @typedef {import("./rosters.js").Book} Book */
/** @typedef {import("./statements.js").Draft} Draft */
/** @typedef {import("../rules/roster.js").Organisation} Organisation */
/** @typedef {import("../rules/roster.js").Circle} Circle */

const LEAST_HOLDERS = 2;

/**
 * Who the next epoch is for: those given the newest one who still may hold it, and the signer.
 * @param {Book} book @param {Organisation} organisation as it will be @param {Circle} circle @returns {string[]}
 */
function keepers(book, organisation, circle) {
  const given = Object.keys(book.given.get(`${circle.id}.${circle.epochs.length}`) ?? {});
  return [...new Set([...given, current().member])].filter((id) => mayKeep(organisation, circle, id));
}

/** @param {Organisation} organisation @param {Circle} circle @param {string} id */
function mayKeep(organisation, circle, id) {
  const member = organisation.members[id];
  return Boolean(member) && isCurrent(member, dateOf(nowMs())) && mayHold(member, circle);
}

/**
 * @param {Book} book @param {Organisation} organisation as it will be @param {string} circle
 * @param {{previous?: import("../crypto/epoch.js").EpochKeys, without?: string}} [how] `previous`: the newest epoch, when
 *   it was opened otherwise than by our own wrap; `without`: a member left out until they have new keys
 * @returns {Promise<Draft>} @throws {import("./problem.js").VaultProblem} one_holder, not_allowed: we do not have the key; fork
 */
export async function rotation(book, organisation, circle, how = {}) {
  refuseKeyInDoubt(circle);
  const state = organisation.circles[circle];
  refuseUnless(state, "not_found");
  const epoch = state.epochs.length;
  const previous = how.previous ?? current().circles.get(circle)?.get(epoch);
  refuseUnless(previous, "not_allowed");
  const kept = keepers(book, organisation, state).filter((id) => id !== how.without);
  const members = kept.map((id) => ({ id, encryption: /** @type {any} */ (organisation.members[id].encryption) }));
  const made = await createCircleEpoch({ circle, epoch: epoch + 1, members, previous });
  const { public: publicJwk, holders, blob, beside } = made;
  return statement("circle.rotated", { circle, epoch: epoch + 1, public: publicJwk, holders, blob }, beside);
}

/**
 * The rotations that follow an act on one member, in the same act. Removing never waits: a circle whose key we do not
 * have, or whose chain is in doubt, is left awaiting its rotation.
 * @param {Book} book @param {Organisation} after @param {string} member @param {(circle: Circle) => boolean} isLost
 * @param {{without?: string}} [how] @returns {Promise<Draft[]>}
 */
export function rotationsAfter(book, after, member, isLost, how = {}) {
  const lost = Object.values(after.circles).filter(
    (circle) => member in (book.given.get(`${circle.id}.${circle.epochs.length}`) ?? {}) && isLost(circle),
  );
  const able = lost.filter((circle) => canRotate(book, after, circle, how.without));
  return Promise.all(able.map((circle) => rotation(book, after, circle.id, how)));
}

/** @param {Book} book @param {Organisation} organisation @param {Circle} circle @param {string} [without] */
function canRotate(book, organisation, circle, without) {
  const { member, circles } = current();
  const kept = keepers(book, organisation, circle).filter((id) => id !== without);
  const hasKey = circles.get(circle.id)?.get(circle.epochs.length)?.sealed;
  const me = organisation.members[member];
  const maySign = me?.role === Role.SUPERVISOR || me?.permissions.includes("member.admit");
  return Boolean(hasKey && maySign) && kept.includes(member) && kept.length >= LEAST_HOLDERS && !isKeyInDoubt(circle.id);
}

/**
 * A new epoch for those who still may hold it.
 * @param {string} circle @throws {import("./problem.js").VaultProblem} one_holder, not_allowed: we do not hold it; fork
 */
export async function rotateCircle(circle) {
  await declare(async (book) => [await rotation(book, ours(book), circle)]);
}

/**
 * Rotates what awaits it and can be rotated here: after someone left elsewhere, took new keys, or reached their last day.
 * Without a gesture, at unlock and after each reading.
 * @returns {Promise<number>} how many circles
 */
export async function rotateAwaiting() {
  const open = current();
  const organisation = open.book.organisations.get(open.organisation);
  if (!organisation || open.ended || awaiting(open.book, organisation).length === 0) return 0;
  const coming = await bookToCome(open);
  const circles = awaiting(coming, ours(coming));
  if (circles.length === 0) return 0;
  await declare(async (book) =>
    Promise.all(awaiting(book, ours(book)).map((circle) => rotation(book, ours(book), circle.id))),
  );
  return circles.length;
}

/** @param {Book} book @param {Organisation} organisation @returns {Circle[]} */
function awaiting(book, organisation) {
  const today = dateOf(nowMs());
  return Object.values(organisation.circles).filter(
    (circle) => awaitsRotation(organisation, circle.id, today) && canRotate(book, organisation, circle),
  );
}
