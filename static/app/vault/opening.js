/** From keys to an open vault: reads the sealed database back into memory. The one way in, whatever the door used. */

import { digits20, importSigningKey, openLocal, thumbprint } from "../crypto/index.js";
import { openCircles } from "./circles.js";
import { nowMs } from "./clock.js";
import { addStored } from "./chunks.js";
import { get } from "./database.js";
import { allRows, forgetOld } from "./outbox.js";
import { addRows, emptyProjection } from "./projection.js";
import { forProjection } from "./record.js";
import { SUSPENDING } from "./receive.js";
import { readBook } from "./rosters.js";
import { begin } from "./session.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {Pick<Open, "member"|"account"|"organisation"|"genesis"|"shared"|"device"|"keys">} Kept what a PIN keeps */

/**
 * @param {string} member @param {import("../crypto/bundle.js").OpenedBundle} keys @param {boolean} shared
 * @returns {Promise<Kept>} @throws {import("../crypto/index.js").CryptoProblem} cannot_open
 */
export async function keptFrom(member, keys, shared) {
  const { account, organisation, genesis } = keys;
  const sealed = await openLocal(keys.indexKey, await get(member, "meta", "device"));
  const device = { id: sealed.id, key: await importSigningKey(sealed.privateJwk) };
  return { member, account, organisation, genesis, shared, device, keys };
}

/** @param {Kept} kept @returns {Promise<void>} the profile is open when it resolves */
export async function open(kept) {
  const { member, keys, genesis, organisation } = kept;
  const { book, rows, suspended } = await readBook(member, keys.indexKey, genesis);
  const { circles } = await openCircles(book, organisation, member, keys.encryptionKeys);
  /** @type {Open} */
  const opened = {
    ...kept,
    book,
    circles,
    suspended,
    projection: emptyProjection(),
    statements: [],
    names: new Map(),
    grounds: new Map(),
    fingerprint: "",
    team: (await get(member, "meta", "team")) ?? null,
    lastReadMs: (await get(member, "meta", "lastReadMs")) ?? null,
    ended: (await get(member, "meta", "ended")) ?? null,
    followed: await cursorsOf(member),
  };
  await noteRosters(opened, rows);
  const entries = await addStored(opened);
  for (const { problem, stream } of entries) if (SUSPENDING.includes(problem ?? "")) suspended[stream] = String(problem);
  const outbox = await allRows(member);
  opened.statements = outbox.filter((row) => row.what === "statement");
  await addRows(opened, outbox.filter(isShown).map(forProjection));
  await forgetOld(member, nowMs());
  begin(opened);
}

/** How far the disk has read, in a form to compare. @param {string} member @returns {Promise<string>} */
export async function cursorsOf(member) {
  return JSON.stringify((await get(member, "meta", "cursors")) ?? {});
}

/** A kept row is in the feed already, a replaced one says nothing any more. @param {import("./outbox.js").OutboxRow} row */
export function isShown(row) {
  return row.what === "event" && row.state !== "kept" && row.state !== "replaced";
}

/**
 * What follows from rosters: names, fingerprint, the active team.
 * @param {Open} opened changed in place @param {import("./rosters.js").StatementRow[]} rows those whose cards are not read yet
 */
export async function noteRosters(opened, rows) {
  for (const row of rows) {
    if (row.stream === `organisation:${opened.organisation}` || row.stream === "network") await readCards(opened, row);
  }
  const { authority } = opened.book.network;
  if (authority) opened.fingerprint = await digits20(await thumbprint(/** @type {any} */ (authority)));
  const teams = opened.book.organisations.get(opened.organisation)?.members[opened.member]?.teams ?? [];
  if (opened.team === null || !teams.includes(opened.team)) opened.team = teams[0] ?? null;
}

/** @param {Open} opened @param {import("./rosters.js").StatementRow} row */
async function readCards(opened, row) {
  for (const sealed of Object.values(row.cards)) {
    const { card } = await openLocal(opened.keys.indexKey, sealed);
    const { name, ground_text: ground } = cardOf(card);
    const id = memberOf(opened, row);
    if (id && typeof name === "string") opened.names.set(id, name);
    if (id && typeof ground === "string") opened.grounds.set(id, ground);
  }
}

/** @param {string} text a card as its author wrote it @returns {Record<string, unknown>} */
function cardOf(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/**
 * Whose card it is: the member whose current object names its digest.
 * @param {Open} opened @param {import("./rosters.js").StatementRow} row
 */
function memberOf(opened, row) {
  const members = Object.values(opened.book.organisations.get(opened.organisation)?.members ?? {});
  return members.find((member) => member.card in row.cards)?.id ?? null;
}
