/** The doors: sign in on a browser that does not know the member yet, unlock one that does. Offline where it can be. */

import { call } from "../http.js";
import {
  evaluatePasskey,
  openBundle,
  openPasskeySlot,
  openPassphraseSlot,
  openRecoverySlot,
  signInProof,
  stretchPassphrase,
} from "../crypto/index.js";
import { isObject } from "../rules/forms.js";
import { nowMs } from "./clock.js";
import { get, write } from "./database.js";
import { enrolHere, headsFromBundle } from "./enrol.js";
import { newerBundle } from "./newer.js";
import { keptFrom, open } from "./opening.js";
import { unpark } from "./pin.js";
import { VaultProblem, problemOf, refuseUnless, translated } from "./problem.js";
import { keepProfile, profileOf } from "./profiles.js";
import { readRosters } from "./first.js";
import { remakeStale } from "./remake.js";
import { lock } from "./session.js";
import { checkStorage } from "./storage.js";

export { setPin } from "./pin.js";

/** @typedef {{version: number, bundle: string, slots: any[], member: string, organisation: string}} Stored */
/** @typedef {(stored: Stored) => Promise<Uint8Array<ArrayBuffer>>} OpenSlot gives the bundle key */

/** A slot that says it cost otherwise than it did would never open again without the server. */
const COSTS = ["salt", "m", "t", "p"];

/**
 * @param {{account: string, passphrase: string, shared: boolean}} given
 * @throws {VaultProblem} sign_in: wrong or unknown, one shape; unavailable
 */
export function signIn({ account, passphrase, shared }) {
  return translated(async () => {
    await checkStorage();
    const asked = await call("POST", "/api/session/passphrase", { body: { account } });
    if (!asked.ok) throw problemOf(asked);
    const stretching = /** @type {any} */ (asked.data);
    const secret = await stretchPassphrase(passphrase, stretching);
    const proof = await signInProof(secret, stretching);
    const reply = await call("POST", "/api/session/passphrase", { body: { account, proof } });
    await arrive(reply, shared, (stored) =>
      openAny(stored, "passphrase", (slot) =>
        openPassphraseSlot(slot, COSTS.every((name) => slot[name] === stretching[name]) ? secret : passphrase),
      ),
    );
  });
}

/** @param {{shared: boolean}} given @throws {VaultProblem} passkey, unavailable */
export function signInWithPasskey({ shared }) {
  return translated(async () => {
    await checkStorage();
    refuseUnless(!shared, "not_allowed"); // a passkey of the platform opens for whoever holds the tablet
    const asked = await call("POST", "/api/session/passkey", { body: {} });
    if (!asked.ok || !asked.data?.options) throw problemOf(asked);
    const { prf, credentialJSON, credentialId } = await evaluatePasskey(
      [],
      asked.data.options.rpId ?? location.hostname,
      asked.data.options,
    );
    const reply = await call("POST", "/api/session/passkey", { body: { credential: credentialJSON } });
    await arrive(reply, shared, (stored) =>
      openAny(stored, "passkey", (slot) => openPasskeySlot(slot, prf), credentialId),
    );
  });
}

/**
 * @param {import("../http.js").Reply} reply with the 10-minute token @param {boolean} shared @param {OpenSlot} openSlot
 * @param {(stored: Stored, bundleKey: Uint8Array<ArrayBuffer>, device: {id: string, key: CryptoKey}) => Promise<Stored>} [renew]
 *   what changes in the bundle before it is used here
 * @returns {Promise<void>} the device is enrolled, the rosters are read, the vault is open
 */
export async function arrive(reply, shared, openSlot, renew = async (stored) => stored) {
  if (!reply.ok || typeof reply.data?.token !== "string") throw problemOf(reply);
  const { token } = reply.data;
  const fetched = await call("GET", "/api/bundle", { token });
  if (!fetched.ok || !isStored(fetched.data)) throw problemOf(fetched);
  const { version, bundle, slots, member, organisation } = fetched.data;
  const stored = { version, bundle, slots, member, organisation };
  const bundleKey = await openSlot(stored);
  const keys = await openBundle(bundle, bundleKey);
  refuseUnless(keys.member === member && keys.organisation === organisation, "cannot_open");
  const device = await enrolHere(keys, headsFromBundle(token));
  const settled = await renew(stored, bundleKey, device);
  await keepStored(settled);
  await enter(settled, keys, shared);
}

