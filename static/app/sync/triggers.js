/**
 * Decides when to synchronise: at opening, when the page becomes visible, after a save, when the browser thinks the
 * network is back (a hint, never a condition), and by a timer with back-off. One tab at a time (turn.js).
 */

import { isOpen, me, noteSync, remakeStale, runPurges, subscribe } from "../vault/index.js";
import { waitAfter, waitAsked } from "./backoff.js";
import { pushMistakes } from "./mistakes.js";
import { pullAll, pullDirectory, pullNotices } from "./pull.js";
import { pushAll } from "./push.js";
import { alone } from "./turn.js";

const VISIBLE_MS = 60_000;
const HIDDEN_MS = 5 * 60_000;
const DIRECTORY_MS = 15 * 60_000; // a place that is full says so: those who orient see it within the quarter of an hour
const MAX_REMAKES = 3;

let stopped = true;
let failures = 0;
let notBeforeMs = 0;
/** When the directory was last the server's, by member: each has their own. @type {Map<string, number>} */
const directoryAtMs = new Map();
/** The same for what people may be shown. @type {Map<string, number>} */
const noticesAtMs = new Map();
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;
/** @type {Promise<void>|null} */
let running = null;
let asked = false;
let remakes = 0;
/** @type {(() => void)|null} */
let unsubscribe = null;

/** Begins the triggers. Calling it twice changes nothing. */
export function start() {
  if (!stopped) return;
  stopped = false;
  unsubscribe = subscribe((topic) => {
    if (topic === "saved" || topic === "opened") void soon();
  });
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", hinted);
  void soon();
}

/** Ends the triggers; a round under way ends by itself. */
export function stop() {
  stopped = true;
  clearTimeout(timer);
  unsubscribe?.();
  document.removeEventListener("visibilitychange", seen);
  removeEventListener("online", hinted);
}

/**
 * One whole round now, whatever the back-off says: a person asked. Resolves when it is over.
 * A round asked for while one runs comes right after it.
 */
export async function syncNow() {
  if (running) {
    asked = true;
    return running;
  }
  running = rounds().finally(() => {
    running = null;
  });
  return running;
}

async function rounds() {
  do {
    asked = false;
    await alone(round);
  } while (asked);
}

function seen() {
  if (document.visibilityState === "visible") void soon();
}

function hinted() {
  void soon();
}

/** At once, unless the server asked us to wait. */
async function soon() {
  if (stopped) return;
  if (Date.now() < notBeforeMs) return plan(notBeforeMs - Date.now());
  await syncNow();
}

/** @param {number} waitMs */
function plan(waitMs) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(soon, waitMs);
}

/** Whatever stops a round, the next one is planned: a profile locked in the middle is no failure, the rest is thrown. */
async function round() {
  try {
    await exchange();
  } catch (error) {
    if (!isOpen()) return done(null, false);
    late("waiting", null, null);
    throw error;
  }
}

async function exchange() {
  noteSync({ state: "working" });
  const pushed = await pushAll(Date.now);
  if (!pushed.delivered)
    return late(pushed.status === 401 ? "signin" : "waiting", pushed.retryAfterSeconds, pushed.serverTimeMs);
  if (!isOpen()) return done(pushed.serverTimeMs, false);
  await runPurges();
  const pulled = await pullAll(Date.now());
  if (pulled.state === "lost") return late("waiting", pulled.retryAfterSeconds, pushed.serverTimeMs);
  if (pulled.state === "signin") return late("signin", null, pushed.serverTimeMs);
  await runPurges();
  await pushMistakes(Date.now());
  await directoryIfDue();
  await noticesIfDue();
  await sendAgain(pulled.restored === true);
  done(pushed.serverTimeMs, pulled.state === "done");
}

/**
 * What time alone had refused was made anew, or the server lost what it had: one round more, a few times at most.
 * @param {boolean} restored
 */
async function sendAgain(restored) {
  const remade = (await remakeStale()) || restored;
  remakes = remade ? remakes + 1 : 0;
  if (remade && remakes <= MAX_REMAKES) asked = true;
}

/** The next round reads the directory, whenever it last did: its territory was changed. */
export function readDirectoryAgain() {
  directoryAtMs.clear();
  return syncNow();
}

async function directoryIfDue() {
  if (!isOpen()) return;
  const { member } = me();
  if (Date.now() - (directoryAtMs.get(member) ?? -Infinity) < DIRECTORY_MS) return;
  if (await pullDirectory(Date.now())) directoryAtMs.set(member, Date.now());
}

async function noticesIfDue() {
  if (!isOpen()) return;
  const { member } = me();
  if (Date.now() - (noticesAtMs.get(member) ?? -Infinity) < DIRECTORY_MS) return;
  if (await pullNotices(Date.now())) noticesAtMs.set(member, Date.now());
}

/** @param {number|null} serverTimeMs @param {boolean} complete */
function done(serverTimeMs, complete) {
  failures = 0;
  notBeforeMs = 0;
  noteSync({ state: "idle", complete, nowMs: Date.now(), serverTimeMs });
  plan(document.visibilityState === "visible" ? VISIBLE_MS : HIDDEN_MS);
}

/** @param {"waiting"|"signin"} state @param {number|null} retryAfterSeconds @param {number|null} serverTimeMs */
function late(state, retryAfterSeconds, serverTimeMs) {
  failures += 1;
  const waitMs = waitAfter(failures, Math.random(), retryAfterSeconds);
  notBeforeMs = Date.now() + waitAsked(retryAfterSeconds);
  noteSync({ state, nowMs: Date.now(), serverTimeMs });
  plan(waitMs);
}
