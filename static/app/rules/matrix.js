// Which category may reach whom, how sensitive it is, which circle receives it. Pure; may import the vocabulary only.
// Twin of models/rules/matrix.py, run over tests/vectors/sharing.json.

import { MARK_STRICTNESS, MAX_LEVEL, MAX_SHARED_LEVEL } from "../vocabulary.js";

/** @typedef {import("../reference-shapes.js").Reference} Reference */
/** @typedef {import("../reference-shapes.js").Mark} Mark */

const PRACTICAL = ".practical";

/** @param {string} code @returns {string} `C05` for `C05.practical`, and for `C05` */
export function categoryOf(code) {
  return code.endsWith(PRACTICAL) ? code.slice(0, -PRACTICAL.length) : code;
}

/**
 * The strictest cell of `code` over the recipients' profiles; never for an unknown code or without any recipient.
 * A practical variant is allowed wherever its category is anything but never, and needs no necessity section.
 * @param {Reference} reference @param {readonly string[]} profiles @param {string} code
 * @returns {Mark}
 */
export function mark(reference, profiles, code) {
  const row = reference.matrix[categoryOf(code)] ?? {};
  const cells = profiles.map((profile) => row[profile] ?? "never");
  if (!(code in reference.categories) || cells.length === 0) return "never";
  const strictest = cells.reduce((one, other) => (strictness(other) > strictness(one) ? other : one));
  return code !== categoryOf(code) && strictest !== "never" ? "allowed" : strictest;
}

/** @param {string} cell @returns {number} */
function strictness(cell) {
  return MARK_STRICTNESS[cell] ?? MAX_LEVEL;
}

/**
 * @param {Reference} reference @param {string} code
 * @returns {number} the level of a category, 1 to 5; 5 for one that is not in the list
 */
export function levelOf(reference, code) {
  return reference.categories[code]?.level ?? MAX_LEVEL;
}

/**
 * What a recipient's mere name tells: a referral to an addiction centre is health data even if empty.
 * @param {Reference} reference @param {string} kind @returns {number} 1 to 4
 */
export function levelOfKind(reference, kind) {
  return reference.organisation_kinds[kind]?.level ?? MAX_SHARED_LEVEL;
}

/**
 * What a team tells by where it receives: the least level of its places (null: one of no known kind); 1 without any.
 * @param {Reference} reference @param {readonly (string|null)[]} kinds @returns {number} 1 to 4
 */
export function levelOfPlaces(reference, kinds) {
  return kinds.length ? Math.min(...kinds.map((kind) => (kind ? levelOfKind(reference, kind) : 1))) : 1;
}

/**
 * The least level an author may declare: the highest of categories, recipient's kind and need's theme.
 * @param {Reference} reference @param {readonly string[]} codes @param {string} kind @param {string|null} [need]
 * @returns {number}
 */
export function leastLevel(reference, codes, kind, need = null) {
  const theme = need === null ? 1 : (reference.needs[need]?.level ?? MAX_SHARED_LEVEL);
  return Math.max(levelOfKind(reference, kind), theme, ...codes.map((code) => levelOf(reference, code)));
}

/**
 * @param {number} level @param {boolean} hasBound @param {boolean} [hasOpen]
 * @returns {"open"|"bound"|null} the class of a team's circle that receives this level; null where it has none for it
 */
export function classFor(level, hasBound, hasOpen = true) {
  const open = level === 1 || (level === 2 && !hasBound);
  if (open && hasOpen) return "open";
  return hasBound ? "bound" : null;
}
