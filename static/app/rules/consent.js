// Is a consent in force? Pure: no clock, no storage; may import the vocabulary only.
// Twin of models/rules/consent.py, run over tests/vectors/consent.json. Instants are milliseconds since 1970.

import { CONSENT_DAYS } from "../vocabulary.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A `consent.given`. `recipient` is an organisation; `endsAt` is `endOf` it.
 * @typedef {{id: string, dossier: string, recipient: string, categories: readonly string[], purpose: string,
 *   basis: {id: string, version: number}, endsAt: number, parents: readonly string[]}} Consent
 */
/**
 * A `consent.withdrawn` or `consent.refused`, for one dossier and recipient. `categories` null means all.
 * @typedef {{id: string, dossier: string, recipient: string, categories: readonly string[]|null}} Ending
 */

/**
 * The last instant of a consent: its duration after the device's time or the receipt, whichever came first.
 * @param {number} at
 * @param {number|null} receivedAt null while it was not sent yet
 * @param {string} duration
 * @returns {number}
 * @throws {RangeError} for a duration that is not in the vocabulary
 */
export function endOf(at, receivedAt, duration) {
  const days = CONSENT_DAYS[duration];
  if (days === undefined) throw new RangeError("unknown duration");
  return (receivedAt === null ? at : Math.min(at, receivedAt)) + days * DAY_MS;
}

/**
 * Whether these very words were agreed. Codes are exact: `C05` does not cover `C05.practical`, nor the reverse.
 * @param {Consent} consent @param {string} dossier @param {string} recipient @param {string} code @param {string} purpose
 * @returns {boolean}
 */
export function covers(consent, dossier, recipient, code, purpose) {
  return (
    consent.dossier === dossier &&
    consent.recipient === recipient &&
    consent.purpose === purpose &&
    consent.categories.includes(code)
  );
}

/**
 * Whether a withdrawal or refusal undoes this consent for `code`, whenever either arrived. A consent that names the
 * ending among its parents was given by someone who knew of it: it stands.
 * @param {Ending} ending @param {Consent} consent @param {string} code
 * @returns {boolean}
 */
export function defeats(ending, consent, code) {
  return (
    ending.dossier === consent.dossier &&
    ending.recipient === consent.recipient &&
    (ending.categories === null || ending.categories.includes(code)) &&
    !consent.parents.includes(ending.id)
  );
}

/**
 * Those of `codes` that this ending takes back from what was sent under `consent`.
 * @param {Ending} ending @param {Consent} consent @param {readonly string[]} codes
 * @returns {string[]}
 */
export function defeated(ending, consent, codes) {
  return codes.filter((code) => defeats(ending, consent, code));
}

/**
 * Whether one of `consents` allows this at `t` (its last instant included) and no ending defeats it.
 * @param {readonly Consent[]} consents @param {readonly Ending[]} endings
 * @param {string} dossier @param {string} recipient @param {string} code @param {string} purpose
 * @param {number} t
 * @returns {boolean}
 */
export function inForce(consents, endings, dossier, recipient, code, purpose, t) {
  return consents.some(
    (consent) =>
      covers(consent, dossier, recipient, code, purpose) &&
      t <= consent.endsAt &&
      !endings.some((ending) => defeats(ending, consent, code)),
  );
}
