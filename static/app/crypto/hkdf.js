// HKDF-SHA-256 without salt: from one secret, keys for several uses that tell nothing of each other. It alone derives.

import { utf8 } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const KEY_BYTES = 32;

/** @param {Bytes} bytes wiped @returns {Promise<CryptoKey>} feeds HKDF only, cannot be extracted */
export async function importSecret(bytes) {
  const key = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  bytes.fill(0);
  return key;
}

/** @param {CryptoKey} secret @param {string} info @returns {Promise<Bytes>} 32 bytes */
export async function derive(secret, info) {
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, secret, KEY_BYTES * 8));
}