/** @param {Record<string, any>|null} data what came from the road @returns {data is Stored} */
function isStored(data) {
  const isSlot = (/** @type {unknown} */ slot) => isObject(slot) && typeof slot.kind === "string";
  const isNumbered = Number.isSafeInteger(data?.version) && data?.version > 0;
  return isNumbered && typeof data?.bundle === "string" && Array.isArray(data.slots) && data.slots.every(isSlot);
}

/** @param {Stored} stored */
export function keepStored(stored) {
  const { version, bundle, slots } = stored;
  return write(stored.member, ["meta"], (tx) => tx.objectStore("meta").put({ version, bundle, slots }, "bundle"));
}

/**
 * The last steps of every first arrival.
 * @param {Stored} stored @param {import("../crypto/bundle.js").OpenedBundle} keys @param {boolean} shared
 */
export async function enter(stored, keys, shared) {
  const { member, organisation, slots } = stored;
  await keepProfile({ member, organisation, account: keys.account, shared, doors: slots.map((slot) => slot.kind) });
  await open(await keptFrom(member, keys, shared));
  await readRosters(nowMs());
}

/**
 * @param {string} member @param {{passphrase?: string, pin?: string, recovery?: string}} secret one of them
 * @throws {VaultProblem} sign_in: it does not open
 */
export function unlock(member, { passphrase, pin, recovery }) {
  return translated(async () => {
    if (pin !== undefined) return opened(await unpark(member, pin));
    const slotKind = recovery === undefined ? "passphrase" : "recovery";
    return unlockWith(member, (stored) =>
      openAny(stored, slotKind, (slot) =>
        recovery === undefined ? openPassphraseSlot(slot, passphrase ?? "") : openRecoverySlot(slot, recovery),
      ),
    );
  });
}

/**
 * Works without network: the passkey's value opens the slot kept here.
 * @param {string} member @throws {VaultProblem} passkey, sign_in
 */
export function unlockWithPasskey(member) {
  return translated(() =>
    unlockWith(member, async (stored) => {
      const ids = stored.slots.filter((slot) => slot.kind === "passkey").map((slot) => slot.credential);
      refuseUnless(ids.length > 0, "passkey");
      const { prf, credentialId } = await evaluatePasskey(ids, location.hostname);
      return openAny(stored, "passkey", (slot) => openPasskeySlot(slot, prf), credentialId);
    }),
  );
}

/** @param {string} member @param {OpenSlot} openSlot */
async function unlockWith(member, openSlot) {
  const profile = await profileOf(member);
  const stored = profile && (await get(member, "meta", "bundle"));
  if (!profile || !stored) throw new VaultProblem("sign_in");
  const newer = await newerBundle(member, stored, openSlot);
  const keys = newer ?? (await openBundle(stored.bundle, await openSlot(stored)));
  await opened(await keptFrom(member, keys, profile.shared));
}

/** @param {import("./opening.js").Kept} kept */
async function opened(kept) {
  await lock();
  await open(kept);
  await remakeStale();
}

/**
 * The first slot of a kind that opens. A wrong secret and a damaged slot look the same, and no slot is ever rewritten.
 * @param {Stored} stored @param {string} kind @param {(slot: any) => Promise<Uint8Array<ArrayBuffer>>} openSlot @param {string} [credential]
 * @returns {Promise<Uint8Array<ArrayBuffer>>} @throws {VaultProblem} sign_in; passkey
 */
export async function openAny(stored, kind, openSlot, credential) {
  const slots = stored.slots.filter(
    (slot) => slot.kind === kind && (credential === undefined || slot.credential === credential),
  );
  for (const slot of slots) {
    const key = await openSlot(slot).catch(() => null);
    if (key) return key;
  }
  throw new VaultProblem(kind === "passkey" ? "passkey" : "sign_in");
}
