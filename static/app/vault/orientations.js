/** Acts on orientations: sent with their consent in one transaction, opened, answered, cancelled. */

import { instant, newId } from "../crypto/index.js";
import { answer as judgeAnswer, cancel as judgeCancel } from "../rules/orientation.js";
import { levelOf } from "../rules/sharing.js";
import { REFERENCE } from "../reference.js";
import {
  CLOCK_DRIFT_MINUTES,
  CONSENT_DAYS,
  ORIENTATION_DAYS,
  SECTION_ANSWER,
  SECTION_NECESSITY,
  SECTION_REQUEST,
} from "../vocabulary.js";
import { checkOrientation, sidesOf } from "./allow.js";
import { chainOfMoves } from "./ask.js";
import { givenPlan, refusedPlan } from "./consents.js";
import { inMemory } from "./directory.js";
import { sectionOf } from "./facts.js";
import { dossier as dossierView } from "./people.js";
import { of } from "./projection.js";
import { VaultProblem, refuseUnless } from "./problem.js";
import { preparing } from "./receipts.js";
import { save } from "./record.js";
import { current } from "./session.js";
import { refuseSuspended } from "./suspension.js";
import { placeOf } from "./teams.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./shapes.js").OrientationDraft} OrientationDraft */
/** @typedef {import("./record.js").Plan} Plan */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Consent, refusals and orientation, saved together or not at all. Every item must have been answered yes: one that
 * was not is refused here, as the server would, and nothing is saved.
 * @param {OrientationDraft} given
 * @returns {Promise<{consent: string, orientation: string, refusal?: string}>}
 * @throws {VaultProblem} fork: sharing is suspended; or the first of charter, role, matrix, basis, consent_missing, level
 */
export async function orient(given) {
  const { draftId: _draft, receipt, ...draft } = given;
  await inMemory(); // the level depends on the kinds of places
  const paper = receipt ? await preparing(receipt) : null;
  const result = await save({ ...draft, draftId: given.draftId }, (atMs) => {
    refuseSuspended();
    const refused = checkOrientation(draft);
    if (refused) throw new VaultProblem(refused.code);
    return orientationAct(draft, paper, atMs);
  });
  return /** @type {{consent: string, orientation: string, refusal?: string}} */ (result);
}

/** @param {OrientationDraft} draft @param {import("./receipts.js").Preparing|null} paper @param {number} atMs
 * @returns {Promise<import("./record.js").Act>} */
async function orientationAct(draft, paper, atMs) {
  const { dossier, recipient, consent: said } = draft;
  const scope = { dossier, recipient: recipient.organisation, answer: said, atMs };
  const consent = givenPlan({ ...scope, categories: said.given, key: paper?.publicJwk });
  const refusal = said.refused?.length ? [refusedPlan({ ...scope, categories: said.refused })] : [];
  const sent = sentPlan(draft, consent, atMs);
  return {
    plans: [consent, ...refusal, ...(paper ? [await paper.plan([consent], atMs)] : []), sent],
    result: { consent: consent.id, orientation: sent.id, refusal: refusal[0]?.id },
  };
}

/** @param {OrientationDraft} draft @param {Plan} consent @param {number} atMs @returns {Plan} */
function sentPlan(draft, consent, atMs) {
  const open = current();
  const consentClass = placeOf(open, consent.own ?? "")?.circleClass ?? "open";
  const { home, own, other, level } = sidesOf(open, draft, consentClass);
  const { purpose, duration } = draft.consent;
  const clear = {
    ground: { consent: consent.id },
    purpose,
    ...datesOf(duration, atMs),
    level,
    ...(draft.replyBy ? { reply_by: draft.replyBy } : {}),
    ...(draft.follows ? { follows: draft.follows } : {}),
    ...keyOf(consent),
  };
  const sections = sectionsOf(draft, level, atMs);
  return {
    id: newId(atMs),
    type: "orientation.sent",
    clear,
    own: own.circle,
    other: other.circle,
    parents: [home.event, consent.id],
    sections,
  };
}

/** Repeated, so that the recipient can verify what the person takes back. @param {Plan} consent */
function keyOf({ clear }) {
  const { withdrawal_key: key } = /** @type {any} */ (clear);
  return key ? { withdrawal_key: key } : {};
}

/**
 * A few minutes short of the limits: the server counts from its own clock.
 * @param {string} duration of the consent @param {number} atMs @returns {{until: string, deadline: string}}
 */
