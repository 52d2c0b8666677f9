/**
 * A paper's key is known to who sent, and to a recipient only if it was repeated to them. So what a person took back with
 * another of their papers, or with one issued again, a device of the organisation that sent takes back too, in their name
 * and in the same scope: recipients then have a signed act to destroy by (docs/decisions/0021).
 */

import { defeats } from "../rules/consent.js";
import { MAX_PARENTS } from "../vocabulary.js";
import { agreementsOf, consentOf } from "./agreements.js";
import { withdrawnPlan } from "./consents.js";
import { of } from "./projection.js";
import { save } from "./record.js";
import { current } from "./session.js";
import { takesBack } from "./withdrawals.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */

/** Called after each reading. @returns {Promise<number>} withdrawals written */
export async function repeatWithdrawals() {
  const { projection } = current();
  let written = 0;
  for (const event of [...projection.events.values()]) {
    if (event.type !== "consent.withdrawn" || event.organisation !== null || !event.receivedAt) continue;
    const consents = unheard(current(), event);
    if (consents.length === 0) continue;
    await save({ draftId: `repeated ${event.id}` }, (atMs) => {
      const plan = withdrawnPlan(consents.slice(0, MAX_PARENTS), event.payload.categories, atMs);
      return { plans: [plan], result: { withdrawal: plan.id } };
    });
    written += 1;
  }
  return written;
}

/**
 * The consents this withdrawal defeats, under which something was sent to who cannot verify it, and that no device of
 * ours took back in the same scope.
 * @param {Open} open @param {Known} withdrawal by a person's own key @returns {string[]}
 */
function unheard(open, withdrawal) {
  const { projection } = open;
  const named = withdrawal.payload.consents.flatMap((/** @type {string} */ id) => projection.events.get(id) ?? []);
  const mine = named.filter((/** @type {Known} */ one) => one.type === "consent.given" && takesBack(projection, withdrawal, one));
  const scopes = mine.flatMap((/** @type {Known} */ { payload }) =>
    agreementsOf(open, payload.dossier).consents.filter((one) => one.recipient === payload.recipient),
  );
  const ids = /** @type {string[]} */ ([...new Set(scopes.map((/** @type {{id: string}} */ one) => one.id))]);
  return ids.filter((id) => isUnheard(open, withdrawal, id));
}

/** @param {Open} open @param {Known} withdrawal @param {string} id of a consent of its scope */
function isUnheard({ projection, organisation }, withdrawal, id) {
  const consent = projection.events.get(id);
  if (!consent || withdrawal.kid === consent.receipt) return false;
  const { dossier, recipient, categories } = consent.payload;
  const codes = withdrawal.payload.categories ?? null;
  const ending = { id: withdrawal.id, dossier, recipient, categories: codes };
  if (!categories.some((/** @type {string} */ code) => defeats(ending, consentOf(consent), code))) return false;
  const about = of(projection, projection.byConsent, id);
  const isHeard = about.some(
    (one) =>
      one.type === "consent.withdrawn" &&
      one.organisation === organisation &&
      one.sync !== "rejected" &&
      covers(one.payload.categories, codes),
  );
  return !isHeard && about.some((one) => one.type === "orientation.sent");
}

/** @param {string[]|undefined} all absent: everything @param {string[]|null} some */
function covers(all, some) {
  return all === undefined || (some !== null && some.every((code) => all.includes(code)));
}
