/**
 * Joining: keys are made here, asked for by an invitation, and wait sealed until someone admits them. The private
 * halves are in the bundle, under the phrase, from the first minute.
 */

import { call } from "../http.js";
import {
  amendBundle,
  digits20,
  generatePair,
  hmac,
  makePassphraseSlot,
  newBundle,
  newId,
  openBundle,
  openPassphraseSlot,
} from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { get, put, remove } from "./database.js";
import { WAITING_DEVICE, beginAgain } from "./return.js";
import { deviceHere, enrolDevice, keepDevice } from "./enrol.js";
import { VaultProblem, problemOf, refuseUnless, translated } from "./problem.js";
import { checkStorage } from "./storage.js";
import { deviceSession } from "./token.js";
import { enter, keepStored } from "./unlock.js";

/**
 * @typedef {object} Pending  on the disk while it waits: ids, and keys sealed in the bundle
 * @property {string} invitation
 * @property {"member"|"organisation"} kind
 * @property {string} member
 * @property {string} account
 * @property {string} name
 * @property {string} code
 * @property {boolean} shared
 * @property {string} bundle
 * @property {any} slot
 * @property {any} signIn
 * @property {boolean} [returning]
 */

/** Bundle key of the pending join, until the page closes. @type {Uint8Array<ArrayBuffer>|null} */
let bundleKey = null;

/**
 * @param {{invitation: string, secret: string, genesis: string, kind: "member"|"organisation", account: string, name: string,
 *   passphrase: string, shared: boolean, organisation?: {name: string, kind: string}, returning?: string}} given
 *   `returning`: the member one was, before losing everything
 * @returns {Promise<{code: string}>} 20 digits to read aloud
 * @throws {VaultProblem} weak_passphrase, not_found: unknown, used up or expired; account_taken
 */
export function join({ invitation, secret, genesis, kind, account, name, passphrase, shared, organisation, returning }) {
  return translated(async () => {
    await checkStorage();
    const made = await makeKeys({ account, genesis, passphrase, member: returning });
    const asked = organisation && { id: newId(nowMs()), ...organisation };
    const request = JSON.stringify({
      v: 1,
      invitation,
      genesis,
      kind,
      account,
      name,
      member: { id: made.member, signing: made.signing, encryption: made.encryption },
      device: { id: made.device.id, signing: made.device.publicJwk },
      ...(asked ? { organisation: asked } : {}),
    });
    const code = await digits20(request);
    await keepPending({
      invitation,
      kind,
      member: made.member,
      account,
      name,
      code,
      shared,
      bundle: made.bundle,
      slot: made.slot,
      signIn: made.signIn,
      returning: Boolean(returning),
    });
    const reply = await call("POST", `/api/invitations/${invitation}`, {
      body: { request, mac: await hmac(secret, request) },
    });
    if (!reply.ok) throw problemOf(reply);
    return { code };
  });
}

/**
 * Every key of a new member, sealed; the device's in its own database.
 * @param {{account: string, genesis: string, passphrase: string, organisation?: string, authority?: any, member?: string}} given
 */
export async function makeKeys({ account, genesis, passphrase, organisation = "", authority, member: returning }) {
  const member = returning ?? newId(nowMs());
  const [signing, encryption, pair] = await Promise.all([
    generatePair("signing"),
    generatePair("encryption"),
    generatePair("signing"),
  ]);
  const content = {
    account,
    member,
    organisation,
    genesis,
    signing: signing.privateJwk,
    encryption: [encryption.privateJwk],
    ...(authority ? { authority } : {}),
  };
  const made = await newBundle(content);
  const { slot, signIn } = await makePassphraseSlot(made.bundleKey, passphrase);
  const { indexKey } = await openBundle(made.bundle, made.bundleKey);
  const device = { id: newId(nowMs()), ...pair };
  await keepDevice(member, indexKey, device, returning ? WAITING_DEVICE : "device");
  bundleKey = made.bundleKey;
  return { ...made, member, signing: signing.publicJwk, encryption: encryption.publicJwk, device, slot, signIn };
}

