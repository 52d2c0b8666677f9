// The shape of events: each clear member of the vocabulary's table has one form, each type the sections it carries. Pure;
// may import forms and the vocabulary. Twin of models/rules/event_shape.py. A phone asks again what the server asked: one
// signed line of a wrong form would otherwise stop everything that reads it, for ever.

import {
  CONSENT_DAYS,
  EVENT_AUDIENCE,
  EVENT_COMMON,
  EVENT_FIELDS,
  EventType,
  MAX_LEVEL,
  MAX_PARENTS,
  MAX_SEALED_BYTES,
  MAX_SECTIONS,
  MAX_SHARED_LEVEL,
  ORIENTATION_ANSWERS,
  ORIENTATION_CANCELS,
  PAD_STEPS_BYTES,
  PAD_STEP_BYTES,
  SECTION_ANSWER,
  SECTION_NECESSITY,
  SECTION_REQUEST,
  SUITE,
  VERSION,
  WITHDRAWN_COMMON,
  WITHDRAWN_WHY,
} from "../vocabulary.js";
import {
  either,
  integer,
  isCategory,
  isCircleEpoch,
  isCode,
  isDigest,
  isId,
  isInstant,
  isName,
  isObject,
  isPublicKey,
  isSealed,
  listOf,
  mappingOf,
  nothingOr,
  oneOf,
  record,
} from "./forms.js";
import { Refused } from "./refused.js";
import { isHead, isOrganisationStream } from "./statement-shape.js";

/** @typedef {import("./forms.js").Form} Form */

const OWN_NAME = /^s[1-9][0-9]?$/;
const PRIVATE = "member:";

/** @param {unknown} value */
function isPrivate(value) {
  return typeof value === "string" && value.startsWith(PRIVATE) && isId(value.slice(PRIVATE.length));
}

/** @param {unknown} value */
function isPaddedSize(value) {
  if (!integer(1)(value)) return false;
  const size = Number(value);
  if (size > MAX_SEALED_BYTES) throw new Refused("too_large");
  return PAD_STEPS_BYTES.includes(size) || size % PAD_STEP_BYTES === 0;
}

/** `network` and one to so many organisations. @param {number} organisations @returns {Form} */
function headsFor(organisations) {
  const areHeads = mappingOf(either(oneOf(["network"]), isOrganisationStream), isHead, 2);
  return (value) =>
    areHeads(value) && isObject(value) && "network" in value && Object.keys(value).length <= 1 + organisations;
}

const BY_CONSENT = record({ consent: isId });
const BY_BASIS = record({ basis: isCode, version: integer(1) });
const SECTION = record(
  {
    core: isDigest,
    wraps: record({ own: isDigest }, { other: isDigest }),
    size: isPaddedSize,
    level: integer(1, MAX_LEVEL),
  },
  { category: either(isCategory, oneOf([SECTION_REQUEST, SECTION_NECESSITY, SECTION_ANSWER])) },
);
const SECTIONS = mappingOf(isName, SECTION, 0);

/** @type {Record<string, Form>} */
const AUDIENCES = {
  own: record({ own: isCircleEpoch }),
  both: record({ own: isCircleEpoch, other: isCircleEpoch }),
  private: record({ own: isPrivate }),
};
/** @type {Record<string, Form>} */
const FORMS = {
  v: integer(1),
  suite: isName,
  id: isId,
  at: isInstant,
  parents: listOf(isId, 0, MAX_PARENTS),
  n: integer(1),
  prev: nothingOr(isDigest),
  skipped: listOf(integer(1)),
  sections: (value) => SECTIONS(value) && Object.keys(/** @type {object} */ (value)).length <= MAX_SECTIONS,
  dossier: isId,
  recipient: isId,
  categories: listOf(isCategory, 1),
  purpose: isCode,
  basis: record({ id: isCode, version: integer(1) }),
  duration: oneOf(Object.keys(CONSENT_DAYS)),
  withdrawal_key: isPublicKey,
  consents: listOf(isId, 1, MAX_PARENTS),
  why: oneOf([...WITHDRAWN_WHY]),
  locator: isDigest,
  sealed: isSealed,
  ground: (value) => (isObject(value) && "consent" in value ? BY_CONSENT(value) : BY_BASIS(value)),
  until: isInstant,
  deadline: isInstant,
  level: integer(1, MAX_SHARED_LEVEL),
  reply_by: isInstant,
  follows: isId,
  orientation: isId,
  previous: isId,
};
/** @type {Record<string, Form>} */
const STATES = {
  [EventType.ORIENTATION_ANSWERED]: oneOf(Object.values(ORIENTATION_ANSWERS).flat()),
  [EventType.ORIENTATION_CANCELLED]: oneOf(Object.values(ORIENTATION_CANCELS).flat()),
};

