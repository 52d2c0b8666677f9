/**
 * What this member may know, in memory: events opened with the keys held, found by dossier, orientation and consent.
 * Nothing of it is ever written: it is made again at unlock from the sealed events.
 */

import { CryptoProblem, openSection, readerOf, thumbprint } from "../crypto/index.js";
import { isShaped } from "./contents.js";
import { Opened } from "./opened.js";
import { inOrder } from "./order.js";
import { organisationOfCircle, organisationOfDevice } from "./rosters.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {"pending"|"accepted"|"held"|"rejected"} SyncState */
/**
 * @typedef {object} Known  an event, opened as far as our keys go
 * @property {string} id
 * @property {string} type
 * @property {any} payload
 * @property {string|null} member      its author
 * @property {string|null} organisation the author's
 * @property {string} kid              the key that signed it
 * @property {string|null} receipt     the thumbprint of the person's own key, where it names one
 * @property {string[]} streams        those that gave it
 * @property {boolean} isOfMine        written in a circle we hold
 * @property {Opened} contents         opened sections by name
 * @property {number} unreadable
 * @property {string|null} receivedAt  null until the server gave it back
 * @property {number} position         in the stream it came by; Infinity until then
 * @property {SyncState} sync
 * @property {number} order            of recording here; 0 for what came from elsewhere
 * @property {boolean} closed          the server says access ended, without a cause this device could verify
 */
/**
 * @typedef {object} EventRow  an event as stored, from the feed (`stream`, `wrap`) or ours (`wraps`)
 * @property {string} id
 * @property {string} kid
 * @property {any} payload
 * @property {string} digest
 * @property {string} [stream]
 * @property {number} [position]
 * @property {string} [receivedAt]
 * @property {Record<string, {core: string, wrap: string}>} sections
 * @property {string} [problem]        why it is not believed: kept, never shown as a fact
 * @property {string} [closed]         a purge line without a verified cause
 * @property {string} [state]          of an outbox row
 * @property {number} [order]
 */
/**
 * @typedef {object} Projection
 * @property {Map<string, Known>} events
 * @property {Map<string, Set<string>>} byDossier       dossier → event ids
 * @property {Map<string, Set<string>>} byOrientation   orientation → event ids
 * @property {Map<string, Set<string>>} byConsent       consent → withdrawals and orientations that name it
 * @property {Map<string, string>} dossierOfOrientation
 */

/** Those whose sections may say where an orientation is filed: the others are not read before somebody asks. */
const FILING = ["orientation.sent", "dossier.opened"];

/** @returns {Projection} */
export function emptyProjection() {
  return {
    events: new Map(),
    byDossier: new Map(),
    byOrientation: new Map(),
    byConsent: new Map(),
    dossierOfOrientation: new Map(),
  };
}

/**
 * Opens stored rows and adds them. An event may come by two streams, or be ours and come back: it is one event.
 * @param {Open} open @param {EventRow[]} rows
 */
export async function addRows(open, rows) {
  const opened = await Promise.all(rows.filter((row) => !row.problem).map((row) => openRow(open, row)));
  for (const known of opened) add(open.projection, known);
}

/** @param {Open} open @param {EventRow} row believed @returns {Promise<Known>} */
export async function openRow(open, row) {
  const { payload } = row;
  /** @type {Map<string, any>} */ const contents = new Map();
  let unreadable = 0;
  for (const [name, section] of Object.entries(row.sections)) {
    const content = await openOne(open, row, name, section);
    if (content) contents.set(name, content);
    else unreadable += 1;
  }
  return knownFrom(open, row, { contents: new Opened(contents), unreadable, payload: withoutProofs(payload), receipt: await receiptOf(payload) });
}

/**
 * @param {Pick<Open, "book"|"organisation"|"circles">} open @param {Omit<EventRow, "sections"|"problem"|"digest"|"closed"> & {closed?: unknown}} row
 * @param {Pick<Known, "contents"|"unreadable"|"payload"|"receipt">} opened
 * @returns {Known} whose author is the one today's rosters say
 */
