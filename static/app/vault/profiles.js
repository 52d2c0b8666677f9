/**
 * The profiles of this browser: who may unlock here. Nothing about the people they help, not even a count.
 * A marker outside IndexedDB tells an empty browser from one whose database vanished.
 */

import { get, getAll, put } from "./database.js";
import { hasPin } from "./pin.js";
import { current, isOpen } from "./session.js";

/**
 * @typedef {object} ProfileRow
 * @property {string} member
 * @property {string} account
 * @property {string} organisation
 * @property {boolean} shared
 * @property {string[]} doors
 */

const MARKER = "accord:profiles";

/** @returns {Promise<import("./shapes.js").Profile[]>} */
export async function profiles() {
  const rows = /** @type {ProfileRow[]} */ (await getAll(null, "profiles"));
  const open = isOpen() ? current().member : null;
  return rows.map(({ member, account, shared, doors }) => ({
    member,
    account,
    shared,
    doors,
    pin: hasPin(member),
    open: member === open,
  }));
}

/** @returns {Promise<string[]>} every member with a database here, open or not */
export async function memberDatabases() {
  return (await getAll(null, "profiles")).map((row) => row.member);
}

/** @param {string} member @returns {Promise<ProfileRow|undefined>} */
export function profileOf(member) {
  return get(null, "profiles", member);
}

/** @param {ProfileRow} row */
export async function keepProfile(row) {
  await put(null, "profiles", row);
  mark([...new Set([...marked(), row.member])]);
}

/** @returns {Promise<boolean>} whether a profile known to the marker is gone: storage was cleared behind our back */
export async function hasVanished() {
  const here = await memberDatabases();
  return marked().some((member) => !here.includes(member));
}

/** @returns {string[]} */
function marked() {
  try {
    const list = JSON.parse(localStorage.getItem(MARKER) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** @param {string[]} members */
function mark(members) {
  try {
    localStorage.setItem(MARKER, JSON.stringify(members));
  } catch {
    // without localStorage a vanished database cannot be told from a new browser
  }
}
