/** Acts of those who run an organisation: teams, circles, members, the printed recovery key. Each writes statements. */

import { createCircleEpoch, generatePair, grantCircle as wrapCircle, newId, printPrivateKey } from "../crypto/index.js";
import { mayHold } from "../rules/roster.js";
import { memberObject } from "./cards.js";
import { nowMs } from "./clock.js";
import { ours, statement, withMember } from "./ours.js";
import { refuseUnless } from "./problem.js";
import { rotationsAfter } from "./rotations.js";
import { current } from "./session.js";
import { declare } from "./statements.js";
import { refuseKeyInDoubt } from "./suspension.js";

/** @typedef {import("./rosters.js").Book} Book */
/** @typedef {import("./statements.js").Draft} Draft */
/** @typedef {import("../rules/roster.js").Organisation} Organisation */
/** @typedef {import("../rules/roster.js").Member} Member */
/** @typedef {import("./cards.js").Standing} Standing */

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
 * Ends a membership and, in the same act, rotates the circles whose key we have.
 * @param {string} member @throws {import("./problem.js").VaultProblem} last_supervisor, not_allowed
 */
export async function endMember(member) {
  await declare(async (book) => {
    const after = withMember(ours(book), member, { ended: Infinity });
    return [statement("member.ended", { member }), ...(await rotationsAfter(book, after, member, () => true))];
  });
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
    const change = { role: standing.role, ground: standing.ground ?? null, teams: standing.teams ?? [] };
    const after = withMember(organisation, id, change);
    const lost = await rotationsAfter(book, after, id, (circle) => !mayHold(after.members[id], circle));
    return [statement("member.role_set", { member }, [card]), ...lost];
  });
}

/**
 * A supervisor takes a lost device out. Who has no device left is left out of the next epochs: the keys on the lost one
 * must open nothing new, and they come back with new ones. One's own devices: `renewKeys`.
 * @param {string} device @throws {import("./problem.js").VaultProblem} not_allowed, not_found
 */
export async function revokeDevice(device) {
  await declare(async (book) => {
    const organisation = ours(book);
    const member = organisation.devices[device]?.member ?? "";
    const left = liveDevices(organisation, member).filter((id) => id !== device);
    const leaves = left.length === 0 && member !== current().member;
    const rotated = leaves ? await rotationsAfter(book, organisation, member, () => true, { without: member }) : [];
    return [statement("device.revoked", { device }), ...rotated];
  });
}

/** @param {Organisation} organisation @param {string} member @returns {string[]} ids of those not revoked */
export function liveDevices(organisation, member) {
  const devices = Object.values(organisation.devices);
  return devices.filter((device) => device.member === member && device.revoked === null).map(({ id }) => id);
}
