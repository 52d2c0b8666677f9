// Data at rest on this device: sealed under the member's index key. It alone seals and opens it: as a JWE, or as bytes
// where there is so much of it that base64 would cost more than deciphering.

import { fromUtf8, randomBytes, utf8 } from "./bytes.js";
import { openCompact, sealCompact } from "./jose.js";
import { CryptoProblem } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const IV_BYTES = 12;

/** @param {CryptoKey} indexKey @param {object} object @returns {Promise<string>} JWE, `dir` */
export function sealLocal(indexKey, object) {
  return sealCompact(utf8(JSON.stringify(object)), { alg: "dir" }, indexKey);
}

/**
 * @param {CryptoKey} indexKey @param {string} sealed
 * @returns {Promise<Record<string, any>>}
 * @throws {CryptoProblem} cannot_open
 */
export async function openLocal(indexKey, sealed) {
  // Plain JSON.parse: who has the key wrote it.
  return JSON.parse(fromUtf8((await openCompact(sealed, indexKey, "dir")).bytes));
}

/** @param {CryptoKey} indexKey @param {Bytes} bytes @returns {Promise<Bytes>} a fresh iv, then what A256GCM gives */
export async function sealLocalBytes(indexKey, bytes) {
  const iv = randomBytes(IV_BYTES);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, indexKey, bytes));
  const all = new Uint8Array(IV_BYTES + sealed.length);
  all.set(iv);
  all.set(sealed, IV_BYTES);
  return all;
}

/**
 * @param {CryptoKey} indexKey @param {unknown} sealed as sealLocalBytes gave it
 * @returns {Promise<Bytes>}
 * @throws {CryptoProblem} cannot_open
 */
export async function openLocalBytes(indexKey, sealed) {
  try {
    if (!(sealed instanceof Uint8Array)) throw new TypeError("not bytes");
    const algorithm = { name: "AES-GCM", iv: sealed.slice(0, IV_BYTES) };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, indexKey, sealed.slice(IV_BYTES)));
  } catch {
    throw new CryptoProblem("cannot_open");
  }
}
