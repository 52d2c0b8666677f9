/** What a person agreed to, refused or withdrew, as this device knows it. Reads the projection; writes nothing. */

import { endOf, inForce } from "../rules/consent.js";
import { instant } from "../crypto/index.js";
import { organisationName } from "./names.js";
import { of } from "./projection.js";
import { takesBack } from "./withdrawals.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {import("../rules/consent.js").Consent} Consent */
/** @typedef {import("../rules/consent.js").Ending} Ending */

/** @param {Known} event a consent.given @returns {Consent} */
export function consentOf({ id, payload, receivedAt }) {
  const { dossier, recipient, categories, purpose, basis, parents } = payload;
  const endsAt = endOf(Date.parse(payload.at), receivedAt ? Date.parse(receivedAt) : null, payload.duration);
  return { id, dossier, recipient, categories, purpose, basis, parents, endsAt };
}

/**
 * Consents and endings of a dossier. Ours that the server refused no longer count.
 * @param {Open} open @param {string} dossier
 * @returns {{consents: Consent[], endings: Ending[], events: Known[]}}
 */
export function agreementsOf({ projection }, dossier) {
  const about = of(projection, projection.byDossier, dossier).filter(
    (event) => event.sync !== "rejected" && event.payload.dossier === dossier,
  );
  const given = about.filter((event) => event.type === "consent.given");
  const refused = about
    .filter((event) => event.type === "consent.refused")
    .map((event) => ending(event, dossier, event.payload.recipient));
  const withdrawn = given.flatMap((event) =>
    of(projection, projection.byConsent, event.id)
      .filter((other) => other.type === "consent.withdrawn" && other.sync !== "rejected" && takesBack(projection, other, event))
      .map((other) => ending(other, dossier, event.payload.recipient)),
  );
  return { consents: given.map(consentOf), endings: [...refused, ...withdrawn], events: about };
}

/** @param {Known} event @param {string} dossier @param {string} recipient @returns {Ending} */
function ending({ id, payload }, dossier, recipient) {
  return { id, dossier, recipient, categories: payload.categories ?? null };
}

/**
 * The endings a new consent must name to be known as given after them.
 * @param {Open} open @param {string} dossier @param {string} recipient @param {readonly string[]} categories
 * @returns {string[]} event ids
 */
export function endingsToName(open, dossier, recipient, categories) {
  const { endings } = agreementsOf(open, dossier);
  const about = endings.filter(
    (one) =>
      one.recipient === recipient && (!one.categories || one.categories.some((code) => categories.includes(code))),
  );
  return [...new Set(about.map((one) => one.id))];
}

/**
 * @param {Open} open @param {string} dossier @param {number} nowMs
 * @returns {import("./shapes.js").ConsentRow[]} newest first
 */
export function consentRows(open, dossier, nowMs) {
  const { consents, endings, events } = agreementsOf(open, dossier);
  const rows = events
    .filter(({ type }) => ["consent.given", "consent.refused", "consent.deferred"].includes(type))
    .map((event) => {
      const consent = consents.find((one) => one.id === event.id) ?? null;
      const { recipient, categories, purpose, at } = event.payload;
      return {
        id: event.id,
        dossier,
        recipient,
        recipientName: organisationName(recipient),
        categories,
        purpose: purpose ?? "",
        at,
        until: consent ? instant(consent.endsAt) : at,
        sync: event.sync,
        onPaper: isOnPaper(open, event.id),
        ...(event.type === "consent.deferred" ? DEFERRED : standing(open, consent, endings, nowMs)),
      };
    });
  return rows.reverse();
}

/** @typedef {import("./shapes.js").ConsentRow["status"]} Status */
const DEFERRED = { inForce: false, status: /** @type {Status} */ ("deferred") };

/** @param {Open} open @param {string} consent */
function isOnPaper({ projection }, consent) {
  return of(projection, projection.byConsent, consent).some((one) => one.type === "receipt.issued");
}

/**
 * @param {Open} open @param {Consent|null} consent @param {Ending[]} endings @param {number} nowMs
 * @returns {{inForce: boolean, status: Status}}
 */
function standing(open, consent, endings, nowMs) {
  if (!consent) return { inForce: false, status: "refused" };
  const { dossier, recipient, purpose, endsAt } = consent;
  const left = consent.categories.filter((code) =>
    inForce([consent], endings, dossier, recipient, code, purpose, Math.min(nowMs, endsAt)),
  );
  if (left.length === 0) return { inForce: false, status: whyEnded(open, consent) };
  if (nowMs > endsAt) return { inForce: false, status: "expired" };
  return { inForce: true, status: isRenewal(open, consent) ? "renewed" : "given" };
}

/** By the organisation, when it said why; otherwise by the person. @param {Open} open @param {Consent} consent @returns {Status} */
function whyEnded({ projection }, consent) {
  const acts = of(projection, projection.byConsent, consent.id).filter((one) => one.type === "consent.withdrawn" && one.sync !== "rejected");
  const why = acts.length > 0 && acts.every(({ payload }) => payload.why) ? acts[0].payload.why : undefined;
  return why ?? "withdrawn";
}

/** @param {Open} open @param {Consent} consent */
function isRenewal({ projection }, { parents }) {
  return parents.some((id) => projection.events.get(id)?.type === "consent.given");
}
