/**
 * A bundle that changed on another device (T79): fetched when the server gives a token, kept beside the one here, and
 * taken only when the person's own secret opens it. Until then the one here goes on opening, network or not.
 */

import { call } from "../http.js";
import { openBundle } from "../crypto/index.js";
import { get, write } from "./database.js";
import { keepProfile, profileOf } from "./profiles.js";
import { current } from "./session.js";

/** @typedef {import("./unlock.js").Stored} Stored */

/** @param {string} token of a device. Best effort: what fails is asked again with the next token. */
export async function learnBundle(token) {
  const { member, organisation } = current();
  const here = await get(member, "meta", "bundle");
  const reply = await call("GET", "/api/bundle", { token });
  const { version, bundle, slots } = reply.data ?? {};
  if (!here || !reply.ok || !(Number(version) > here.version) || !Array.isArray(slots)) return;
  const newer = { version, bundle, slots, member, organisation };
  await write(member, ["meta"], (tx) => tx.objectStore("meta").put(newer, "newer"));
}

/**
 * @param {string} member @param {{version: number}} stored the bundle here @param {(stored: Stored) => Promise<Uint8Array<ArrayBuffer>>} openSlot
 * @returns {Promise<import("../crypto/bundle.js").OpenedBundle|null>} the newer one, which from now on is the one here;
 *   null: none, or this secret does not open it, or it is not of this member
 */
export async function newerBundle(member, stored, openSlot) {
  const newer = /** @type {Stored|undefined} */ (await get(member, "meta", "newer"));
  if (!newer || newer.version <= stored.version) return null;
  const keys = await openSlot(newer)
    .then((key) => openBundle(newer.bundle, key))
    .catch(() => null);
  if (keys?.member !== member || keys.organisation !== newer.organisation) return null;
  await write(member, ["meta"], async (tx) => {
    const { version, bundle, slots } = newer;
    await tx.objectStore("meta").put({ version, bundle, slots }, "bundle");
    await tx.objectStore("meta").delete("newer");
  });
  const profile = await profileOf(member);
  if (profile) await keepProfile({ ...profile, doors: newer.slots.map((slot) => slot.kind) });
  return keys;
}

/** @returns {boolean} the roster names keys that are not in the bundle open here */
export function isOutdated() {
  const { book, organisation, member, keys } = current();
  const named = book.organisations.get(organisation)?.members[member]?.encryption;
  return Boolean(named) && !keys.encryptionJwks.some(({ x, y }) => x === named?.x && y === named.y);
}
