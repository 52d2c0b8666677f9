/** Verifies events as they arrive: whose they are, by the roster at the head they name, and that nothing was swapped. */

import { CryptoProblem, digest, readSigned, thumbprint, verifySigned } from "../crypto/index.js";
import { checkEvent } from "../rules/event-shape.js";
import { isId, isObject, isReceipt } from "../rules/forms.js";
import { Refused, author, judgeHeads } from "../rules/roster.js";
import { chainOf, organisationOfCircle, organisationOfDevice } from "./rosters.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").EventRow} EventRow */
/** @typedef {EventRow & {stream: string, position: number, receivedAt: string, jws: string, bent?: boolean, purged?: string[]}} StoredRow `bent`: a section given is not the one signed; `purged`: names of those destroyed */

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
    if (row.problem === "withdrawal") row.problem = await judgeWithdrawal(open, row, rows);
    if (row.problem === "unknown_head") return { rows, stoppedBefore: row.position };
    rows.push(row.problem ? evidence(row) : row);
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
    if (!isReceipt(receivedAt) || !areSections(sections ?? {})) throw new Refused("malformed");
    const { kid, typ, payload, digest: name } = await readSigned(jws);
    Object.assign(row, { id: String(payload.id), kid, payload, digest: name });
    if (typ !== "accord.event") throw new Refused("malformed");
    checkEvent({ kid, payload });
    // Whose it is may depend on an event of the same page: judged in order, below.
    if (payload.type === "consent.withdrawn") return { ...row, problem: "withdrawal" };
    await verifyAuthor(open, stream, row);
    row.sections = await soundSections(payload, sections);
    if (Object.keys(row.sections).length < Object.keys(sections ?? {}).length) row.bent = true;
    return row;
  } catch (error) {
    if (error instanceof Refused)
      return { ...evidence(row), problem: error.code === "held" ? "unknown_head" : error.code };
    if (error instanceof CryptoProblem) return { ...evidence(row), problem: error.code };
    throw error;
  }
}

/** @param {unknown} sections */
function areSections(sections) {
  const isPair = (/** @type {any} */ one) =>
    isObject(one) && typeof one.core === "string" && typeof one.wrap === "string";
  return isObject(sections) && Object.values(sections).every(isPair);
}

/** What is not believed is kept under its position: never in the place of the event it says it is. @param {StoredRow} row */
function evidence(row) {
  return { ...row, id: evidenceId(row.position) };
}

/** @param {number} position @returns {string} */
export function evidenceId(position) {
  return `#${position}`;
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
  const head = payload.heads[`organisation:${home.id}`];
  if (!head) throw new Refused("malformed");
  judgeHeads(payload.heads, chains(book, payload.heads));
  const found = author(home, kid, head[0]);
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
 * A withdrawal is signed by a device, whether or not it is still one: the server accepted it when it was. Or by the key
 * in a person's receipt. What it may take back is asked where it is used (withdrawals.js).
 * @param {Open} open @param {StoredRow} row @param {StoredRow[]} before verified rows of the same page
 * @returns {Promise<string|undefined>} the problem, or undefined when it is right
 */
async function judgeWithdrawal({ book, projection }, { kid, jws }, before) {
  const device = organisationOfDevice(book, kid)?.devices[kid];
  if (!device && isId(kid)) return "unknown_head"; // enrolled since the rosters were read
  const about = [...before.filter((one) => !one.problem), ...projection.events.values()];
  const key = device?.signing ?? (await receiptKey(about, kid));
  if (!key) return "unknown_consent";
  return (await isSignedBy(jws, key)) ? undefined : "bad_signature";
}

/** @param {{payload: any}[]} about what may repeat the key @param {string} kid its thumbprint */
async function receiptKey(about, kid) {
  for (const { withdrawal_key: key } of about.map(({ payload }) => payload)) {
    if (key && (await thumbprint(key)) === kid) return key;
  }
  return null;
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
