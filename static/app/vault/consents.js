/** Acts on what a person agrees to: given, refused, withdrawn. Never sent to the recipient. */

import { newId } from "../crypto/index.js";
import { inForce } from "../rules/consent.js";
import { leastLevel } from "../rules/sharing.js";
import { REFERENCE } from "../reference.js";
import { MAX_PARENTS } from "../vocabulary.js";
import { agreementsOf, endingsToName } from "./agreements.js";
import { basisFor } from "./allow.js";
import { VaultProblem, refuseUnless } from "./problem.js";
import { preparing } from "./receipts.js";
import { placeOwn, save } from "./record.js";
import { current } from "./session.js";
import { homeOf, mostClosed, placeOf } from "./teams.js";

/** @typedef {import("./record.js").Plan} Plan */
/** @typedef {import("./shapes.js").ConsentAnswer} ConsentAnswer */
/** @typedef {"open"|"bound"} Class */

/**
 * @param {Omit<ConsentAnswer, "given"|"refused"> & {dossier: string, recipient: string, categories: string[], draftId?: string, receipt?: import("./receipts.js").WantedReceipt}} given
 *   `recipient`: an organisation; `receipt`: the paper it is written on, whose secret is not kept
 * @returns {Promise<{consent: string}>}
 * @throws {import("./problem.js").VaultProblem} basis, level, nir
 */
export async function giveConsent({ receipt, ...given }) {
  const { dossier, recipient, categories, draftId: _draft, ...answer } = given;
  const paper = receipt ? await preparing(receipt) : null;
  const result = await save(given, async (atMs) => {
    const plan = givenPlan({ dossier, recipient, categories, answer, atMs, key: paper?.publicJwk });
    const plans = [plan, ...(paper ? [await paper.plan([plan], atMs)] : [])];
    return { plans, result: { consent: plan.id } };
  });
  return /** @type {{consent: string}} */ (result);
}

/**
 * @param {{dossier: string, recipient: string, categories: string[], answer: Omit<ConsentAnswer, "given"|"refused">, atMs: number, key?: import("../crypto/keys.js").PublicJwk}} given
 *   `key`: that of the person's receipt
 * @returns {Plan}
 */
export function givenPlan({ dossier, recipient, categories, answer, atMs, key }) {
  const basis = basisFor(current(), recipient, categories, answer.purpose);
  if (!basis) throw new VaultProblem("basis");
  const { purpose, duration } = answer;
  const clear = { dossier, recipient, categories, purpose, basis, duration, ...(key ? { withdrawal_key: key } : {}) };
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
    const withdrawal = endedByRefusal(dossier, recipient, categories, atMs);
    return { plans: [plan, ...withdrawal], result: { refusal: plan.id, withdrawal: withdrawal[0]?.id } };
  });
  return /** @type {{refusal: string, withdrawal?: string}} */ (result);
}

/**
 * The withdrawal that a refusal also is, where something refused was agreed to before.
 * @param {string} dossier @param {string} recipient @param {string[]} categories @param {number} atMs @returns {Plan[]}
 */
export function endedByRefusal(dossier, recipient, categories, atMs) {
  const ended = stillAgreed(dossier, recipient, categories, atMs);
  return ended.length > 0 ? [withdrawnPlan(ended, categories, atMs)] : [];
}

/**
 * @param {{dossier: string, recipient: string, categories: string[], answer: Partial<ConsentAnswer>, atMs: number}} given
 * @returns {Plan}
 */
export function refusedPlan({ dossier, recipient, categories, answer, atMs }) {
  const clear = { dossier, recipient, categories };
  return scoped({ type: "consent.refused", clear, dossier, recipient, categories, content: spoken(answer), atMs });
}

/**
 * The person wants to think: asked, not answered, and asked again only when they wish. It stops and opens nothing.
 * @param {Partial<ConsentAnswer> & {dossier: string, recipient: string, categories: string[], draftId?: string}} given
 * @returns {Promise<{deferral: string}>}
 */
export async function deferConsent(given) {
  const { dossier, recipient, categories, draftId: _draft, ...answer } = given;
  const result = await save(given, (atMs) => {
    const plan = deferredPlan({ dossier, recipient, categories, answer, atMs });
    return { plans: [plan], result: { deferral: plan.id } };
  });
  return /** @type {{deferral: string}} */ (result);
}

/**
 * @param {{dossier: string, recipient: string, categories: string[], answer: Partial<ConsentAnswer>, atMs: number}} given
 * @returns {Plan}
 */
export function deferredPlan({ dossier, recipient, categories, answer, atMs }) {
  const clear = { dossier, recipient, categories };
  return scoped({ type: "consent.deferred", clear, dossier, recipient, categories, content: spoken(answer), atMs });
}

/** @param {Partial<ConsentAnswer>} answer @returns {object} how it was said; sealed */
function spoken({ notice, method, alone, trace, place, who, quality, evidence, interpreter, witness, drawing, protector }) {
  const said = { notice, method, alone, trace, place };
  return { kind: "consent", ...said, who, quality, evidence, interpreter, witness, drawing, protector };
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
  const ends = type === "consent.given" ? parentsOf(open, dossier, recipient, categories) : [];
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

/**
 * What a new consent follows: every ending it comes after, and the consents it renews.
 * @param {import("./session.js").Open} open @param {string} dossier @param {string} recipient @param {string[]} categories
 */
function parentsOf(open, dossier, recipient, categories) {
  const { consents } = agreementsOf(open, dossier);
  const renewed = consents.filter((one) => one.recipient === recipient && categories.every((code) => one.categories.includes(code)));
  const ends = endingsToName(open, dossier, recipient, categories);
  return [...renewed.slice(-1).map(({ id }) => id), ...ends].slice(-MAX_PARENTS);
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
 * @param {{consents: string[], categories?: string[], why?: "ended"|"invalid"|"mistake", draftId?: string}} given
 *   `why`: the organisation takes it back, and not the person
 * @returns {Promise<{withdrawal: string}>}
 * @throws {import("./problem.js").VaultProblem} not_found: a consent this device does not know; malformed: of two recipients
 */
export async function withdrawConsent(given) {
  const { consents, categories, why } = given;
  const result = await save(given, (atMs) => {
    const known = consents.map((id) => current().projection.events.get(id));
    refuseUnless(consents.length > 0 && known.every((event) => event?.type === "consent.given"), "not_found");
    refuseUnless(new Set(known.map((event) => event?.payload.recipient)).size === 1, "malformed");
    const plan = withdrawnPlan(why ? consents : withOthersEnded(consents, categories), categories, atMs, why);
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

/** @param {string[]} consents @param {string[]|undefined} categories @param {number} atMs @param {string} [why] @returns {Plan} */
export function withdrawnPlan(consents, categories, atMs, why) {
  const clear = { consents, ...(categories ? { categories } : {}), ...(why ? { why } : {}) };
  return {
    id: newId(atMs),
    type: "consent.withdrawn",
    clear,
    own: null,
    parents: consents.slice(0, MAX_PARENTS),
    sections: [],
  };
}
