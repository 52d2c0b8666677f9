/**
 * The chains of statements this device verified, folded into who is who, and the heads it pinned. It alone judges a
 * statement on the phone (with rules/roster.js); it writes nothing: keep.js stores what it accepts.
 */

import { digest, openLocal, readSigned, sealLocal, verifySigned } from "../crypto/index.js";
import { Refused, apply, besideOf, emptyNetwork, emptyOrganisation } from "../rules/roster.js";
import { get, getAll } from "./database.js";

/** @typedef {import("../rules/roster.js").Network} Network */
/** @typedef {import("../rules/roster.js").Organisation} Organisation */
/**
 * @typedef {object} Book
 * @property {Network} network
 * @property {Map<string, Organisation>} organisations
 * @property {Map<string, string>} teamOfCircle        circle id → organisation id
 * @property {Set<string>} everHeld                    "circle member": those who ever held a key of it
 * @property {Map<string, Record<string, string>>} given   "circle.epoch" → {member: digest of the wrap they were given}
 * @property {Map<string, number>} rekeyed             member → number of the statement that gave them new keys
 * @property {Map<string, string>} strings             digest → wrap or blob
 * @property {Map<string, {version: number, text: string}[]>} charterTexts
 */
/**
 * @typedef {object} StatementRow as stored
 * @property {string} stream
 * @property {number} number
 * @property {string} digest
 * @property {string} receivedAt
 * @property {string} jws
 * @property {Record<string, string>} beside   digest → wrap or blob: ciphertext already
 * @property {Record<string, string>} cards    digest → card, sealed with the index key: it holds a name
 */

const trusted = async () => true;
/** @param {string} jws @param {import("../rules/roster.js").Jwk} jwk */
export const verified = (jws, jwk) => verifySigned(jws, "accord.statement", /** @type {any} */ (jwk));

/** @returns {Book} */
function emptyBook() {
  return {
    network: emptyNetwork(),
    organisations: new Map(),
    teamOfCircle: new Map(),
    everHeld: new Set(),
    given: new Map(),
    rekeyed: new Map(),
    strings: new Map(),
    charterTexts: new Map(),
  };
}

/** @param {Book} book @param {string} stream @returns {readonly string[]} digests in order; empty for an unknown stream */
export function chainOf(book, stream) {
  if (stream === "network") return book.network.digests;
  return book.organisations.get(stream.slice("organisation:".length))?.digests ?? [];
}

/** @param {Book} book @param {string} stream @returns {[number, string]|null} */
export function headOf(book, stream) {
  const chain = chainOf(book, stream);
  return chain.length ? [chain.length, chain[chain.length - 1]] : null;
}

/**
 * The organisation a circle belongs to, by the chains known here.
 * @param {Book} book @param {string} circle @returns {Organisation|null}
 */
export function organisationOfCircle(book, circle) {
  return book.organisations.get(book.teamOfCircle.get(circle) ?? "") ?? null;
}

/**
 * The organisation that enrolled a device, by the chains known here.
 * @param {Book} book @param {string} device @returns {Organisation|null}
 */
export function organisationOfDevice(book, device) {
  return [...book.organisations.values()].find((one) => Object.hasOwn(one.devices, device)) ?? null;
}

/**
 * Judges the next statement of a stream and folds it into the book.
 * @param {Book} book changed in place, and only when the statement is right
 * @param {import("../rules/roster.js").Signed} signed @param {string} receivedAt
 * @param {{genesis: string, trust?: boolean}} how `trust`: the pinned head vouches for it, its signature was checked once
 * @throws {Refused}
 */
export async function foldIn(book, signed, receivedAt, { genesis, trust }) {
  const { stream, number } = signed.payload;
  if (stream === "network" && number === 1 && signed.digest !== genesis) throw new Refused("fork");
  const id = String(stream).slice("organisation:".length);
  const organisation = stream === "network" ? null : organisationFrom(book, id);
  const state = await apply(signed, book.network, organisation, receivedAt, trust ? trusted : verified);
  if (stream === "network") book.network = state;
  else book.organisations.set(id, state);
  note(book, id, signed.payload);
}

/** @param {Book} book @param {string} id @returns {Organisation} @throws {Refused} not_found */
function organisationFrom(book, id) {
  const known = book.organisations.get(id);
  if (known) return known;
  const admitted = book.network.organisations[id];
  if (!admitted) throw new Refused("not_found");
  return emptyOrganisation(admitted);
}

/** What asking needs and the fold does not keep. @param {Book} book @param {string} organisation @param {any} payload */
function note(book, organisation, payload) {
  if (payload.type === "circle.created") book.teamOfCircle.set(payload.circle, organisation);
  if (payload.holders) noteGiven(book, payload, payload.holders);
  if (payload.type === "circle.granted") noteGiven(book, payload, { [payload.member]: payload.wrap });
  if (payload.type === "member.rekeyed") book.rekeyed.set(payload.member, payload.number);
  if (payload.type === "organisation.admitted") organisationFromAdmission(book, payload);
  if (payload.type === "charter.published") {
    const texts = book.charterTexts.get(payload.charter) ?? [];
    book.charterTexts.set(payload.charter, [...texts, { version: payload.version, text: payload.text }]);
  }
}

