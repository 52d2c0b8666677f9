/**
 * The profiles of this browser: who may unlock here. Nothing about the people they help, not even a count.
 * A marker outside IndexedDB tells an empty browser from one whose database vanished.
 */

import { nowMs } from "./clock.js";
import { get, getAll, remove, write } from "./database.js";
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

/** A profile that vanished and comes back is an incident, kept until somebody read it. @param {ProfileRow} row */
export async function keepProfile(row) {
  const isBack = marked().includes(row.member) && !(await profileOf(row.member));
  await write(null, ["profiles", "meta"], async (tx) => {
    await tx.objectStore("profiles").put(row);
    if (isBack) await tx.objectStore("meta").put(nowMs(), "vanishedMs");
  });
  mark([...new Set([...marked(), row.member])]);
}

/** @returns {Promise<boolean>} a profile known to the marker is gone, or was: storage was cleared behind our back */
export async function hasVanished() {
  const here = await memberDatabases();
  return marked().some((member) => !here.includes(member)) || Boolean(await get(null, "meta", "vanishedMs"));
}

/** Somebody read that data vanished: what is here now is what there is. */
export async function noteVanishedRead() {
  await remove(null, "meta", "vanishedMs");
  mark(await memberDatabases());
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
