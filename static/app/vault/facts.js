/** What a team writes for itself: dossiers, receptions, notes. Each function is one act, saved whole or not at all. */

import { instant, newId } from "../crypto/index.js";
import { levelOf } from "../rules/sharing.js";
import { REFERENCE } from "../reference.js";
import { MAX_LEVEL } from "../vocabulary.js";
import { dateOf } from "./clock.js";
import { refuseUnless } from "./problem.js";
import { placeOwn, save } from "./record.js";
import { current } from "./session.js";
import { activeTeam, homeOf, placeOf } from "./teams.js";

/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./record.js").Plan} Plan */
/** @typedef {"open"|"bound"} Class */

/**
 * Opens a dossier. What the open circle may read goes there; the rest is a second event, for those bound by secrecy.
 * @param {{items: Item[], team?: string, orientation?: string, draftId?: string}} given `orientation`: the received one it is opened for
 * @returns {Promise<string>} dossier id
 * @throws {import("./problem.js").VaultProblem} level: an item no circle of ours may hold; nir; storage_full
 */
export async function openDossier(given) {
  const { items, team, orientation } = given;
  const { dossier } = await save(given, (atMs) => {
    const open = current();
    const dossier = newId(atMs);
    const home = team ?? activeTeam(open);
    const origin = orientation ? [{ content: { kind: "origin", orientation }, level: 1 }] : [];
    const least = orientation ? classOfReceived(orientation) : "open";
    const sections = [...origin, ...items.map((item) => sectionOf(item, atMs))];
    refuseUnless(sections.length > 0, "malformed");
    const [first, ...others] = byClass(home, sections, least);
    const opened = planned(first, { id: newId(atMs), type: "dossier.opened", clear: { dossier }, parents: [] });
    const corrected = others.map((group) =>
      planned(group, { id: newId(atMs), type: "dossier.corrected", clear: { dossier }, parents: [opened.id] }),
    );
    return { plans: [opened, ...corrected], result: { dossier } };
  });
  return dossier;
}

/**
 * Adds items: the newest of a category is the one shown, the others stay.
 * @param {{dossier: string, items: Item[], draftId?: string}} given
 * @returns {Promise<{events: string[]}>}
 */
export async function correctDossier(given) {
  const { dossier, items } = given;
  refuseUnless(items.length > 0, "malformed");
  const result = await save(given, (atMs) => {
    const home = homeOf(current(), dossier);
    const groups = byClass(
      home.team,
      items.map((item) => sectionOf(item, atMs)),
      home.circleClass,
    );
    const plans = groups.map((group) =>
      planned(group, { id: newId(atMs), type: "dossier.corrected", clear: { dossier }, parents: [home.event] }),
    );
    return { plans, result: { events: plans.map((plan) => plan.id) } };
  });
  return /** @type {{events: string[]}} */ (result);
}

/**
 * Records a reception; without `dossier` it is anonymous. A narrative (level 5) goes to those bound by secrecy alone,
 * as a second event; in a team without them it is a private note.
 * @param {{dossier?: string, mode: string, needs: string[], firstHelp: string[], text?: string, narrative?: string,
 *   adults?: number, children?: number, on?: string, draftId?: string}} given
 * @returns {Promise<{reception: string}>}
 */
export async function recordReception(given) {
  const { dossier, narrative, draftId: _draft, ...met } = given;
  const result = await save(given, (atMs) => {
    const open = current();
    const home = dossier ? homeOf(open, dossier) : null;
    const team = home?.team ?? activeTeam(open);
    const clear = dossier ? { dossier } : {};
    const [group] = byClass(team, [receptionOf(met, atMs)], home?.circleClass ?? "open");
    const reception = planned(group, {
      id: newId(atMs),
      type: "reception.recorded",
      clear,
      parents: home ? [home.event] : [],
    });
    const told = narrative ? [narrativeOf(narrative, team, clear, reception, atMs)] : [];
    return { plans: [reception, ...told], result: { reception: reception.id } };
  });
  return /** @type {{reception: string}} */ (result);
}

