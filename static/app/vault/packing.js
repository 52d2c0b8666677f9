/**
 * Makes chunks of loose events, behind the person's back: some time after an unlock or a reading, a few events at a time,
 * in one tab only. What it does not finish, the next occasion does.
 */

import { orLater, sealChunk } from "./chunks.js";
import { addChunk, looseRows } from "./entries.js";
import { openRow } from "./projection.js";
import { current, isOpen, onChange } from "./session.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./receive.js").StoredRow} StoredRow */
/** @typedef {import("./projection.js").Known} Known */

const QUIET_MS = 3_000;
/** What may leave events loose (session.js). */
const AFTER = ["opened", "kept", "purged"];
/** Fewer cost less opened one by one than in a chunk that the next purge would undo. */
const LEAST = 60;
const MOST = 400;
/** Opened in one go: some milliseconds on a slow phone. */
const SLICE = 40;
/** A page that is never idle packs too. */
const IDLE_MS = 100;

/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/**
 * Packs every stream of the open profile, unless another tab does. A disk that is full keeps no chunk, and loses nothing.
 * @param {number} [least] @param {number} [most] events in a chunk @returns {Promise<void>}
 */
export async function packNow(least = LEAST, most = MOST) {
  if (!isOpen()) return;
  const open = current();
  await navigator.locks.request(`accord:pack:${open.member}`, { ifAvailable: true }, async (lock) => {
    if (lock) await orLater(packAll(open, least, most));
  });
}

/** @param {Open} open @param {number} least @param {number} most */
async function packAll(open, least, most) {
  const streams = [...open.circles.keys()].map((id) => `circle:${id}`).concat(`member:${open.member}`);
  for (const stream of streams) {
    let rows = await looseRows(open.member, stream, "", most);
    while (rows.length > 0 && isStill(open)) {
      await packSome(open, rows, least);
      rows = await looseRows(open.member, stream, rows[rows.length - 1].id, most);
    }
  }
}

/** @param {Open} open */
function isStill(open) {
  return isOpen() && current() === open;
}

/** @param {Open} open @param {StoredRow[]} rows of one stream @param {number} least */
async function packSome(open, rows, least) {
  if (rows.length < least) return;
  /** @type {{row: StoredRow, known: Known}[]} */
  const whole = [];
  const believed = rows.filter((row) => !row.problem);
  for (let at = 0; at < believed.length && isStill(open); at += SLICE) {
    await idle();
    const slice = believed.slice(at, at + SLICE);
    const opened = await Promise.all(slice.map(async (row) => ({ row, known: await openRow(open, row) })));
    // A section that does not open yet may do so once its key came.
    whole.push(...opened.filter(({ known }) => known.unreadable === 0));
  }
  if (whole.length < least || !isStill(open)) return;
  const sealed = await sealChunk(open, rows[0].stream, whole.map(({ known }) => known));
  await addChunk(open.member, whole.map(({ row }) => row), sealed);
}

/** @returns {Promise<void>} when nobody is being kept waiting */
function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve(), { timeout: IDLE_MS });
    else setTimeout(resolve);
  });
}

onChange((topic) => {
  if (topic === "locked") clearTimeout(timer);
  if (!AFTER.includes(topic)) return;
  clearTimeout(timer);
  timer = setTimeout(() => void packNow(), QUIET_MS);
});
