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

/** A statement refused: `code` is one of the problems, or `held` (with `reason`) or `duplicate`. */
export class Refused extends Error {
  /** @param {string} code @param {string} [reason] */
  constructor(code, reason) {
    super(code);
    this.code = code;
    this.reason = reason;
  }
}

/** @returns {Network} a network of which nothing was read yet */
export function emptyNetwork() {
  throw new Error("not written yet");
}

/** @param {Admitted} admitted @returns {Organisation} as admitted: one member, no statement yet */
export function emptyOrganisation(admitted) {
  throw new Error("not written yet");
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
  throw new Error("not written yet");
}

/**
 * Digests a statement names, each with who may have its string: {kind: "wrap"|"blob"|"card", member?, circle?}.
 * @param {any} payload @returns {Record<string, {kind: string, member?: string, circle?: string}>}
 */
export function besideOf(payload) {
  throw new Error("not written yet");
}

/**
 * Compare the heads an author knew with the chains known here.
 * @param {Record<string, [number, string]>} heads
 * @param {Record<string, string[]>} chains {stream: digests in order}
 * @throws {Refused} held (reason head): not known here yet; fork: another history
 */
export function judgeHeads(heads, chains) {
  throw new Error("not written yet");
}

/** @param {Member} member @param {string} today `YYYY-MM-DD`, UTC @returns {boolean} neither ended nor past its last day */
export function isCurrent(member, today) {
  throw new Error("not written yet");
}

/**
 * @param {Organisation} organisation @param {string} circleId @param {string} today
 * @returns {Record<string, string>} {member id: digest of their wrap} of who holds the newest epoch today
 */
export function holders(organisation, circleId, today) {
  throw new Error("not written yet");
}

/** @param {Organisation} organisation @param {string} circleId @param {string} today @returns {boolean} */
export function awaitsRotation(organisation, circleId, today) {
  throw new Error("not written yet");
}

/** @param {Organisation} organisation @param {string} circleId @param {number} epoch @returns {boolean} */
export function supersededByRemoval(organisation, circleId, epoch) {
  throw new Error("not written yet");
}

/**
 * @param {Organisation} organisation @param {string} circleId @param {string} today
 * @returns {{profile: string, ground: string|null}[]} of the holders that count in the column (recovery keys do not)
 */
export function profiles(organisation, circleId, today) {
  throw new Error("not written yet");
}

/** @param {Organisation} organisation @param {string} memberId @param {string} today @returns {string[]} circle ids */
export function circlesOfMember(organisation, memberId, today) {
  throw new Error("not written yet");
}

/** @param {Organisation} organisation @param {string} teamId @param {"open"|"bound"} circleClass @returns {Circle|null} */
export function circleOfTeam(organisation, teamId, circleClass) {
  throw new Error("not written yet");
}

/** @param {Organisation} organisation @param {string} circleId @param {number} epoch @returns {Jwk|null} */
export function circlePublicKey(organisation, circleId, epoch) {
  throw new Error("not written yet");
}

/**
 * The member whose device it is and that device's key, if enrolled and neither revoked nor ended at statement `number`
 * (the head an event names; the newest by default).
 * @param {Organisation} organisation @param {string} deviceId @param {number} [number]
 * @returns {{member: Member, device: Device}|null}
 */
export function author(organisation, deviceId, number) {
  throw new Error("not written yet");
}

/**
 * Charters in force between two organisations. Every one of `versions` must allow a thing: the first rules, the others
 * came later and already forbid what they no longer allow.
 * @param {Network} network @param {Organisation} sender @param {Organisation} recipient @param {string} now an instant
 * @returns {{id: string, versions: CharterVersion[]}[]}
 */
export function chartersInForce(network, sender, recipient, now) {
  throw new Error("not written yet");
}
