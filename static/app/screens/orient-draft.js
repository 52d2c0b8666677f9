/** What an orientation being prepared holds, and what of it goes to the vault. */

import { recipients } from "../vault/index.js";
import { REFERENCE } from "../reference.js";
import { blankExpression, expressed } from "./consent-method.js";

/**
 * @typedef {object} OrientationAsked
 * @property {string} step
 * @property {string|null} need
 * @property {string} text
 * @property {string|null} urgency      code of URGENCIES
 * @property {{organisation: string, team: string}|null} recipient
 * @property {string|null} place        place id
 * @property {Record<string, import("../ui/item.js").Item>} items   those chosen, by code
 * @property {string} necessity
 * @property {string} purpose
 * @property {string|null} who          adult, accompanied, minor
 * @property {boolean|null} alone
 * @property {string} duration
 * @property {string} variant           of the notice
 * @property {string} language
 * @property {boolean} readAloud
 * @property {Record<string, boolean|null>} answers  by code: the person's own yes or no; null: they want to think
 * @property {boolean|null} trace
 * @property {boolean} confirmed        by the person, on the turned screen
 * @property {string|null} follows
 */
/** @typedef {OrientationAsked & import("./consent-method.js").Expression} OrientationState */

export const URGENCIES = [
  { code: "2h", label: "Dans les 2 heures", minutes: 120 },
  { code: "today", label: "Aujourd’hui", minutes: null },
  { code: "48h", label: "Sous 48 heures", minutes: 48 * 60 },
];

/** @returns {OrientationState} */
export function blankOrientation() {
  return {
    step: "besoin", need: null, text: "", urgency: null, recipient: null, place: null, items: {}, necessity: "",
    purpose: Object.keys(REFERENCE.purposes)[0], who: null, alone: null, duration: "P6M", variant: "standard", language: "fr", readAloud: false,
    answers: {}, trace: null, confirmed: false, ...blankExpression(), follows: null,
  };
}

/** The recipient as the roster names it, never as the directory does.
 * @param {OrientationState} state */
export function recipientOf({ recipient }) {
  return recipients().find((each) => each.organisation === recipient?.organisation && each.team === recipient?.team) ?? null;
}

/** @param {OrientationState} state */
export function answeredYes({ items, answers }) {
  return Object.keys(items).filter((code) => answers[code] === true);
}

/** @param {OrientationState} state */
export function answeredNo({ items, answers }) {
  return Object.keys(items).filter((code) => answers[code] === false);
}

/** @param {OrientationState} state */
export function answeredLater({ items, answers }) {
  return Object.keys(items).filter((code) => answers[code] === null);
}

/** The instant before which an answer is awaited; null when it is not urgent.
 * @param {string|null} urgency @param {Date} now */
export function replyBy(urgency, now) {
  if (!urgency) return null;
  const minutes = URGENCIES.find(({ code }) => code === urgency)?.minutes;
  const end = minutes ? new Date(now.getTime() + minutes * 60_000) : new Date(new Date(now).setHours(23, 59, 0, 0));
  return `${end.toISOString().slice(0, 16)}Z`;
}

/** What the vault seals. Before the person answered, all chosen items count as agreed, to check the rest.
 * @param {string} dossier @param {string} key @param {OrientationState} state @param {import("../vault/shapes.js").Notice} notice @param {boolean} answered @param {Date} now */
export function draftOf(dossier, key, state, notice, answered, now) {
  const codes = answered ? answeredYes(state) : Object.keys(state.items);
  return {
    dossier, recipient: /** @type {{organisation: string, team: string}} */ (state.recipient), need: state.need ?? "",
    text: state.text.trim() || undefined, place: state.place ?? undefined, items: codes.map((code) => state.items[code]),
    consent: {
      given: codes, refused: answered ? answeredNo(state) : [], purpose: state.purpose, duration: state.duration,
      ...expressed(state), alone: Boolean(state.alone), trace: Boolean(state.trace), notice,
    },
    necessity: state.necessity.trim() || undefined, replyBy: replyBy(state.urgency, now) ?? undefined, follows: state.follows ?? undefined, draftId: key,
  };
}
