// Keys in and out of WebCrypto. Private keys leave it as JWK only at birth, to go straight into a sealed object.

import { fromB64u, isB64u } from "./bytes.js";
import { hasExactly } from "./json.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {{kty: "EC", crv: "P-256", x: string, y: string}} PublicJwk */
/** @typedef {PublicJwk & {d: string}} PrivateJwk */
/** @typedef {import("./bytes.js").Bytes} Bytes */

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const AGREEMENT = { name: "ECDH", namedCurve: "P-256" };
const COORDINATE_CHARACTERS = 43;
const PUBLIC_KEYS_KEPT = 1000;

/**
 * @param {"signing" | "encryption"} use
 * @returns {Promise<{publicJwk: PublicJwk, privateJwk: PrivateJwk}>} put `privateJwk` into sealBundle or sealLocal, and
 *   drop it
 */
export async function generatePair(use) {
  const pair =
    use === "signing"
      ? await crypto.subtle.generateKey(SIGNING, true, ["sign", "verify"])
      : await crypto.subtle.generateKey(AGREEMENT, true, ["deriveBits"]);
  const { x, y, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  refuseUnless(x && y && d, "malformed", "key");
  /** @type {PublicJwk} */
  const publicJwk = { kty: "EC", crv: "P-256", x, y };
  return { publicJwk, privateJwk: { ...publicJwk, d } };
}

/** @param {PrivateJwk} jwk @returns {PublicJwk} */
export function publicOf(jwk) {
  return { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
}

/** @param {PrivateJwk} jwk @returns {Promise<CryptoKey>} non-extractable @throws {CryptoProblem} malformed */
export function importSigningKey(jwk) {
  return importEc(jwk, PRIVATE_MEMBERS, SIGNING, ["sign"]);
}

/** @param {PrivateJwk} jwk @returns {Promise<CryptoKey>} non-extractable @throws {CryptoProblem} malformed */
export function importEncryptionKey(jwk) {
  return importEc(jwk, PRIVATE_MEMBERS, AGREEMENT, ["deriveBits"]);
}

/** @param {PublicJwk} jwk @returns {Promise<CryptoKey>} @throws {CryptoProblem} malformed */
export function importRecipientKey(jwk) {
  return importEc(jwk, PUBLIC_MEMBERS, AGREEMENT, []);
}

/** @type {Map<string, Promise<CryptoKey>>} reading a feed verifies thousands of events of a few devices */
const verifyingKeys = new Map();

/** @param {PublicJwk} jwk @returns {Promise<CryptoKey>} @throws {CryptoProblem} malformed */
export function importVerifyingKey(jwk) {
  const name = JSON.stringify(jwk);
  let key = verifyingKeys.get(name);
  if (!key) {
    if (verifyingKeys.size >= PUBLIC_KEYS_KEPT) verifyingKeys.clear();
    key = importEc(jwk, PUBLIC_MEMBERS, SIGNING, ["verify"]);
    verifyingKeys.set(name, key);
  }
  return key;
}

/** @param {Bytes} bytes 32 @returns {Promise<CryptoKey>} A256KW, non-extractable */
export function importWrappingKey(bytes) {
  return crypto.subtle.importKey("raw", bytes, "AES-KW", false, ["wrapKey", "unwrapKey"]);
}

/** @param {Bytes} bytes 32 @returns {Promise<CryptoKey>} A256GCM, non-extractable */
export function importContentKey(bytes) {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

const PUBLIC_MEMBERS = ["kty", "crv", "x", "y"];
const PRIVATE_MEMBERS = [...PUBLIC_MEMBERS, "d"];

/**
 * @param {unknown} value @returns {value is PublicJwk} protocol §1: exactly kty EC, crv P-256, x, y
 */
export function isPublicJwk(value) {
  return hasExactly(value, PUBLIC_MEMBERS) && isEcPoint(/** @type {any} */ (value));
}

/** @param {PublicJwk} jwk */
function isEcPoint(jwk) {
  const isCoordinate = (/** @type {unknown} */ text) => isB64u(text) && text.length === COORDINATE_CHARACTERS;
  return jwk.kty === "EC" && jwk.crv === "P-256" && isCoordinate(jwk.x) && isCoordinate(jwk.y);
}

/**
 * @param {any} jwk @param {string[]} members @param {EcKeyImportParams} algorithm @param {KeyUsage[]} usages
 * @returns {Promise<CryptoKey>}
 */
async function importEc(jwk, members, algorithm, usages) {
  refuseUnless(hasExactly(jwk, members) && isEcPoint(jwk), "malformed", "key");
  if ("d" in jwk) fromB64u(jwk.d, 32);
  try {
    return await crypto.subtle.importKey("jwk", jwk, algorithm, false, usages);
  } catch {
    throw new CryptoProblem("malformed", "key"); // for instance a point that is not on the curve
  }
}
