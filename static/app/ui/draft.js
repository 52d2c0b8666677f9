/** Keeps what is being typed, sealed by the vault, a moment after the last key; gives it back after a lock or a crash. */

import { draft, dropDraft, saveDraft } from "../vault/index.js";

const PAUSE_MS = 700;
/** @type {Map<string, {timer: number, value: () => object}>} */
const waiting = new Map();

/** What was kept under this key, or null.
 * @param {string} key @returns {Promise<any>} */
export async function keptDraft(key) {
  return (await draft(key)) ?? null;
}

/** Saves soon.
 * @param {string} key @param {() => object} value read when it is saved */
export function keepDraft(key, value) {
  clearTimeout(waiting.get(key)?.timer);
  const timer = window.setTimeout(() => save(key), PAUSE_MS);
  waiting.set(key, { timer, value });
}

/** Saves now all that waits: before a lock, or when the application leaves the screen. */
export async function keepAllDrafts() {
  await Promise.all([...waiting.keys()].map(save));
}

/** The act was saved, or the person gave up: nothing is kept.
 * @param {string} key */
export async function forgetDraft(key) {
  clearTimeout(waiting.get(key)?.timer);
  waiting.delete(key);
  await dropDraft(key);
}

/** @param {string} key */
async function save(key) {
  const kept = waiting.get(key);
  if (!kept) return;
  clearTimeout(kept.timer);
  waiting.delete(key);
  await saveDraft(key, kept.value()).catch(() => undefined); // the text is still on the screen; saving the act will say why
}