/**
 * What a type's sections may be: how many without category, which shared ones it must have, which it may have.
 * @typedef {{own: [number, number], must?: string[], may?: string[], categories?: boolean}} Carried
 */
/** @type {Record<string, Carried>} */
const CARRIED = {
  [EventType.DOSSIER_OPENED]: { own: [1, MAX_SECTIONS] },
  [EventType.DOSSIER_CORRECTED]: { own: [1, MAX_SECTIONS] },
  [EventType.RECEPTION_RECORDED]: { own: [1, MAX_SECTIONS] },
  [EventType.NOTE_RECORDED]: { own: [1, 1] },
  [EventType.CONSENT_GIVEN]: { own: [1, 1] },
  [EventType.CONSENT_REFUSED]: { own: [0, 1] },
  [EventType.CONSENT_DEFERRED]: { own: [0, 1] },
  [EventType.RECEIPT_ISSUED]: { own: [1, 1] },
  [EventType.ORIENTATION_SENT]: { own: [0, 1], must: [SECTION_REQUEST], may: [SECTION_NECESSITY], categories: true },
  [EventType.ORIENTATION_OPENED]: { own: [0, 0] },
  [EventType.ORIENTATION_ANSWERED]: { own: [0, 1], may: [SECTION_ANSWER] },
  [EventType.ORIENTATION_CANCELLED]: { own: [0, 1] },
};

/** @param {string} type @returns {Form} */
function formOf(type) {
  const [required, optional] = /** @type {Record<string, readonly [readonly string[], readonly string[]]>} */ (
    EVENT_FIELDS
  )[type];
  const audience = /** @type {Record<string, string>} */ (EVENT_AUDIENCE)[type];
  const forms = {
    ...FORMS,
    type: oneOf([type]),
    state: STATES[type],
    audience: AUDIENCES[audience],
    heads: headsFor(audience === "both" ? 2 : 1),
  };
  const named = (/** @type {readonly string[]} */ names) =>
    Object.fromEntries(names.map((name) => [name, /** @type {Record<string, Form>} */ (forms)[name]]));
  return record(named([...(audience === "none" ? WITHDRAWN_COMMON : EVENT_COMMON), ...required]), named(optional));
}

const EVENTS = new Map(Object.keys(EVENT_FIELDS).map((type) => [type, formOf(type)]));

/**
 * @param {{kid: string, payload: any}} signed
 * @throws {Refused} malformed, unknown_suite, unknown_field, too_large
 */
export function checkEvent({ kid, payload }) {
  if (!isObject(payload)) throw new Refused("malformed");
  if (payload.v !== VERSION || payload.suite !== SUITE) throw new Refused("unknown_suite");
  if (!EVENTS.get(payload.type)?.(payload)) throw new Refused("malformed");
  // A withdrawal is signed by a device, or named by the thumbprint of the receipt's key.
  const isWithdrawal = payload.type === EventType.CONSENT_WITHDRAWN;
  const fits = isWithdrawal ? isId(kid) || (isDigest(kid) && !("why" in payload)) : isId(kid) && counts(payload) && carries(payload);
  if (!fits) throw new Refused("malformed");
}

/** The first of a counter follows nothing; a number abandoned comes before this one. @param {any} payload */
function counts({ n, prev, skipped }) {
  return (n > 1 || prev === null) && skipped.every((/** @type {number} */ number) => number < n);
}

/** A shared section is named by its category; one for the author's team alone has a neutral name. @param {any} payload */
function carries({ type, sections }) {
  const { own, must = [], may = [], categories = false } = CARRIED[type];
  const all = /** @type {[string, any][]} */ (Object.entries(sections));
  const shared = all.filter(([, section]) => "other" in section.wraps).map(([name]) => name);
  const alone = all.filter(([name]) => !shared.includes(name));
  if (!must.every((name) => shared.includes(name))) return false;
  if (!shared.every((name) => sections[name].category === name)) return false;
  if (!shared.every((name) => [...must, ...may].includes(name) || (categories && isCategory(name)))) return false;
  if (!alone.every(([name, section]) => OWN_NAME.test(name) && !("category" in section))) return false;
  return own[0] <= alone.length && alone.length <= own[1];
}
