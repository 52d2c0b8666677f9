/** The one error the vault throws. It never holds typed text. */

import { CryptoProblem } from "../crypto/index.js";
import { PROBLEMS } from "../vocabulary.js";

/** A refusal: `code` is stable, `message` is a French sentence to show, `retry` says whether later may help. */
export class VaultProblem extends Error {
  /** @param {string} code @param {{message?: string, cause?: unknown}} [given] `message`: the server's own words, of a code we know */
  constructor(code, given = {}) {
    const isKnown = Object.hasOwn(PROBLEMS, code);
    const known = /** @type {Record<string, {message: string, retry: boolean}>} */ (PROBLEMS)[isKnown ? code : "internal"];
    // A code that is not ours comes with words that are not ours either.
    super((isKnown && given.message) || known.message, { cause: given.cause });
    this.name = "VaultProblem";
    this.code = code;
    this.retry = known.retry;
  }
}

/** @param {unknown} condition @param {string} code @returns {asserts condition} */
export function refuseUnless(condition, code) {
  if (!condition) throw new VaultProblem(code);
}

/**
 * Runs `act`; what crypto refuses comes out as a VaultProblem.
 * @template T @param {() => Promise<T>} act @returns {Promise<T>}
 */
export async function translated(act) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CryptoProblem) throw new VaultProblem(error.code, { cause: error });
    throw error;
  }
}

/**
 * The refusal behind an answer that is not ours to use.
 * @param {import("../http.js").Reply} reply @returns {VaultProblem}
 */
export function problemOf(reply) {
  if (reply.problem) return new VaultProblem(reply.problem.code, { message: reply.problem.message });
  return new VaultProblem("unavailable");
}
