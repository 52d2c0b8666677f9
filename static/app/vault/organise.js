/** Acts of those who run an organisation: teams, circles, members, the printed recovery key. Each writes statements. */

import { createCircleEpoch, generatePair, grantCircle as wrapCircle, newId, printPrivateKey } from "../crypto/index.js";
import { isCurrent, mayHold } from "../rules/roster.js";
import { memberObject } from "./cards.js";
import { dateOf, nowMs } from "./clock.js";
import { refuseUnless } from "./problem.js";
import { current } from "./session.js";
import { declare } from "./statements.js";
import { isKeyInDoubt, refuseKeyInDoubt } from "./suspension.js";

/** @typedef {import("./rosters.js").Book} Book */
/** @typedef {import("./statements.js").Draft} Draft */
/** @typedef {import("../rules/roster.js").Organisation} Organisation */
/** @typedef {import("../rules/roster.js").Member} Member */
/** @typedef {import("./cards.js").Standing} Standing */

/** @param {Book} book @returns {Organisation} ours @throws {import("./problem.js").VaultProblem} not_found */
export function ours(book) {
  const organisation = book.organisations.get(current().organisation);
  refuseUnless(organisation, "not_found");
  return organisation;
}

/** @param {string} type @param {object} members @param {string[]} [beside] @returns {Draft} a statement of our stream */
export function statement(type, members, beside) {
  return { stream: `organisation:${current().organisation}`, type, members, beside };
}

/** @param {{name: string, structures?: string[]}} given @returns {Promise<string>} team id */
export async function createTeam({ name, structures = [] }) {
  const id = newId(nowMs());
  await declare(() => [statement("team.created", { team: { id, name, structures } })]);
  return id;
}

/**
 * @param {{team: string, class: "open"|"bound", members: string[]}} given at least two, the signer among them; the
 *   organisation's recovery key may be one
 * @returns {Promise<string>} circle id @throws {import("./problem.js").VaultProblem} holder, one_holder, not_allowed, fork: our chain is in doubt
 */
export async function createCircle({ team, class: circleClass, members }) {
  const circle = newId(nowMs());
  await declare(async (book) => {
    refuseKeyInDoubt(circle);
    const made = await createCircleEpoch({ circle, epoch: 1, members: holdersNamed(ours(book), members) });
    const { public: publicJwk, holders, blob, beside } = made;
    return [
      statement(
        "circle.created",
        { circle, team, class: circleClass, epoch: 1, public: publicJwk, holders, blob },
        beside,
      ),
    ];
  });
  return circle;
}

/** @param {Organisation} organisation @param {string[]} ids @returns {{id: string, encryption: any}[]} */
function holdersNamed(organisation, ids) {
  return ids.map((id) => {
    const member = organisation.members[id];
    refuseUnless(member, "not_found");
    return { id, encryption: member.encryption };
  });
}

/**
 * A new epoch for those who still may hold it. What was written before stays as it is.
 * @param {string} circle @throws {import("./problem.js").VaultProblem} one_holder, not_allowed: we do not hold it; fork
 */
export async function rotateCircle(circle) {
  await declare(async (book) => [await rotation(ours(book), circle)]);
}

/** @param {Organisation} organisation as it will be @param {string} circle @returns {Promise<Draft>} */
export async function rotation(organisation, circle) {
  refuseKeyInDoubt(circle);
  const state = organisation.circles[circle];
  refuseUnless(state, "not_found");
  const epoch = state.epochs.length;
  const previous = current().circles.get(circle)?.get(epoch);
  refuseUnless(previous, "not_allowed");
  const members = stillHolding(organisation, state);
  const made = await createCircleEpoch({
    circle,
    epoch: epoch + 1,
    members: holdersNamed(organisation, members),
    previous,
  });
  return statement(
    "circle.rotated",
    { circle, epoch: epoch + 1, public: made.public, holders: made.holders, blob: made.blob },
    made.beside,
  );
}

/** @param {Organisation} organisation @param {import("../rules/roster.js").Circle} circle @returns {string[]} */
function stillHolding(organisation, circle) {
  const newest = Object.keys(circle.epochs[circle.epochs.length - 1].holders);
  return newest.filter(
    (id) => isCurrent(organisation.members[id], dateOf(nowMs())) && mayHold(organisation.members[id], circle),
  );
}

