// Bytes and text: base64url, UTF-8, digests, randomness. It alone draws random bytes.

import { CryptoProblem } from "./problem.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const ALPHABET = /^[A-Za-z0-9_-]*$/;
// The last character of a shortened group carries 4 or 2 spare bits; RFC 4648 §3.5 lets a reader refuse any but zero,
// and we must: otherwise two strings would stand for the same bytes.
const LAST_OF_TWO = /[AQgw]$/;
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/;
const ENCODER = new TextEncoder(); // made once: making one costs more than using it
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const CHUNK = 0x8000; // arguments a call takes safely

/** @param {Bytes} bytes @returns {string} base64url without padding */
export function toB64u(bytes) {
  const fast = /** @type {any} */ (bytes); // Uint8Array.prototype.toBase64: not yet on every phone in use
  if (fast.toBase64) return fast.toBase64({ alphabet: "base64url", omitPadding: true });
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {unknown} text @returns {text is string} whether it is the one base64url spelling of some bytes */
export function isB64u(text) {
  if (typeof text !== "string" || !ALPHABET.test(text)) return false;
  const rest = text.length % 4;
  return rest === 0 || (rest === 2 && LAST_OF_TWO.test(text)) || (rest === 3 && LAST_OF_THREE.test(text));
}

/**
 * @param {unknown} text
 * @param {number} [length] bytes expected
 * @returns {Bytes}
 * @throws {CryptoProblem} malformed
 */
export function fromB64u(text, length) {
  if (!isB64u(text)) throw new CryptoProblem("malformed", "base64url");
  const bytes = decode(text);
  if (length !== undefined && bytes.length !== length) throw new CryptoProblem("malformed", "length");
  return bytes;
}

/** @param {string} text base64url, already checked @returns {Bytes} */
function decode(text) {
  const fast = /** @type {any} */ (Uint8Array);
  if (fast.fromBase64) return fast.fromBase64(text, { alphabet: "base64url" });
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** @param {string} text @returns {Bytes} */
export function utf8(text) {
  return /** @type {Bytes} */ (ENCODER.encode(text));
}

/** @param {Bytes} bytes @returns {string} @throws {CryptoProblem} malformed when it is not UTF-8 */
export function fromUtf8(bytes) {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new CryptoProblem("malformed", "utf-8");
  }
}

/** @param {number} length @returns {Bytes} */
export function randomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** @param {number} n bytes @returns {string} b64u of n random bytes */
export function randomB64u(n) {
  return toB64u(randomBytes(n));
}

/** @param {string | Bytes} x a string stands for its UTF-8 bytes @returns {Promise<Bytes>} SHA-256, 32 bytes */
export async function sha256(x) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", typeof x === "string" ? utf8(x) : x));
}

/** @param {string | Bytes} x @returns {Promise<string>} protocol §1 digest: b64u(SHA-256), 43 characters */
export async function digest(x) {
  return toB64u(await sha256(x));
}
