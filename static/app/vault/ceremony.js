/** The first start of a network: the administrator's browser makes the authority key and founds it. */

import { call } from "../http.js";
import {
  digits20,
  generatePair,
  importSigningKey,
  instant,
  makeRecoverySlot,
  newId,
  newRecoveryCode,
  signObject,
  thumbprint,
  amendBundle,
} from "../crypto/index.js";
import { SUITE, VERSION } from "../vocabulary.js";
import { memberObject } from "./cards.js";
import { nowMs } from "./clock.js";
import { makeKeys, settle } from "./join.js";
import { VaultProblem, problemOf, refuseUnless, translated } from "./problem.js";
import { checkStorage } from "./storage.js";

/**
 * @param {{founding: string, networkName: string, organisation: {name: string, kind: string}, account: string, name: string,
 *   passphrase: string, demonstration?: boolean}} given `founding`: the id printed by `flask network init`
 * @returns {Promise<import("./shapes.js").Founded>} the fingerprint to print on the charter, and the recovery sheet: the
 *   code opens this bundle, where the authority key is
 * @throws {VaultProblem} founding: already founded, or another id; weak_passphrase; account_taken
 */
export function found({ founding, networkName, organisation, account, name, passphrase, demonstration = false }) {
  return translated(async () => {
    await checkStorage();
    const authority = await generatePair("signing");
    const organisationId = newId(nowMs());
    const made = await makeKeys({
      account,
      genesis: "",
      passphrase,
      organisation: organisationId,
      authority: authority.privateJwk,
    });
    const key = await importSigningKey(authority.privateJwk);
    const founded = await signed(key, 1, null, "network.founded", {
      founding,
      name: networkName,
      demonstration,
      authority: authority.publicJwk,
    });
    const standing = { role: "charter_admin", profile: "B", permissions: ["member.admit"] };
    const { member, card } = await memberObject(made.member, made, name, standing);
    const admitted = await signed(key, 2, founded.digest, "organisation.admitted", {
      organisation: { id: organisationId, ...organisation },
      administrator: member,
    });
    const code = await newRecoveryCode();
    const bundle = await amendBundle(made.bundle, made.bundleKey, { genesis: founded.digest });
    const recoverySlot = await makeRecoverySlot(made.bundleKey, code);
    await push(
      [
        { jws: founded.jws, beside: [] },
        { jws: admitted.jws, beside: [card] },
      ],
      [founded.digest, admitted.digest],
    );
    const waiting = {
      invitation: founding,
      kind: /** @type {const} */ ("organisation"),
      member: made.member,
      account,
      name,
      code: "",
      shared: false,
      bundle,
      slot: made.slot,
      signIn: made.signIn,
    };
    await settle(waiting, made.bundleKey, async () => ({ network: [2, admitted.digest] }), [recoverySlot]);
    const fingerprint = await digits20(await thumbprint(authority.publicJwk));
    return { fingerprint, recovery: { account, code, fingerprint } };
  });
}

/** @param {CryptoKey} key @param {number} number @param {string|null} prev @param {string} type @param {object} members */
function signed(key, number, prev, type, members) {
  const payload = {
    v: VERSION,
    suite: SUITE,
    type,
    stream: "network",
    number,
    prev,
    at: instant(nowMs()),
    heads: {},
    ...members,
  };
  return signObject("accord.statement", "authority", payload, key);
}

/** @param {{jws: string, beside: string[]}[]} entries @param {string[]} digests @throws {VaultProblem} founding… */
async function push(entries, digests) {
  const reply = await call("POST", "/api/events", { body: { entries } });
  if (!reply.ok) throw problemOf(reply);
  digests.forEach((digest, at) => {
    const verdict = reply.data?.verdicts?.[at];
    refuseUnless(verdict?.digest === digest, "unavailable");
    if (verdict.verdict !== "accepted" && verdict.verdict !== "duplicate")
      throw new VaultProblem(verdict.code ?? "internal", { message: verdict.message });
  });
}
