// Argon2id in a worker of its own, so that the screen stays alive and its 64 MiB are given back. It alone starts it.

import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{m: number, t: number, p: number}} Cost m in KiB, t passes, p lanes */

/** What we write. @type {Cost} */
export const COST = { m: 65536, t: 3, p: 1 };
/** What we accept: no cheaper than what we write, no dearer than a phone can pay. Protocol §5. */
const BOUNDS = { m: [65536, 262144], t: [3, 10], p: [1, 1] };

/**
 * @param {Cost} cost
 * @throws {CryptoProblem} cannot_open: a server that lowered the cost would read the passphrase sooner
 */
function checkCost(cost) {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = cost[/** @type {keyof Cost} */ (name)];
    refuseUnless(Number.isInteger(value) && value >= least && value <= most, "cannot_open", "cost");
  }
}

/**
 * @param {Bytes} password @param {Bytes} salt @param {Cost} cost
 * @returns {Promise<Bytes>} 32 bytes
 * @throws {CryptoProblem} cannot_open: cost out of bounds, or no memory left for it
 */
export async function argon2id(password, salt, cost) {
  checkCost(cost);
  const worker = new Worker(workerUrl(), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new CryptoProblem("cannot_open", "argon2"));
      worker.onmessage = ({ data }) => (data.hash ? resolve(data.hash) : fail());
      worker.onerror = fail;
      worker.postMessage({ password, salt, m: cost.m, t: cost.t, p: cost.p });
    });
  } finally {
    worker.terminate();
  }
}

const WORKER = new URL("./argon-worker.js", import.meta.url).href;

/** @type {{createScriptURL(url: string): any} | undefined} */
let policy;

/** The page's CSP lets one policy make worker addresses, and this policy knows one address.
 * @returns {string | URL} */
function workerUrl() {
  const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
  if (!trustedTypes) return WORKER;
  policy ??= /** @type {{createScriptURL(url: string): any}} */ (
    trustedTypes.createPolicy("accord-worker", {
      createScriptURL: (/** @type {string} */ url) => {
        refuseUnless(url === WORKER, "malformed", "worker");
        return url;
      },
    })
  );
  return policy.createScriptURL(WORKER);
}
