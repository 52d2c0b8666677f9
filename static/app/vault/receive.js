/** Verifies events as they arrive: whose they are, by the roster at the head they name, and that nothing was swapped. */

import { CryptoProblem, digest, readSigned, thumbprint, verifySigned } from "../crypto/index.js";
import { Refused, author, judgeHeads } from "../rules/roster.js";
import { of } from "./projection.js";
import { chainOf, organisationOfCircle } from "./rosters.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").EventRow} EventRow */
/** @typedef {EventRow & {stream: string, position: number, receivedAt: string, jws: string}} StoredRow */

/** Problems of an event that mean two stories are told; the others are one bad line. */
export const SUSPENDING = ["unknown_key", "fork", "not_allowed"];

/**
 * @param {Open} open @param {string} stream @param {any[]} entries without purge lines
 * @returns {Promise<{rows: StoredRow[], stoppedBefore: number|null}>} `stoppedBefore`: the position of an event that
 *   names a head not known here: rosters must be read first
 */
export async function verifyEntries(open, stream, entries) {
  const verified = await Promise.all(entries.map((entry) => verifyEntry(open, stream, entry)));
  /** @type {StoredRow[]} */
  const rows = [];
  for (const row of verified) {
    if (row.problem === "unknown_head") return { rows, stoppedBefore: row.position };
    if (row.problem === "withdrawal") row.problem = await judgeWithdrawal(open, row, rows);
    rows.push(row);
  }
  return { rows, stoppedBefore: null };
}

/**
 * @param {Open} open @param {string} stream @param {any} entry
 * @returns {Promise<StoredRow>} with `problem` when it is not to be believed
 */
async function verifyEntry(open, stream, { position, received_at: receivedAt, jws, sections }) {
  /** @type {StoredRow} */
  const row = { stream, position, receivedAt, jws, id: "", kid: "", payload: {}, digest: "", sections: {} };
  try {
    const { kid, typ, payload, digest: name } = await readSigned(jws);
    Object.assign(row, { id: String(payload.id), kid, payload, digest: name });
    if (typ !== "accord.event") return { ...row, problem: "malformed" };
    // Whose it is may depend on an event of the same page: judged in order, below.
    if (payload.type === "consent.withdrawn") return { ...row, problem: "withdrawal" };
    await verifyAuthor(open, stream, row);
    row.sections = await soundSections(payload, sections);
    return row;
  } catch (error) {
    if (error instanceof Refused)
      return { ...unnamed(row), problem: error.code === "held" ? "unknown_head" : error.code };
    if (error instanceof CryptoProblem) return { ...unnamed(row), problem: error.code };
    throw error;
  }
}

/** A line that cannot even be read is kept under its position, as evidence. @param {StoredRow} row */
function unnamed(row) {
  return row.id ? row : { ...row, id: `#${row.position}` };
}

/** @param {Open} open @param {string} stream @param {StoredRow} row @throws {Refused|CryptoProblem} */
async function verifyAuthor({ book, member, organisation }, stream, { kid, payload, jws }) {
  const own = String(payload.audience?.own);
  const circle = own.split(".")[0];
  const isPrivate = own === `member:${member}`;
  const home = isPrivate ? book.organisations.get(organisation) : organisationOfCircle(book, circle);
  if (!home) throw new Refused("held", "head");
  const isHere = isPrivate
    ? stream === `member:${member}`
    : [circle, String(payload.audience.other).split(".")[0]].some((id) => stream === `circle:${id}`);
  if (!isHere) throw new Refused("not_allowed");
  judgeHeads(payload.heads, chains(book, payload.heads));
  const found = author(home, kid, payload.heads[`organisation:${home.id}`]?.[0]);
  if (!found) throw new Refused("unknown_key");
  if (isPrivate ? found.member.id !== member : !book.everHeld.has(`${circle} ${found.member.id}`))
    throw new Refused("not_allowed");
  await verifySigned(jws, "accord.event", /** @type {any} */ (found.device.signing));
}

/** @param {import("./rosters.js").Book} book @param {Record<string, unknown>} heads */
function chains(book, heads) {
  return Object.fromEntries(Object.keys(heads).map((stream) => [stream, [...chainOf(book, stream)]]));
}

/** Only sections whose strings are the very ones signed. @param {any} payload @param {any} sections */
async function soundSections(payload, sections) {
  /** @type {Record<string, {core: string, wrap: string}>} */
  const sound = {};
  for (const [name, { core, wrap }] of Object.entries(sections ?? {})) {
    const claim = payload.sections[name];
    if (!claim || (await digest(core)) !== claim.core) continue;
    if (!Object.values(claim.wraps).includes(await digest(wrap))) continue;
    sound[name] = { core, wrap };
  }
  return sound;
}

/**
 * A withdrawal is signed by a device of the consent's organisation, or by the key in the person's receipt.
 * @param {Open} open @param {StoredRow} row @param {StoredRow[]} before verified rows of the same page
 * @returns {Promise<string|undefined>} the problem, or undefined when it is right
 */
async function judgeWithdrawal(open, { kid, payload, jws }, before) {
  const named = [...before.filter((one) => !one.problem), ...consentsKnown(open, payload.consents)].filter((one) =>
    names(one, payload.consents),
  );
  if (named.length === 0) return "unknown_consent";
  for (const { payload: about } of named) {
    const home = organisationOfCircle(open.book, String(about.audience.own).split(".")[0]);
    const device = home && author(home, kid);
    const key = device?.device.signing ?? (await receiptKey(about.withdrawal_key, kid));
    if (key && (await isSignedBy(jws, key))) return undefined;
  }
  return "bad_signature";
}

/** @param {Open} open @param {string[]} consents @returns {{id: string, payload: any}[]} */
function consentsKnown({ projection }, consents) {
  return consents.flatMap((id) => [
    ...(projection.events.has(id) ? [/** @type {any} */ (projection.events.get(id))] : []),
    ...of(projection, projection.byConsent, id),
  ]);
}

/**
 * The consent itself, or an orientation sent under it.
 * @param {{id: string, payload: any}} row @param {string[]} consents
 */
function names({ id, payload }, consents) {
  return payload.type === "consent.given" ? consents.includes(id) : consents.includes(payload.ground?.consent);
}

/** @param {any} key @param {string} kid */
async function receiptKey(key, kid) {
  return key && (await thumbprint(key)) === kid ? key : null;
}

/** @param {string} jws @param {any} key */
async function isSignedBy(jws, key) {
  try {
    await verifySigned(jws, "accord.event", key);
    return true;
  } catch (error) {
    if (error instanceof CryptoProblem) return false;
    throw error;
  }
}
