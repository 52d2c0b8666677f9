// The shape of statements: each member of the vocabulary's table has one form, nothing else is let in. Pure; may import
// forms and the vocabulary. Twin of models/rules/statement_shape.py.

import {
  CircleClass,
  NETWORK_STATEMENTS,
  PERMISSIONS,
  PROFILES,
  Role,
  STATEMENT_FIELDS,
  SUITE,
  SecrecyGround,
  VERSION,
} from "../vocabulary.js";
import {
  either,
  integer,
  isBoolean,
  isCategory,
  isCode,
  isDate,
  isDigest,
  isId,
  isInstant,
  isName,
  isObject,
  isPublicKey,
  isText,
  listOf,
  mappingOf,
  nothingOr,
  oneOf,
  record,
} from "./forms.js";
import { Refused } from "./refused.js";

/** @typedef {import("./forms.js").Form} Form */

const ORGANISATION_PREFIX = "organisation:";

/** @param {unknown} value @returns {boolean} `[number, digest]` */
export function isHead(value) {
  return Array.isArray(value) && value.length === 2 && integer(1)(value[0]) && isDigest(value[1]);
}

/** @param {unknown} value @returns {boolean} */
export function isOrganisationStream(value) {
  if (typeof value !== "string" || !value.startsWith(ORGANISATION_PREFIX)) return false;
  return isId(value.slice(ORGANISATION_PREFIX.length));
}

const MEMBER = record(
  {
    id: isId,
    encryption: isPublicKey,
    role: oneOf(Object.values(Role)),
    permissions: listOf(oneOf(PERMISSIONS)),
    teams: listOf(isId),
    card: isDigest,
  },
  {
    signing: isPublicKey,
    profile: oneOf(PROFILES),
    ground: oneOf(Object.values(SecrecyGround)),
    ends_on: isDate,
  },
);

/** A recovery key signs nothing and is in no team; everyone else signs and has a column. @param {unknown} value */
function isMember(value) {
  if (!MEMBER(value) || !isObject(value)) return false;
  if (value.role !== Role.RECOVERY) return "signing" in value && "profile" in value;
  return !("signing" in value || "profile" in value || value.teams.length || value.permissions.length);
}

/** An organisation's first administrator: no team exists yet. @param {unknown} value */
function isAdministrator(value) {
  if (!isMember(value) || !isObject(value)) return false;
  return (value.role === Role.SUPERVISOR || value.role === Role.CHARTER_ADMIN) && value.teams.length === 0;
}

const ANY = oneOf(["*"]);
const FLOW = record({
  from: listOf(either(ANY, isCode), 1),
  to: listOf(either(ANY, isCode), 1),
  categories: listOf(either(ANY, isCategory), 1),
});
const BASIS = record({ id: isCode, version: integer(1) }, { floor: isCode });

/** @type {Record<string, Form>} */
const FORMS = {
  founding: isId,
  name: isName,
  demonstration: isBoolean,
  authority: isPublicKey,
  charter: isId,
  version: integer(1),
  title: isName,
  text: isText,
  flows: listOf(FLOW),
  purposes: listOf(isCode),
  bases: listOf(BASIS),
  transition_days: integer(0, 365),
  parties: listOf(isId, 2),
  organisation: record({ id: isId, name: isName, kind: isCode }),
  administrator: isAdministrator,
  covers_branches: isBoolean,
  team: isId,
  member: isId,
  signing: isPublicKey,
  encryption: isPublicKey,
  device: isId,
  circle: isId,
  class: oneOf(Object.values(CircleClass)),
  epoch: integer(1),
  public: isPublicKey,
  holders: mappingOf(isId, isDigest, 1),
  blob: isDigest,
  wrap: isDigest,
};
/** Where the same name means more than an id. @type {Record<string, Record<string, Form>>} */
const FORMS_OF_TYPE = {
  "team.created": { team: record({ id: isId, name: isName, structures: listOf(isName) }) },
  "member.added": { member: isMember },
  "member.role_set": { member: isMember },
  "circle.created": { epoch: integer(1, 1) },
  "circle.rotated": { epoch: integer(2) },
};

/** @param {string} type @param {readonly string[]} names @returns {Record<string, Form>} */
function formsOf(type, names) {
  return Object.fromEntries(names.map((name) => [name, FORMS_OF_TYPE[type]?.[name] ?? FORMS[name]]));
}

/** @param {string} type @returns {Form} */
function formOf(type) {
  const [required, optional] = STATEMENT_FIELDS[type];
  const inNetwork = NETWORK_STATEMENTS.includes(type);
  const common = {
    v: integer(1),
    suite: isName,
    type: oneOf([type]),
    stream: inNetwork ? oneOf(["network"]) : isOrganisationStream,
    number: integer(1),
    prev: nothingOr(isDigest),
    at: isInstant,
    heads: inNetwork ? record({}) : record({ network: isHead }),
  };
  return record({ ...common, ...formsOf(type, required) }, formsOf(type, optional));
}

const STATEMENTS = new Map(Object.keys(STATEMENT_FIELDS).map((type) => [type, formOf(type)]));

/**
 * @param {{kid: string, payload: any}} signed
 * @throws {Refused} malformed, unknown_suite, unknown_field
 */
export function checkStatement({ kid, payload }) {
  if (!isObject(payload)) throw new Refused("malformed");
  if (payload.v !== VERSION || payload.suite !== SUITE) throw new Refused("unknown_suite");
  const form = STATEMENTS.get(payload.type);
  const fits = form?.(payload) && opensItsChain(payload);
  if (!fits || !(payload.stream === "network" ? kid === "authority" : isId(kid))) throw new Refused("malformed");
}

/** Number 1, and it alone, follows nothing; in `network` it is the founding. @param {Record<string, any>} payload */
function opensItsChain(payload) {
  const isFirst = payload.number === 1;
  if (isFirst !== (payload.prev === null)) return false;
  return payload.stream !== "network" || isFirst === (payload.type === "network.founded");
}
