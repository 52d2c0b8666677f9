// A consent and its acts, opened, as a record of ISO/IEC TS 27560 in DPV, and as a sheet to read.
// Pure: no clock, no storage; may import the vocabulary and the rules beside it only.
// Twin of device/consent_record.py, run over tests/vectors/consent_record.json.

import { endOf } from "./consent.js";

/** A payload with `received_at`. @typedef {Record<string, any>} Act */
/** @typedef {{id: string, name: string}} Party */
/**
 * What could be opened. `acts`: every consent act of this dossier and recipient, in order; `consent`: the id of the one it
 * is about; `notice`: its text; `labels`: French words of the codes, which are said as they are without.
 * @typedef {{at: string, consent: string, acts: readonly Act[], content: Record<string, any>|null, notice: string|null,
 *   controller: Party, recipient: Party, labels: Readonly<Record<string, string>>}} Told
 */

export const CODES = "urn:accord:"; // no address: nobody is to be asked what a code means
/** Our status → DPV, FHIR R5, FHIR R4, French. @type {Readonly<Record<string, readonly [string, string, string, string]>>} */
export const STATUSES = {
  given: ["ConsentGiven", "active", "active", "en vigueur"],
  renewed: ["RenewedConsentGiven", "active", "active", "renouvelé, en vigueur"],
  refused: ["ConsentRefused", "not-done", "rejected", "refusé"],
  deferred: ["ConsentRequestDeferred", "draft", "proposed", "la personne veut réfléchir"],
  withdrawn: ["ConsentWithdrawn", "inactive", "inactive", "retiré"],
  expired: ["ConsentExpired", "inactive", "inactive", "arrivé à son terme"],
  ended: ["ConsentRevoked", "inactive", "inactive", "arrêté par l’organisation"],
  invalid: ["ConsentInvalidated", "inactive", "inactive", "reconnu non valable"],
  mistake: ["ConsentInvalidated", "entered-in-error", "entered-in-error", "saisi par erreur"],
};
const CONTEXT = {
  dpv: "https://w3id.org/dpv#",
  loc: "https://w3id.org/dpv/loc#",
  "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
  dct: "http://purl.org/dc/terms/",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  skos: "http://www.w3.org/2004/02/skos/core#",
};
const KEPT_AT = "Téléphones de l’équipe ; scellé, illisible, sur le serveur du réseau";
const KEPT_UNTIL = "Fin de l’accord, puis la durée d’archive que l’organisation a fixée";

/** @param {Told} told @returns {Act} @throws {RangeError} when `acts` does not have it */
export function actOf({ acts, consent }) {
  const act = acts.findLast(({ id }) => id === consent);
  if (!act) throw new RangeError("unknown consent");
  return act;
}

/** The last instant of a consent, null for an act that has none. @param {Act} act @returns {string|null} */
export function endOfAct(act) {
  if (act.type !== "consent.given") return null;
  const ends = endOf(Date.parse(act.at), act.received_at ? Date.parse(act.received_at) : null, act.duration);
  return `${new Date(ends).toISOString().slice(0, 16)}Z`;
}

/** The categories that no later act took back: a consent stands against an ending it names in `parents`.
 * @param {Told} told @returns {string[]} */
export function leftOf(told) {
  const act = actOf(told);
  const ended = endings(told).flatMap((ending) => ending.categories ?? act.categories);
  return act.categories.filter((/** @type {string} */ code) => !ended.includes(code));
}

/** At the instant told. @param {Told} told @returns {string} a key of STATUSES */
export function statusOf(told) {
  const act = actOf(told);
  if (act.type !== "consent.given") return act.type.replace("consent.", "");
  if (leftOf(told).length === 0) return whyEnded(told);
  if (Date.parse(told.at) > Date.parse(/** @type {string} */ (endOfAct(act)))) return "expired";
  return isRenewal(told, act) ? "renewed" : "given";
}

/** @param {Told} told @returns {Act[]} */
function endings(told) {
  const act = actOf(told);
  if (act.type !== "consent.given") return [];
  return told.acts.filter(({ id, type }) => ["consent.withdrawn", "consent.refused"].includes(type) && !act.parents.includes(id));
}

/** The organisation's own reason when every withdrawal gives one; otherwise it is the person who took it back.
 * @param {Told} told @returns {string} */
function whyEnded(told) {
  const whys = endings(told).flatMap(({ type, why }) => (type === "consent.withdrawn" ? [why] : []));
  return whys.length > 0 && whys.every(Boolean) ? whys[0] : "withdrawn";
}

/** @param {Told} told @param {Act} act */
function isRenewal({ acts }, act) {
  return act.type === "consent.given" && acts.some(({ id, type }) => type === "consent.given" && act.parents.includes(id));
}

// --- ISO/IEC TS 27560, in DPV

