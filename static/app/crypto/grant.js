// The one function that takes a circle key out again, to give it to one more member. Nothing else belongs in this file.

import { digest } from "./bytes.js";
import { reopen, sealWrap } from "./epoch.js";
import { refuseUnless } from "./problem.js";

/**
 * @param {Map<number, import("./epoch.js").EpochKeys>} circleKeys as openCircle returned them
 * @param {{circle: string, epoch: number}} newest the newest epoch: an older one is never granted
 * @param {import("./epoch.js").Holder} member must stand in the verified roster, in the circle's team
 * @returns {Promise<{wrap: string, digest: string}>} for `circle.granted`
 * @throws {CryptoProblem} cannot_open: not an epoch we hold as the newest
 */
export async function grantCircle(circleKeys, { circle, epoch }, member) {
  const keys = circleKeys.get(epoch);
  refuseUnless(keys && keys.circle === circle, "cannot_open", "not_held");
  const { keyBytes } = await reopen(keys);
  const wrap = await sealWrap(keyBytes, circle, epoch, member);
  keyBytes.fill(0);
  return { wrap, digest: await digest(wrap) };
}