export function knownFrom(open, row, { contents, unreadable, payload, receipt }) {
  const { kid } = row;
  const organisation = authorsOrganisation(open, { kid, payload });
  return {
    id: row.id,
    type: payload.type,
    payload,
    contents,
    unreadable,
    kid,
    member: organisation?.devices[kid]?.member ?? null,
    organisation: organisation?.id ?? null,
    receipt,
    streams: row.stream ? [row.stream] : [],
    isOfMine: open.circles.has(String(payload.audience?.own).split(".")[0]),
    receivedAt: row.receivedAt ?? null,
    position: row.position ?? Infinity,
    sync: syncOf(row),
    order: row.order ?? 0,
    closed: Boolean(row.closed),
  };
}

/**
 * An opened event is asked what it says, never again to prove it; and of its sections, which ones another team reads.
 * @param {any} payload verified
 */
function withoutProofs({ v, suite, heads, prev, sections = {}, ...said }) {
  void [v, suite, heads, prev];
  const shared = Object.entries(sections).filter(([, { wraps }]) => wraps.other);
  return { ...said, sections: Object.fromEntries(shared.map(([name, { category }]) => [name, { category, wraps: { other: true } }])) };
}

/**
 * Whose event it is, by the rosters known here.
 * @param {Pick<Open, "book"|"organisation">} open @param {Pick<EventRow, "kid"|"payload">} row verified
 * @returns {Promise<import("./withdrawals.js").Signer & {member: string|null}>}
 */
export async function signerOf(open, row) {
  const { kid, payload } = row;
  const organisation = authorsOrganisation(open, row);
  return {
    kid,
    member: organisation?.devices[kid]?.member ?? null,
    organisation: organisation?.id ?? null,
    receipt: await receiptOf(payload),
  };
}

/** @param {any} payload @returns {Promise<string|null>} */
async function receiptOf(payload) {
  return payload.withdrawal_key ? thumbprint(payload.withdrawal_key) : null;
}

/** @param {Pick<Open, "book"|"organisation">} open @param {Pick<EventRow, "kid"|"payload">} row */
function authorsOrganisation({ book, organisation }, { kid, payload }) {
  const own = String(payload.audience?.own ?? "");
  if (own.startsWith("member:")) return book.organisations.get(organisation) ?? null;
  if (own) return organisationOfCircle(book, own.split(".")[0]);
  return organisationOfDevice(book, kid); // a withdrawal names no circle
}

/** @param {{stream?: string, state?: string}} row @returns {SyncState} */
export function syncOf(row) {
  if (row.stream || row.state === "accepted" || row.state === "kept") return "accepted";
  return row.state === "held" || row.state === "rejected" ? row.state : "pending";
}

/** @param {Open} open @param {EventRow} row @param {string} name @param {{core: string, wrap: string}} section */
async function openOne(open, row, name, { core, wrap }) {
  const claim = row.payload.sections[name];
  for (const key of keysFor(open, wrap)) {
    try {
      const content = await openSection({ event: row.id, name, core, wrap, claim }, key);
      return isShaped(content, claim.category) ? content : null;
    } catch (error) {
      if (!(error instanceof CryptoProblem)) throw error;
    }
  }
  return null;
}

/** @param {Open} open @param {string} wrap @returns {CryptoKey[]} ours, for the reader this wrap names */
function keysFor(open, wrap) {
  let reader;
  try {
    reader = readerOf(wrap);
  } catch {
    return [];
  }
  if (reader === open.member) return open.keys.encryptionKeys;
  const [circle, epoch] = reader.split(".");
  const keys = open.circles.get(circle)?.get(Number(epoch));
  return keys ? [keys.key, keys.privateKey].filter((key) => isOf(key, wrap)) : [];
}

