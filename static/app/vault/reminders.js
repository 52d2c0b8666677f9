/** Agreements that will end soon, so that the person is asked in time, or not at all. Reads the projection; keeps nothing. */

import { CONSENT_DAYS } from "../vocabulary.js";
import { consentRows } from "./agreements.js";
import { nowMs } from "./clock.js";
import { dossier } from "./people.js";
import { current } from "./session.js";

const REMIND_DAYS = 30;
const DAY_MS = 86_400_000;

/** Those in force that end within 30 days and were given for longer, soonest first.
 * @returns {(import("./shapes.js").ConsentRow & {label: string})[]} */
export function endingSoon() {
  const open = current();
  const atMs = nowMs();
  const lasting = [...open.projection.events.values()].filter(({ type, payload }) => type === "consent.given" && CONSENT_DAYS[payload.duration] > REMIND_DAYS + 1);
  const dossiers = [...new Set(lasting.map(({ payload }) => payload.dossier))];
  const rows = dossiers.flatMap((id) => consentRows(open, id, atMs).filter((row) => lasting.some((one) => one.id === row.id)));
  const soon = rows.filter(({ inForce, until }) => inForce && Date.parse(until) - atMs <= REMIND_DAYS * DAY_MS);
  return soon.map((row) => ({ ...row, label: dossier(row.dossier)?.label ?? "" })).sort((one, other) => one.until.localeCompare(other.until));
}