/** One JSON-LD object with its context inside: nothing is fetched to read it. @param {Told} told @returns {object} */
export function toDpv(told) {
  const act = actOf(told);
  const left = leftOf(told).length > 0 ? leftOf(told) : act.categories;
  const taken = act.categories.filter((/** @type {string} */ code) => !left.includes(code));
  return {
    "@context": CONTEXT,
    "@id": urn(act.id),
    "@type": "dpv:ConsentRecord",
    "dct:conformsTo": { "@id": "dpv-27560:record" },
    "dct:identifier": act.id,
    "dct:created": act.at,
    "dct:issued": told.at,
    "dpv:hasDataSubject": { "@id": urn(act.dossier), "@type": "dpv:DataSubject" },
    ...(told.content?.notice ? { "dpv:hasNotice": notice(told) } : {}),
    "dpv:hasProcess": {
      "@type": "dpv:Process",
      ...(act.purpose ? { "dpv:hasPurpose": coded(told, "purpose", act.purpose, "dpv:Purpose") } : {}),
      "dpv:hasProcessing": { "@id": "dpv:Share" },
      "dpv:hasDataController": party(told.controller, "dpv:DataController"),
      "dpv:hasRecipient": party(told.recipient, "dpv:Recipient"),
      "dpv:hasLegalBasis": basisOf(told),
      "dpv:hasDataSource": { "@id": "dpv:DataSubjectDataSource" },
      "dpv:hasStorageCondition": storage(),
      ...duration(act),
      "dpv:hasJurisdiction": { "@id": "loc:FR" },
      "dpv:hasConsentControl": { "@id": "dpv:WithdrawConsent" },
      "dpv:hasProcess": [
        standing(told, left, STATUSES[statusOf(told)][0]),
        ...(taken.length > 0 ? [standing(told, taken, "ConsentWithdrawn")] : []),
      ],
    },
    "dpv:hasStatus": told.acts.map((one) => event(told, one)),
  };
}

/** @param {Told} told @param {string[]} codes @param {string} status */
function standing(told, codes, status) {
  return {
    "@type": "dpv:Process",
    "dpv:hasPersonalData": codes.map((code) => coded(told, "category", code, "dpv:PersonalData")),
    "dpv:hasConsentStatus": { "@id": `dpv:${status}` },
  };
}

/** @param {Told} told */
function basisOf(told) {
  const { basis } = actOf(told);
  const ours = basis ? [{ ...coded(told, "basis", basis.id, "dpv:LegalBasis"), "dct:hasVersion": basis.version }] : [];
  return [{ "@id": "dpv:ExplicitlyExpressedConsent" }, ...ours];
}

function storage() {
  return {
    "@type": ["dpv:StorageLocation", "dpv:StorageDuration"],
    "dpv:hasLocation": { "@type": "dpv:Location", "skos:prefLabel": KEPT_AT },
    "dpv:hasDuration": { "@type": "dpv:UntilEventDuration", "rdf:value": KEPT_UNTIL },
  };
}

/** @param {Act} act */
function duration(act) {
  const end = endOfAct(act);
  if (!end) return {};
  const value = { "@value": seconds(end), "@type": "xsd:dateTime" };
  return { "dpv:hasDuration": { "@type": "dpv:UntilTimeDuration", "rdf:value": value } };
}

/** @param {Told} told */
function notice({ content, notice: text }) {
  const read = content?.notice;
  return {
    "@id": `${CODES}notice:${read.sha256}`,
    "@type": "dpv:ConsentNotice",
    "dct:identifier": read.id,
    "dct:language": read.language,
    ...(text ? { "dct:description": text } : {}),
  };
}

/** @param {Party} one @param {string} kind */
function party({ id, name }, kind) {
  return { "@id": urn(id), "@type": kind, "dpv:hasName": name };
}

/** @param {Told} told @param {string} family @param {string} code @param {string} kind */
function coded(told, family, code, kind) {
  return { "@id": `${CODES}${family}:${code}`, "@type": kind, "skos:prefLabel": label(told, code) };
}

/** What one act changed: a withdrawal that says why is the organisation's. @param {Told} told @param {Act} act */
function event(told, act) {
  const status = isRenewal(told, act) ? "renewed" : (act.why ?? act.type.replace("consent.", ""));
  const time = { "@value": seconds(act.at), "@type": "xsd:dateTime" };
  return { "@id": urn(act.id), "@type": `dpv:${STATUSES[status][0]}`, "dpv:isIndicatedAtTime": time };
}

// --- the sheet

/** [label, text] in French, to be read and printed; the exact text agreed to comes last. @param {Told} told
 * @returns {[string, string][]} */
export function toSheet(told) {
  const act = actOf(told);
  const { notice: read = {}, method = "", quality = "" } = told.content ?? {};
  const left = leftOf(told);
  /** @param {string[]} codes */
  const said = (codes) => codes.map((code) => label(told, code)).join(", ");
  /** @type {[string, string][]} */
  const lines = [
    ["Accord", act.id],
    ["État", STATUSES[statusOf(told)][3]],
    ["Demandé par", told.controller.name],
    ["Pour", told.recipient.name],
    ["Informations", said(act.categories)],
    ["Retirées depuis", said(act.categories.filter((/** @type {string} */ code) => !left.includes(code)))],
    ["But", label(told, act.purpose ?? "")],
    ["Le", act.at],
    ["Jusqu’au", endOfAct(act) ?? ""],
    ["Recueilli", label(told, method)],
    ["Parole portée par", label(told, quality)],
    ["Texte", [read.id, read.language, read.variant].filter(Boolean).join(" ")],
    ["Empreinte du texte", read.sha256 ?? ""],
    ...told.acts.map((one) => /** @type {[string, string]} */ (["Acte", `${one.at} ${one.type} ${one.id}`])),
    ["Texte exact", told.notice ?? ""],
  ];
  return lines.filter(([, text]) => text !== "");
}

/** @param {Told} told @param {string} code */
export function label({ labels }, code) {
  return labels[code] ?? code;
}

/** @param {string} id */
export function urn(id) {
  return `urn:uuid:${id}`;
}

/** FHIR wants seconds; ours say the minute. @param {string} moment */
export function seconds(moment) {
  return moment.length === 20 ? moment : `${moment.slice(0, -1)}:00Z`;
}
