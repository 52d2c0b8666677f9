// Slots, protocol §5: each is one way to reach the bundle key. It alone derives slot keys and the sign-in proof.

import { COST, argon2id } from "./argon2.js";
import { digest, fromB64u, randomBytes, toB64u, utf8 } from "./bytes.js";
import { derive, importSecret } from "./hkdf.js";
import { newId } from "./ids.js";
import { openCompact, sealCompact } from "./jose.js";
import { hasExactly } from "./json.js";
import { passphraseStrength } from "./passphrase.js";
import { readRecoveryCode } from "./printed.js";
import { refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/**
 * @typedef {{id: string, kind: "passphrase" | "passkey" | "recovery", jwe: string, salt?: string, m?: number,
 *   t?: number, p?: number, credential?: string, proof?: string}} Slot
 */
/** @typedef {{salt: string, m: number, t: number, p: number}} Stretching salt b64u of 16 bytes, m in KiB */
/** @typedef {CryptoKey} Stretched what Argon2id made of a passphrase; feeds HKDF only, cannot be extracted */

const KEY_BYTES = 32;
const SALT_BYTES = 16;
const INFO = {
  passphrase: "accord slot 1",
  signIn: "accord sign-in 1",
  passkey: "accord passkey 1",
  recovery: "accord recovery 1",
  recoverySignIn: "accord recovery sign-in 1",
};

/**
 * One Argon2id run serves both the slot and the sign-in proof: stretch once, give the result to both.
 * @param {string} passphrase @param {Stretching} stretching
 * @returns {Promise<Stretched>}
 * @throws {CryptoProblem} cannot_open: cost out of bounds; malformed: salt
 */
export async function stretchPassphrase(passphrase, { salt, m, t, p }) {
  const bytes = await argon2id(utf8(passphrase.normalize("NFKC")), fromB64u(salt, SALT_BYTES), { m, t, p });
  return importSecret(bytes);
}

/**
 * @param {string | Stretched} passphrase @param {Stretching} stretching
 * @returns {Promise<string>} b64u, 43 characters
 */
export async function signInProof(passphrase, stretching) {
  return toB64u(await derive(await stretched(passphrase, stretching), INFO.signIn));
}

/**
 * @param {Bytes} bundleKey @param {string} passphrase
 * @returns {Promise<{slot: Slot, signIn: Stretching & {proof: string}}>} both go into one PUT /api/bundle
 * @throws {CryptoProblem} weak_passphrase
 */
export async function makePassphraseSlot(bundleKey, passphrase) {
  refuseUnless(passphraseStrength(passphrase).ok, "weak_passphrase");
  const stretching = { salt: toB64u(randomBytes(SALT_BYTES)), ...COST };
  const secret = await stretchPassphrase(passphrase, stretching);
  const jwe = await sealSlot(bundleKey, secret, INFO.passphrase);
  return {
    slot: { id: newId(0), kind: "passphrase", jwe, ...stretching },
    signIn: { ...stretching, proof: await signInProof(secret, stretching) },
  };
}

/**
 * @param {Slot} slot @param {string | Stretched} passphrase
 * @returns {Promise<Bytes>} the bundle key
 * @throws {CryptoProblem} cannot_open
 */
export async function openPassphraseSlot(slot, passphrase) {
  refuseUnless(slot.kind === "passphrase", "cannot_open", "kind");
  return openSlot(slot, await stretched(passphrase, /** @type {Stretching} */ (slot)), INFO.passphrase);
}

/**
 * @param {Bytes} bundleKey
 * @param {{prf: Bytes, credentialId: string}} evaluated from evaluatePasskey, never from creation
 * @returns {Promise<Slot>} opened once already: a value that does not open gives no slot
 * @throws {CryptoProblem} passkey (no PRF value), cannot_open
 */
export async function makePasskeySlot(bundleKey, { prf, credentialId }) {
  const jwe = await sealSlot(bundleKey, await prfSecret(prf), INFO.passkey);
  /** @type {Slot} */
  const slot = { id: newId(0), kind: "passkey", jwe, credential: credentialId };
  const opened = await openPasskeySlot(slot, prf);
  refuseUnless(toB64u(opened) === toB64u(bundleKey), "cannot_open", "verify");
  return slot;
}

/**
 * @param {Slot} slot @param {Bytes} prf
 * @returns {Promise<Bytes>} the bundle key
 * @throws {CryptoProblem} cannot_open, passkey
 */
export async function openPasskeySlot(slot, prf) {
  refuseUnless(slot.kind === "passkey", "cannot_open", "kind");
  return openSlot(slot, await prfSecret(prf), INFO.passkey);
}

/**
 * @param {Bytes} bundleKey @param {string} code from newRecoveryCode
 * @returns {Promise<Slot>}
 * @throws {CryptoProblem} recovery_code
 */
export async function makeRecoverySlot(bundleKey, code) {
  const secret = await importSecret(await readRecoveryCode(code));
  const proof = await digest(await recoveryProof(code));
  return { id: newId(0), kind: "recovery", jwe: await sealSlot(bundleKey, secret, INFO.recovery), proof };
}

/**
 * @param {string} code as typed
 * @returns {Promise<string>} b64u: what signs in; the slot holds its digest
 * @throws {CryptoProblem} recovery_code
 */
export async function recoveryProof(code) {
  return toB64u(await derive(await importSecret(await readRecoveryCode(code)), INFO.recoverySignIn));
}

/**
 * @param {Slot} slot @param {string} code as typed
 * @returns {Promise<Bytes>} the bundle key
 * @throws {CryptoProblem} recovery_code, cannot_open
 */
export async function openRecoverySlot(slot, code) {
  refuseUnless(slot.kind === "recovery", "cannot_open", "kind");
  return openSlot(slot, await importSecret(await readRecoveryCode(code)), INFO.recovery);
}

/** @param {string | Stretched} passphrase @param {Stretching} stretching @returns {Promise<Stretched>} */
async function stretched(passphrase, stretching) {
  return typeof passphrase === "string" ? stretchPassphrase(passphrase, stretching) : passphrase;
}

/** @param {Bytes} prf */
async function prfSecret(prf) {
  refuseUnless(prf instanceof Uint8Array && prf.length === KEY_BYTES, "passkey", "no_prf");
  return crypto.subtle.importKey("raw", prf, "HKDF", false, ["deriveBits"]);
}

/** @param {Bytes} bundleKey @param {CryptoKey} secret @param {string} info */
async function sealSlot(bundleKey, secret, info) {
  refuseUnless(bundleKey.length === KEY_BYTES, "malformed", "bundle_key");
  return sealCompact(bundleKey, { alg: "A256KW" }, await derive(secret, info));
}

/** @param {Slot} slot @param {CryptoKey} secret @param {string} info */
async function openSlot(slot, secret, info) {
  const { bytes, header } = await openCompact(slot.jwe, await derive(secret, info), "A256KW");
  refuseUnless(hasExactly(header, ["alg", "enc"]) && bytes.length === KEY_BYTES, "cannot_open", "slot");
  return bytes;
}
