/** Acts on what a person agrees to: given, refused, withdrawn. Never sent to the recipient. */

import { newId } from "../crypto/index.js";
import { inForce } from "../rules/consent.js";
import { leastLevel } from "../rules/sharing.js";
import { REFERENCE } from "../reference.js";
import { MAX_PARENTS } from "../vocabulary.js";
import { agreementsOf, endingsToName } from "./agreements.js";
import { basisFor } from "./allow.js";
import { VaultProblem, refuseUnless } from "./problem.js";
import { placeOwn, save } from "./record.js";
import { current } from "./session.js";
import { homeOf, mostClosed, placeOf } from "./teams.js";

/** @typedef {import("./record.js").Plan} Plan */
/** @typedef {import("./shapes.js").ConsentAnswer} ConsentAnswer */
/** @typedef {"open"|"bound"} Class */

/**
 * @param {Omit<ConsentAnswer, "given"|"refused"> & {dossier: string, recipient: string, categories: string[], draftId?: string}} given
 *   `recipient`: an organisation
 * @returns {Promise<{consent: string}>}
 * @throws {import("./problem.js").VaultProblem} basis, level, nir
 */
export async function giveConsent(given) {
  const { dossier, recipient, categories, draftId: _draft, ...answer } = given;
  const result = await save(given, (atMs) => {
    const plan = givenPlan({ dossier, recipient, categories, answer, atMs });
    return { plans: [plan], result: { consent: plan.id } };
  });
  return /** @type {{consent: string}} */ (result);
}

/**
 * @param {{dossier: string, recipient: string, categories: string[], answer: Omit<ConsentAnswer, "given"|"refused">, atMs: number}} given
 * @returns {Plan}
 */
export function givenPlan({ dossier, recipient, categories, answer, atMs }) {
  const basis = basisFor(current(), recipient, categories, answer.purpose);
  if (!basis) throw new VaultProblem("basis");
  const { purpose, duration } = answer;
  const clear = { dossier, recipient, categories, purpose, basis, duration };
  return scoped({ type: "consent.given", clear, dossier, recipient, categories, content: spoken(answer), atMs });
}

/**
 * A refusal stops new disclosures; where a consent in force covers what is refused, the withdrawal is written too.
 * @param {Partial<ConsentAnswer> & {dossier: string, recipient: string, categories: string[], draftId?: string}} given
 * @returns {Promise<{refusal: string, withdrawal?: string}>}
 */
export async function refuseConsent(given) {
  const { dossier, recipient, categories, draftId: _draft, ...answer } = given;
  const result = await save(given, (atMs) => {
    const plan = refusedPlan({ dossier, recipient, categories, answer, atMs });
    const ended = stillAgreed(dossier, recipient, categories, atMs);
    const withdrawal = ended.length > 0 ? [withdrawnPlan(ended, categories, atMs)] : [];
    return { plans: [plan, ...withdrawal], result: { refusal: plan.id, withdrawal: withdrawal[0]?.id } };
  });
  return /** @type {{refusal: string, withdrawal?: string}} */ (result);
}

/**
 * @param {{dossier: string, recipient: string, categories: string[], answer: Partial<ConsentAnswer>, atMs: number}} given
 * @returns {Plan}
 */
export function refusedPlan({ dossier, recipient, categories, answer, atMs }) {
  const clear = { dossier, recipient, categories };
  return scoped({ type: "consent.refused", clear, dossier, recipient, categories, content: spoken(answer), atMs });
}

/** @param {Partial<ConsentAnswer>} answer @returns {object} how it was said; sealed */
function spoken({ notice, method, alone, trace, place }) {
  return { kind: "consent", notice, method, alone, trace, place };
}

/**
 * A consent act in its circle: as closed as its dossier, its words and what it follows.
 * @param {{type: string, clear: object, dossier: string, recipient: string, categories: string[], content: object, atMs: number}} given
 * @returns {Plan}
 */
function scoped({ type, clear, dossier, recipient, categories, content, atMs }) {
  const open = current();
  const home = homeOf(open, dossier);
  const kind = open.book.organisations.get(recipient)?.kind;
  if (kind === undefined) throw new VaultProblem("no_recipient");
  const ends = type === "consent.given" ? endingsToName(open, dossier, recipient, categories).slice(-MAX_PARENTS) : [];
  const level = leastLevel(REFERENCE, categories, kind);
  const placed = placeOwn(open, home.team, level, mostClosed([home.circleClass, ...ends.map((id) => classOf(id))]));
  return {
    id: newId(atMs),
    type,
    clear,
    own: placed.circle,
    parents: ends,
    sections: [{ content, level: placed.level }],
  };
}

/** @param {string} event @returns {Class} a withdrawal is in no circle of its own: it closes nothing */
function classOf(event) {
  const open = current();
  return placeOf(open, open.projection.events.get(event)?.payload.audience?.own)?.circleClass ?? "open";
}

/**
 * @param {string} dossier @param {string} recipient @param {string[]} categories @param {number} atMs
 * @returns {string[]} consents in force for some of them
 */
function stillAgreed(dossier, recipient, categories, atMs) {
  const { consents, endings } = agreementsOf(current(), dossier);
  const live = consents.filter((one) =>
    categories.some((code) => inForce([one], endings, dossier, recipient, code, one.purpose, atMs)),
  );
  return live.map((one) => one.id);
}

/**
 * Ends consents of one recipient, and what was sent under them: for all they cover, or for `categories`.
 * @param {{consents: string[], categories?: string[], draftId?: string}} given
 * @returns {Promise<{withdrawal: string}>}
 * @throws {import("./problem.js").VaultProblem} not_found: a consent this device does not know; malformed: of two recipients
 */
export async function withdrawConsent(given) {
  const { consents, categories } = given;
  const result = await save(given, (atMs) => {
    const known = consents.map((id) => current().projection.events.get(id));
    refuseUnless(consents.length > 0 && known.every((event) => event?.type === "consent.given"), "not_found");
    refuseUnless(new Set(known.map((event) => event?.payload.recipient)).size === 1, "malformed");
    const plan = withdrawnPlan(withOthersEnded(consents, categories), categories, atMs);
    return { plans: [plan], result: { withdrawal: plan.id } };
  });
  return /** @type {{withdrawal: string}} */ (result);
}

/**
 * A withdrawal ends every agreement of its scope, and names all we know of: a recipient destroys what was sent under a
 * consent only on an act that names it.
 * @param {string[]} consents @param {string[]|undefined} categories @returns {string[]}
 */
function withOthersEnded(consents, categories) {
  const open = current();
  const others = consents.flatMap((id) => {
    const { dossier, recipient } = open.projection.events.get(id)?.payload ?? {};
    const about = agreementsOf(open, dossier).consents.filter((one) => one.recipient === recipient);
    return about.filter((one) => !categories || one.categories.some((code) => categories.includes(code)));
  });
  return [...new Set([...consents, ...others.map((one) => one.id).reverse()])].slice(0, MAX_PARENTS);
}

/** @param {string[]} consents @param {string[]|undefined} categories @param {number} atMs @returns {Plan} */
function withdrawnPlan(consents, categories, atMs) {
  const clear = { consents, ...(categories ? { categories } : {}) };
  return {
    id: newId(atMs),
    type: "consent.withdrawn",
    clear,
    own: null,
    parents: consents.slice(0, MAX_PARENTS),
    sections: [],
  };
}
