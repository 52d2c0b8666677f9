/**
 * Makes anew, at unlock, what was refused only because time passed: an orientation sealed to a circle that has since
 * been rotated, a statement signed on an older head. The old row is never changed: the new one says what it replaces.
 */

import { newId, openSection, readerOf } from "../crypto/index.js";
import { awaitsRotation } from "../rules/roster.js";
import { dateOf, nowMs } from "./clock.js";
import { newestKeys } from "./circles.js";
import { rowsIn } from "./outbox.js";
import { VaultProblem } from "./problem.js";
import { save } from "./record.js";
import { organisationOfCircle } from "./rosters.js";
import { current } from "./session.js";
import { refreshOutbox } from "./states.js";
import { remakeStatements } from "./statements.js";

/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */

const STALE = ["stale_epoch", "awaits_rotation"];

/** Called at unlock, and after a reading while open. */
export async function remakeStale() {
  const { member } = current();
  const rejected = await rowsIn(member, "rejected");
  for (const row of rejected) {
    if (row.payload.type === "orientation.sent" && STALE.includes(row.code ?? "") && canBeSent(row)) await remake(row);
  }
  await remakeStatements(rejected.filter((row) => row.what === "statement" && row.code === "stale_head"));
  if (rejected.length > 0) await refreshOutbox();
}

/** @param {OutboxRow} row */
function canBeSent({ payload }) {
  const circle = payload.audience.other.split(".")[0];
  const organisation = organisationOfCircle(current().book, circle);
  return organisation !== null && !awaitsRotation(organisation, circle, dateOf(nowMs()));
}

/** A new event with the same words, under the newest keys. @param {OutboxRow} row */
async function remake(row) {
  try {
    const sections = await contentsOf(row);
    await save(`remade ${row.id}`, (atMs) => {
      const { ground, purpose, until, deadline, level, reply_by, follows, audience, parents } = row.payload;
      const clear = { ground, purpose, until, deadline, level, ...(reply_by ? { reply_by } : {}), ...(follows ? { follows } : {}) };
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
    const content = await openSection({ event: row.id, name, core, wrap: wraps.own, claim: row.payload.sections[name] }, keys.key);
    sections.push({ content, level, category });
  }
  return sections;
}
