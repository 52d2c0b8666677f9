/**
 * Mistakes seen in the directory, told to those who keep it. Each waits sealed on the device, as a draft does, until the
 * server answered for it: then alone it goes, and one the server refused stays until a person looked.
 */

import { newId, instant } from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { drafts, dropDraft, saveDraft } from "./drafts.js";
import { refuseNir } from "./nir.js";
import { refuseUnless } from "./problem.js";
import { changed } from "./session.js";

/** @typedef {import("./shapes.js").Mistake} Mistake */

const PREFIX = "mistake:";
const LONGEST_TEXT = 300;
const MAX_SENT = 20;

/** @param {{place: string, field: string, text: string}} said @returns {Promise<string>} its id, once it is on the disk */
export async function reportMistake({ place, field, text }) {
  const words = text.trim();
  refuseUnless(words.length <= LONGEST_TEXT && field !== "", "malformed");
  refuseNir(words);
  const id = newId(nowMs());
  await saveDraft(PREFIX + id, { id, place, field, text: words, at: instant(nowMs()), refused: null });
  changed("saved");
  return id;
}

/** @returns {Promise<Mistake[]>} those no server answered for, and those refused; newest first */
export async function mistakes() {
  const all = await drafts();
  return all.filter(({ key }) => key.startsWith(PREFIX)).map(({ value }) => /** @type {Mistake} */ (value));
}

/** @returns {Promise<object[]>} what to send now, oldest first, as the server reads it; at most 20 */
export async function mistakesToSend() {
  const waiting = (await mistakes()).filter(({ refused }) => refused === null).reverse();
  return waiting.slice(0, MAX_SENT).map(({ id, place, field, text, at }) => ({ id, place, field, text, at }));
}

/**
 * @param {{id: string}[]} sent @param {unknown} verdicts whatever came back: only a verdict on a report of ours drops it
 * @returns {Promise<number>} how many were answered for
 */
export async function noteMistakes(sent, verdicts) {
  let count = 0;
  for (const said of Array.isArray(verdicts) ? verdicts : []) {
    const mine = (await mistakes()).find(({ id }) => id === said?.id && sent.some((one) => one.id === id));
    if (!mine) continue;
    if (said.verdict === "accepted" || said.verdict === "duplicate") await dropDraft(PREFIX + mine.id);
    else if (said.verdict === "rejected") await saveDraft(PREFIX + mine.id, { ...mine, refused: String(said.reason?.code ?? "malformed") });
    else continue;
    count += 1;
  }
  if (count > 0) changed("kept");
  return count;
}

/** A person looked at one the server refused. @param {string} id */
export async function dropMistake(id) {
  await dropDraft(PREFIX + id);
}
