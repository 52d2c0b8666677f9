/** Orientations as screens show them: state by the chain of moves, who sees what, what may be done. Synchronous. */

import { isExpired, readable } from "../rules/orientation.js";
import { REFERENCE } from "../reference.js";
import {
  LEASE_DAYS,
  ORIENTATION_ANSWERS,
  ORIENTATION_CANCELS,
  ORIENTATION_LABELS,
  ORIENTATION_OPEN,
} from "../vocabulary.js";
import { nowMs } from "./clock.js";
import { authorOf, organisationName, teamName } from "./names.js";
import { labelOfItems } from "./labels.js";
import { followMoves, isMove } from "./moves.js";
import { of } from "./projection.js";
import { current } from "./session.js";
import { isOfActiveTeam, placeOf } from "./teams.js";
import { leftOf, takenBack } from "./taken-back.js";
import { categoriesOf } from "./withdrawals.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {{state: string, last: string, moves: Known[], accepted: string}} Chain  `accepted`: the state the server knows */

const DAY_MS = 86_400_000;
const LATE_DAYS = 10;
const WHY = {
  ended: "Cette orientation est terminée : son contenu n’est plus lisible ici.",
  lease:
    "Cet appareil n’a pas été synchronisé depuis 14 jours : ce que d’autres ont partagé se rouvrira après une synchronisation.",
  closed:
    "Le serveur dit que cet accès a pris fin, sans preuve que cet appareil ait pu vérifier. Rien n’est détruit. Prévenez votre responsable.",
  gone: "La personne a retiré son accord, ou l’envoi a été annulé : le contenu a été détruit sur cet appareil.",
};

/**
 * Follows the signed moves from `sent`; ours that wait to be sent are shown too, those refused are not.
 * @param {Open} open @param {Known} sent @param {number} atMs @returns {Chain}
 */
export function chainOfMoves(open, sent, atMs) {
  const moves = of(open.projection, open.projection.byOrientation, sent.id).filter(isMove);
  const { state, last, taken, accepted } = followMoves(sent.id, moves);
  return { ...derived(open, sent, state, atMs), last, moves: taken, accepted };
}

/**
 * What no one signs: the person's withdrawal, the deadline.
 * @param {Open} open @param {Known} sent @param {string} state @param {number} atMs
 */
function derived(open, sent, state, atMs) {
  if (ORIENTATION_OPEN.includes(state) && isWithdrawn(open, sent)) return { state: "annulee" };
  return { state: isExpired(state, Date.parse(sent.payload.deadline), atMs) ? "expiree" : state };
}

/** Whether withdrawals known here cover every category sent. @param {Open} open @param {Known} sent */
function isWithdrawn(open, sent) {
  const { left, endings } = leftOf(open, sent);
  return endings.length > 0 && left.length === 0;
}

/** @param {Known} sent @returns {string[]} */
function categoriesSent(sent) {
  return categoriesOf(sent.payload);
}

/**
 * @param {"inbox"|"sent"} box of the active team @returns {import("./shapes.js").OrientationRow[]}
 *   inbox: urgent and late first, then newest; sent: newest first
 */
export function orientations(box) {
  const open = current();
  const { byOrientation, events } = open.projection;
  const rows = [...byOrientation.keys()]
    .flatMap((id) => events.get(id) ?? [])
    .filter((event) => event.type === "orientation.sent")
    .flatMap((sent) => {
      const { own, other } = sent.payload.audience;
      return isOfActiveTeam(open, box === "sent" ? own : other) ? [rowOf(open, sent, box === "sent", nowMs())] : [];
    });
  const urgency = (/** @type {import("./shapes.js").OrientationRow} */ row) =>
    box === "inbox" && ORIENTATION_OPEN.includes(row.state) ? Number(Boolean(row.replyBy)) + Number(row.late) : 0;
  return rows.sort((a, b) => urgency(b) - urgency(a) || b.sentAt.localeCompare(a.sentAt) || b.id.localeCompare(a.id));
}

/**
 * @param {Open} open @param {Known} sent @param {boolean} mine @param {number} atMs
 * @returns {import("./shapes.js").OrientationRow}
 */
function rowOf(open, sent, mine, atMs) {
  const { payload } = sent;
  const { state, moves } = chainOfMoves(open, sent, atMs);
  const request = mine || access(open, sent, state, atMs) === null ? sent.contents.get("X.request") : null;
  const newest = [...moves, sent].find((event) => event.sync !== "accepted") ?? sent;
  return {
    id: sent.id,
    state,
    stateLabel: ORIENTATION_LABELS[state],
    mine,
    dossier: open.projection.dossierOfOrientation.get(sent.id) ?? null,
    label: labelOf(sent, mine, request),
    from: party(open, payload.audience.own),
    to: party(open, payload.audience.other),
    need: request?.need ?? null,
    place: request?.place ?? null,
    level: payload.level,
    sentAt: payload.at,
    receivedAt: sent.receivedAt,
    deadline: payload.deadline,
    replyBy: payload.reply_by ?? null,
    opened: isOpened(open, sent.id),
    sync: newest.sync,
    late: isLate(payload, state, atMs),
  };
}

