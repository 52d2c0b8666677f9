/**
 * Makes this browser a device of a member: a signing key of its own, sealed here, enrolled by the member's key.
 * The key is on the disk before the server hears of it, so that a cut in between is simply tried again.
 */

import { call } from "../http.js";
import { generatePair, importSigningKey, instant, newId, openLocal, sealLocal, signObject } from "../crypto/index.js";
import { SUITE, VERSION } from "../vocabulary.js";
import { nowMs } from "./clock.js";
import { get, put, remove } from "./database.js";
import { VaultProblem, problemOf, refuseUnless } from "./problem.js";
import { deviceSession } from "./token.js";

/** @typedef {import("../crypto/bundle.js").OpenedBundle} OpenedBundle */
/** @typedef {Record<string, [number, string]>} Heads */

const TRIES = 5;

/**
 * @param {string} member @param {CryptoKey} indexKey
 * @returns {Promise<{id: string, publicJwk: any, key: CryptoKey}>} this browser's device, made once
 */
export async function deviceHere(member, indexKey) {
  const sealed = await get(member, "meta", "device");
  const known = sealed ? await openLocal(indexKey, sealed).catch(() => null) : null;
  if (known) return { id: known.id, publicJwk: known.publicJwk, key: await importSigningKey(known.privateJwk) };
  return keepDevice(member, indexKey, { id: newId(nowMs()), ...(await generatePair("signing")) });
}

/**
 * @param {string} member @param {CryptoKey} indexKey @param {{id: string, publicJwk: any, privateJwk: any}} device
 * @param {string} [name] where in `meta`
 */
export async function keepDevice(member, indexKey, { id, publicJwk, privateJwk }, name = "device") {
  await put(member, "meta", await sealLocal(indexKey, { id, publicJwk, privateJwk }), name);
  return { id, publicJwk, key: await importSigningKey(privateJwk) };
}

/**
 * This browser as an enrolled device. One that was revoked is not taken up again: another is made.
 * @param {OpenedBundle} keys @param {() => Promise<Heads>} heads
 * @returns {Promise<{id: string, publicJwk: any, key: CryptoKey}>} @throws {VaultProblem}
 */
export async function enrolHere(keys, heads) {
  const device = await deviceHere(keys.member, keys.indexKey);
  const isNew = await enrolDevice(keys, device, heads);
  const { problem } = await deviceSession(device, nowMs());
  refuseUnless(problem?.code !== "unknown_key", "unavailable"); // said to be enrolled, it was not
  if (isNew || problem?.code !== "member_ended") return device;
  const made = { id: newId(nowMs()), ...(await generatePair("signing")) };
  const again = await keepDevice(keys.member, keys.indexKey, made);
  await enrolDevice(keys, again, heads);
  await remove(keys.member, "meta", "ended");
  return again;
}

/**
 * @param {OpenedBundle} keys @param {{id: string, publicJwk: any}} device @param {() => Promise<Heads>} heads asks the
 *   server for the newest heads: others may write between reading and signing
 * @returns {Promise<boolean>} false: it had been enrolled before
 * @throws {VaultProblem}
 */
export async function enrolDevice(keys, device, heads) {
  // No roster tells yet which of two keys of a re-keying is the member's: the newer is tried first.
  let signingKey = keys.nextKey ?? keys.signingKey;
  for (let left = TRIES; left > 0; left -= 1) {
    const verdict = await pushStatement(await enrolment(keys, signingKey, device, await heads()));
    if (verdict.verdict === "accepted" || verdict.verdict === "duplicate") return true;
    if (verdict.code === "id_conflict") return false; // enrolled at an earlier try whose answer was lost, or long ago
    if (verdict.code === "bad_signature" && signingKey !== keys.signingKey) {
      signingKey = keys.signingKey;
      continue;
    }
    const isStale = verdict.verdict === "held" || verdict.code === "stale_head" || verdict.verdict === "retry";
    if (!isStale) throw new VaultProblem(verdict.code ?? "internal", { message: verdict.message });
  }
  throw new VaultProblem("unavailable");
}

/** @param {OpenedBundle} keys @param {CryptoKey} signingKey @param {{id: string, publicJwk: any}} device @param {Heads} heads */
function enrolment({ member, organisation }, signingKey, device, heads) {
  const stream = `organisation:${organisation}`;
  const [number, prev] = heads[stream] ?? [0, null];
  const payload = {
    v: VERSION,
    suite: SUITE,
    type: "device.enrolled",
    stream,
    number: number + 1,
    prev,
    at: instant(nowMs()),
    heads: { network: heads.network },
    device: device.id,
    member,
    signing: device.publicJwk,
  };
  return signObject("accord.statement", member, payload, signingKey);
}

/** @param {{jws: string, digest: string}} signed @returns {Promise<any>} its verdict @throws {VaultProblem} unavailable */
async function pushStatement({ jws, digest }) {
  const reply = await call("POST", "/api/events", { body: { entries: [{ jws, beside: [] }] } });
  if (!reply.ok) throw problemOf(reply);
  const verdict = reply.data?.verdicts?.[0];
  if (verdict?.digest !== digest) throw new VaultProblem("unavailable");
  return verdict;
}

/** @param {string} token @returns {() => Promise<Heads>} */
export function headsFromBundle(token) {
  return async () => {
    const reply = await call("GET", "/api/bundle", { token });
    if (!reply.ok || !reply.data?.heads) throw problemOf(reply);
    return reply.data.heads;
  };
}
