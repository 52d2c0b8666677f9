/** What withdrawals take back, and from whom they may: the author's organisation, or the person with their own key. Pure. */

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
