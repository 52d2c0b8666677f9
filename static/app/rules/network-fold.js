// What each statement of the `network` stream changes. Pure. Twin of models/rules/network_fold.py.

import { Refused } from "./refused.js";

/** @typedef {import("./roster.js").Network} Network */
/** @typedef {import("./roster.js").Member} Member */
/** @typedef {import("./roster.js").CharterVersion} CharterVersion */

/** @param {any} entry a member object @param {number} added @returns {Member} */
export function memberOf(entry, added) {
  return {
    id: entry.id,
    signing: entry.signing ?? null,
    encryption: entry.encryption,
    role: entry.role,
    profile: entry.profile ?? null,
    ground: entry.ground ?? null,
    permissions: entry.permissions,
    teams: entry.teams,
    endsOn: entry.ends_on ?? null,
    card: entry.card,
    added,
    ended: null,
  };
}

/**
 * The network after this statement, its chain aside.
 * @param {Network} network @param {any} payload @param {string} receivedAt @returns {Network}
 * @throws {Refused} id_conflict, not_found
 */
export function foldNetwork(network, payload, receivedAt) {
  switch (payload.type) {
    case "network.founded": {
      const { founding, name, demonstration, authority } = payload;
      return { ...network, founding, name, demonstration, authority };
    }
    case "authority.rotated":
      return { ...network, authority: payload.authority };
    case "charter.published":
      return publish(network, payload, receivedAt);
    case "charter.ended":
      return end(network, payload);
    default:
      return admit(network, payload);
  }
}

/** Versions follow each other; an ended charter has no further one. @param {Network} network @param {any} payload @param {string} receivedAt @returns {Network} */
function publish(network, payload, receivedAt) {
  const charter = network.charters[payload.charter] ?? { id: payload.charter, versions: [], ended: null };
  if (charter.ended !== null || payload.version !== charter.versions.length + 1) throw new Refused("id_conflict");
  const grown = { ...charter, versions: [...charter.versions, versionOf(payload, receivedAt)] };
  return { ...network, charters: { ...network.charters, [charter.id]: grown } };
}

/** @param {any} payload @param {string} receivedAt @returns {CharterVersion} */
function versionOf(payload, receivedAt) {
  const { charter, version, title, flows, purposes, bases, number } = payload;
  return {
    charter,
    version,
    title,
    flows,
    purposes,
    bases: bases.map((/** @type {any} */ basis) => ({ ...basis, floor: basis.floor ?? null })),
    transitionDays: payload.transition_days,
    parties: payload.parties ?? null,
    number,
    receivedAt,
  };
}

/** @param {Network} network @param {any} payload @returns {Network} */
function end(network, payload) {
  const charter = network.charters[payload.charter];
  if (!charter || charter.ended !== null) throw new Refused("not_found");
  return { ...network, charters: { ...network.charters, [charter.id]: { ...charter, ended: payload.number } } };
}

/** @param {Network} network @param {any} payload @returns {Network} */
function admit(network, { organisation, administrator, number }) {
  const known = Object.values(network.organisations).flatMap((admitted) => [admitted.id, admitted.administrator.id]);
  if (known.includes(organisation.id) || known.includes(administrator.id) || organisation.id === administrator.id) {
    throw new Refused("id_conflict");
  }
  const { id, name, kind } = organisation;
  const admitted = { id, name, kind, administrator: memberOf(administrator, 0), number };
  return { ...network, organisations: { ...network.organisations, [id]: admitted } };
}
