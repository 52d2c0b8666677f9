/** Keeps what the screens show of the outbox (pending, held, rejected…) equal to what is on the disk. */

import { allRows } from "./outbox.js";
import { addRows, forget } from "./projection.js";
import { isShown } from "./opening.js";
import { forProjection } from "./record.js";
import { current, isOpen } from "./session.js";

/** Rows changed on the disk: verdicts came, or a person retried or discarded. */
export async function refreshOutbox() {
  if (!isOpen()) return;
  const open = current();
  const rows = await allRows(open.member);
  open.statements = rows.filter((row) => row.what === "statement");
  const shown = new Map(rows.filter(isShown).map((row) => [row.id, row]));
  const gone = [...open.projection.events.values()].filter(
    (event) => event.receivedAt === null && !shown.has(event.id),
  );
  for (const event of gone) forget(open.projection, event.id);
  const moved = [...shown.values()].filter((row) => !open.projection.events.get(row.id)?.receivedAt);
  for (const row of moved) forget(open.projection, row.id);
  await addRows(open, moved.map(forProjection));
}
