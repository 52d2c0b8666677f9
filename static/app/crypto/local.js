// Data at rest on this device: sealed under the member's index key. It alone seals and opens it.

import { fromUtf8, utf8 } from "./bytes.js";
import { openCompact, sealCompact } from "./jose.js";

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
  // Plain JSON.parse: who has the key wrote it, and a snapshot of thousands of people is read at unlock.
  return JSON.parse(fromUtf8((await openCompact(sealed, indexKey, "dir")).bytes));
}
