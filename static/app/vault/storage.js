/** Where data lives on this device, and whether the browser promised to keep it. */

import { get, put } from "./database.js";
import { hasVanished } from "./profiles.js";
import { isOpen } from "./session.js";

/** Below this, a few days of work would no longer fit. */
const LOW_BYTES = 20_000_000;

let asked = false;
let isLow = false;

/** Looks again at the room left. @returns {Promise<void>} */
export async function noteRoom() {
  await room();
}

async function room() {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  if (quota !== undefined && usage !== undefined) isLow = quota - usage < LOW_BYTES;
  return { quota: quota ?? null, usage: usage ?? null };
}

/** @returns {boolean} as last looked at */
export function isRoomLow() {
  return isLow;
}

/** After a save: asks the browser, once, not to evict. The answer is shown, whatever it is. */
export async function askPersistence() {
  if (asked || !navigator.storage?.persist) return;
  asked = true;
  await navigator.storage.persist().catch(() => false);
}

/** @returns {Promise<import("./shapes.js").StorageState>} `vanished`: a profile this browser knew has no data any more */
export async function storageState() {
  const persisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
  return { persisted, ...(await room()), vanished: await hasVanished() };
}

/**
 * Writes and reads back, before anyone types: a private window may refuse or forget.
 * @returns {Promise<void>} @throws {import("./problem.js").VaultProblem} storage_missing
 */
export async function checkStorage() {
  if (isOpen()) return;
  await put(null, "meta", 1, "probe");
  await get(null, "meta", "probe");
}
