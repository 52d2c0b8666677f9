// Circles: makes a new epoch, opens the epochs a member holds. Granting is alone in grant.js.

import { digest, randomBytes } from "./bytes.js";
import { importEpoch, openBlob, openWrap, reopen, sealBlob, sealWrap } from "./epoch.js";
import { generatePair } from "./keys.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./epoch.js").EpochKeys} EpochKeys */
/** @typedef {import("./epoch.js").Holder} Holder */
/** @typedef {import("./keys.js").PublicJwk} PublicJwk */

const KEY_BYTES = 32;

/**
 * @param {{circle: string, epoch: number, members: Holder[], previous?: EpochKeys}} made `members` hold the new key;
 *   `previous` is the newest epoch as openCircle returned it, required from epoch 2 on
 * @returns {Promise<{public: PublicJwk, holders: Record<string, string>, blob: string, beside: string[],
 *   keys: EpochKeys}>}
 *   the members of `circle.created` or `circle.rotated`, the strings beside it, and the epoch ready for sealing
 *   (to grant it, open it again with openCircle)
 * @throws {CryptoProblem} cannot_open (previous), malformed (a member's key)
 */
export async function createCircleEpoch({ circle, epoch, members, previous }) {
  const follows = previous ? previous.circle === circle && previous.epoch === epoch - 1 : epoch === 1;
  refuseUnless(follows, "malformed", "previous");
  const keyBytes = randomBytes(KEY_BYTES);
  const { publicJwk, privateJwk } = await generatePair("encryption");
  const before = previous ? await reopen(previous) : null;
  const blob = await sealBlob(keyBytes, circle, epoch, privateJwk, before);
  before?.keyBytes.fill(0);
  const wraps = await Promise.all(members.map((member) => sealWrap(keyBytes, circle, epoch, member)));
  const digests = await Promise.all(wraps.map(digest));
  const holders = Object.fromEntries(members.map((member, at) => [member.id, digests[at]]));
  const keys = await importEpoch(circle, epoch, { keyBytes, privateJwk });
  return { public: publicJwk, holders, blob: await digest(blob), beside: [...wraps, blob], keys };
}

/**
 * Opens the newest epoch held, then walks back through the blobs.
 * @param {{circle: string, epoch: number, wrap: string, blobs: Record<number, string>, privateKeys: CryptoKey[]}} held
 *   `wrap` is the member's own, of `epoch`; `blobs` by epoch number; `privateKeys` the member's, newest first
 * @returns {Promise<Map<number, EpochKeys>>} by epoch number. Where an older blob is missing or does not open, the
 *   older epochs are absent: a bad rotation then hides the past, and cannot take the present away.
 * @throws {CryptoProblem} cannot_open: the wrap, or the newest blob
 */
export async function openCircle({ circle, epoch, wrap, blobs, privateKeys }) {
  const keyBytes = await openWrap(wrap, circle, epoch, privateKeys);
  const newest = await openBlob(blobs[epoch], circle, epoch, keyBytes);
  /** @type {Map<number, EpochKeys>} */
  const epochs = new Map();
  const keys = await importEpoch(circle, epoch, { keyBytes, privateJwk: newest.privateJwk });
  epochs.set(epoch, { ...keys, sealed: { wrap, blob: blobs[epoch], privateKeys } });
  let { previous } = newest;
  for (let older = epoch - 1; older >= 1 && previous; older -= 1) {
    const opened = await openOlder(circle, older, previous, blobs[older]);
    if (!opened) break;
    epochs.set(older, opened.keys);
    ({ previous } = opened);
  }
  return epochs;
}

/**
 * @param {string} circle @param {number} epoch @param {import("./epoch.js").RawEpoch} raw as the later blob gave it
 * @param {string | undefined} blob
 */
async function openOlder(circle, epoch, raw, blob) {
  try {
    const previous = blob === undefined ? null : (await openBlob(blob, circle, epoch, raw.keyBytes)).previous;
    return { keys: await importEpoch(circle, epoch, raw), previous };
  } catch (problem) {
    if (problem instanceof CryptoProblem) return null;
    throw problem;
  }
}
