/** What withdrawals take back, and from whom they may: the author's organisation, or the person with their own key. Pure. */

import { of } from "./projection.js";

/**
 * Who signed an event. `receipt` names the person's own key, where the event repeats it.
 * @typedef {{kid: string, organisation: string|null, receipt: string|null}} Signer
 */

/**
 * @param {Signer} withdrawal verified @param {Signer} about the consent, or what was sent under it
 * @returns {boolean} another organisation takes nothing back
 */
export function mayTakeBack(withdrawal, about) {
  if (withdrawal.kid === about.receipt) return true;
  return withdrawal.organisation !== null && withdrawal.organisation === about.organisation;
}

/**
 * The same for a consent, whose papers may have been issued again: each of their keys takes it back.
 * @param {import("./projection.js").Projection} projection @param {Signer} withdrawal verified
 * @param {import("./projection.js").Known} consent
 */
export function takesBack(projection, withdrawal, consent) {
  if (mayTakeBack(withdrawal, consent)) return true;
  const issued = of(projection, projection.byConsent, consent.id).filter((one) => one.type === "receipt.issued");
  return issued.some((one) => one.sync !== "rejected" && one.receipt === withdrawal.kid);
}

/**
 * @param {readonly string[]} codes @param {readonly {payload: any}[]} withdrawals that may be, each for all or for its categories
 * @returns {string[]} the codes none of them takes back
 */
export function stillAgreed(codes, withdrawals) {
  return codes.filter((code) => withdrawals.every(({ payload }) => payload.categories?.includes(code) === false));
}

/** @param {any} payload of an orientation.sent @returns {string[]} the categories it sent */
export function categoriesOf(payload) {
  return Object.values(payload.sections).flatMap(({ category }) =>
    category && !category.startsWith("X.") ? [category] : [],
  );
}
