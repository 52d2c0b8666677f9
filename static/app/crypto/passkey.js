// Passkeys and their PRF value. It alone speaks WebAuthn. The value leaves by `prf` only: what is serialised is built
// member by member below, never by toJSON(), which would carry it to the server.

import { fromB64u, randomBytes, sha256, toB64u } from "./bytes.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {Record<string, any>} CredentialJson WebAuthn JSON; `clientExtensionResults` is always empty */

const PRF_INPUT = "accord prf 1";
const CHALLENGE_BYTES = 32;
const TIMEOUT_MS = 60_000;

/** @returns {boolean} whether this browser has passkeys at all; PRF is known only from evaluatePasskey */
export function hasPasskeys() {
  return typeof PublicKeyCredential === "function" && Boolean(navigator.credentials);
}

/**
 * @param {Record<string, any>} options the server's PublicKeyCredentialCreationOptions as JSON
 * @returns {Promise<CredentialJson>} for POST /api/passkeys; a PRF value given at creation is not read
 * @throws {CryptoProblem} passkey (`cancelled`)
 */
export async function createPasskey(options) {
  const publicKey = {
    ...options,
    challenge: fromB64u(options.challenge),
    user: { ...options.user, id: fromB64u(options.user.id) },
    excludeCredentials: descriptors((options.excludeCredentials ?? []).map((/** @type {any} */ one) => one.id)),
    extensions: { prf: {} },
  };
  const credential = await ask(() => navigator.credentials.create({ publicKey: /** @type {any} */ (publicKey) }));
  const response = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
  return serialised(credential, {
    clientDataJSON: encoded(response.clientDataJSON),
    attestationObject: encoded(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

/**
 * Works without network: the challenge is drawn here unless the server gave options.
 * @param {string[]} credentialIds b64u; empty for any passkey of this site
 * @param {string} rpId
 * @param {Record<string, any>} [options] the server's PublicKeyCredentialRequestOptions as JSON, to sign in
 * @returns {Promise<{prf: Bytes, credentialJSON: CredentialJson, credentialId: string}>} `prf` 32 bytes
 * @throws {CryptoProblem} passkey: `cancelled`, or `no_prf` when the authenticator gives no value: use another slot
 */
export async function evaluatePasskey(credentialIds, rpId, options) {
  const publicKey = {
    challenge: options ? fromB64u(options.challenge) : randomBytes(CHALLENGE_BYTES),
    rpId,
    allowCredentials: descriptors(credentialIds),
    userVerification: /** @type {const} */ ("required"),
    timeout: TIMEOUT_MS,
    extensions: { prf: { eval: { first: await sha256(PRF_INPUT) } } },
  };
  const credential = await ask(() => navigator.credentials.get({ publicKey: /** @type {any} */ (publicKey) }));
  const value = /** @type {any} */ (credential.getClientExtensionResults()).prf?.results?.first;
  const prf = new Uint8Array(value ?? 0); // a buffer or a view, as the keeper of keys likes; absent: empty
  refuseUnless(prf.length === 32, "passkey", "no_prf");
  const response = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
  const credentialJSON = serialised(credential, {
    clientDataJSON: encoded(response.clientDataJSON),
    authenticatorData: encoded(response.authenticatorData),
    signature: encoded(response.signature),
    ...(response.userHandle ? { userHandle: encoded(response.userHandle) } : {}),
  });
  return { prf, credentialJSON, credentialId: credentialJSON.id };
}

/** @param {() => Promise<Credential | null>} gesture @returns {Promise<PublicKeyCredential>} */
async function ask(gesture) {
  refuseUnless(hasPasskeys(), "passkey", "unsupported");
  const credential = await gesture().catch(() => null); // cancelled, too late, or no such passkey: nobody says which
  if (!credential) throw new CryptoProblem("passkey", "cancelled");
  return /** @type {PublicKeyCredential} */ (credential);
}

/** @param {string[]} ids */
function descriptors(ids) {
  return ids.map((id) => ({ type: /** @type {const} */ ("public-key"), id: fromB64u(id) }));
}

/** @param {PublicKeyCredential} credential @param {object} response @returns {CredentialJson} */
function serialised(credential, response) {
  const id = encoded(credential.rawId);
  const where = credential.authenticatorAttachment;
  const attachment = where ? { authenticatorAttachment: where } : {};
  return { id, rawId: id, type: "public-key", response, ...attachment, clientExtensionResults: {} };
}

/** @param {ArrayBuffer} buffer */
function encoded(buffer) {
  return toB64u(new Uint8Array(buffer));
}
