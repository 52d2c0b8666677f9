// What a charter opens and what a legal basis asks. Pure; may import its neighbours in rules/ only.
// Twin of models/rules/basis.py, run over tests/vectors/sharing.json.

import { categoryOf } from "./matrix.js";

/** @typedef {import("../reference-shapes.js").Basis} Basis */
/** @typedef {{id: string, version: number}} BasisName */
/**
 * What of a charter's version is read here (`CharterVersion` of roster.js has it).
 * @typedef {{flows: readonly {from: readonly string[], to: readonly string[], categories: readonly string[]}[],
 *   purposes: readonly string[], bases: readonly {id: string, version: number, floor?: string|null}[]}} CharterVersion
 */

const ANY = "*";
const ASKING_MODES = ["prior_consent", "explicit_consent"];
const CONSENT_MODES = ["none_beyond_notice", "inform", "object", ...ASKING_MODES];

/**
 * Whether every version of a charter in force has a flow for `code` between these kinds (null: any flow).
 * @param {readonly CharterVersion[]} versions @param {string} fromKind @param {string} toKind @param {string|null} code
 * @returns {boolean}
 */
export function charterAllows(versions, fromKind, toKind, code) {
  return versions.every((version) =>
    version.flows.some(
      (flow) => names(flow.from, fromKind) && names(flow.to, toKind) && namesCode(flow.categories, code),
    ),
  );
}

/**
 * Whether a legal basis lets `code` be sent. It may name a variant whose category it denies. null, for the need alone:
 * whether it lets anything be sent. The slip carried by the person sends nothing.
 * @param {Basis} basis @param {string|null} code
 * @returns {boolean}
 */
export function basisAllows(basis, code) {
  const { categories_allow: allow, categories_deny: deny } = basis;
  if (code === null) return allow.length > 0;
  return allow.includes(code) || (namesCode(allow, code) && !namesCode(deny, code));
}

/**
 * Whether the person must be asked: by the basis' own mode, or by the charter's floor where that is stricter. A charter
 * that says nothing has the floor the reference gives the basis.
 * @param {Basis} basis @param {string|null} charterFloor
 * @returns {boolean}
 */
export function mustAsk(basis, charterFloor) {
  return ASKING_MODES.includes(consentMode(basis, charterFloor));
}

/** @param {Basis} basis @param {string|null} charterFloor @returns {string} */
export function consentMode(basis, charterFloor) {
  const own = basis.consent_mode;
  const floor = charterFloor ?? basis.charter_floor ?? own;
  if (!CONSENT_MODES.includes(floor)) return "explicit_consent"; // a word of a newer charter: nothing is told without asking
  return CONSENT_MODES.indexOf(floor) > CONSENT_MODES.indexOf(own) ? floor : own;
}

/** @param {readonly string[]} list @param {string} name @returns {boolean} */
function names(list, name) {
  return list.includes(ANY) || list.includes(name);
}

/** @param {readonly string[]} list @param {string|null} code @returns {boolean} */
function namesCode(list, code) {
  return code === null || list.includes(ANY) || list.includes(code) || list.includes(categoryOf(code));
}
