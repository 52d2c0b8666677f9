/** The session that reads: a 12-hour token, got with the device key while the vault is open, sealed at rest. */

import { call } from "../http.js";
import { instant, openLocal, sealLocal, signObject } from "../crypto/index.js";
import { SUITE, VERSION } from "../vocabulary.js";
import { dateOf, nowMs } from "./clock.js";
import { get, put, remove } from "./database.js";
import { endOf } from "./end.js";
import { learnBundle } from "./newer.js";
import { VaultProblem, problemOf } from "./problem.js";
import { changed, current, isOpen } from "./session.js";

/** @typedef {{token: string|null, refused: boolean, retryAfterSeconds: number|null}} Session `refused`: a person must sign in again */

const RENEW_BEFORE_MS = 30 * 60_000;

/** @param {number} atMs @returns {Promise<Session>} a token that lives a while longer; asks for one silently */
export async function sessionToken(atMs) {
  if (!isOpen()) return { token: null, refused: true, retryAfterSeconds: null };
  const { member, keys } = current();
  const sealed = await get(member, "meta", "token");
  const known = sealed ? await openLocal(keys.indexKey, sealed).catch(() => null) : null;
  if (known && Date.parse(known.expires_at) - atMs > RENEW_BEFORE_MS)
    return { token: known.token, refused: false, retryAfterSeconds: null };
  return renew(atMs);
}

/** @returns {Promise<string>} for an act that waits for it @throws {VaultProblem} session_expired, unavailable */
export async function tokenNow() {
  const session = await sessionToken(nowMs());
  if (!session.token) throw new VaultProblem(session.refused ? "session_expired" : "unavailable");
  return session.token;
}

/** The server said no to it. */
export async function dropToken() {
  if (isOpen()) await remove(current().member, "meta", "token");
}

/** @param {number} atMs @returns {Promise<Session>} */
async function renew(atMs) {
  const { member, keys, device } = current();
  const reply = await deviceSession(device, atMs);
  if (reply.ok && typeof reply.data?.token === "string") {
    const { token, expires_at } = reply.data;
    await put(member, "meta", await sealLocal(keys.indexKey, { token, expires_at }), "token");
    await noteAdmitted();
    await learnBundle(token);
    return { token, refused: false, retryAfterSeconds: null };
  }
  if (reply.problem?.code === "member_ended") await noteEnded(reply.problem.cause);
  return {
    token: null,
    refused: reply.status === 401 || reply.status === 403,
    retryAfterSeconds: reply.retryAfterSeconds,
  };
}

/**
 * @param {{id: string, key: CryptoKey}} device @param {number} atMs
 * @returns {Promise<import("../http.js").Reply>}
 */
export async function deviceSession(device, atMs) {
  const asked = await call("POST", "/api/session/device", { body: { device: device.id } });
  if (!asked.ok || typeof asked.data?.nonce !== "string") return asked;
  const payload = {
    v: VERSION,
    suite: SUITE,
    device: device.id,
    nonce: asked.data.nonce,
    origin: location.origin,
    at: instant(atMs),
  };
  const { jws } = await signObject("accord.session", device.id, payload, device.key);
  return call("POST", "/api/session/device", { body: { assertion: jws } });
}

/**
 * What ended closes what others shared, once its cause is verified. Nothing is destroyed, and what waits to be sent stays.
 * @param {unknown} cause JWS, absent when the network said it
 */
async function noteEnded(cause) {
  const open = current();
  const ended = await endOf(open, cause, dateOf(nowMs()));
  if (!ended) return;
  await put(open.member, "meta", ended, "ended");
  open.ended = ended;
  changed("sync");
}

/** A last day may be moved: who has a token again is a member again. A removal is for ever. */
async function noteAdmitted() {
  const open = current();
  if (open.ended !== "date") return;
  await remove(open.member, "meta", "ended");
  open.ended = null;
  changed("sync");
}

/** @returns {Promise<void>} the `/desk/` cookie is set: navigate there @throws {VaultProblem} */
export async function openDesk() {
  const reply = await call("POST", "/desk/session", { token: await tokenNow(), body: {}, cookies: true });
  if (!reply.ok) throw problemOf(reply);
}
