/** « À corriger »: what the server refused, and what a person may do about it. Deleting is outbox.js's, asked twice. */

import { PROBLEMS } from "../vocabulary.js";
import { discardRow, entryOf, offerOnceMore, rowOf, rowsIn } from "./outbox.js";
import { changed, current, tell } from "./session.js";
import { refreshOutbox } from "./states.js";

/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */

/** @type {Record<string, string>} */
const HELD = {
  parent: "Cet enregistrement suit un autre, qui n’est pas encore arrivé. Il partira de lui-même.",
  head: "Le serveur n’a pas encore la liste des membres que cet appareil connaît. L’envoi reprendra tout seul.",
  ended_member: "Votre accès a pris fin avant cet envoi. Il est gardé à part : parlez-en à votre responsable.",
};

/** @returns {Promise<import("./shapes.js").CorrectionRow[]>} rejected first, oldest first */
export async function toCorrect() {
  const { member } = current();
  const rows = [...(await rowsIn(member, "rejected")), ...(await rowsIn(member, "held"))];
  return rows.map((row) => ({
    id: row.id,
    type: row.payload.type,
    code: row.code ?? "internal",
    message: messageOf(row),
    at: row.at,
    state: /** @type {"rejected"|"held"} */ (row.state),
    retry: Boolean(/** @type {any} */ (PROBLEMS)[row.code ?? ""]?.retry) || row.state === "held",
    dossier: row.payload.dossier ?? null,
    orientation: row.payload.orientation ?? (row.payload.type === "orientation.sent" ? row.id : null),
  }));
}

/** @param {OutboxRow} row */
function messageOf({ state, code, message }) {
  if (state === "held") return HELD[code ?? "parent"] ?? HELD.parent;
  return /** @type {any} */ (PROBLEMS)[code ?? ""]?.message ?? message ?? PROBLEMS.internal.message;
}

/**
 * Offers it again, as it is: same id, same bytes.
 * @param {string} id @throws {import("./problem.js").VaultProblem} not_found
 */
export async function retry(id) {
  await offerOnceMore(current().member, id);
  await told("saved");
}

/**
 * A copy nobody can read without the keys: for a supervisor, or for later.
 * @param {string} id @returns {Promise<Blob>} JSON, sealed and signed as it would travel
 */
export async function exportSealed(id) {
  const row = await rowOf(current().member, id);
  const copy = {
    accord: "sealed entry",
    id: row.id,
    digest: row.digest,
    at: row.at,
    code: row.code ?? null,
    entry: entryOf(row),
  };
  return new Blob([JSON.stringify(copy, null, 1)], { type: "application/json" });
}

/**
 * @param {string} id @param {boolean} confirmedTwice
 * @throws {import("./problem.js").VaultProblem} not_allowed, not_found
 */
export async function discard(id, confirmedTwice) {
  await discardRow(current().member, id, confirmedTwice);
  await told("sync");
}

/** @param {string} topic */
async function told(topic) {
  await refreshOutbox();
  tell({ type: "noted", member: current().member });
  changed(topic);
}
