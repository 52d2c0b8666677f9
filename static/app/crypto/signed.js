// Signed objects of protocol §1: statements, events, session assertions. It alone signs, reads and verifies them.

import { MAX_EVENT_JWS_BYTES, MAX_STATEMENT_JWS_BYTES, SUITE, VERSION } from "../vocabulary.js";
import { digest, fromB64u, fromUtf8 } from "./bytes.js";
import { signCompact, verifyCompact } from "./jose.js";
import { hasExactly, parseObject } from "./json.js";
import { importVerifyingKey } from "./keys.js";
import { refuseUnless } from "./problem.js";

/** @typedef {"accord.statement" | "accord.event" | "accord.session"} Typ */
/** @typedef {{kid: string, typ: Typ, payload: Record<string, any>, digest: string}} Signed */

/** @type {Record<Typ, number>} */
const MAX_BYTES = {
  "accord.statement": MAX_STATEMENT_JWS_BYTES,
  "accord.event": MAX_EVENT_JWS_BYTES,
  "accord.session": MAX_EVENT_JWS_BYTES,
};
const SIGNATURE_BYTES = 64;

/**
 * @param {Typ} typ
 * @param {string} kid device id, member id, `authority`, or the thumbprint of a withdrawal key
 * @param {object} payload serialised once, here: the bytes signed are the bytes kept
 * @param {CryptoKey} signingKey
 * @returns {Promise<{jws: string, digest: string}>}
 * @throws {CryptoProblem} too_large
 */
export async function signObject(typ, kid, payload, signingKey) {
  const jws = await signCompact({ alg: "ES256", kid, typ }, JSON.stringify(payload), signingKey);
  refuseUnless(jws.length <= MAX_BYTES[typ], "too_large");
  return { jws, digest: await digestOf(jws) };
}

/**
 * Reads without verifying: only to learn which key to verify with.
 * @param {string} jws
 * @returns {Promise<Signed>} `digest` is of the signing input: it does not depend on the signature, which is malleable
 * @throws {CryptoProblem} malformed, too_large, unknown_suite
 */
export async function readSigned(jws) {
  refuseUnless(typeof jws === "string", "malformed", "jws");
  const parts = jws.split(".");
  refuseUnless(parts.length === 3, "malformed", "jws");
  const header = parseObject(fromUtf8(fromB64u(parts[0])));
  refuseUnless(isHeader(header), "malformed", "header");
  refuseUnless(jws.length <= MAX_BYTES[header.typ], "too_large");
  fromB64u(parts[2], SIGNATURE_BYTES);
  const payload = parseObject(fromUtf8(fromB64u(parts[1])));
  refuseUnless(payload.v === VERSION && payload.suite === SUITE, "unknown_suite");
  return { kid: header.kid, typ: header.typ, payload, digest: await digestOf(jws) };
}

/**
 * @param {string} jws @param {Typ} typ the only one accepted @param {import("./keys.js").PublicJwk} publicJwk
 * @returns {Promise<Record<string, any>>} the payload
 * @throws {CryptoProblem} bad_signature, malformed (also another typ), too_large, unknown_suite
 */
export async function verifySigned(jws, typ, publicJwk) {
  const signed = await readSigned(jws);
  refuseUnless(signed.typ === typ, "malformed", "typ");
  await verifyCompact(jws, await importVerifyingKey(publicJwk));
  return signed.payload;
}

/** @param {string} jws @returns {Promise<string>} */
function digestOf(jws) {
  return digest(jws.slice(0, jws.lastIndexOf(".")));
}

/** @param {Record<string, any>} header @returns {header is {alg: "ES256", kid: string, typ: Typ}} */
function isHeader(header) {
  const isExact = hasExactly(header, ["alg", "kid", "typ"]) && header.alg === "ES256";
  return isExact && typeof header.kid === "string" && Object.hasOwn(MAX_BYTES, header.typ);
}
