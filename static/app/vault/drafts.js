/** Drafts: what is being typed, sealed at rest. A draft ends in the transaction that saves its act, or when dropped. */

import { instant, openLocal, sealLocal } from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { get, getAll, put, remove } from "./database.js";
import { current } from "./session.js";

/** @param {string} key @param {object} value @returns {Promise<void>} on the disk */
export async function saveDraft(key, value) {
  const { member, keys } = current();
  await put(member, "drafts", { key, at: instant(nowMs()), sealed: await sealLocal(keys.indexKey, value) });
}

/** @param {string} key @returns {Promise<Record<string, any>|null>} */
export async function draft(key) {
  const { member, keys } = current();
  const row = await get(member, "drafts", key);
  return row ? openLocal(keys.indexKey, row.sealed) : null;
}

/** @param {string} key */
export async function dropDraft(key) {
  await remove(current().member, "drafts", key);
}

/** @returns {Promise<import("./shapes.js").Draft[]>} newest first */
export async function drafts() {
  const { member, keys } = current();
  const rows = await getAll(member, "drafts");
  const opened = rows.map(async ({ key, at, sealed }) => ({ key, at, value: await openLocal(keys.indexKey, sealed) }));
  return (await Promise.all(opened)).sort((a, b) => b.at.localeCompare(a.at));
}
