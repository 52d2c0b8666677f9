/** Keeps what the screens show of the outbox (pending, held, rejected…) equal to what is on the disk. */

import { allRows } from "./outbox.js";
import { addRows, forget, syncOf } from "./projection.js";
import { isShown } from "./opening.js";
import { forProjection } from "./record.js";
import { current, isOpen } from "./session.js";

/**
 * Rows changed on the disk: verdicts came, or a person retried or discarded. No event that is still one leaves the
 * screen meanwhile, not for the time of opening it again (T35): its state alone changes.
 */
export async function refreshOutbox() {
  if (!isOpen()) return;
  const open = current();
  const { events } = open.projection;
  // Asked before the disk is: what is saved while it is read is not gone.
  const before = [...events.values()].filter((event) => event.receivedAt === null).map(({ id }) => id);
  const rows = await allRows(open.member);
  open.statements = rows.filter((row) => row.what === "statement");
  // A kept row is in the feed's page, about to be added: it is not gone either.
  const there = new Set(rows.filter((row) => isShown(row) || row.state === "kept").map((row) => row.id));
  for (const id of before) if (!there.has(id)) forget(open.projection, id);
  for (const row of rows.filter(isShown)) noteState(events.get(row.id), row);
  await addRows(open, rows.filter((row) => isShown(row) && !events.has(row.id)).map(forProjection));
}

/**
 * Verdicts were written in these rows, and nothing else changed: reading the whole outbox for each batch of a thousand
 * events would cost more than sending it.
 * @param {import("./outbox.js").OutboxRow[]} rows
 */
export async function noteRows(rows) {
  if (rows.some((row) => row.what === "statement")) return refreshOutbox();
  const { events } = current().projection;
  for (const row of rows) noteState(events.get(row.id), row);
  return undefined;
}

/** @param {import("./projection.js").Known|undefined} known @param {import("./outbox.js").OutboxRow} row */
function noteState(known, row) {
  if (known && known.receivedAt === null) known.sync = syncOf(row);
}
