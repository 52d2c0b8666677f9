/**
 * Writes statements: signed on the newest head known here, judged here as the server will, stored in the outbox in one
 * transaction. A statement overtaken by another is signed anew with the same words.
 */

import { instant, readSigned, signObject } from "../crypto/index.js";
import { Refused } from "../rules/roster.js";
import { SUITE, VERSION } from "../vocabulary.js";
import { nowMs } from "./clock.js";
import { get, write } from "./database.js";
import { keyOf, replaceStatements, rowsIn } from "./outbox.js";
import { VaultProblem, translated } from "./problem.js";
import { chainOf, copyOf, foldIn, headOf } from "./rosters.js";
import { alone, changed, current, tell } from "./session.js";
import { refreshOutbox } from "./states.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./rosters.js").Book} Book */
/** @typedef {import("./outbox.js").OutboxRow} OutboxRow */
/** @typedef {{stream: string, type: string, members: object, beside?: string[]}} Draft  `members`: those of its type */

const WAITING = /** @type {const} */ (["sealed", "sending", "held", "accepted"]);

/**
 * The rosters as they will be once what waits here is accepted. Wraps for others are made from the verified ones only.
 * @param {Open} open @param {OutboxRow[]} [except] rows about to be signed anew @returns {Promise<Book>}
 */
export async function bookToCome(open, except = []) {
  const book = copyOf(open.book);
  const lists = await Promise.all(WAITING.map((state) => rowsIn(open.member, state)));
  const left = new Set(except.map((row) => row.id));
  const rows = lists
    .flat()
    .filter((row) => row.what === "statement" && !left.has(row.id))
    .sort((a, b) => a.order - b.order);
  for (const row of rows) {
    if (row.payload.number <= chainOf(book, row.payload.stream).length) continue;
    await foldOwn(book, open, row.jws).catch(() => null); // overtaken: its verdict will say so
  }
  return book;
}

/** @param {Book} book @param {Open} open @param {string} jws */
async function foldOwn(book, open, jws) {
  const signed = { ...(await readSigned(jws)), jws };
  await foldIn(book, signed, instant(nowMs()), { genesis: open.genesis, trust: true });
}

/**
 * @param {(book: Book) => Draft[]|Promise<Draft[]>} makeDrafts given the rosters to come
 * @returns {Promise<void>} all stored, or none
 * @throws {VaultProblem} not_allowed, holder, one_holder, last_supervisor, id_conflict, not_found…
 */
export async function declare(makeDrafts) {
  const { member } = current();
  await translated(() =>
    alone(member, async () => {
      const open = current();
      const book = await bookToCome(open);
      const rows = await signAll(open, book, await makeDrafts(copyOf(book)));
      await store(open, rows, []);
    }),
  );
  await told(member);
}

/** @param {string} member */
async function told(member) {
  await refreshOutbox();
  tell({ type: "noted", member });
  changed("saved");
}

/**
 * @param {Open} open @param {Book} book changed as statements follow one another @param {Draft[]} drafts
 * @returns {Promise<OutboxRow[]>}
 */
async function signAll(open, book, drafts) {
  const rows = [];
  let order = (await get(open.member, "meta", "order")) ?? 0;
  for (const draft of drafts) {
    const row = await signOne(open, book, draft, (order += 1));
    try {
      await foldOwn(book, open, row.jws);
    } catch (error) {
      if (error instanceof Refused) throw new VaultProblem(error.code, { cause: error });
      throw error;
    }
    rows.push(row);
  }
  return rows;
}

/** @param {Open} open @param {Book} book @param {Draft} draft @param {number} order @returns {Promise<OutboxRow>} */
async function signOne(open, book, { stream, type, members, beside = [] }, order) {
  const [number, prev] = headOf(book, stream) ?? [0, null];
  const isNetwork = stream === "network";
  const heads = isNetwork ? {} : { network: headOf(book, "network") };
  const at = instant(nowMs());
  const payload = { v: VERSION, suite: SUITE, type, stream, number: number + 1, prev, at, heads, ...members };
  const key = isNetwork ? open.keys.authorityKey : signingKey(open, book);
  if (!key) throw new VaultProblem("not_allowed");
  const kid = isNetwork ? "authority" : open.member;
  const { jws, digest } = await signObject("accord.statement", kid, payload, key);
  return {
    id: keyOf(`${stream}#${number + 1}`, digest),
    what: "statement",
    digest,
    kid,
    payload,
    jws,
    beside,
    state: "sealed",
    order,
    at,
    nextMs: 0,
    tries: 0,
  };
}

/** Of two keys of a re-keying, the one the roster names. @param {Open} open @param {Book} book */
function signingKey({ keys, member, organisation }, book) {
  const named = book.organisations.get(organisation)?.members[member]?.signing;
  return named && keys.nextJwk?.x === named.x && keys.nextJwk.y === named.y ? keys.nextKey : keys.signingKey;
}

/** @param {Open} open @param {OutboxRow[]} rows @param {OutboxRow[]} replaced */
async function store(open, rows, replaced) {
  const [last] = rows.slice(-1);
  if (!last && replaced.length === 0) return;
  await write(open.member, ["outbox", "meta"], async (tx) => {
    await replaceStatements(tx, replaced, rows);
    if (last) await tx.objectStore("meta").put(last.order, "order");
  });
}

/**
 * Signs overtaken statements anew, in their order, on the rosters as they are now.
 * @param {OutboxRow[]} rows @param {(row: OutboxRow, book: Book) => Promise<Draft|null>} draftAgain the same words, for these rosters;
 *   null when there is nothing left to do: the row goes
 * @returns {Promise<number>} how many were signed; where the new roster no longer allows one, it stays to be corrected
 */
export async function signAnew(rows, draftAgain) {
  const { member } = current();
  const { signed, changed: isChanged } = await alone(member, async () => {
    const open = current();
    const book = await bookToCome(open, rows);
    /** @type {OutboxRow[]} */ const anew = [];
    /** @type {OutboxRow[]} */ const replaced = [];
    for (const row of rows) {
      const again = await signedAnew(open, book, row, draftAgain);
      if (again === "refused") continue;
      replaced.push(row);
      if (again) anew.push({ ...again, order: again.order + anew.length });
    }
    await store(open, anew, replaced);
    return { signed: anew.length, changed: replaced.length > 0 };
  });
  if (isChanged) await told(member);
  return signed;
}

/**
 * @param {Open} open @param {Book} book @param {OutboxRow} row @param {(row: OutboxRow, book: Book) => Promise<Draft|null>} draftAgain
 * @returns {Promise<OutboxRow|null|"refused">} null: nothing left to do
 */
async function signedAnew(open, book, row, draftAgain) {
  try {
    const draft = await draftAgain(row, book);
    if (!draft) return null;
    const [made] = await signAll(open, book, [draft]);
    return made;
  } catch (error) {
    if (error instanceof VaultProblem) return "refused";
    throw error;
  }
}
