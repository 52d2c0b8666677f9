/**
 * Seals, signs and stores: events, their outbox rows, their counters, the end of their draft, in one transaction of
 * strict durability. When an act resolves its events are on the disk; when it rejects nothing of it is.
 */

import { instant, openLocal, sealLocal, sealSection, signObject } from "../crypto/index.js";
import { circleOfTeam, circlePublicKey } from "../rules/roster.js";
import { classFor } from "../rules/sharing.js";
import { SUITE, VERSION } from "../vocabulary.js";
import { headsOf, newestKeys } from "./circles.js";
import { nowMs } from "./clock.js";
import { get, write } from "./database.js";
import { refuseNir } from "./nir.js";
import { noteReplaced } from "./outbox.js";
import { VaultProblem, refuseUnless, translated } from "./problem.js";
import { addRows } from "./projection.js";
import { organisationOfCircle } from "./rosters.js";
import { alone, changed, current, tell } from "./session.js";
import { askPersistence, noteRoom } from "./storage.js";

/** @typedef {import("./session.js").Open} Open */
/**
 * @typedef {object} Section  to be sealed
 * @property {object} content
 * @property {number} level
 * @property {string} [category]  present: the other side reads it too, and it bears this name
 */
/**
 * @typedef {object} Plan  one event to be
 * @property {string} id
 * @property {string} type
 * @property {object} clear           the clear fields of its type
 * @property {string|null} own        circle id; null for a private note
 * @property {string} [other]         circle id of the other side
 * @property {string[]} [parents]
 * @property {Section[]} sections
 */
/** @typedef {{key: string, n: number, digest: string|null, skipped: number[]}} Counter */
/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */
/** @typedef {{plans: Plan[], result: Record<string, any>, replaces?: {row: OutboxRow, by: string}}} Act */

const MAX_SKIPPED = 32;
const SAME_TAP_MS = 60_000;

/**
 * The same words of the same draft are saved once: a second tap, or another tab, gets the first result. Screens use
 * one draft key again and again, so that neither the key alone nor the words alone would do.
 * @param {{draftId?: string}} given what the screen asked, as it asked it
 * @param {(atMs: number) => Act|Promise<Act>} makePlans reads the projection as it is once no other act can run
 * @returns {Promise<Record<string, any>>} the act's result, ids only
 * @throws {VaultProblem}
 */
export async function save(given, makePlans) {
  const { member } = current();
  const saved = await alone(member, async () => {
    const open = current();
    const atMs = nowMs();
    const before = await savedBefore(open, given, atMs);
    if (before) return { result: before, isNew: false };
    const act = await makePlans(atMs);
    const written = await translated(() => sealAll(open, act.plans, atMs));
    await store(open, act, written, await remembered(open, given, act.result, atMs));
    await addRows(open, written.rows.map(forProjection));
    return { result: act.result, isNew: true };
  });
  if (saved.isNew) {
    tell({ type: "saved", member });
    changed("saved");
    void askPersistence().then(noteRoom);
  }
  return saved.result;
}

/** @param {Open} open @param {{draftId?: string}} given @param {number} atMs @returns {Promise<Record<string, any>|null>} */
async function savedBefore({ member, keys }, given, atMs) {
  const last = given.draftId ? await get(member, "acts", given.draftId) : null;
  if (!last || atMs - last.atMs > SAME_TAP_MS) return null;
  const { said } = await openLocal(keys.indexKey, last.sealed);
  return said === JSON.stringify(given) ? last.result : null;
}

/** @param {Open} open @param {{draftId?: string}} given @param {Record<string, any>} result @param {number} atMs */
async function remembered({ keys }, given, result, atMs) {
  if (!given.draftId) return null;
  return {
    draft: given.draftId,
    result,
    atMs,
    sealed: await sealLocal(keys.indexKey, { said: JSON.stringify(given) }),
  };
}

/** @param {OutboxRow} row @returns {import("./projection.js").EventRow} */
export function forProjection(row) {
  const sections = Object.entries(row.sections ?? {}).map(([name, { core, wraps }]) => [
    name,
    { core, wrap: wraps.own },
  ]);
  return { ...row, sections: Object.fromEntries(sections) };
}

/** @param {Open} open @param {Plan[]} plans @param {number} atMs */
async function sealAll(open, plans, atMs) {
  /** @type {Map<string, Counter>} */
  const counters = new Map();
  const rows = [];
  let order = (await get(open.member, "meta", "order")) ?? 0;
  for (const plan of plans) {
    refuseNir(plan.sections.map((section) => section.content));
    order += 1;
    rows.push(await sealOne(open, plan, atMs, order, counters));
  }
  return { rows, counters, order, atMs };
}

/**
 * @param {Open} open @param {Act} act @param {Awaited<ReturnType<typeof sealAll>>} written
 * @param {Awaited<ReturnType<typeof remembered>>} memory
 */
async function store(open, act, { rows, counters, order, atMs }, memory) {
  await write(open.member, ["outbox", "counters", "acts", "drafts", "meta"], async (tx) => {
    for (const row of rows) await tx.objectStore("outbox").add(row);
    for (const counter of counters.values()) await tx.objectStore("counters").put(counter);
    await tx.objectStore("meta").put(order, "order");
    if (act.replaces) await noteReplaced(tx, act.replaces.row, act.replaces.by, atMs);
    if (!memory) return;
    await tx.objectStore("acts").put(memory);
    await tx.objectStore("drafts").delete(memory.draft);
  });
}

/**
 * @param {Open} open @param {Plan} plan @param {number} atMs @param {number} order
 * @param {Map<string, Counter>} counters
 * @returns {Promise<OutboxRow>}
 */