/** The wrap's algorithm says which of the two. @param {CryptoKey} key @param {string} wrap */
function isOf(key, wrap) {
  return wrap.includes("ECDH-ES") === (key.type === "private");
}

/** @param {Projection} projection @param {Known} known */
export function add(projection, known) {
  const before = projection.events.get(known.id);
  const merged = before ? merge(before, known) : known;
  projection.events.set(known.id, merged);
  const { payload } = merged;
  if (payload.dossier) link(projection.byDossier, payload.dossier, known.id);
  if (payload.orientation) link(projection.byOrientation, payload.orientation, known.id);
  if (merged.type === "orientation.sent") link(projection.byOrientation, known.id, known.id);
  for (const consent of payload.consents ?? []) link(projection.byConsent, consent, known.id);
  if (payload.ground?.consent) link(projection.byConsent, payload.ground.consent, known.id);
  if (!FILING.includes(merged.type)) return;
  for (const [name, content] of merged.contents) noteContent(projection, merged, name, content);
}

/**
 * Where an orientation is filed is our own team's to say, to itself: in what it sent, or in the dossier it opened for it.
 * @param {Projection} projection @param {Known} known @param {string} name @param {any} content
 */
function noteContent(projection, known, name, content) {
  if (!known.isOfMine || known.payload.sections[name]?.wraps.other) return;
  if (known.type === "orientation.sent" && content.kind === "link" && typeof content.dossier === "string") {
    projection.dossierOfOrientation.set(known.id, content.dossier);
    link(projection.byDossier, content.dossier, known.id);
  }
  if (known.type === "dossier.opened" && content.kind === "origin" && typeof content.orientation === "string") {
    // A sender's own link wins: both sides may be teams of one member.
    if (!projection.dossierOfOrientation.has(content.orientation)) {
      projection.dossierOfOrientation.set(content.orientation, known.payload.dossier);
    }
    link(projection.byDossier, known.payload.dossier, content.orientation);
  }
}

/**
 * What came back from the server says more than what we remember of sending it.
 * @param {Known} before @param {Known} now
 * @returns {Known}
 */
function merge(before, now) {
  const [base, other] = now.receivedAt ? [now, before] : [before, now];
  const sync = base.receivedAt ? base.sync : now.sync;
  const contents = new Opened(new Map([...other.contents, ...base.contents]));
  for (const one of [before, now]) one.contents.wipe();
  return {
    ...base,
    sync,
    contents,
    streams: [...new Set([...before.streams, ...now.streams])],
    isOfMine: before.isOfMine || now.isOfMine,
    order: Math.max(before.order, now.order),
    unreadable: Math.min(before.unreadable, now.unreadable),
  };
}

/** @param {Map<string, Set<string>>} index @param {string} key @param {string} id */
function link(index, key, id) {
  const ids = index.get(key);
  if (ids) ids.add(id);
  else index.set(key, new Set([id]));
}

/**
 * Takes an event out: discarded, replaced, or to be read again after a purge.
 * @param {Projection} projection @param {string} id
 */
export function forget(projection, id) {
  projection.events.get(id)?.contents.wipe();
  projection.events.delete(id);
  for (const index of [projection.byDossier, projection.byOrientation, projection.byConsent]) {
    for (const [key, ids] of index) {
      if (ids.delete(id) && ids.size === 0) index.delete(key);
    }
  }
}

/**
 * @param {Projection} projection @param {Map<string, Set<string>>} index @param {string} key
 * @returns {Known[]} those known, in the order of their reception, then of recording
 */
export function of(projection, index, key) {
  return among(projection, index, key).sort(inOrder);
}

/** The same, in no order. @param {Projection} projection @param {Map<string, Set<string>>} index @param {string} key */
export function among({ events }, index, key) {
  const found = [];
  for (const id of index.get(key) ?? []) {
    const event = events.get(id);
    if (event) found.push(event);
  }
  return found;
}
