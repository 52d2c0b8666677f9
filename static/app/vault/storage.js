/** Where data lives on this device, and whether the browser promised to keep it. */

import { get, put } from "./database.js";
import { hasVanished } from "./profiles.js";
import { isOpen } from "./session.js";

let asked = false;

/** Asks the browser, once and after the first save, not to evict. The answer is shown, whatever it is. */
export async function askPersistence() {
  if (asked || !navigator.storage?.persist) return;
  asked = true;
  await navigator.storage.persist().catch(() => false);
}

/** @returns {Promise<import("./shapes.js").StorageState>} `vanished`: a profile this browser knew has no data any more */
export async function storageState() {
  const persisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
  const estimate = await navigator.storage?.estimate?.().catch(() => null);
  return { persisted, quota: estimate?.quota ?? null, usage: estimate?.usage ?? null, vanished: await hasVanished() };
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
