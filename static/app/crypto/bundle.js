// A member's bundle, protocol §5: every private key of one member under one bundle key. It alone seals and opens it.

import { VERSION } from "../vocabulary.js";
import { fromB64u, fromUtf8, randomB64u, randomBytes, utf8 } from "./bytes.js";
import { openCompact, sealCompact } from "./jose.js";
import { hasExactly, parseObject } from "./json.js";
import { generatePair, importContentKey, importEncryptionKey, importSigningKey, publicOf } from "./keys.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").PublicJwk} PublicJwk */
/** @typedef {import("./keys.js").PrivateJwk} PrivateJwk */
/**
 * @typedef {{account: string, member: string, organisation: string, genesis: string, signing: PrivateJwk,
 *   encryption: PrivateJwk[], index: string, authority?: PrivateJwk, next?: PrivateJwk}} BundleContent
 *   `encryption` newest first; `genesis` the digest of network.founded; `index` b64u of 32 bytes; `next` the signing key
 *   of a re-keying: of the two, the one that signs is the one the roster names
 */
/**
 * @typedef {{account: string, member: string, organisation: string, genesis: string,
 *   signingKey: CryptoKey, signingJwk: PublicJwk, encryptionKeys: CryptoKey[], encryptionJwks: PublicJwk[],
 *   indexKey: CryptoKey, authorityKey?: CryptoKey, authorityJwk?: PublicJwk,
 *   nextKey?: CryptoKey, nextJwk?: PublicJwk}} OpenedBundle
 *   the `…Jwk`s are public; no key can be extracted
 */

const KEY_BYTES = 32;

/**
 * @param {Omit<BundleContent, "index"> & {index?: string}} content a missing `index` key is drawn
 * @returns {Promise<{bundle: string, bundleKey: Bytes}>} make the slots with `bundleKey`, then drop it
 */
export async function newBundle(content) {
  const bundleKey = randomBytes(KEY_BYTES);
  const index = content.index ?? randomB64u(KEY_BYTES);
  return { bundle: await sealBundle({ ...content, index }, bundleKey), bundleKey };
}

/** @param {BundleContent} content @param {Bytes} bundleKey @returns {Promise<string>} JWE */
export function sealBundle(content, bundleKey) {
  return sealCompact(utf8(JSON.stringify({ v: VERSION, ...content })), { alg: "dir" }, bundleKey);
}

/**
 * @param {string} jwe @param {Bytes} bundleKey from a slot
 * @returns {Promise<OpenedBundle>}
 * @throws {CryptoProblem} cannot_open; unknown_suite for a bundle of another version
 */
export async function openBundle(jwe, bundleKey) {
  const content = await readBundle(jwe, bundleKey);
  try {
    return await importContent(content);
  } catch {
    throw new CryptoProblem("cannot_open", "bundle");
  }
}

/**
 * Changes what is inside without letting a private key out: a new encryption or signing key after a re-keying, an
 * authority key, an account or organisation known at last.
 * @param {string} jwe @param {Bytes} bundleKey
 * @param {Partial<Omit<BundleContent, "encryption" | "index">> & {encryption?: PrivateJwk}} change
 *   `encryption` becomes the newest; the older ones stay, older wraps need them
 * @returns {Promise<string>} JWE under the same bundle key
 * @throws {CryptoProblem} cannot_open, unknown_suite
 */
export async function amendBundle(jwe, bundleKey, { encryption, ...change }) {
  const content = await readBundle(jwe, bundleKey);
  const keys = encryption ? [encryption, ...content.encryption] : content.encryption;
  return sealBundle({ ...content, ...change, encryption: keys }, bundleKey);
}

/**
 * A fresh bundle key, for when a slot is removed: who kept the old slot and its secret opens nothing new. Every slot
 * that stays must be made again with the new key.
 * @param {string} jwe @param {Bytes} bundleKey
 * @returns {Promise<{bundle: string, bundleKey: Bytes}>}
 * @throws {CryptoProblem} cannot_open, unknown_suite
 */
export async function replaceBundleKey(jwe, bundleKey) {
  return newBundle(await readBundle(jwe, bundleKey));
}

/**
 * The bundle with new keys in it, before anyone hears of them, under a new bundle key.
 * @param {string} jwe @param {Bytes} bundleKey @param {PublicJwk | null} named the signing key the roster names
 * @returns {Promise<{bundle: string, bundleKey: Bytes, signing: PublicJwk, encryption: PublicJwk}>} for `member.rekeyed`
 * @throws {CryptoProblem} cannot_open, unknown_suite
 */
export async function renewBundle(jwe, bundleKey, named) {
  const { next: before, ...content } = await readBundle(jwe, bundleKey);
  const signing = before && named && before.x === named.x && before.y === named.y ? before : content.signing;
  const [next, encryption] = await Promise.all([generatePair("signing"), generatePair("encryption")]);
  const keys = [encryption.privateJwk, ...content.encryption];
  const made = await newBundle({ ...content, signing, next: next.privateJwk, encryption: keys });
  return { ...made, signing: next.publicJwk, encryption: encryption.publicJwk };
}

/** @param {string} jwe @param {Bytes} bundleKey @returns {Promise<BundleContent>} */
async function readBundle(jwe, bundleKey) {
  const { bytes, header } = await openCompact(jwe, bundleKey, "dir");
  refuseUnless(hasExactly(header, ["alg", "enc"]), "cannot_open", "header");
  const { v, ...content } = parseObject(fromUtf8(bytes));
  refuseUnless(v === VERSION, "unknown_suite");
  return /** @type {BundleContent} */ (content);
}

/** @param {BundleContent} content @returns {Promise<OpenedBundle>} */
async function importContent({ account, member, organisation, genesis, signing, encryption, index, authority, next }) {
  const [signingKey, encryptionKeys, indexKey] = await Promise.all([
    importSigningKey(signing),
    Promise.all(encryption.map(importEncryptionKey)),
    importContentKey(fromB64u(index, KEY_BYTES)),
  ]);
  const opened = { account, member, organisation, genesis, signingKey, signingJwk: publicOf(signing), encryptionKeys,
    encryptionJwks: encryption.map(publicOf), indexKey }; // prettier-ignore
  const more = authority && { authorityKey: await importSigningKey(authority), authorityJwk: publicOf(authority) };
  const renewed = next && { nextKey: await importSigningKey(next), nextJwk: publicOf(next) };
  return { ...opened, ...more, ...renewed };
}