/**
 * @param {{circle: string, member: string}} given
 * @throws {import("./problem.js").VaultProblem} holder, not_allowed, stale_epoch, fork
 */
export async function grantCircle({ circle, member }) {
  await declare(async (book) => [await grant(ours(book), circle, member)]);
}

/** @param {Organisation} organisation @param {string} circle @param {string} member @returns {Promise<Draft>} */
export async function grant(organisation, circle, member) {
  refuseKeyInDoubt(circle);
  const keys = current().circles.get(circle);
  const epoch = organisation.circles[circle]?.epochs.length ?? 0;
  refuseUnless(keys && keys.has(epoch), "not_allowed");
  const [holder] = holdersNamed(organisation, [member]);
  const { wrap, digest } = await wrapCircle(keys, { circle, epoch }, holder);
  return statement("circle.granted", { circle, epoch, member, wrap: digest }, [wrap]);
}

/**
 * The organisation's recovery key: a holder with no device, so that a small team can hold its keys twice.
 * @returns {Promise<{member: string, code: string}>} `code` is shown once, printed, and kept nowhere
 */
export async function addRecoveryKey() {
  const id = newId(nowMs());
  const { publicJwk, privateJwk } = await generatePair("encryption");
  const { member, card } = await memberObject(id, { encryption: publicJwk }, "Clé de secours", { role: "recovery" });
  await declare(() => [statement("member.added", { member }, [card])]);
  return { member: id, code: await printPrivateKey(privateJwk) };
}

/**
 * Ends a membership and, in the same act, rotates the circles we hold together.
 * @param {string} member @throws {import("./problem.js").VaultProblem} last_supervisor, not_allowed
 */
export async function endMember(member) {
  await declare(async (book) => {
    const organisation = ours(book);
    const without = {
      ...organisation,
      members: { ...organisation.members, [member]: { ...organisation.members[member], ended: Infinity } },
    };
    return [statement("member.ended", { member }), ...(await rotations(organisation, without, member))];
  });
}

/**
 * Removing never waits: a circle whose chain is in doubt is left awaiting its rotation.
 * @param {Organisation} before @param {Organisation} after @param {string} member who leaves @returns {Promise<Draft[]>}
 */
async function rotations(before, after, member) {
  const { circles } = current();
  const shared = Object.values(before.circles).filter((circle) => {
    const newest = circle.epochs[circle.epochs.length - 1];
    return newest.holders[member] && circles.get(circle.id)?.has(circle.epochs.length);
  });
  const able = shared.filter((circle) => stillHolding(after, circle).length >= 2 && !isKeyInDoubt(circle.id));
  return Promise.all(able.map((circle) => rotation(after, circle.id)));
}

/**
 * Changes what a member may do. Circles they may no longer hold are rotated in the same act.
 * @param {Standing & {member: string, name?: string}} given
 */
export async function setMember({ member: id, name, ...standing }) {
  await declare(async (book) => {
    const organisation = ours(book);
    const before = organisation.members[id];
    refuseUnless(before, "not_found");
    const { member, card } = await memberObject(id, before, name ?? current().names.get(id) ?? "Membre", standing);
    const changed = { ...before, role: standing.role, ground: standing.ground ?? null, teams: standing.teams ?? [] };
    const after = { ...organisation, members: { ...organisation.members, [id]: changed } };
    const lost = Object.values(organisation.circles).some(
      (circle) => circle.epochs.at(-1)?.holders[id] && !mayHold(changed, circle),
    );
    return [
      statement("member.role_set", { member }, [card]),
      ...(lost ? await lostRotations(organisation, after, id) : []),
    ];
  });
}

/** @param {Organisation} before @param {Organisation} after @param {string} id @returns {Promise<Draft[]>} */
async function lostRotations(before, after, id) {
  const kept = Object.entries(before.circles).filter(([, circle]) => !mayHold(after.members[id], circle));
  return rotations({ ...before, circles: Object.fromEntries(kept) }, after, id);
}

/** @param {string} device @throws {import("./problem.js").VaultProblem} not_allowed, not_found */
export async function revokeDevice(device) {
  await declare(() => [statement("device.revoked", { device })]);
}