/**
 * Who was given an epoch, also when they lost it since: a grant to who still holds it changes nothing.
 * @param {Book} book @param {any} payload @param {Record<string, string>} wraps
 */
function noteGiven(book, { circle, epoch, stream }, wraps) {
  const name = `${circle}.${epoch}`;
  const held = book.organisations.get(stream.slice("organisation:".length))?.circles[circle]?.epochs[epoch - 1]?.holders;
  book.given.set(name, { ...book.given.get(name), ...wraps, ...held });
  for (const member of Object.keys(wraps)) book.everHeld.add(`${circle} ${member}`);
}

/** @param {Book} book @param {any} payload */
function organisationFromAdmission(book, payload) {
  const { id } = payload.organisation;
  if (!book.organisations.has(id)) book.organisations.set(id, emptyOrganisation(book.network.organisations[id]));
}

/**
 * Sorts what came beside a statement: kept by digest when the statement names it, dropped otherwise.
 * @param {any} payload @param {unknown} strings @param {CryptoKey} indexKey
 * @returns {Promise<{beside: Record<string, string>, cards: Record<string, string>}>}
 */
export async function sortBeside(payload, strings, indexKey) {
  const named = besideOf(payload);
  /** @type {Record<string, string>} */ const beside = {};
  /** @type {Record<string, string>} */ const cards = {};
  for (const text of Array.isArray(strings) ? strings : []) {
    if (typeof text !== "string") continue;
    const name = await digest(text);
    if (!named[name]) continue;
    if (named[name].kind === "card") cards[name] = await sealLocal(indexKey, { card: text });
    else beside[name] = text;
  }
  return { beside, cards };
}

/**
 * Rebuilds the book from the disk at unlock. A chain that ends at the head pinned under the index key was verified
 * before; any other is verified again, and where that fails sharing is suspended.
 * @param {string} member @param {CryptoKey} indexKey @param {string} genesis
 * @returns {Promise<{book: Book, rows: StatementRow[], suspended: Record<string, string>}>}
 */
export async function readBook(member, indexKey, genesis) {
  const pins = await readPins(member, indexKey);
  const streams = groupByStream(await getAll(member, "statements"));
  const book = emptyBook();
  /** @type {Record<string, string>} */ const suspended = {};
  for (const [stream, rows] of streams) {
    const trust = endsAt(rows, pins[stream]);
    if (!trust && pins[stream]) suspended[stream] = "rollback";
    const refused = await foldRows(book, rows, { genesis, trust });
    if (refused) suspended[stream] = refused;
  }
  return { book, rows: [...streams.values()].flat(), suspended };
}

/**
 * @param {Book} book @param {StatementRow[]} rows @param {{genesis: string, trust: boolean}} how
 * @returns {Promise<string|null>}
 */
async function foldRows(book, rows, how) {
  for (const row of rows) {
    const signed = await readSigned(row.jws);
    try {
      await foldIn(book, { ...signed, jws: row.jws }, row.receivedAt, how);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.code;
    }
    for (const [name, text] of Object.entries(row.beside)) book.strings.set(name, text);
  }
  return null;
}

/** Network first: organisations are admitted there. @param {StatementRow[]} rows @returns {Map<string, StatementRow[]>} */
function groupByStream(rows) {
  const streams = new Map([["network", /** @type {StatementRow[]} */ ([])]]);
  for (const row of rows) streams.set(row.stream, [...(streams.get(row.stream) ?? []), row]);
  for (const list of streams.values()) list.sort((a, b) => a.number - b.number);
  return streams;
}

/** @param {StatementRow[]} rows @param {[number, string]|undefined} pin */
function endsAt(rows, pin) {
  const last = rows[rows.length - 1];
  return Boolean(pin && last && last.number === pin[0] && last.digest === pin[1]);
}

/** @param {string} member @param {CryptoKey} indexKey @returns {Promise<Record<string, [number, string]>>} */
async function readPins(member, indexKey) {
  const sealed = await get(member, "meta", "pins");
  return sealed ? openLocal(indexKey, sealed) : {};
}

/** @param {Book} book @param {CryptoKey} indexKey @returns {Promise<string>} the newest head of each chain, sealed */
export function sealPins(book, indexKey) {
  const streams = ["network", ...[...book.organisations.keys()].map((id) => `organisation:${id}`)];
  return sealLocal(
    indexKey,
    Object.fromEntries(streams.map((stream) => [stream, headOf(book, stream)]).filter(([, head]) => head)),
  );
}

/** A copy whose folding leaves the first untouched: states are never changed in place. @param {Book} book @returns {Book} */
export function copyOf(book) {
  return {
    ...book,
    organisations: new Map(book.organisations),
    teamOfCircle: new Map(book.teamOfCircle),
    everHeld: new Set(book.everHeld),
    given: new Map(book.given),
    rekeyed: new Map(book.rekeyed),
    strings: new Map(book.strings),
    charterTexts: new Map(book.charterTexts),
  };
}
