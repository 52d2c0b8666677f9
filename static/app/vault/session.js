/**
 * What is in memory while a profile is open: keys and what they opened. Locking drops all of it and touches no data.
 * It alone holds it, and speaks to the other tabs (lock, purge, kept, saved, version).
 */

import { whenOutdated } from "./database.js";
import { VaultProblem } from "./problem.js";

/**
 * @typedef {object} Open
 * @property {string} member
 * @property {string} account
 * @property {string} organisation
 * @property {string} genesis
 * @property {boolean} shared
 * @property {string|null} team      the active one
 * @property {{id: string, key: CryptoKey}} device
 * @property {import("../crypto/bundle.js").OpenedBundle} keys
 * @property {import("./rosters.js").Book} book
 * @property {Map<string, Map<number, import("../crypto/epoch.js").EpochKeys>>} circles   those I hold, by epoch
 * @property {import("./projection.js").Projection} projection
 * @property {import("./outbox.js").OutboxRow[]} statements  ours, as the outbox has them
 * @property {Map<string, string>} names           member id → name, from the cards
 * @property {Map<string, string>} grounds         member id → the text of the ground, from the cards
 * @property {string} fingerprint     20 digits of the network's authority, once read
 * @property {Record<string, string>} suspended    stream → why sharing is suspended
 * @property {number|null} lastReadMs              last complete reading
 * @property {string} followed        how far the disk had read when memory last followed it (opening.js)
 * @property {import("./end.js").Ended|null} ended  the server showed a valid end of this membership, or of this device
 */

/** @type {Open|null} */
let open = null;
/** @type {Set<(topic: string) => void>} */
const listeners = new Set();
const channel = new BroadcastChannel("accord");

/** @returns {boolean} */
export function isOpen() {
  return open !== null;
}

/** @returns {Open} @throws {VaultProblem} vault_locked */
export function current() {
  if (!open) throw new VaultProblem("vault_locked");
  return open;
}

/** @param {Open} opened */
export function begin(opened) {
  open = opened;
  changed("opened");
}

/** Drops the keys and everything they opened, in every tab where this profile is open. Data stays on the disk. */
export async function lock() {
  if (!open) return;
  tell({ type: "lock", member: open.member });
  drop();
}

function drop() {
  open = null;
  changed("locked");
}

/**
 * Calls `listener` after each change: "opened", "locked", "saved", "kept", "purged", "sync", "version".
 * @param {(topic: string) => void} listener @returns {() => void} to stop
 */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {string} topic */
export function changed(topic) {
  for (const listener of [...listeners]) listener(topic);
}

/** @typedef {{type: string, member: string, ids?: string[]}} Message  ids only */
/** @type {Map<string, (message: Message) => Promise<void>|void>} */
const heard = new Map();

/**
 * What to do when another tab of the same profile says `type`.
 * @param {string} type @param {(message: Message) => Promise<void>|void} act
 */
export function whenTold(type, act) {
  heard.set(type, (message) => (open?.member === message.member ? act(message) : undefined));
}

/** @param {Message} message */
export function tell(message) {
  channel.postMessage(message);
}

channel.addEventListener("message", ({ data }) => void heard.get(data?.type)?.(data));
whenTold("lock", drop);
whenOutdated(() => changed("version"));

/**
 * One act at a time on a member's database, over all tabs: counters and chains are read, signed, then written.
 * @template T @param {string} member the one open; and still open when its turn comes @param {() => Promise<T>} act
 * @returns {Promise<T>} @throws {VaultProblem} vault_locked
 */
export function alone(member, act) {
  const inTurn = async () => {
    if (current().member !== member) throw new VaultProblem("vault_locked");
    return act();
  };
  return /** @type {Promise<T>} */ (navigator.locks.request(`accord:write:${member}`, inTurn));
}