function datesOf(duration, atMs) {
  const margin = CLOCK_DRIFT_MINUTES * MINUTE_MS;
  const untilMs = atMs + CONSENT_DAYS[duration] * DAY_MS - margin;
  const deadlineMs = Math.min(atMs + ORIENTATION_DAYS * DAY_MS - margin, untilMs);
  return { until: instant(untilMs), deadline: instant(deadlineMs) };
}

/** @param {OrientationDraft} draft @param {number} level @param {number} atMs @returns {import("./record.js").Section[]} */
function sectionsOf({ dossier, need, text, place, items, necessity }, level, atMs) {
  const label = dossierView(dossier)?.label;
  const sent = items.map((item) => ({
    ...sectionOf(item, atMs),
    category: item.category,
    level: Math.max(1, levelOf(REFERENCE, item.category)),
  }));
  return [
    { content: { kind: "request", need, text: text || undefined, place }, level, category: SECTION_REQUEST },
    ...sent,
    ...(necessity ? [{ content: { kind: "necessity", text: necessity }, level, category: SECTION_NECESSITY }] : []),
    { content: { kind: "link", dossier, place, label }, level: 1 },
  ];
}

/**
 * Says once, for the team, that it was opened here. The same fact twice changes nothing.
 * @param {string} id @returns {Promise<void>}
 */
export async function openOrientation(id) {
  const open = current();
  const known = of(open.projection, open.projection.byOrientation, id);
  const sent = open.projection.events.get(id);
  const mine = sent && open.circles.has(sent.payload.audience.other.split(".")[0]);
  if (!mine || known.some((event) => event.type === "orientation.opened")) return;
  await save({ draftId: `opened ${id}` }, (atMs) => {
    const plan = backPlan(sent, "orientation.opened", { orientation: id }, [id], [], atMs);
    return { plans: [plan], result: { opened: plan.id } };
  });
}

/**
 * @param {{orientation: string, state: string, reason?: string, outcome?: string, text?: string, draftId?: string}} given
 * @returns {Promise<{answer: string}>}
 * @throws {VaultProblem} illegal_move, not_found, fork
 */
export async function answer(given) {
  const { orientation, state, reason, outcome, text } = given;
  const result = await save(given, (atMs) => {
    refuseSuspended();
    const { sent, chain } = standing(orientation, atMs);
    refuseUnless(judgeAnswer(chain.state, state) === null, "illegal_move");
    const said = { kind: "answer", reason, outcome, text: text || undefined };
    const level = sent.payload.level;
    const sections = reason || outcome || text ? [{ content: said, level, category: SECTION_ANSWER }] : [];
    const plan = backPlan(
      sent,
      "orientation.answered",
      { orientation, state, previous: chain.last },
      [chain.last],
      sections,
      atMs,
    );
    return { plans: [plan], result: { answer: plan.id } };
  });
  return /** @type {{answer: string}} */ (result);
}

/**
 * @param {{orientation: string, state: string, draftId?: string}} given @returns {Promise<{cancellation: string}>}
 * @throws {VaultProblem} illegal_move, not_found
 */
export async function cancel(given) {
  const { orientation, state } = given;
  const result = await save(given, (atMs) => {
    const { sent, chain } = standing(orientation, atMs);
    refuseUnless(judgeCancel(chain.state, state) === null, "illegal_move");
    const { own, other } = circlesOf(sent);
    const clear = { orientation, state, previous: chain.last };
    const plan = {
      id: newId(atMs),
      type: "orientation.cancelled",
      clear,
      own,
      other,
      parents: [chain.last],
      sections: [],
    };
    return { plans: [plan], result: { cancellation: plan.id } };
  });
  return /** @type {{cancellation: string}} */ (result);
}

/** @param {string} id @param {number} atMs */
function standing(id, atMs) {
  const open = current();
  const sent = open.projection.events.get(id);
  if (sent?.type !== "orientation.sent") throw new VaultProblem("not_found");
  return { sent, chain: chainOfMoves(open, sent, atMs) };
}

/**
 * From the recipient to the sender: the two circles of `sent`, the other way round, at their newest epochs.
 * @param {import("./projection.js").Known} sent @param {string} type @param {object} clear @param {string[]} parents
 * @param {import("./record.js").Section[]} sections @param {number} atMs @returns {Plan}
 */
function backPlan(sent, type, clear, parents, sections, atMs) {
  const { own, other } = circlesOf(sent);
  return { id: newId(atMs), type, clear, own: other, other: own, parents, sections };
}

/** @param {import("./projection.js").Known} sent */
function circlesOf({ payload: { audience } }) {
  return { own: audience.own.split(".")[0], other: audience.other.split(".")[0] };
}
