// The one error of crypto/. It alone names why something was refused; it never holds a key, a secret or typed text.

/** A refusal of crypto/. `code` is one of PROBLEMS; `why` a short English word for tests and developers. */
export class CryptoProblem extends Error {
  /**
   * @param {string} code `cannot_open`, `malformed`, `unknown_suite`, `bad_signature`, `too_large`, `weak_passphrase`,
   *   `recovery_code` or `passkey`
   * @param {string} [why] for example `no_prf`, `cancelled`, `digest`
   */
  constructor(code, why = "") {
    super(why ? `${code} (${why})` : code);
    this.name = "CryptoProblem";
    this.code = code;
    this.why = why;
  }
}

/** @param {unknown} condition @param {string} code @param {string} [why] @returns {asserts condition} */
export function refuseUnless(condition, code, why) {
  if (!condition) throw new CryptoProblem(code, why);
}
