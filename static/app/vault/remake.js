/**
 * Makes anew, at unlock, what was refused only because time passed: an orientation sealed to a circle that has since
 * been rotated, a statement signed on an older head. The old row is never changed: the new one says what it replaces.
 */

import { newId, openSection, readerOf } from "../crypto/index.js";
import { awaitsRotation, holders } from "../rules/roster.js";
import { dateOf, nowMs } from "./clock.js";
import { newestKeys } from "./circles.js";
import { readOthersNext } from "./keep.js";
import { grant } from "./organise.js";
import { ours } from "./ours.js";
import { offerOnceMore, rowsIn } from "./outbox.js";
import { VaultProblem } from "./problem.js";
import { save } from "./record.js";
import { organisationOfCircle } from "./rosters.js";
import { rotateAwaiting, rotation } from "./rotations.js";
import { repeatWithdrawals } from "./repeating.js";
import { current } from "./session.js";
import { refreshOutbox } from "./states.js";
import { signAnew } from "./statements.js";

/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */

const STALE = ["stale_epoch", "awaits_rotation"];
/** Offered again since this page was opened: what is refused twice is for a person to look at. */
const offeredAgain = new Set();

/** Called at unlock, and after each reading. @returns {Promise<boolean>} whether something new waits to be sent */
export async function remakeStale() {
  const { member } = current();
  const rejected = await rowsIn(member, "rejected");
  const overtaken = overtakenAmong([
    ...rejected,
    ...(await rowsIn(member, "held")),
    ...(await rowsIn(member, "sealed")),
  ]);
  const refused = rejected.filter((row) => row.payload.type === "orientation.sent" && STALE.includes(row.code ?? ""));
  const stale = refused.filter(canBeSent);
  if (stale.length < refused.length) readOthersNext();
  for (const row of stale) await remake(row);
  const signed = overtaken.length > 0 ? await signAnew(overtaken, draftAgain) : 0;
  const offered = await offerOnceHeld(rejected);
  const rotated = await rotateAwaiting();
  const repeated = await repeatWithdrawals();
  if (stale.length + offered > 0) await refreshOutbox();
  return stale.length + signed + offered + rotated + repeated > 0;
}

/**
 * Statements signed on a head that is no longer the newest, and those signed after them on the same branch.
 * @param {OutboxRow[]} rows @returns {OutboxRow[]} in their order
 */
function overtakenAmong(rows) {
  const branch = new Set();
  const statements = rows.filter((row) => row.what === "statement").sort((a, b) => a.order - b.order);
  return statements.filter((row) => {
    const isOvertaken = (row.state === "rejected" && row.code === "stale_head") || branch.has(row.payload.prev);
    if (isOvertaken) branch.add(row.digest);
    return isOvertaken;
  });
}

/**
 * Keys are wrapped for those who hold them now; any other statement keeps its words.
 * @type {(row: OutboxRow, book: import("./rosters.js").Book) => Promise<import("./statements.js").Draft|null>} null: someone
 *   else did it meanwhile
 */
async function draftAgain({ payload, beside }, book) {
  const { v, suite, type, stream, number, prev, at, heads, ...members } = payload;
  void [v, suite, number, prev, at, heads];
  if (isDone(book, payload)) return null;
  if (type === "circle.rotated") return rotation(book, ours(book), members.circle);
  if (type === "circle.granted") return grant(ours(book), members.circle, members.member);
  return { stream, type, members, beside };
}

/** Whether what this statement wanted is so already. @param {import("./rosters.js").Book} book @param {any} said */
function isDone(book, { type, circle, epoch, member, device }) {
  const organisation = ours(book);
  if (type === "member.ended") return organisation.members[member]?.ended !== null;
  if (type === "device.revoked") return organisation.devices[device]?.revoked !== null;
  const state = organisation.circles[circle];
  if (type === "circle.granted") return member in (state?.epochs.at(-1)?.holders ?? {});
  const wasRotated = type === "circle.rotated" && state && state.epochs.length >= epoch;
  return wasRotated && !awaitsRotation(organisation, circle, dateOf(nowMs()));
}

/**
 * Facts refused while we had new keys and held no circle yet: the same bytes pass once a holder has rotated.
 * @param {OutboxRow[]} rejected @returns {Promise<number>}
 */
async function offerOnceHeld(rejected) {
  const { book, member, organisation } = current();
  const today = dateOf(nowMs());
  const rows = rejected.filter(({ id, what, code, payload }) => {
    if (what !== "event" || code !== "not_allowed" || !book.rekeyed.has(member) || offeredAgain.has(id)) return false;
    const [circle] = String(payload.audience?.own).split(".");
    return member in holders(/** @type {any} */ (book.organisations.get(organisation)), circle, today);
  });
  for (const row of rows) {
    offeredAgain.add(row.id);
    await offerOnceMore(member, row.id);
  }
  return rows.length;
}

/** Only once the roster here knows the rotation that refused it. @param {OutboxRow} row */
function canBeSent({ payload, code }) {
  const [circle, epoch] = payload.audience.other.split(".");
  const organisation = organisationOfCircle(current().book, circle);
  if (!organisation || awaitsRotation(organisation, circle, dateOf(nowMs()))) return false;
  return code === "awaits_rotation" || (organisation.circles[circle]?.epochs.length ?? 0) > Number(epoch);
}

/** A new event with the same words, under the newest keys. @param {OutboxRow} row */
async function remake(row) {
  try {
    const sections = await contentsOf(row);
    await save({ draftId: `remade ${row.id}` }, (atMs) => {
      const { ground, purpose, until, deadline, level, reply_by, follows, withdrawal_key, audience, parents } = row.payload;
      const clear = {
        ground,
        purpose,
        until,
        deadline,
        level,
        ...(reply_by ? { reply_by } : {}),
        ...(follows ? { follows } : {}),
        ...(withdrawal_key ? { withdrawal_key } : {}),
      };
      const [own, other] = [audience.own, audience.other].map((place) => place.split(".")[0]);
      const plan = { id: newId(atMs), type: row.payload.type, clear, own, other, parents, sections };
      return { plans: [plan], result: { orientation: plan.id }, replaces: { row, by: plan.id } };
    });
  } catch (error) {
    if (!(error instanceof VaultProblem)) throw error; // it stays in « À corriger », with its own reason
  }
}

/** @param {OutboxRow} row @returns {Promise<import("./record.js").Section[]>} */
async function contentsOf(row) {
  const open = current();
  const sections = [];
  for (const [name, { core, wraps }] of Object.entries(row.sections ?? {})) {
    const [circle, epoch] = readerOf(wraps.own).split(".");
    const keys = open.circles.get(circle)?.get(Number(epoch)) ?? newestKeys(open.circles, circle);
    if (!keys) throw new VaultProblem("not_allowed");
    const { level, category } = row.payload.sections[name];
    const content = await openSection(
      { event: row.id, name, core, wrap: wraps.own, claim: row.payload.sections[name] },
      keys.key,
    );
    sections.push({ content, level, category });
  }
  return sections;
}
