// May this be sent? The phone's answer, for kindness; the server's is the law. Pure; may import rules/ and the vocabulary.
// Twin of models/rules/sharing.py, run over tests/vectors/sharing.json. Instants are milliseconds since 1970.

import { MAX_SHARED_LEVEL } from "../vocabulary.js";
import { basisAllows, charterAllows, mustAsk } from "./basis.js";
import { inForce } from "./consent.js";
import { classFor, levelOf, levelOfKind, mark } from "./matrix.js";
import { may } from "./permission.js";

export { basisAllows, charterAllows, consentMode } from "./basis.js";
export { categoryOf, classFor, leastLevel, levelOf, levelOfKind, levelOfPlaces, mark } from "./matrix.js";

/** @typedef {import("../reference-shapes.js").Reference} Reference */
/** @typedef {import("../reference-shapes.js").Basis} Basis */
/** @typedef {import("./basis.js").CharterVersion} CharterVersion */
/** @typedef {import("./basis.js").BasisName} BasisName */
/** @typedef {{circleClass: string, hasOpen: boolean, hasBound: boolean}} Side  the circle's class, the classes of its team */
/** @typedef {{code: "charter"|"role"|"matrix"|"basis"|"consent_missing"|"level", category: string|null}} Refusal */
/**
 * Every fact by which an `orientation.sent` is judged, at the instant `t`.
 * @typedef {object} Disclosure
 * @property {readonly (readonly CharterVersion[])[]} charters  the versions of each charter in force between the two
 *   organisations; all must allow a thing. Within one organisation: those it signed
 * @property {boolean} sameOrganisation
 * @property {string} fromKind
 * @property {string} toKind
 * @property {string} role              of the author
 * @property {readonly string[]} permissions
 * @property {string|null} authorGround
 * @property {readonly {profile: string, ground: string|null}[]} recipients  counted holders of the receiving circle
 * @property {string} recipient         the receiving organisation
 * @property {readonly {category: string|null, level: number}[]} sections  every section, the own-only one included
 * @property {boolean} hasNecessity
 * @property {string} purpose
 * @property {number} level
 * @property {Side} own
 * @property {Side} other
 * @property {number} t
 * @property {import("./consent.js").Consent|null} consent  the ground; without it the ground is `basis` itself
 * @property {readonly import("./consent.js").Ending[]} endings  every one of the consent's dossier
 * @property {BasisName|null} basis
 * @property {number} [toPlaces]  what the team tells by where it receives (`levelOfPlaces`)
 */

const NO_GROUND = "none";
const DISCLOSING_KINDS = ["person_agreement", "secrecy_exception"];

/**
 * @param {Reference} reference @param {Disclosure} disclosure
 * @returns {Refusal|null} the first of charter, role, matrix, basis, consent_missing, level that fails; null: it may be sent
 */
export function checkOrientation(reference, disclosure) {
  for (const check of [checkCharter, checkRole, checkMatrix, checkBasis, checkConsent, checkLevel]) {
    const refusal = check(reference, disclosure);
    if (refusal) return refusal;
  }
  return null;
}

/** @typedef {(reference: Reference, disclosure: Disclosure) => Refusal|null} Check */

/** @type {Check} */
function checkCharter(_reference, disclosure) {
  if (disclosure.sameOrganisation) return null;
  return first("charter", codesOf(disclosure), (code) => !someCharter(disclosure, code, () => true));
}

/** @type {Check} */
function checkRole(_reference, disclosure) {
  return may(disclosure.role, disclosure.permissions, "orientation.send") ? null : refuse("role");
}

/** @type {Check} */
function checkMatrix(reference, disclosure) {
  const profiles = disclosure.recipients.map((recipient) => recipient.profile);
  return first("matrix", categoriesOf(disclosure), (code) => {
    const cell = mark(reference, profiles, code);
    return cell === "never" || cell === "practical" || (cell === "necessity" && !disclosure.hasNecessity);
  });
}

/** @type {Check} */
function checkBasis(reference, disclosure) {
  const named = disclosure.consent?.basis ?? disclosure.basis;
  const basis = named && basisNamed(reference, named);
  if (!named || !basis || !conditionsMet(basis, disclosure)) return refuse("basis");
  return first(
    "basis",
    codesOf(disclosure),
    (code) =>
      !basisAllows(basis, code) ||
      !someCharter(disclosure, code, (version) => enables(version, named, disclosure.purpose)),
  );
}

/** @type {Check} */
function checkConsent(reference, disclosure) {
  const { consent } = disclosure;
  return first("consent_missing", codesOf(disclosure), (code) => {
    if (!consent) return !asksForNone(reference, disclosure, code);
    // An orientation that sends the request alone still needs a consent of which something is in force.
    const codes = code === null ? consent.categories : [code];
    return !codes.some((each) => agreed(consent, each, disclosure));
  });
}

