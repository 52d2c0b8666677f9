// Secrets printed on paper: a personal recovery code, an organisation's or the authority's recovery key.
// It alone writes and reads those characters.

import { fromB64u, randomBytes, sha256, toB64u } from "./bytes.js";
import { importEncryptionKey, importSigningKey } from "./keys.js";
import { refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

// 32 characters of 5 bits, without I, L, O and U: a reader who mistakes one for 1 or 0 is still understood.
const CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP = 4;
const CODE_BYTES = 16;
const KEY_BYTES = 32;
const LEAST_CHECK_BITS = 12;

/** @returns {Promise<string>} 16 random bytes and 12 bits of checksum: 7 groups of 4 characters */
export function newRecoveryCode() {
  return print(randomBytes(CODE_BYTES));
}

/** @param {string} typed @returns {Promise<Bytes>} 16 bytes @throws {CryptoProblem} recovery_code: mistyped */
export function readRecoveryCode(typed) {
  return read(typed, CODE_BYTES);
}

/**
 * @param {import("./keys.js").PrivateJwk} privateJwk
 * @returns {Promise<string>} its 32 secret bytes and 24 bits of checksum: 14 groups of 4 characters
 */
export function printPrivateKey(privateJwk) {
  return print(fromB64u(privateJwk.d, KEY_BYTES));
}

/**
 * @param {string} typed @param {import("./keys.js").PublicJwk} publicJwk from the roster
 * @param {"signing" | "encryption"} use
 * @returns {Promise<CryptoKey>} non-extractable
 * @throws {CryptoProblem} recovery_code: mistyped, or of another key
 */
export async function readPrivateKey(typed, publicJwk, use) {
  const jwk = { ...publicJwk, d: toB64u(await read(typed, KEY_BYTES)) };
  const key = await (use === "signing" ? importSigningKey(jwk) : importEncryptionKey(jwk)).catch(() => null);
  refuseUnless(key, "recovery_code", "other_key");
  return key;
}

/** @param {number} bytes @returns {number} checksum bits: at least 12, up to a whole group */
function checkBits(bytes) {
  const groupBits = 5 * GROUP;
  return Math.ceil((bytes * 8 + LEAST_CHECK_BITS) / groupBits) * groupBits - bytes * 8;
}

/** @param {Bytes} bytes @returns {Promise<string>} the checksum's bits */
async function checksum(bytes) {
  return toBits(await sha256(bytes)).slice(0, checkBits(bytes.length));
}

/** @param {Bytes} bytes 16 or 32 @returns {Promise<string>} protocol §5, On paper */
export async function print(bytes) {
  const bits = toBits(bytes) + (await checksum(bytes));
  return spelled(bits).match(/.{4}/g)?.join("-") ?? "";
}

/** @param {Bytes} bytes a multiple of 5 @returns {string} 8 characters for each 5 bytes */
export function characters(bytes) {
  return spelled(toBits(bytes));
}

/** @param {string} bits */
function spelled(bits) {
  return bits.replace(/.{5}/g, (five) => CHARACTERS[parseInt(five, 2)]);
}

/** @param {string} typed @param {number} length @returns {Promise<Bytes>} */
async function read(typed, length) {
  const clean = typed.toUpperCase().replace(/[\s\-–—]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  const values = Array.from(clean, (character) => CHARACTERS.indexOf(character));
  const isWhole = values.length * 5 === length * 8 + checkBits(length) && !values.includes(-1);
  refuseUnless(isWhole, "recovery_code", "form");
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  const bytes = Uint8Array.from({ length }, (_, at) => parseInt(bits.slice(at * 8, at * 8 + 8), 2));
  refuseUnless(bits.slice(length * 8) === (await checksum(bytes)), "recovery_code", "checksum");
  return bytes;
}

/** @param {Bytes} bytes */
function toBits(bytes) {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}
