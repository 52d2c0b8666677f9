// The one importer of jose: its errors become ours here. It alone encrypts, decrypts, signs and verifies JOSE objects.
// Two readings go straight to WebCrypto, because a phone does them thousands of times in a row at its first load and
// jose takes twice as many steps: a signature whose header is known to be exact, a section under its own circle's key.

import {
  CompactEncrypt,
  CompactSign,
  GeneralEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  generalDecrypt,
} from "../../vendor/jose/index.js";
import { fromB64u, isB64u, utf8 } from "./bytes.js";
import { CryptoProblem } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {CryptoKey | Bytes} SecretKey raw bytes are for keys that live a few milliseconds */

const ENC = "A256GCM";

/**
 * @param {{alg: "ES256", kid: string, typ: string}} header @param {string} text payload @param {CryptoKey} key
 * @returns {Promise<string>} JWS compact
 */
export function signCompact(header, text, key) {
  return new CompactSign(utf8(text)).setProtectedHeader(header).sign(key);
}

/**
 * @param {string} jws whose header readSigned found to be exactly {alg: ES256, kid, typ} @param {CryptoKey} key
 * @throws {CryptoProblem} bad_signature
 */
export async function verifyCompact(jws, key) {
  const dot = jws.lastIndexOf(".");
  const signature = fromB64u(jws.slice(dot + 1));
  const input = utf8(jws.slice(0, dot));
  const isTrue = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, input);
  if (!isTrue) throw new CryptoProblem("bad_signature");
}

/**
 * @param {Bytes} bytes @param {{alg: string, [name: string]: string}} header `enc` is added @param {SecretKey} key
 * @returns {Promise<string>} JWE compact
 */
export function sealCompact(bytes, header, key) {
  const { alg, ...others } = header;
  return new CompactEncrypt(bytes).setProtectedHeader({ alg, enc: ENC, ...others }).encrypt(key);
}

/**
 * @param {string} jwe @param {SecretKey} key @param {"dir" | "A256KW" | "ECDH-ES+A256KW"} alg the only one accepted
 * @returns {Promise<{bytes: Bytes, header: Record<string, any>}>}
 * @throws {CryptoProblem} cannot_open
 */
export async function openCompact(jwe, key, alg) {
  if (typeof jwe !== "string" || !jwe.split(".").every(isB64u)) throw new CryptoProblem("cannot_open", "base64url");
  try {
    const opened = await compactDecrypt(jwe, key, only(alg));
    return { bytes: /** @type {Bytes} */ (opened.plaintext), header: opened.protectedHeader };
  } catch {
    throw new CryptoProblem("cannot_open");
  }
}

/** @typedef {{header: Record<string, any>, encrypted_key: string}} Recipient */
/** @typedef {{protected: string, iv: string, ciphertext: string, tag: string, recipients: Recipient[]}} GeneralJwe */

/**
 * @param {Bytes} bytes @param {Record<string, string>} header protected, without `alg`; `enc` is added
 * @param {{header: {alg: string, kid: string}, key: CryptoKey}[]} recipients two or more: with a single one jose would
 *   put `epk` into the protected header, which must be the same for every reader
 * @returns {Promise<GeneralJwe>}
 */
export async function sealGeneral(bytes, header, recipients) {
  const jwe = new GeneralEncrypt(bytes).setProtectedHeader({ enc: ENC, ...header });
  for (const recipient of recipients) jwe.addRecipient(recipient.key).setUnprotectedHeader(recipient.header);
  return /** @type {GeneralJwe} */ (await jwe.encrypt());
}

/**
 * @param {GeneralJwe} jwe one recipient @param {CryptoKey} key @param {"A256KW" | "ECDH-ES+A256KW"} alg
 * @returns {Promise<Bytes>}
 * @throws {CryptoProblem} cannot_open
 */
export async function openGeneral(jwe, key, alg) {
  try {
    if (alg === "A256KW") return await openWrapped(jwe, key);
    return /** @type {Bytes} */ ((await generalDecrypt(jwe, key, only(alg))).plaintext);
  } catch {
    throw new CryptoProblem("cannot_open");
  }
}

/** RFC 7516 §5.2 for A256KW and A256GCM: one unwrap, one decryption.
 * @param {GeneralJwe} jwe @param {CryptoKey} key @returns {Promise<Bytes>} */
async function openWrapped(jwe, key) {
  const wrapped = fromB64u(jwe.recipients[0].encrypted_key, 40);
  const content = await crypto.subtle.unwrapKey("raw", wrapped, key, "AES-KW", "AES-GCM", false, ["decrypt"]);
  const [iv, tag, ciphertext] = [fromB64u(jwe.iv, 12), fromB64u(jwe.tag, 16), fromB64u(jwe.ciphertext)];
  const sealed = new Uint8Array(ciphertext.length + tag.length);
  sealed.set(ciphertext);
  sealed.set(tag, ciphertext.length);
  const algorithm = { name: "AES-GCM", iv, additionalData: utf8(jwe.protected) };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, content, sealed));
}

/** @param {import("./keys.js").PublicJwk} jwk @returns {Promise<string>} RFC 7638, SHA-256, b64u */
export function thumbprint(jwk) {
  return calculateJwkThumbprint({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y });
}

/** @param {string} alg */
function only(alg) {
  return { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [ENC] };
}