/** @type {Check} */
function checkLevel(reference, disclosure) {
  const { sections, level } = disclosure;
  const low = sections.find(({ category, level: declared }) => {
    return category !== null && category in reference.categories && declared < levelOf(reference, category);
  });
  if (low) return refuse("level", low.category);
  const eventLevel = Math.max(level, ...sections.map((section) => section.level));
  const fits = [disclosure.own, disclosure.other].every((side) => {
    return side.circleClass === classFor(eventLevel, side.hasBound, side.hasOpen);
  });
  const recipient = Math.max(levelOfKind(reference, disclosure.toKind), disclosure.toPlaces ?? 1);
  const declared = level >= recipient && eventLevel <= MAX_SHARED_LEVEL;
  return declared && fits ? null : refuse("level");
}

// --- what they ask

/** @param {Refusal["code"]} code @param {string|null} [category] @returns {Refusal} */
function refuse(code, category = null) {
  return { code, category };
}

/**
 * @template {string|null} T
 * @param {Refusal["code"]} problem @param {readonly T[]} codes @param {(code: T) => boolean} fails
 * @returns {Refusal|null}
 */
function first(problem, codes, fails) {
  const category = codes.find(fails);
  return category === undefined ? null : refuse(problem, category);
}

/** @param {Disclosure} disclosure @returns {string[]} the codes sent, without the kinds outside the matrix */
function categoriesOf(disclosure) {
  return disclosure.sections.flatMap(({ category }) => (category && !category.startsWith("X.") ? [category] : []));
}

/** @param {Disclosure} disclosure @returns {(string|null)[]} the same; null alone when only the request is sent */
function codesOf(disclosure) {
  const categories = categoriesOf(disclosure);
  return categories.length > 0 ? categories : [null];
}

/**
 * Whether one charter in force allows `code` between the two and each of its versions `enables` the rest. Within one
 * organisation the flows do not matter: any charter it signed will do.
 * @param {Disclosure} disclosure @param {string|null} code @param {(version: CharterVersion) => boolean} enablesRest
 * @returns {boolean}
 */
function someCharter(disclosure, code, enablesRest) {
  const { sameOrganisation, fromKind, toKind } = disclosure;
  return disclosure.charters.some(
    (versions) =>
      (sameOrganisation || charterAllows(versions, fromKind, toKind, code)) && versions.every(enablesRest),
  );
}

/** @param {CharterVersion} version @param {BasisName} named @param {string} purpose @returns {boolean} */
function enables(version, named, purpose) {
  return version.purposes.includes(purpose) && version.bases.some((basis) => isSame(basis, named));
}

/** @param {BasisName} one @param {BasisName} other @returns {boolean} */
function isSame(one, other) {
  return one.id === other.id && one.version === other.version;
}

/** @param {Reference} reference @param {BasisName} named @returns {Basis|null} */
function basisNamed(reference, named) {
  return reference.bases[named.id]?.[named.version] ?? null;
}

/**
 * Active, of a kind that grounds a disclosure, between people of the right status, with what it requires. A basis that
 * stands alone, without consent, always needs its necessity written.
 * @param {Basis} basis @param {Disclosure} disclosure @returns {boolean}
 */
function conditionsMet(basis, disclosure) {
  return (
    basis.status === "active" &&
    DISCLOSING_KINDS.includes(basis.kind) &&
    basis.emitter_status.includes(disclosure.authorGround ?? NO_GROUND) &&
    disclosure.recipients.every(({ ground }) => basis.recipient_status.includes(ground ?? NO_GROUND)) &&
    (disclosure.hasNecessity || (disclosure.consent !== null && !basis.requires.includes("necessity_note")))
  );
}

/**
 * Whether a charter that allows `code` enables the invoked basis without asking the person first.
 * @param {Reference} reference @param {Disclosure} disclosure @param {string|null} code @returns {boolean}
 */
function asksForNone(reference, disclosure, code) {
  const named = disclosure.basis;
  const basis = named && basisNamed(reference, named);
  if (!named || !basis) return false;
  return someCharter(disclosure, code, (version) => {
    const asks = version.bases.some((each) => isSame(each, named) && mustAsk(basis, each.floor ?? null));
    return enables(version, named, disclosure.purpose) && !asks;
  });
}

/** @param {import("./consent.js").Consent} consent @param {string} code @param {Disclosure} disclosure @returns {boolean} */
function agreed(consent, code, disclosure) {
  const { endings, recipient, purpose, t } = disclosure;
  return inForce([consent], endings, consent.dossier, recipient, code, purpose, t);
}
