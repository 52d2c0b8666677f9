/**
 * New keys for oneself: after a phone was lost or stolen. They are in the bundle, under a new phrase, before anyone hears
 * of them; then the lost devices are revoked, `member.rekeyed` is signed, and our circles are rotated where we may.
 */

import { newRecoveryCode, openBundle, passphraseStrength, renewBundle } from "../crypto/index.js";
import { get } from "./database.js";
import { freshSlots, hasDoor, openedBy, putBundle, sheet } from "./doors.js";
import { ours, statement, withMember } from "./ours.js";
import { dropPin } from "./pin.js";
import { refuseUnless, translated } from "./problem.js";
import { rotationsAfter } from "./rotations.js";
import { changed, current } from "./session.js";
import { declare } from "./statements.js";

/**
 * @param {{passphrase: string, newPassphrase: string, lost?: string[]}} given `lost`: devices of ours to revoke
 * @returns {Promise<import("./shapes.js").Sheet|null>} a new sheet, if there was one: the one before opens nothing more
 * @throws {import("./problem.js").VaultProblem} sign_in, weak_passphrase, stale_bundle, unavailable: nothing changed;
 *   not_found: a device that is not ours
 */
export function renewKeys({ passphrase, newPassphrase, lost = [] }) {
  return translated(async () => {
    const { member, device, book } = current();
    refuseUnless(passphraseStrength(newPassphrase).ok, "weak_passphrase");
    const { devices, members } = ours(book);
    refuseUnless(lost.every((id) => devices[id]?.member === member && id !== device.id), "not_found");
    const stored = await get(member, "meta", "bundle");
    const { bundleKey } = await openedBy(stored, passphrase);
    const named = /** @type {import("../crypto/keys.js").PublicJwk|null} */ (members[member]?.signing ?? null);
    const made = await renewBundle(stored.bundle, bundleKey, named);
    const code = hasDoor(stored, "recovery") ? await newRecoveryCode() : null;
    const { slots, signIn } = await freshSlots(made.bundleKey, newPassphrase, code);
    await putBundle({ ...stored, bundle: made.bundle, slots }, signIn);
    current().keys = await openBundle(made.bundle, made.bundleKey);
    dropPin(member);
    await declareKeys(made, lost);
    changed("opened");
    return code === null ? null : sheet(code);
  });
}

/** @param {{signing: any, encryption: any}} keys public @param {string[]} lost */
function declareKeys({ signing, encryption }, lost) {
  const { member } = current();
  return declare(async (book) => {
    const known = ours(book);
    const after = withMember(known, member, { signing, encryption });
    return [
      ...lost
        .filter((device) => known.devices[device]?.revoked === null)
        .map((device) => statement("device.revoked", { device })),
      statement("member.rekeyed", { member, signing, encryption }),
      ...(await rotationsAfter(book, after, member, () => true)),
    ];
  });
}

/**
 * Whether someone else revoked a device of ours since our keys are what they are: its keys are to be replaced.
 * @returns {boolean}
 */
export function mustRenew() {
  const { book, organisation, member } = current();
  const devices = Object.values(book.organisations.get(organisation)?.devices ?? {});
  const since = book.rekeyed.get(member) ?? 0;
  return devices.some((device) => device.member === member && (device.revoked ?? 0) > since);
}
