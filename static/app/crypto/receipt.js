// The paper a person keeps, protocol §4: what its secret finds, opens and is called. It alone seals and opens receipts.

import { digest, fromB64u, fromUtf8, randomBytes, toB64u, utf8 } from "./bytes.js";
import { pad } from "./envelope.js";
import { derive, importSecret } from "./hkdf.js";
import { openCompact, sealCompact } from "./jose.js";
import { hasExactly, parseObject } from "./json.js";
import { characters, print, readRecoveryCode } from "./printed.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/**
 * @typedef {object} Paper
 * @property {string} secret   b64u of 16 bytes: what the QR code holds
 * @property {string} printed  the same in 7 groups, to be typed
 * @property {string} code     said aloud; opens nothing
 * @property {string} locate   shown to the server, to find the receipts
 * @property {string} locator  its digest, which is all the server keeps
 */

const SECRET_BYTES = 16;
const CODE_BYTES = 5;
const INFO = { locate: "accord receipt locate 1", open: "accord receipt open 1", code: "accord receipt code 1" };
const VERSION = 1;

/** @returns {Promise<Paper>} drawn here: nobody else has it */
export function newPaper() {
  return paperOf(toB64u(randomBytes(SECRET_BYTES)));
}

/**
 * @param {string} secret b64u @returns {Promise<Paper>}
 * @throws {CryptoProblem} malformed
 */
export async function paperOf(secret) {
  const bytes = fromB64u(secret, SECRET_BYTES);
  const printed = await print(bytes);
  const key = await importSecret(bytes);
  const locate = toB64u(await derive(key, INFO.locate));
  const said = characters((await derive(key, INFO.code)).subarray(0, CODE_BYTES));
  return { secret, printed, code: said.replace(/^(.{4})/, "$1-"), locate, locator: await digest(locate) };
}

/**
 * @param {string} text what a camera read (the link of a paper), or what someone typed (its 7 groups)
 * @returns {Promise<Paper>}
 * @throws {CryptoProblem} recovery_code: mistyped, or no paper of ours
 */
export async function readPaper(text) {
  const linked = /#([A-Za-z0-9_-]{22})$/.exec(text.trim())?.[1];
  try {
    return await paperOf(linked ?? toB64u(await readRecoveryCode(text)));
  } catch (error) {
    throw error instanceof CryptoProblem ? new CryptoProblem("recovery_code", "paper") : error;
  }
}

/** @param {string} secret @param {object} content @returns {Promise<string>} JWE compact */
export async function sealReceipt(secret, content) {
  const plaintext = pad(utf8(JSON.stringify({ v: VERSION, ...content })));
  return sealCompact(plaintext, { alg: "dir" }, await openingKey(secret));
}

/**
 * @param {string} secret @param {string} sealed @returns {Promise<Record<string, any>>}
 * @throws {CryptoProblem} cannot_open: of another paper, or altered
 */
export async function openReceipt(secret, sealed) {
  const { bytes, header } = await openCompact(sealed, await openingKey(secret), "dir");
  refuseUnless(hasExactly(header, ["alg", "enc"]), "cannot_open", "receipt");
  const content = parseObject(fromUtf8(bytes));
  refuseUnless(content.v === VERSION, "unknown_suite");
  return content;
}

/** @param {string} secret */
async function openingKey(secret) {
  return derive(await importSecret(fromB64u(secret, SECRET_BYTES)), INFO.open);
}
