// Wraps and blobs of a circle's epoch, protocol §2. It alone sees a circle key as bytes; index.js does not export it.

import { fromB64u, fromUtf8, toB64u, utf8 } from "./bytes.js";
import { openCompact, sealCompact } from "./jose.js";
import { hasExactly, parseObject } from "./json.js";
import { importEncryptionKey, importRecipientKey, importWrappingKey, isPublicJwk, publicOf } from "./keys.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").PublicJwk} PublicJwk */
/** @typedef {import("./keys.js").PrivateJwk} PrivateJwk */
/** @typedef {{id: string, encryption: PublicJwk}} Holder */
/** Fill keyBytes with zeros, and drop it, before returning to a caller outside crypto/.
 * @typedef {{keyBytes: Bytes, privateJwk: PrivateJwk}} RawEpoch */
/** What a holder needs to open the epoch again.
 * @typedef {{wrap: string, blob: string, privateKeys: CryptoKey[]}} SealedEpoch */
/** An epoch as the rest of the client sees it: nothing in it can be extracted. `sealed` in the newest only.
 * @typedef {{circle: string, epoch: number, key: CryptoKey, privateKey: CryptoKey, publicJwk: PublicJwk,
 *   sealed?: SealedEpoch}} EpochKeys */

const KEY_BYTES = 32;

/**
 * @param {Bytes} keyBytes @param {string} circle @param {number} epoch @param {Holder} holder
 * @returns {Promise<string>}
 */
export async function sealWrap(keyBytes, circle, epoch, holder) {
  const header = { alg: "ECDH-ES+A256KW", cir: `${circle}.${epoch}`, kid: holder.id };
  return sealCompact(keyBytes, header, await importRecipientKey(holder.encryption));
}

/**
 * @param {string} wrap @param {string} circle @param {number} epoch
 * @param {CryptoKey[]} privateKeys the member's, newest first: a wrap may be older than a re-keying
 * @returns {Promise<Bytes>} the 32 bytes of the epoch key
 * @throws {CryptoProblem} cannot_open
 */
export async function openWrap(wrap, circle, epoch, privateKeys) {
  for (const privateKey of privateKeys) {
    const opened = await openCompact(wrap, privateKey, "ECDH-ES+A256KW").catch(() => null);
    if (!opened) continue;
    const { bytes, header } = opened;
    const isExact = hasExactly(header, ["alg", "enc", "cir", "kid", "epk"]) && isPublicJwk(header.epk);
    refuseUnless(isExact && header.cir === `${circle}.${epoch}` && bytes.length === KEY_BYTES, "cannot_open", "wrap");
    return bytes;
  }
  throw new CryptoProblem("cannot_open", "wrap");
}

/**
 * @param {Bytes} keyBytes @param {string} circle @param {number} epoch @param {PrivateJwk} privateJwk
 * @param {RawEpoch | null} previous
 * @returns {Promise<string>}
 */
export function sealBlob(keyBytes, circle, epoch, privateJwk, previous) {
  const before = previous && { key: toB64u(previous.keyBytes), private: previous.privateJwk };
  const text = JSON.stringify({ private: privateJwk, previous: before });
  return sealCompact(utf8(text), { alg: "dir", cir: `${circle}.${epoch}` }, keyBytes);
}

/**
 * @param {string} blob @param {string} circle @param {number} epoch @param {Bytes} keyBytes
 * @returns {Promise<{privateJwk: PrivateJwk, previous: RawEpoch | null}>}
 * @throws {CryptoProblem} cannot_open
 */
export async function openBlob(blob, circle, epoch, keyBytes) {
  const { bytes, header } = await openCompact(blob, keyBytes, "dir");
  refuseUnless(hasExactly(header, ["alg", "enc", "cir"]) && header.cir === `${circle}.${epoch}`, "cannot_open", "blob");
  try {
    const content = parseObject(fromUtf8(bytes));
    const before = content.previous;
    const previous = before && { keyBytes: fromB64u(before.key, KEY_BYTES), privateJwk: before.private };
    return { privateJwk: content.private, previous };
  } catch {
    throw new CryptoProblem("cannot_open", "blob");
  }
}

/** Opens an epoch again from what its holder has, for the two acts that must: granting it and rotating it.
 * @param {EpochKeys} keys as openCircle returned it for the newest epoch
 * @returns {Promise<RawEpoch>} @throws {CryptoProblem} cannot_open */
export async function reopen({ circle, epoch, sealed }) {
  if (!sealed) throw new CryptoProblem("cannot_open", "not_newest");
  const keyBytes = await openWrap(sealed.wrap, circle, epoch, sealed.privateKeys);
  const { privateJwk } = await openBlob(sealed.blob, circle, epoch, keyBytes);
  return { keyBytes, privateJwk };
}

/**
 * @param {string} circle @param {number} epoch @param {RawEpoch} raw its bytes are overwritten
 * @returns {Promise<EpochKeys>}
 */
export async function importEpoch(circle, epoch, { keyBytes, privateJwk }) {
  try {
    const [key, privateKey] = await Promise.all([importWrappingKey(keyBytes), importEncryptionKey(privateJwk)]);
    return { circle, epoch, key, privateKey, publicJwk: publicOf(privateJwk) };
  } catch {
    throw new CryptoProblem("cannot_open", "key");
  } finally {
    keyBytes.fill(0);
  }
}
