// The door to the rosters on a phone: fold the signed statements of a chain, then ask who holds, who wrote, what was agreed.
// Pure: no storage, no clock, no crypto. It may import only the other files of rules/ and the vocabulary; the verification
// of a signature is injected. Twin of models/rules/roster.py, run over the same vectors (tests/vectors/roster.json).

/**
 * A statement as `crypto.readSigned` returns it, with its JWS.
 * @typedef {{jws: string, kid: string, typ: string, payload: any, digest: string}} Signed
 *
 * @typedef {{kty: string, crv: string, x: string, y: string}} Jwk
 * @typedef {{id: string, signing: Jwk|null, encryption: Jwk, role: string, profile: string|null, ground: string|null,
 *   permissions: string[], teams: string[], endsOn: string|null, card: string, added: number, ended: number|null}} Member
 *   `card` is a digest: no name is in the chain. `added` and `ended` are statement numbers; 0 = admitted in the network.
 * @typedef {{id: string, member: string, signing: Jwk, enrolled: number, revoked: number|null}} Device
 * @typedef {{id: string, name: string, structures: string[]}} Team
 * @typedef {{public: Jwk, blob: string, holders: Record<string, string>, number: number, lost: boolean}} Epoch
 *   `holders` maps member ids to the digests of their wraps, less those lost since.
 * @typedef {{id: string, team: string, circleClass: "open"|"bound", epochs: Epoch[]}} Circle  `epochs[e - 1]` is epoch e
 * @typedef {{from: string[], to: string[], categories: string[]}} Flow
 * @typedef {{charter: string, version: number, title: string, flows: Flow[], purposes: string[],
 *   bases: {id: string, version: number, floor: string|null}[], transitionDays: number, parties: string[]|null,
 *   number: number, receivedAt: string}} CharterVersion
 * @typedef {{id: string, versions: CharterVersion[], ended: number|null}} Charter
 * @typedef {{id: string, name: string, kind: string, administrator: Member, number: number}} Admitted
 * @typedef {{stream: "network", founding: string|null, name: string, demonstration: boolean, authority: Jwk|null,
 *   digests: string[], charters: Record<string, Charter>, organisations: Record<string, Admitted>}} Network
 *   `digests[n - 1]` is the digest of statement n; `digests[0]` is the genesis to pin.
 * @typedef {{stream: string, id: string, name: string, kind: string, digests: string[], members: Record<string, Member>,
 *   devices: Record<string, Device>, teams: Record<string, Team>, circles: Record<string, Circle>,
 *   signatures: Record<string, {charter: string, version: number, coversBranches: boolean}>}} Organisation
 *   All these states are plain JSON: they can be sealed, stored and compared.
 */

import { besideOf } from "./beside.js";
import { checkPlace, judgeHeads } from "./chain.js";
import { chartersInForce } from "./charters.js";
import {
  author,
  awaitsRotation,
  circleOfTeam,
  circlePublicKey,
  circlesOfMember,
  holders,
  isCurrent,
  mayHold,
  profiles,
  supersededByRemoval,
} from "./circles.js";
import { foldNetwork } from "./network-fold.js";
import { foldOrganisation } from "./organisation-fold.js";
import { Refused } from "./refused.js";
import { signerKey } from "./signers.js";
import { checkStatement } from "./statement-shape.js";

export {
  Refused,
  author,
  awaitsRotation,
  besideOf,
  chartersInForce,
  circleOfTeam,
  circlePublicKey,
  circlesOfMember,
  holders,
  isCurrent,
  judgeHeads,
  mayHold,
  profiles,
  supersededByRemoval,
};

/** @returns {Network} a network of which nothing was read yet */
export function emptyNetwork() {
  return {
    stream: "network",
    founding: null,
    name: "",
    demonstration: false,
    authority: null,
    digests: [],
    charters: {},
    organisations: {},
  };
}

/** @param {Admitted} admitted @returns {Organisation} as admitted: one member, no statement yet */
export function emptyOrganisation({ id, name, kind, administrator }) {
  return {
    stream: `organisation:${id}`,
    id,
    name,
    kind,
    digests: [],
    members: { [administrator.id]: administrator },
    devices: {},
    teams: {},
    circles: {},
    signatures: {},
  };
}

/**
 * Judge one statement against the chains and fold it in. States are never changed in place.
 * In a feed, `stale_head` and `fork` both mean that the server shows two histories.
 * @param {Signed} signed
 * @param {Network} network
 * @param {Organisation|null} organisation the state of the statement's stream; null for `network`
 * @param {string} receivedAt the feed's `received_at`
 * @param {(jws: string, jwk: Jwk) => Promise<unknown>} verify rejects, or gives false, when the signature is not that key's
 * @returns {Promise<any>} the new Network or Organisation
 * @throws {Refused}
 */
export async function apply(signed, network, organisation, receivedAt, verify) {
  checkStatement(signed);
  checkPlace(signed, network, organisation);
  const today = receivedAt.slice(0, "YYYY-MM-DD".length);
  await verified(signed, signerKey(signed, network, organisation, today), verify);
  if (!organisation) {
    return { ...foldNetwork(network, signed.payload, receivedAt), digests: [...network.digests, signed.digest] };
  }
  const folded = foldOrganisation(organisation, network, signed.payload, signed.kid, today);
  return { ...folded, digests: [...organisation.digests, signed.digest] };
}

/**
 * Judge who signed a statement that is further along an organisation's chain than what is known here: by what is known.
 * @param {Signed} signed @param {Network} network @param {Organisation} organisation @param {string} today
 * @param {(jws: string, jwk: Jwk) => Promise<unknown>} verify
 * @throws {Refused} malformed, unknown_suite, unknown_field, not_found, duplicate, fork, not_allowed, bad_signature
 */
export async function vouch(signed, network, organisation, today, verify) {
  checkStatement(signed);
  const { stream, number } = signed.payload;
  if (stream !== organisation.stream) throw new Refused("not_found");
  if (number <= organisation.digests.length) {
    throw new Refused(organisation.digests[number - 1] === signed.digest ? "duplicate" : "fork");
  }
  await verified(signed, signerKey(signed, network, organisation, today), verify);
}

/** @param {Signed} signed @param {Jwk} jwk @param {(jws: string, jwk: Jwk) => Promise<unknown>} verify */
async function verified(signed, jwk, verify) {
  const holds = await verify(signed.jws, jwk).catch(() => false);
  if (holds === false) throw new Refused("bad_signature");
}
