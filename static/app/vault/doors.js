/** Adds and changes doors. Adding one re-opens an existing one; the bundle and sign-in part change in one request. */

import { call } from "../http.js";
import {
  createPasskey,
  evaluatePasskey,
  makePasskeySlot,
  makePassphraseSlot,
  makeRecoverySlot,
  newRecoveryCode,
  openPassphraseSlot,
  replaceBundleKey,
  signInProof,
  stretchPassphrase,
} from "../crypto/index.js";
import { get } from "./database.js";
import { isOutdated } from "./newer.js";
import { VaultProblem, problemOf, refuseUnless, translated } from "./problem.js";
import { keepProfile, profileOf } from "./profiles.js";
import { changed, current } from "./session.js";
import { tokenNow } from "./token.js";
import { keepStored } from "./unlock.js";

/** @typedef {{version: number, bundle: string, slots: any[]}} Stored */
/** @typedef {import("./shapes.js").Sheet} Sheet */

/**
 * @param {{passphrase: string}} given @returns {Promise<void>} the passkey opens this profile, here and offline
 * @throws {VaultProblem} sign_in; passkey: cancelled, or this device gives no value (keep the passphrase); not_allowed on a shared device
 */
export function addPasskey({ passphrase }) {
  return translated(async () => {
    const { member, shared } = current();
    refuseUnless(!shared, "not_allowed");
    const stored = await get(member, "meta", "bundle");
    const { bundleKey, signIn } = await openedBy(stored, passphrase);
    const token = await tokenNow();
    const asked = await call("POST", "/api/passkeys", { token, body: {} });
    if (!asked.ok || !asked.data?.options) throw problemOf(asked);
    const credential = await createPasskey(asked.data.options);
    const added = await call("POST", "/api/passkeys", { token, body: { credential } });
    if (!added.ok) throw problemOf(added);
    const evaluated = await evaluatePasskey([credential.id], asked.data.options.rp?.id ?? location.hostname);
    const slot = await makePasskeySlot(bundleKey, evaluated);
    await putBundle({ ...stored, slots: [...stored.slots, slot] }, signIn);
  });
}

/**
 * A new phrase for the same bundle key: passkeys and the printed code go on opening. For a phrase that leaked this is
 * not enough: the member must be re-keyed.
 * @param {string} old @param {string} passphrase
 * @throws {VaultProblem} sign_in, weak_passphrase, stale_bundle
 */
export function changePassphrase(old, passphrase) {
  return translated(async () => {
    const stored = await get(current().member, "meta", "bundle");
    const { bundleKey, slot: before } = await openedBy(stored, old);
    const { slot, signIn } = await makePassphraseSlot(bundleKey, passphrase);
    await putBundle(
      { ...stored, slots: [...stored.slots.filter((/** @type {any} */ one) => one.id !== before.id), slot] },
      signIn,
    );
  });
}

/**
 * One's own sheet: a code that opens this account on any phone, without the phrase. Making another one closes the first,
 * and with it every passkey: they are added again.
 * @param {{passphrase: string}} given
 * @returns {Promise<Sheet>} shown once, kept nowhere @throws {VaultProblem} sign_in, stale_bundle, unavailable
 */
export function printRecovery({ passphrase }) {
  return translated(async () => {
    const stored = await get(current().member, "meta", "bundle");
    if (hasDoor(stored, "recovery")) return sheet(await rebuild(stored, passphrase, { recovery: await newRecoveryCode() }));
    const code = await newRecoveryCode();
    const { bundleKey, signIn } = await openedBy(stored, passphrase);
    await putBundle({ ...stored, slots: [...stored.slots, await makeRecoverySlot(bundleKey, code)] }, signIn);
    return sheet(code);
  });
}

/**
 * Closes a door. The bundle key is replaced, so that who kept the door's secret opens nothing new: passkeys are closed
 * together, and a sheet is printed anew.
 * @param {{kind: "passkey"|"recovery"|"passphrase", passphrase: string}} given
 * @returns {Promise<Sheet|null>} the new sheet, if there was one and it was not the door
 * @throws {VaultProblem} last_door: the phrase; sign_in, stale_bundle, unavailable
 */
