/**
 * Destroys what may no longer be read here. A purge line is obeyed only for a cause this device verified: a signed act
 * of the same stream, or a date signed in the event itself. Without one, access closes, nothing is destroyed, and it is
 * said. Order: what waits is pushed first (sync/), the intent is on the disk, wrap keys go, then ciphertext.
 */

import { PURGE_BY_DATE } from "../vocabulary.js";
import { getAll, getBy, write } from "./database.js";
import { addRows, forget } from "./projection.js";
import { alone, changed, current, isOpen, tell, whenTold } from "./session.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {{n?: number, stream: string, event: string, sections: string[], verified: boolean}} Purge */

/**
 * @param {Open} open @param {string} stream @param {{position: number, purge: {cause: string, wraps: [string, string][]}}} entry
 * @param {import("./projection.js").EventRow[]} fresh events of this page @param {number} atMs
 * @returns {Purge[]} one per event
 */
export function judgePurge(open, stream, { purge }, fresh, atMs) {
  /** @type {Map<string, string[]>} */
  const byEvent = new Map();
  for (const [event, section] of purge.wraps) byEvent.set(event, [...(byEvent.get(event) ?? []), section]);
  return [...byEvent].map(([event, sections]) => ({
    stream,
    event,
    sections,
    verified: isCause(open, purge.cause, event, sections, fresh, atMs),
  }));
}

/**
 * @param {Open} open @param {string} cause @param {string} event @param {string[]} sections
 * @param {import("./projection.js").EventRow[]} fresh @param {number} atMs
 */
function isCause(open, cause, event, sections, fresh, atMs) {
  const find = (/** @type {string} */ id) =>
    fresh.find((row) => row.id === id && !row.problem)?.payload ?? open.projection.events.get(id)?.payload;
  const sent = find(event);
  if (sent?.type !== "orientation.sent") return false;
  if (PURGE_BY_DATE.includes(cause)) return atMs > Date.parse(sent[cause]);
  const act = find(cause);
  if (act?.type === "consent.withdrawn")
    return act.consents.includes(sent.ground.consent) && isInScope(act.categories, sections);
  const ends =
    (act?.type === "orientation.answered" && act.state === "refusee") || act?.type === "orientation.cancelled";
  return ends && act.orientation === event;
}

/**
 * A partial withdrawal takes back its own categories; what is outside the matrix goes with the last of them.
 * @param {string[]|undefined} categories @param {string[]} sections
 */
function isInScope(categories, sections) {
  return !categories || sections.every((name) => categories.includes(name) || name.startsWith("X."));
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
      await change(member, intent, () => null);
    } else {
      await change(member, intent, (section) => section, "purge_unverified");
    }
    await write(member, ["purges"], (tx) => tx.objectStore("purges").delete(/** @type {number} */ (intent.n)));
  }
}

/**
 * @param {string} member @param {Purge} intent @param {(section: {core: string, wrap: string}) => {core: string, wrap: string}|null} how
 * @param {string} [closed] why the event is no longer shown
 */
async function change(member, { stream, event, sections }, how, closed) {
  await write(member, ["entries"], async (tx) => {
    const store = tx.objectStore("entries");
    const row = await store.get([stream, event]);
    if (!row) return;
    const left = Object.entries(row.sections).flatMap(([name, section]) => {
      const kept = sections.includes(name) ? how(section) : section;
      return kept ? [[name, kept]] : [];
    });
    await store.put({ ...row, sections: Object.fromEntries(left), ...(closed ? { closed } : {}) });
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
