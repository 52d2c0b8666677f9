/**
 * Reads the feed for the open profile and hands each page to the vault, which verifies it and stores page and cursor
 * together. Judges nothing but the road: what is not a page of ours is not given to the vault.
 */

import { call } from "../http.js";
import {
  cursors,
  directoryAsked,
  dropToken,
  isOpen,
  isPage,
  keep,
  keepDirectory,
  keepNotices,
  loadNotices,
  me,
  noticeTag,
  sessionToken,
} from "../vault/index.js";
import { MAX_FEED_STREAMS } from "../vocabulary.js";

/** Reading again because a head was unknown, or because the server was restored, is bounded. */
const MAX_ROUNDS = 4;
/** The territory of those who chose none is the server's to propose. */
const PROPOSED = "mine";

/**
 * `partial`: some lines wait for a roster nobody gave us. `restored`: there is something to push again.
 * @typedef {{state: "done"|"partial"|"signin"|"lost", retryAfterSeconds: number|null, restored?: boolean}} Pulled
 */

/** @param {number} nowMs @returns {Promise<Pulled>} */
export async function pullAll(nowMs) {
  const { member } = me();
  let restored = false;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // Rosters first: an event is verified by the roster at the head it names.
    const rosters = await readStreams(member, "rosters", nowMs);
    const read = rosters.pulled || rosters.again ? rosters : await readStreams(member, "circles", nowMs);
    restored ||= rosters.restored || read.restored;
    if (read.pulled) return { ...read.pulled, restored };
    if (!read.again) return { state: "done", retryAfterSeconds: null, restored };
  }
  return { state: "partial", retryAfterSeconds: null, restored };
}

/**
 * @param {string} member a page asked for one profile is not given to another, opened meanwhile
 * @param {"rosters"|"circles"} kind @param {number} nowMs
 * @returns {Promise<{pulled?: Pulled, again: boolean, restored: boolean}>}
 */
async function readStreams(member, kind, nowMs) {
  let again = false;
  let asked = await cursors(kind, nowMs);
  while (asked.length > 0) {
    const some = asked.slice(0, MAX_FEED_STREAMS);
    const reply = await authorised("GET", `/api/feed?${query(some)}`, nowMs);
    if ("state" in reply) return { pulled: reply, again, restored: false };
    if (!isPage(reply.data) || !isOpen() || me().member !== member)
      return { pulled: { state: "lost", retryAfterSeconds: reply.retryAfterSeconds }, again, restored: false };
    const kept = await keep(reply.data, new Map(some), nowMs);
    if (kept.restored) return { again: true, restored: true };
    again ||= kept.unknownHead;
    asked = [...asked.slice(MAX_FEED_STREAMS), ...kept.more];
  }
  return { again, restored: false };
}

/** @param {[string, number][]} asked */
function query(asked) {
  return new URLSearchParams(asked.map(([stream, position]) => ["after", `${stream}:${position}`])).toString();
}

/**
 * A 401 pauses reading, after one try with a fresh token; the outbox does not care.
 * @param {string} method @param {string} path @param {number} nowMs @param {{etag?: string|null, body?: unknown}} [options]
 * @returns {Promise<import("../http.js").Reply|Pulled>}
 */
export async function authorised(method, path, nowMs, options = {}) {
  for (const last of [false, true]) {
    const session = await sessionToken(nowMs);
    if (!session.token)
      return { state: session.refused ? "signin" : "lost", retryAfterSeconds: session.retryAfterSeconds };
    const reply = await call(method, path, { ...options, token: session.token });
    if (reply.status === 401 || reply.problem?.code === "member_ended") {
      await dropToken();
      if (last) return { state: "signin", retryAfterSeconds: null };
      continue;
    }
    if (!reply.ok && reply.status !== 304) return { state: "lost", retryAfterSeconds: reply.retryAfterSeconds };
    return reply;
  }
  return { state: "signin", retryAfterSeconds: null };
}

/**
 * What changed of the directory, or all of it. A failure costs nothing: the one on the device stays.
 * @param {number} nowMs @returns {Promise<boolean>} whether what is on the device is now the server's
 */
export async function pullDirectory(nowMs) {
  const { member } = me();
  const { territory, after } = await directoryAsked();
  const asked = new URLSearchParams(after === null ? {} : { after });
  if (territory === null || territory.length > 0) asked.set("territory", territory?.join(",") ?? PROPOSED);
  const reply = await authorised("GET", `/api/directory?${asked}`, nowMs);
  if ("state" in reply || !reply.data || !isOpen() || me().member !== member) return false;
  return keepDirectory(reply.data, nowMs);
}

/**
 * What may be chosen as a territory; asked only when somebody looks at it.
 * @param {number} nowMs @returns {Promise<import("../vault/shapes.js").Territories|null>} null when the server did not say
 */
export async function askTerritories(nowMs) {
  const reply = await authorised("GET", "/api/directory/territories", nowMs);
  if ("state" in reply || !Array.isArray(reply.data?.departements) || !Array.isArray(reply.data.communes)) return null;
  const isOne = (/** @type {any} */ one) => typeof one?.code === "string" && Number.isInteger(one.places);
  return { departements: reply.data.departements.filter(isOne), communes: reply.data.communes.filter(isOne) };
}

/**
 * What the organisation offers people to read, and the texts themselves, before anyone needs them.
 * @param {number} nowMs @returns {Promise<boolean>} whether all of it is on the device
 */
export async function pullNotices(nowMs) {
  const { member } = me();
  const reply = await authorised("GET", "/api/notices", nowMs, { etag: await noticeTag() });
  if ("state" in reply || !isOpen() || me().member !== member) return false;
  if (reply.status === 304) return true;
  if (!reply.data) return false;
  const isWhole = await keepNotices(reply.data, reply.etag);
  if (isOpen() && me().member === member) await loadNotices();
  return isWhole;
}