export function removeDoor({ kind, passphrase }) {
  return translated(async () => {
    refuseUnless(kind !== "passphrase", "last_door");
    const stored = await get(current().member, "meta", "bundle");
    refuseUnless(hasDoor(stored, kind), "not_found");
    const code = kind === "passkey" && hasDoor(stored, "recovery") ? await newRecoveryCode() : null;
    await rebuild(stored, passphrase, { recovery: code });
    return code === null ? null : sheet(code);
  });
}

/** @param {Stored} stored @param {string} kind @returns {boolean} */
export function hasDoor({ slots }, kind) {
  return slots.some((slot) => slot.kind === kind);
}

/** @param {string} code @returns {Sheet} */
export function sheet(code) {
  const { account, fingerprint } = current();
  return { account, code, fingerprint };
}

/** @template {string|null} T @param {Stored} stored @param {string} passphrase @param {{recovery: T}} kept @returns {Promise<T>} */
async function rebuild(stored, passphrase, { recovery }) {
  const { bundleKey } = await openedBy(stored, passphrase);
  const made = await replaceBundleKey(stored.bundle, bundleKey);
  const { slots, signIn } = await freshSlots(made.bundleKey, passphrase, recovery);
  await putBundle({ ...stored, bundle: made.bundle, slots }, signIn);
  return recovery;
}

/**
 * The only doors of a new bundle key.
 * @param {Uint8Array<ArrayBuffer>} bundleKey @param {string} passphrase @param {string|null} recovery
 * @returns {Promise<{slots: any[], signIn: object}>} @throws {import("../crypto/index.js").CryptoProblem} weak_passphrase
 */
export async function freshSlots(bundleKey, passphrase, recovery) {
  const { slot, signIn } = await makePassphraseSlot(bundleKey, passphrase);
  const printed = recovery === null ? [] : [await makeRecoverySlot(bundleKey, recovery)];
  return { slots: [slot, ...printed], signIn };
}

/**
 * @param {Stored} stored @param {string} passphrase
 * @returns {Promise<{bundleKey: Uint8Array<ArrayBuffer>, slot: any, signIn: object}>}
 */
export async function openedBy(stored, passphrase) {
  for (const slot of stored.slots.filter((one) => one.kind === "passphrase")) {
    const { salt, m, t, p } = slot;
    const secret = await stretchPassphrase(passphrase, { salt, m, t, p });
    const bundleKey = await openPassphraseSlot(slot, secret).catch(() => null);
    if (bundleKey) return { bundleKey, slot, signIn: { salt, m, t, p, proof: await signInProof(secret, slot) } };
  }
  throw new VaultProblem("sign_in");
}

/**
 * The server first: what it refused is not kept here. If the answer is lost, the next unlock still opens the old one.
 * @param {Stored} stored @param {object} signIn
 */
export async function putBundle({ version, bundle, slots }, signIn) {
  const { member, organisation, account } = current();
  const body = { previous: version, account, bundle, slots, sign_in: signIn };
  const token = await tokenNow();
  let reply = await call("PUT", "/api/bundle", { token, body });
  if (reply.problem?.code === "stale_bundle") reply = (await putAfterRestore(token, body)) ?? reply;
  if (!reply.ok || !Number.isInteger(reply.data?.version)) throw problemOf(reply);
  await keepStored({ version: reply.data?.version, bundle, slots, member, organisation });
  const profile = await profileOf(member);
  if (profile) await keepProfile({ ...profile, doors: slots.map((slot) => slot.kind) });
  changed("opened");
}

/**
 * A server restored from a backup has an older bundle than this device: ours takes its place, as many times as it takes
 * to be the newest for the member's other devices.
 * @param {string} token @param {{previous: number}} body
 * @returns {Promise<import("../http.js").Reply|null>} null: the server's is not older, or has keys that ours has not
 */
async function putAfterRestore(token, body) {
  const there = await call("GET", "/api/bundle", { token });
  if (isOutdated()) return null; // keys were taken on another device meanwhile: theirs is not thrown away
  const first = there.status === 404 ? 0 : there.data?.version;
  let reply = null;
  for (let previous = Number.isInteger(first) ? Math.max(0, first) : Infinity; previous < body.previous; previous += 1)
    reply = await call("PUT", "/api/bundle", { token, body: { ...body, previous } });
  return reply && call("PUT", "/api/bundle", { token, body });
}