/** @param {Open} open @param {string} id */
function isOpened(open, id) {
  return of(open.projection, open.projection.byOrientation, id).some((event) => event.type === "orientation.opened");
}

/** @param {any} payload @param {string} state @param {number} atMs */
function isLate(payload, state, atMs) {
  if (state !== "envoyee" && state !== "en_attente") return false;
  const limit = payload.reply_by ? Date.parse(payload.reply_by) : Date.parse(payload.at) + LATE_DAYS * DAY_MS;
  return atMs > limit;
}

/** @param {Open} open @param {string} audience */
function party(open, audience) {
  const place = placeOf(open, audience);
  const { organisation, team } = place ?? { organisation: "", team: "" };
  return {
    organisation,
    team,
    organisationName: organisationName(organisation),
    teamName: teamName(organisation, team),
  };
}

/** @param {Known} sent @param {boolean} mine @param {any} request */
function labelOf(sent, mine, request) {
  const link = [...sent.contents.values()].find((content) => content.kind === "link");
  if (mine && link?.label) return link.label;
  const items = request || mine ? itemsOf(sent) : [];
  return labelOfItems(items) || REFERENCE.needs[request?.need]?.label || "Orientation";
}

/** @param {Known} sent @returns {any[]} */
function itemsOf(sent) {
  return [...sent.contents.values()].filter((content) => content.kind === "item");
}

/**
 * Why the recipient may not read now; null: it may. The sender always reads what it wrote.
 * @param {Open} open @param {Known} sent @param {string} state @param {number} atMs @returns {string|null}
 */
function access(open, sent, state, atMs) {
  if (isOfMine(open, sent.payload.audience.own)) return null;
  if (sent.closed) return WHY.closed;
  if (!readable(state, Date.parse(sent.payload.until), atMs)) return WHY.ended;
  if (open.ended) return WHY.ended;
  if (open.lastReadMs === null || atMs - open.lastReadMs > LEASE_DAYS * DAY_MS) return WHY.lease;
  const shared = Object.values(sent.payload.sections).some((section) => section.category);
  return shared && sent.contents.size === 0 && sent.unreadable === 0 ? WHY.gone : null;
}

/** @param {Open} open @param {string} audience */
function isOfMine(open, audience) {
  return placeOf(open, audience)?.organisation === open.organisation && open.circles.has(audience.split(".")[0]);
}

/** @param {string} id @returns {import("./shapes.js").Orientation|null} null: unknown here */
export function orientation(id) {
  const open = current();
  const sent = open.projection.events.get(id);
  if (sent?.type !== "orientation.sent") return null;
  const atMs = nowMs();
  const mine = isOfActiveTeam(open, sent.payload.audience.own);
  const chain = chainOfMoves(open, sent, atMs);
  const why = access(open, sent, chain.state, atMs);
  const show = why === null;
  return {
    ...rowOf(open, sent, mine, atMs),
    request: show ? (sent.contents.get("X.request") ?? null) : null,
    items: show ? itemsOf(sent) : [],
    sent: categoriesSent(sent),
    necessity: show ? (sent.contents.get("X.necessity")?.text ?? null) : null,
    consent: sent.payload.ground.consent ?? null,
    purpose: sent.payload.purpose,
    until: sent.payload.until,
    follows: sent.payload.follows ?? null,
    history: [sent, ...chain.moves].map(historyRow),
    moves: movesFrom(chain.state, mine),
    readable: show,
    why,
    unreadable: sent.unreadable,
    takenBack: takenBack(open, sent),
  };
}

/** @param {string} state @param {boolean} mine */
function movesFrom(state, mine) {
  return [...((mine ? ORIENTATION_CANCELS : ORIENTATION_ANSWERS)[state] ?? [])];
}

/** @param {Known} event */
function historyRow(event) {
  const state = event.payload.state ?? "envoyee";
  const said = event.contents.get("X.answer");
  return {
    id: event.id,
    state,
    stateLabel: ORIENTATION_LABELS[state],
    at: event.payload.at,
    by: authorOf(event),
    reason: said?.reason ?? null,
    outcome: said?.outcome ?? null,
    text: said?.text ?? null,
    sync: event.sync,
  };
}

/**
 * Those about a dossier: sent from it, or received and followed in it.
 * @param {string} dossier
 * @returns {import("./shapes.js").OrientationRow[]}
 */
export function orientationsOf(dossier) {
  const open = current();
  const sent = of(open.projection, open.projection.byDossier, dossier).filter(
    (event) => event.type === "orientation.sent",
  );
  return sent.map((event) => rowOf(open, event, isOfMine(open, event.payload.audience.own), nowMs())).reverse();
}