/**
 * @param {{mode: string, needs: string[], firstHelp: string[], text?: string, adults?: number, children?: number, on?: string}} given
 * @param {number} atMs
 */
function receptionOf({ mode, needs, firstHelp, text, adults, children, on }, atMs) {
  const level = Math.max(1, ...needs.map((need) => REFERENCE.needs[need]?.level ?? MAX_LEVEL));
  const content = {
    kind: "reception",
    mode,
    on: on ?? instant(atMs),
    needs,
    first_help: firstHelp,
    text: text || undefined,
    adults,
    children,
  };
  return { content, level };
}

/**
 * @param {string} text @param {string} team @param {object} clear @param {Plan} reception @param {number} atMs
 * @returns {Plan}
 */
function narrativeOf(text, team, clear, reception, atMs) {
  const open = current();
  const plan = { id: newId(atMs), clear, parents: [reception.id] };
  const [bound] = Object.values(open.book.organisations.get(open.organisation)?.circles ?? {}).filter(
    (circle) => circle.team === team && circle.circleClass === "bound" && open.circles.has(circle.id),
  );
  if (!bound)
    return {
      ...plan,
      type: "note.recorded",
      own: null,
      sections: [{ content: { kind: "note", text }, level: MAX_LEVEL }],
    };
  return {
    ...plan,
    type: "reception.recorded",
    own: bound.id,
    sections: [{ content: { kind: "narrative", text }, level: MAX_LEVEL }],
  };
}

/**
 * A note only its author can open, here or elsewhere.
 * @param {{dossier?: string, text: string, draftId?: string}} given @returns {Promise<{note: string}>}
 */
export async function recordNote(given) {
  const { dossier, text } = given;
  const result = await save(given, (atMs) => {
    const parents = dossier ? [homeOf(current(), dossier).event] : [];
    const sections = [{ content: { kind: "note", text }, level: MAX_LEVEL }];
    const id = newId(atMs);
    return {
      plans: [{ id, type: "note.recorded", clear: dossier ? { dossier } : {}, own: null, parents, sections }],
      result: { note: id },
    };
  });
  return /** @type {{note: string}} */ (result);
}

/** @param {Item} item @param {number} atMs */
export function sectionOf({ category, fields, source, noted_on }, atMs) {
  return {
    content: { kind: "item", category, fields, source, noted_on: noted_on ?? dateOf(atMs) },
    level: levelOf(REFERENCE, category),
  };
}

/** @param {string} orientation @returns {Class} the class it was received in */
function classOfReceived(orientation) {
  const open = current();
  const sent = open.projection.events.get(orientation);
  return placeOf(open, sent?.payload.audience.other)?.circleClass ?? "open";
}

/**
 * Sections by the circle that may read them, the open one first: a bound event may name an open one, never the reverse.
 * @param {string} team @param {import("./record.js").Section[]} sections @param {Class} least
 * @returns {{own: string, sections: import("./record.js").Section[]}[]}
 */
function byClass(team, sections, least) {
  /** @type {Map<Class, {own: string, sections: import("./record.js").Section[]}>} */
  const groups = new Map();
  for (const section of sections) {
    const { circle, circleClass, level } = placeOwn(current(), team, section.level, least);
    const group = groups.get(circleClass) ?? { own: circle, sections: [] };
    group.sections.push({ ...section, level });
    groups.set(circleClass, group);
  }
  return /** @type {Class[]} */ (["open", "bound"]).flatMap((one) => groups.get(one) ?? []);
}

/**
 * @param {{own: string, sections: import("./record.js").Section[]}} group
 * @param {{id: string, type: string, clear: object, parents: string[]}} event
 * @returns {Plan}
 */
function planned(group, event) {
  return { ...event, ...group };
}