async function sealOne(open, plan, atMs, order, counters) {
  const { sections, claims, audience } = await sealSections(open, plan);
  const withdrawn = plan.type === "consent.withdrawn";
  const counter = withdrawn ? null : await nextNumber(open, plan, counters);
  const common = {
    v: VERSION,
    suite: SUITE,
    id: plan.id,
    type: plan.type,
    at: instant(atMs),
    parents: plan.parents ?? [],
  };
  const placed = counter && {
    audience,
    heads: heads(open, plan),
    n: counter.n,
    prev: counter.digest,
    skipped: counter.skipped.slice(0, MAX_SKIPPED),
    sections: claims,
  };
  const payload = { ...common, ...placed, ...plan.clear };
  const { jws, digest } = await signObject("accord.event", open.device.id, payload, open.device.key);
  if (counter) counters.set(counter.key, { ...counter, digest, skipped: counter.skipped.slice(MAX_SKIPPED) });
  return {
    id: plan.id,
    what: "event",
    digest,
    kid: open.device.id,
    payload,
    jws,
    sections,
    counter: counter?.key,
    state: "sealed",
    order,
    at: payload.at,
    nextMs: 0,
    tries: 0,
  };
}

/** @param {Open} open @param {Plan} plan */
async function sealSections(open, plan) {
  const own = ownReader(open, plan.own);
  const other = plan.other ? otherReader(open, plan.other) : undefined;
  /** @type {Record<string, any>} */ const sections = {};
  /** @type {Record<string, any>} */ const claims = {};
  let unnamed = 0;
  for (const { content, level, category } of plan.sections) {
    const name = category ?? `s${(unnamed += 1)}`;
    const reader = category ? other : undefined;
    const sealed = await sealSection({ event: plan.id, name, content, level, own, other: reader, category });
    sections[name] = sealed.entry;
    claims[name] = sealed.claim;
  }
  const audience = { own: plan.own ? own.kid : `member:${open.member}`, ...(other ? { other: other.kid } : {}) };
  return { sections, claims, audience };
}

/** @param {Open} open @param {string|null} circle @returns {import("../crypto/envelope.js").Reader} */
function ownReader(open, circle) {
  if (circle === null) return { kid: open.member, publicJwk: open.keys.encryptionJwks[0] };
  const keys = newestKeys(open.circles, circle);
  if (!keys) throw new VaultProblem("not_allowed");
  return { kid: `${circle}.${keys.epoch}`, key: keys.key };
}

/** Never a key that the verified roster does not hold. @param {Open} open @param {string} circle */
function otherReader(open, circle) {
  const organisation = organisationOfCircle(open.book, circle);
  const epoch = organisation?.circles[circle]?.epochs.length ?? 0;
  const publicJwk = organisation && circlePublicKey(organisation, circle, epoch);
  if (!publicJwk) throw new VaultProblem("no_recipient");
  return { kid: `${circle}.${epoch}`, publicJwk: /** @type {import("../crypto/keys.js").PublicJwk} */ (publicJwk) };
}

/** @param {Open} open @param {Plan} plan */
function heads(open, plan) {
  const other = plan.other ? organisationOfCircle(open.book, plan.other) : null;
  return headsOf(open.book, [
    "network",
    `organisation:${open.organisation}`,
    ...(other ? [`organisation:${other.id}`] : []),
  ]);
}

/**
 * @param {Open} open @param {Plan} plan @param {Map<string, Counter>} counters those this act moved already
 * @returns {Promise<Counter>}
 */
async function nextNumber(open, plan, counters) {
  const key = [open.device.id, plan.own ?? `member:${open.member}`, plan.other ?? ""].join(" ");
  const last = counters.get(key) ??
    (await get(open.member, "counters", key)) ?? { key, n: 0, digest: null, skipped: [] };
  return { ...last, n: last.n + 1 };
}

/**
 * The circle of a team that receives this level, and the level to declare so that it lands there. What hangs on
 * something recorded in the bound circle (a dossier, a parent) must be bound too: an event of the open circle never
 * names it.
 * @param {Open} open @param {string} organisation @param {string} team @param {number} level @param {"open"|"bound"} [least]
 * @returns {{circle: string, circleClass: "open"|"bound", level: number}}
 * @throws {VaultProblem} level: the team has no circle for it
 */
export function place(open, organisation, team, level, least = "open") {
  const state = open.book.organisations.get(organisation);
  refuseUnless(state, "no_recipient");
  const circles = { open: circleOfTeam(state, team, "open"), bound: circleOfTeam(state, team, "bound") };
  const asked = classOf(level, circles, least);
  const circle = asked && circles[asked.circleClass];
  if (!asked || !circle) throw new VaultProblem("level");
  return { circle: circle.id, ...asked };
}

/**
 * @param {number} level @param {{open: unknown, bound: unknown}} circles @param {"open"|"bound"} least
 * @returns {{circleClass: "open"|"bound", level: number}|null}
 */
function classOf(level, circles, least) {
  for (const declared of [level, Math.max(level, 2)]) {
    const circleClass = classFor(declared, Boolean(circles.bound), Boolean(circles.open));
    if (circleClass && (least === "open" || circleClass === "bound")) return { circleClass, level: declared };
  }
  return null;
}

/**
 * The same for one of our own teams, in which we must hold that circle.
 * @param {Open} open @param {string} team @param {number} level @param {"open"|"bound"} [least]
 */
export function placeOwn(open, team, level, least) {
  const placed = place(open, open.organisation, team, level, least);
  refuseUnless(open.circles.has(placed.circle), "level");
  return placed;
}
