/** Everything lost but the printed sheet: its code signs in, opens the bundle, and a new phrase closes every other door. */

import { call } from "../http.js";
import { openRecoverySlot, passphraseStrength, recoveryProof, replaceBundleKey } from "../crypto/index.js";
import { nowMs } from "./clock.js";
import { freshSlots } from "./doors.js";
import { problemOf, refuseUnless, translated } from "./problem.js";
import { checkStorage } from "./storage.js";
import { deviceSession } from "./token.js";
import { arrive, openAny } from "./unlock.js";

/**
 * The code goes on opening: the sheet is still in its owner's hands.
 * @param {{account: string, code: string, passphrase: string, shared: boolean}} given `passphrase`: the new one
 * @throws {import("./problem.js").VaultProblem} recovery_code: mistyped; sign_in: not theirs, one shape; weak_passphrase; unavailable
 */
export function recover({ account, code, passphrase, shared }) {
  return translated(async () => {
    await checkStorage();
    refuseUnless(passphraseStrength(passphrase).ok, "weak_passphrase");
    const reply = await call("POST", "/api/session/recovery", { body: { account, proof: await recoveryProof(code) } });
    await arrive(
      reply,
      shared,
      (stored) => openAny(stored, "recovery", (slot) => openRecoverySlot(slot, code)),
      (stored, bundleKey, device) => closeOthers({ stored, bundleKey, device, account, code, passphrase }),
    );
  });
}

/**
 * @param {{stored: import("./unlock.js").Stored, bundleKey: Uint8Array<ArrayBuffer>, device: {id: string, key: CryptoKey},
 *   account: string, code: string, passphrase: string}} given
 * @returns {Promise<import("./unlock.js").Stored>} as the server has it now
 */
async function closeOthers({ stored, bundleKey, device, account, code, passphrase }) {
  const session = await deviceSession(device, nowMs());
  if (!session.ok || !session.data?.token) throw problemOf(session);
  const { bundle, bundleKey: newKey } = await replaceBundleKey(stored.bundle, bundleKey);
  const { slots, signIn } = await freshSlots(newKey, passphrase, code);
  const body = { previous: stored.version, account, bundle, slots, sign_in: signIn };
  const reply = await call("PUT", "/api/bundle", { token: session.data.token, body });
  if (!reply.ok || !Number.isInteger(reply.data?.version)) throw problemOf(reply);
  return { ...stored, version: /** @type {number} */ (reply.data?.version), bundle, slots };
}