/** @param {Pending} pending */
async function keepPending(pending) {
  await put(null, "meta", pending, "join");
}

/** @returns {Promise<Pending|undefined>} */
function pending() {
  return get(null, "meta", "join");
}

/**
 * @returns {Promise<{account: string, name: string, code: string, kind: string, locked: boolean}|null>} `locked`: the phrase is needed to go on
 */
export async function pendingJoin() {
  const waiting = await pending();
  if (!waiting) return null;
  const { account, name, code, kind } = waiting;
  return { account, name, code, kind, locked: bundleKey === null };
}

/** @param {{passphrase: string}} given @throws {VaultProblem} sign_in, not_found */
export async function resumeJoin({ passphrase }) {
  const waiting = await pending();
  refuseUnless(waiting, "not_found");
  bundleKey = await openPassphraseSlot(waiting.slot, passphrase).catch(() => null);
  refuseUnless(bundleKey, "sign_in");
}

/**
 * Asks whether someone admitted us; if so makes this browser our device, puts the bundle and opens the vault.
 * @returns {Promise<"waiting"|"admitted">}
 * @throws {VaultProblem} not_found: nothing waits, or the invitation is gone; vault_locked: resumeJoin first; account_taken
 */
export function pollJoin() {
  return translated(async () => {
    const waiting = await pending();
    refuseUnless(waiting, "not_found");
    if (!bundleKey) throw new VaultProblem("vault_locked");
    const reply = await call("GET", `/api/invitations/${waiting.invitation}?member=${waiting.member}`);
    if (!reply.ok) throw problemOf(reply);
    if (reply.data?.state !== "admitted") return "waiting";
    const bundle = await amendBundle(waiting.bundle, bundleKey, { organisation: reply.data.organisation });
    await settle({ ...waiting, bundle }, bundleKey, async () => headsFor(waiting));
    return "admitted";
  });
}

/** @param {Pending} waiting */
async function headsFor({ invitation, member }) {
  const reply = await call("GET", `/api/invitations/${invitation}?member=${member}`);
  if (!reply.ok || !reply.data?.heads) throw problemOf(reply);
  return reply.data.heads;
}

/**
 * Enrols this device, puts the bundle, opens the vault. Each step may be done again after a cut.
 * @param {Pending} waiting @param {Uint8Array<ArrayBuffer>} key @param {() => Promise<Record<string, [number, string]>>} heads
 * @param {any[]} [moreSlots]
 */
export async function settle(waiting, key, heads, moreSlots = []) {
  const keys = await openBundle(waiting.bundle, key);
  if (waiting.returning) await beginAgain(waiting.member);
  const device = await deviceHere(waiting.member, keys.indexKey);
  await enrolDevice(keys, device, heads);
  const session = await deviceSession(device, nowMs());
  if (!session.ok || !session.data?.token) throw problemOf(session);
  const slots = [waiting.slot, ...moreSlots];
  const body = { previous: 0, account: waiting.account, bundle: waiting.bundle, slots, sign_in: waiting.signIn };
  const version = await putFirst(session.data.token, body, waiting.returning ?? false);
  const stored = { version, bundle: waiting.bundle, slots, member: waiting.member, organisation: keys.organisation };
  await keepStored(stored);
  await enter(stored, keys, waiting.shared);
  await remove(null, "meta", "join");
  bundleKey = null;
}

/**
 * A put whose answer was lost: what is there is ours if it is the same. Who returns replaces a bundle nobody can open.
 * @param {string} token @param {Record<string, any>} body @param {boolean} isReturning
 * @returns {Promise<number>} version
 */
async function putFirst(token, body, isReturning) {
  const reply = await call("PUT", "/api/bundle", { token, body });
  if (reply.ok && Number.isInteger(reply.data?.version)) return reply.data?.version;
  if (reply.problem?.code !== "stale_bundle") throw problemOf(reply);
  const there = await call("GET", "/api/bundle", { token });
  const { bundle, version } = there.data ?? {};
  if (bundle === body.bundle) return version;
  if (!isReturning || !Number.isInteger(version)) throw problemOf(reply);
  return putFirst(token, { ...body, previous: version }, false);
}
