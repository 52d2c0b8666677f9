// What two people or two devices compare: an HMAC under the invitation's secret, or twenty digits. It alone makes them.

import { fromB64u, sha256, toB64u, utf8 } from "./bytes.js";

const SECRET_BYTES = 16;
const DIGITS = 20;

/**
 * @param {string} secretB64u the invitation's 16 bytes @param {string} text
 * @returns {Promise<string>} b64u of HMAC-SHA-256
 * @throws {CryptoProblem} malformed
 */
export async function hmac(secretB64u, text) {
  const key = await importSecret(secretB64u, "sign");
  return toB64u(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text))));
}

/**
 * @param {string} secretB64u @param {string} text @param {string} mac
 * @returns {Promise<boolean>} compared in constant time
 * @throws {CryptoProblem} malformed
 */
export async function verifyHmac(secretB64u, text, mac) {
  const key = await importSecret(secretB64u, "verify");
  return crypto.subtle.verify("HMAC", key, fromB64u(mac), utf8(text));
}

/** @param {string} text @returns {Promise<string>} five groups of four digits, with spaces: protocol §6 */
export async function digits20(text) {
  const bytes = (await sha256(text)).subarray(0, 9);
  const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) % 10n ** BigInt(DIGITS);
  return number.toString().padStart(DIGITS, "0").replace(/(.{4})(?=.)/g, "$1 ");
}

/** @param {string} secretB64u @param {"sign" | "verify"} usage */
function importSecret(secretB64u, usage) {
  const secret = fromB64u(secretB64u, SECRET_BYTES);
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}
