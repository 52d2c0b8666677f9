/** What of an orientation the person took back since, and whether it had been read before. Reads the projection. */

import { defeated } from "../rules/consent.js";
import { consentOf } from "./agreements.js";
import { of } from "./projection.js";
import { categoriesOf, mayTakeBack, stillAgreed, takesBack } from "./withdrawals.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */

/**
 * The recipient never has the consent: it sees the withdrawals' own scope.
 * @param {Open} open @param {Known} sent @returns {{left: string[], endings: Known[]}} categories not taken back, and the acts
 */
export function leftOf(open, sent) {
  const codes = categoriesOf(sent.payload);
  const ground = sent.payload.ground.consent;
  const consent = ground ? open.projection.events.get(ground) : undefined;
  const acts = ground ? of(open.projection, open.projection.byConsent, ground) : [];
  const endings = acts.filter(
    (event) =>
      event.type === "consent.withdrawn" &&
      event.sync !== "rejected" &&
      (consent ? takesBack(open.projection, event, consent) : mayTakeBack(event, sent)),
  );
  if (!consent) return { left: stillAgreed(codes, endings), endings };
  const { dossier, recipient } = consent.payload;
  const left = endings.reduce((codesLeft, { id, payload }) => {
    const ending = { id, dossier, recipient, categories: payload.categories ?? null };
    const gone = defeated(ending, consentOf(consent), codesLeft);
    return codesLeft.filter((code) => !gone.includes(code));
  }, codes);
  return { left, endings };
}

/**
 * @param {Open} open @param {Known} sent
 * @returns {import("./shapes.js").TakenBack|null} null when nothing was
 */
export function takenBack(open, sent) {
  const { left, endings } = leftOf(open, sent);
  const codes = categoriesOf(sent.payload).filter((code) => !left.includes(code));
  if (endings.length === 0 || (codes.length === 0 && left.length > 0)) return null;
  const last = endings.reduce((one, other) => (one.payload.at > other.payload.at ? one : other));
  const opened = of(open.projection, open.projection.byOrientation, sent.id).find(({ type }) => type === "orientation.opened");
  const isPersons = endings.some(({ payload }) => !payload.why);
  return { codes, all: left.length === 0, at: last.payload.at, byPerson: isPersons, readOn: opened?.payload.at ?? null };
}
