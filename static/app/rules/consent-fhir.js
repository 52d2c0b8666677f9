// A consent and its acts, opened, as a Consent of FHIR R5 and of R4. Pure: no clock, no storage.
// Twin of device/consent_fhir.py, run over tests/vectors/consent_record.json.

import { CODES, STATUSES, actOf, endOfAct, label, leftOf, seconds, statusOf, urn } from "./consent-record.js";

/** @typedef {import("./consent-record.js").Told} Told */
/** @typedef {import("./consent-record.js").Act} Act */
/** @typedef {import("./consent-record.js").Party} Party */

const TERMS = "http://terminology.hl7.org/CodeSystem/";

/** A Consent of FHIR R5. The base is to deny: what is agreed is the exception, and nothing else passes.
 * @param {Told} told @returns {object} */
export function toFhirR5(told) {
  const act = actOf(told);
  const { basis } = act;
  return {
    resourceType: "Consent",
    identifier: [uri(act.id)],
    status: STATUSES[statusOf(told)][1],
    category: [coding(`${TERMS}v3-ActCode`, "IDSCL")],
    subject: { identifier: uri(act.dossier) },
    date: act.at.slice(0, 10),
    ...period(act),
    grantor: [grantor(told)],
    grantee: [organisation(told.recipient)],
    controller: [organisation(told.controller)],
    ...(basis ? { regulatoryBasis: [coding(`${CODES}basis`, `${basis.id}.${basis.version}`)] } : {}),
    ...(told.notice && told.content ? { sourceAttachment: [attachment(told)] } : {}),
    decision: "deny",
    ...(isOpen(told) ? { provision: [provision(told)] } : {}),
  };
}

/** A Consent of FHIR R4 and R4B, whose shapes are the same. @param {Told} told @returns {object} */
export function toFhirR4(told) {
  const act = actOf(told);
  return {
    resourceType: "Consent",
    identifier: [uri(act.id)],
    status: STATUSES[statusOf(told)][2],
    scope: coding(`${TERMS}consentscope`, "patient-privacy"),
    category: [coding(`${TERMS}v3-ActCode`, "IDSCL")],
    patient: { identifier: uri(act.dossier) },
    dateTime: seconds(act.at),
    performer: [grantor(told)],
    organization: [organisation(told.controller)],
    ...(told.notice && told.content ? { sourceAttachment: attachment(told) } : {}),
    policyRule: coding(`${TERMS}v3-ActCode`, "OPTOUT"),
    ...(isOpen(told) ? { provision: { type: "permit", ...provision(told) } } : {}),
  };
}

/** @param {Told} told */
function isOpen(told) {
  return ["given", "renewed"].includes(statusOf(told));
}

/** @param {Told} told */
function provision(told) {
  const act = actOf(told);
  return {
    ...period(act),
    actor: [{ role: coding(`${TERMS}v3-ParticipationType`, "IRCP"), reference: organisation(told.recipient) }],
    action: [coding(`${TERMS}consentaction`, "disclose")],
    purpose: [{ system: `${CODES}purpose`, code: act.purpose }],
    code: leftOf(told).map((code) => coding(`${CODES}category`, code, label(told, code))),
  };
}

/** The person, or who spoke for them: by their quality, never by name. @param {Told} told */
function grantor(told) {
  const quality = told.content?.quality;
  return quality ? { display: quality } : { identifier: uri(actOf(told).dossier) };
}

/** The exact text. `hash` is left out: FHIR wants SHA-1 there; the SHA-256 that was signed is in the title.
 * @param {Told} told */
function attachment({ content, notice: text }) {
  const { id, language, sha256 } = content?.notice;
  const data = btoa(Array.from(new TextEncoder().encode(text ?? ""), (byte) => String.fromCharCode(byte)).join(""));
  return { contentType: "application/json", language, data, title: `${id} sha256:${sha256}` };
}

/** @param {Act} act */
function period(act) {
  const end = endOfAct(act);
  return end ? { period: { start: seconds(act.at), end: seconds(end) } } : {};
}

/** @param {Party} one */
function organisation({ id, name }) {
  return { identifier: uri(id), display: name };
}

/** @param {string} system @param {string} code @param {string} [display] */
function coding(system, code, display) {
  return { coding: [{ system, code, ...(display ? { display } : {}) }] };
}

/** @param {string} id */
function uri(id) {
  return { system: "urn:ietf:rfc:3986", value: urn(id) };
}
