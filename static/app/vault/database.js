/**
 * IndexedDB, and the only importer of `idb`. One database per member, and `accord`, which lists the profiles of this
 * browser and nothing about people. Every write is of strict durability: resolved means on the disk.
 */

import { openDB } from "../../vendor/idb/index.js";
import { VaultProblem } from "./problem.js";

/** @typedef {import("../../vendor/idb/index.js").IDBPDatabase<any>} Database */
/** @typedef {import("../../vendor/idb/index.js").IDBPTransaction<any, string[], "readwrite">} Writing */

const PROFILES = "accord";
const VERSION = 2;

/** @type {Map<string, Promise<Database>>} */
const connections = new Map();
/** Databases this page had open: none of them is ever begun anew here. @type {Set<string>} */
const seen = new Set();
/** Those of them that are no longer there: cleared by the browser, or from another page (T59). @type {Set<string>} */
const gone = new Set();
/** @type {() => void} */
let onNewerVersion = () => {};

/** @param {() => void} act called when a newer release needs the database: this tab must be reloaded */
export function whenOutdated(act) {
  onNewerVersion = act;
}

/** @param {string|null} member null for the list of profiles */
function nameOf(member) {
  return member === null ? PROFILES : `${PROFILES}:${member}`;
}

/** @param {string|null} member @returns {boolean} its database was here, and was cleared under this page */
export function isGone(member) {
  return gone.has(nameOf(member));
}

/**
 * Adds only: a newer schema must stay readable by the release before.
 * @param {Database} db @param {number} from the version found; 0 for none @param {any} tx of the upgrade
 */
async function buildMember(db, from, tx) {
  if (from < 1) buildFirst(db);
  if (from < 2) await addChunks(db, tx);
}

/** @param {Database} db */
function buildFirst(db) {
  db.createObjectStore("meta");
  db.createObjectStore("statements", { keyPath: ["stream", "number"] });
  db.createObjectStore("entries", { keyPath: ["stream", "id"] }).createIndex("event", "id");
  const outbox = db.createObjectStore("outbox", { keyPath: "id" });
  outbox.createIndex("state", ["state", "order"]);
  db.createObjectStore("counters", { keyPath: "key" });
  db.createObjectStore("acts", { keyPath: "draft" });
  db.createObjectStore("drafts", { keyPath: "key" });
  db.createObjectStore("purges", { keyPath: "n", autoIncrement: true });
  db.createObjectStore("places", { keyPath: "id" });
}

/** What entries.js says of its rows: none is in a chunk yet. @param {Database} db @param {any} tx of the upgrade */
async function addChunks(db, tx) {
  const chunks = db.createObjectStore("chunks", { keyPath: "n", autoIncrement: true });
  chunks.createIndex("stream", "stream");
  chunks.createIndex("event", "ids", { multiEntry: true });
  const loose = db.createObjectStore("loose", { keyPath: ["stream", "id"] });
  const keys = await tx.objectStore("entries").getAllKeys();
  await Promise.all(keys.map((/** @type {[string, string]} */ [stream, id]) => loose.put({ stream, id })));
}

/** @param {Database} db */
function buildProfiles(db) {
  db.createObjectStore("profiles", { keyPath: "member" });
  db.createObjectStore("meta");
}

/** @param {string|null} member @returns {Promise<Database>} @throws {VaultProblem} storage_missing */
async function connect(member) {
  const name = nameOf(member);
  const known = connections.get(name);
  if (known) return known;
  // Where storage is forbidden, opening throws before it promises anything.
  const opening = Promise.resolve()
    .then(() =>
      openDB(name, VERSION, {
        upgrade: async (db, from, _to, tx) => {
          if (seen.has(name)) {
            gone.add(name);
            return tx.abort(); // an empty one would be taken for a first run, and what is saved there forgotten
          }
          if (member !== null) return buildMember(db, from, tx);
          return from < 1 ? buildProfiles(db) : undefined;
        },
        blocking: (_current, _blocked, event) => {
          // A newer release, in another tab, waits for this one to let go (T63).
          connections.delete(name);
          if (event.newVersion === null) gone.add(name);
          /** @type {IDBDatabase} */ (event.target).close();
          onNewerVersion();
        },
        terminated: () => connections.delete(name),
      }),
    )
    .then((db) => {
      seen.add(name);
      return db;
    })
    .catch((error) => {
      connections.delete(name);
      if (error.name === "VersionError") onNewerVersion();
      throw new VaultProblem("storage_missing", { cause: error });
    });
  connections.set(name, opening);
  return opening;
}

/**
 * Runs `act` on the database; once more on a fresh connection if the browser lost it ("connection is closing").
 * @template T @param {string|null} member @param {(db: Database) => Promise<T>} act @param {boolean} [isSecond]
 * @returns {Promise<T>} @throws {VaultProblem} storage_full, storage_missing
 */
async function withDatabase(member, act, isSecond = false) {
  try {
    return await act(await connect(member));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "QuotaExceededError") throw new VaultProblem("storage_full", { cause: error });
    if (isSecond || (error.name !== "InvalidStateError" && error.name !== "UnknownError")) throw error;
    connections.delete(nameOf(member));
    return withDatabase(member, act, true);
  }
}

/** @param {string|null} member @param {string} store @param {any} key @returns {Promise<any>} undefined when absent */
export function get(member, store, key) {
  return withDatabase(member, (db) => db.get(store, key));
}

/** @param {string|null} member @param {string} store @returns {Promise<any[]>} */
export function getAll(member, store) {
  return withDatabase(member, (db) => db.getAll(store));
}

/**
 * @param {string|null} member @param {string} store @param {string} index @param {any} range @param {number} [limit]
 * @returns {Promise<any[]>}
 */
export function getBy(member, store, index, range, limit) {
  return withDatabase(member, (db) => db.getAllFromIndex(store, index, range, limit));
}

/**
 * Several questions answered as of one moment: nothing is written between them. `act` must await nothing but the
 * transaction's own requests.
 * @template T @param {string} member @param {string[]} stores @param {(tx: any) => Promise<T>} act @returns {Promise<T>}
 */
export function read(member, stores, act) {
  return withDatabase(member, (db) => act(db.transaction(stores, "readonly")));
}

/**
 * One transaction over `stores`, on the disk when it resolves; nothing of it when it rejects. `act` must await nothing
 * but the transaction's own requests: a sealed string is made before.
 * @template T @param {string|null} member @param {string[]} stores @param {(tx: Writing) => Promise<T>} act @returns {Promise<T>}
 * @throws {VaultProblem} storage_full, storage_missing
 */
export function write(member, stores, act) {
  return withDatabase(member, async (db) => {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    const done = tx.done;
    done.catch(() => {}); // awaited below; an abort in between must not be reported twice
    try {
      const result = await act(tx);
      await done;
      return result;
    } catch (error) {
      abort(tx);
      throw error;
    }
  });
}

/** @param {Writing} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch {
    // it ended by itself
  }
}

/** @param {string|null} member @param {string} store @param {any} value @param {any} [key] */
export function put(member, store, value, key) {
  return write(member, [store], (tx) => tx.objectStore(store).put(value, key));
}

/** @param {string|null} member @param {string} store @param {any} key */
export function remove(member, store, key) {
  return write(member, [store], (tx) => tx.objectStore(store).delete(key));
}

/** @param {[string, number]} from @param {[string, number]} to @returns {IDBKeyRange} */
export function between(from, to) {
  return IDBKeyRange.bound(from, to);
}
