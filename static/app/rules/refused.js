// The one way a rule says no to a statement. It imports nothing.

/** A statement refused: `code` is one of the problems, or `held` (with `reason`) or `duplicate`. */
export class Refused extends Error {
  /** @param {string} code @param {string} [reason] */
  constructor(code, reason) {
    super(code);
    this.code = code;
    this.reason = reason;
  }
}
