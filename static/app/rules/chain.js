// Where a statement stands in its chain, and whether the heads an author knew belong to the chains known here. Pure.
// Twin of models/rules/chain.py.

import { Refused } from "./refused.js";

/** @typedef {import("./roster.js").Signed} Signed */
/** @typedef {import("./roster.js").Network} Network */
/** @typedef {import("./roster.js").Organisation} Organisation */

/**
 * Returns when the statement is the next of its chain and every head it names is known.
 * @param {Signed} signed @param {Network} network @param {Organisation|null} organisation
 * @throws {Refused} founding, not_found, stale_head, fork, held, duplicate
 */
export function checkPlace(signed, network, organisation) {
  const { payload } = signed;
  if (payload.stream === "network") {
    checkFounding(signed, network);
    checkNumber(signed, network);
    return;
  }
  if (organisation) checkNumber(signed, organisation);
  judgeHeads(payload.heads, { network: network.digests });
  if (!organisation) throw new Refused("not_found");
}

/** A network is founded once. @param {Signed} signed @param {Network} network */
function checkFounding(signed, network) {
  if (signed.payload.type !== "network.founded" || network.digests.length === 0) return;
  if (signed.digest !== network.digests[0]) throw new Refused("founding");
}

/** @param {Signed} signed @param {Network|Organisation} chain */
function checkNumber(signed, chain) {
  if (signed.payload.stream !== chain.stream) throw new TypeError("the chain of another stream");
  const { digests } = chain;
  const { number, prev } = signed.payload;
  if (number > digests.length + 1) throw new Refused("held", "head");
  if (digests[number - 1] === signed.digest) throw new Refused("duplicate");
  if (prev !== (number > 1 ? digests[number - 2] : null)) throw new Refused("fork");
  if (number <= digests.length) throw new Refused("stale_head");
}

/**
 * Compare the heads an author knew with the chains known here. A fork is told first: nothing that arrives can mend it.
 * @param {Record<string, [number, string]>} heads
 * @param {Record<string, readonly string[]>} chains {stream: digests in order}
 * @throws {Refused} held (reason head): not known here yet; fork: another history
 */
export function judgeHeads(heads, chains) {
  let unknown = false;
  for (const [stream, [number, digest]] of Object.entries(heads)) {
    const chain = chains[stream] ?? [];
    if (number > chain.length) unknown = true;
    else if (chain[number - 1] !== digest) throw new Refused("fork");
  }
  if (unknown) throw new Refused("held", "head");
}
