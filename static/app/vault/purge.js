/**
 * Destroys what may no longer be read here. A purge line is obeyed only for a cause this device verified: a signed act
 * of the same stream, or a date signed in the event itself. Without one, access closes, nothing is destroyed, and it is
 * said. Order: what waits is pushed first (sync/), the intent is on the disk, wrap keys go, then ciphertext.
 */

import { ORIENTATION_EXPIRES_FROM, ORIENTATION_READ_UNTIL } from "../vocabulary.js";
import { getAll, getBy, write } from "./database.js";
import { EVENT_STORES, putRows } from "./entries.js";
import { followMoves, isMove } from "./moves.js";
import { addRows, forget, of, signerOf } from "./projection.js";
import { alone, changed, current, isOpen, tell, whenTold } from "./session.js";
import { categoriesOf, mayTakeBack, stillAgreed } from "./withdrawals.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").EventRow} EventRow */
/** @typedef {{n?: number, stream: string, event: string, sections: string[], verified: boolean}} Purge */
/** @typedef {{open: Open, stream: string, fresh: EventRow[], atMs: number}} Where `fresh`: verified events of this page */

/** A date closes only what is still in one of these states. @type {Readonly<Record<string, readonly string[]>>} */
const CLOSED_BY_DATE = { deadline: ORIENTATION_EXPIRES_FROM, until: ORIENTATION_READ_UNTIL };

/**
 * @param {Open} open @param {string} stream @param {{purge: {cause: string, wraps: [string, string][]}}} entry
 * @param {EventRow[]} page events of this page @param {number} atMs
 * @returns {Promise<Purge[]>} one per event
 */
export async function judgePurge(open, stream, { purge }, page, atMs) {
  const where = { open, stream, fresh: page.filter((row) => !row.problem), atMs };
  /** @type {Map<string, string[]>} */
  const byEvent = new Map();
  for (const [event, section] of purge.wraps) byEvent.set(event, [...(byEvent.get(event) ?? []), section]);
  return Promise.all(
    [...byEvent].map(async ([event, sections]) => ({
      stream,
      event,
      sections,
      verified: await isCause(where, purge.cause, event, sections),
    })),
  );
}

/** @param {Where} where @param {string} cause @param {string} event @param {string[]} sections */
async function isCause(where, cause, event, sections) {
  const sent = find(where, event);
  if (sent?.payload.type !== "orientation.sent") return false;
  if (Object.hasOwn(CLOSED_BY_DATE, cause)) {
    const isPast = where.atMs > Date.parse(sent.payload[cause]);
    return isPast && CLOSED_BY_DATE[cause].includes(stateReached(where, event));
  }
  const act = find(where, cause)?.payload;
  // Of a withdrawal by a key we were never given we know the id alone: those of the stream that we verified must say it.
  if (!act || act.type === "consent.withdrawn") return isTakenBack(where, sent, sections);
  const ends =
    (act?.type === "orientation.answered" && act.state === "refusee") || act?.type === "orientation.cancelled";
  return ends && act.orientation === event;
}

/** An event that this very stream gave. @param {Where} where @param {string} id */
function find({ open, stream, fresh }, id) {
  const known = open.projection.events.get(id);
  return fresh.find((row) => row.id === id && row.stream === stream) ?? (known?.streams.includes(stream) ? known : null);
}

/** By the moves that came back from the server: ours that still wait are not known to it. @param {Where} where @param {string} id */
function stateReached({ open, fresh }, id) {
  const before = of(open.projection, open.projection.byOrientation, id).filter((one) => one.sync === "accepted");
  const now = fresh
    .filter((row) => row.payload.orientation === id)
    .map(({ id, payload, receivedAt = null, position = 0 }) => ({ id, payload, receivedAt, position }));
  const moves = new Map([...before, ...now].filter(isMove).map((move) => [move.id, move]));
  return followMoves(
    id,
    [...moves.values()].map((move) => ({ ...move, sync: /** @type {const} */ ("accepted"), order: 0 })),
  ).state;
}

/**
 * The withdrawals of this stream are added up. None needs to name the consent: it may end others of its scope, which its
 * author did not know. What is outside the matrix goes with the last category.
 * @param {Where} where @param {Pick<EventRow, "kid"|"payload">} sent @param {string[]} sections
 */
async function isTakenBack(where, sent, sections) {
  const about = await signerOf(where.open, sent);
  const theirs = (await withdrawalsIn(where)).filter(({ signer }) => mayTakeBack(signer, about));
  if (theirs.length === 0) return false;
  const left = stillAgreed(categoriesOf(sent.payload), theirs);
  const goes = (/** @type {string} */ name) => (name.startsWith("X.") ? left.length === 0 : !left.includes(name));
  return sections.every(goes);
}

/** @param {Where} where */
async function withdrawalsIn({ open, stream, fresh }) {
  const known = [...open.projection.events.values()].filter((one) => one.streams.includes(stream));
  const found = [...known, ...fresh.filter((row) => row.stream === stream)];
  return Promise.all(
    found
      .filter(({ payload }) => payload.type === "consent.withdrawn")
      .map(async ({ id, kid, payload }) => ({ id, payload, signer: await signerOf(open, { kid, payload }) })),
  );
}

/** Does what is still to be done, from wherever it stopped. @returns {Promise<void>} */
export async function runPurges() {
  if (!isOpen()) return;
  const { member } = current();
  const intents = /** @type {Purge[]} */ (await getAll(member, "purges"));
  if (intents.length === 0) return;
  await alone(member, () => destroyAll(member, intents));
  const ids = [...new Set(intents.map((intent) => intent.event))];
  tell({ type: "purged", member, ids });
  await readAgain(ids);
}

/** @param {string} member @param {Purge[]} intents */
async function destroyAll(member, intents) {
  for (const intent of intents) {
    if (intent.verified) {
      await change(member, intent, (section) => ({ ...section, wrap: "" }));
      await change(member, intent, () => null, { purged: true });
    } else {
      await change(member, intent, (section) => section, { closed: "purge_unverified" });
    }
    await write(member, ["purges"], (tx) => tx.objectStore("purges").delete(/** @type {number} */ (intent.n)));
  }
}

/**
 * @param {string} member @param {Purge} intent @param {(section: {core: string, wrap: string}) => {core: string, wrap: string}|null} how
 * @param {{purged?: true, closed?: string}} [noted] `closed`: why the event is no longer shown
 */
async function change(member, { stream, event, sections }, how, { purged, closed } = {}) {
  await write(member, EVENT_STORES, async (tx) => {
    const row = await tx.objectStore("entries").get([stream, event]);
    if (!row) return;
    const left = Object.entries(row.sections).flatMap(([name, section]) => {
      const kept = sections.includes(name) ? how(section) : section;
      return kept ? [[name, kept]] : [];
    });
    const gone = purged ? { purged: [...new Set([...(row.purged ?? []), ...sections])] } : {};
    await putRows(tx, [{ ...row, sections: Object.fromEntries(left), ...gone, ...(closed ? { closed } : {}) }]);
  });
}

/** Memory follows the disk: what was opened is dropped, and what is left is opened again. @param {string[]} events */
async function readAgain(events) {
  if (!isOpen()) return;
  const open = current();
  for (const id of events) {
    forget(open.projection, id);
    await addRows(open, await getBy(open.member, "entries", "event", id));
  }
  changed("purged");
}

whenTold("purged", ({ ids }) => readAgain(ids ?? []));
