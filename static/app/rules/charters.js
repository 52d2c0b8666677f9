// Which charters are in force between two organisations. Pure; imports nothing. Twin of models/rules/charters.py.

/** @typedef {import("./roster.js").Network} Network */
/** @typedef {import("./roster.js").Organisation} Organisation */
/** @typedef {import("./roster.js").CharterVersion} CharterVersion */

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Charters in force between two organisations. Every one of `versions` must allow a thing: the first rules, the others
 * came later and already forbid what they no longer allow. With `sender` also as `recipient`: those it signed.
 * @param {Network} network @param {Organisation} sender @param {Organisation} recipient @param {string} now an instant
 * @returns {{id: string, versions: CharterVersion[]}[]}
 */
export function chartersInForce(network, sender, recipient, now) {
  const found = [];
  for (const charter of Object.values(network.charters)) {
    const signed = [sender.signatures[charter.id], recipient.signatures[charter.id]];
    if (charter.ended !== null || !signed[0] || !signed[1]) continue;
    const versions = charter.versions.slice(Math.min(signed[0].version, signed[1].version) - 1);
    const named = versions.every(({ parties }) => !parties || [sender.id, recipient.id].every((id) => parties.includes(id)));
    if (named && !versions.slice(1).some((later) => isTransitionOver(later, now))) found.push({ id: charter.id, versions });
  }
  return found;
}

/** From then on, whoever did not sign this version is no longer covered by an older one. @param {CharterVersion} version @param {string} now */
function isTransitionOver({ receivedAt, transitionDays }, now) {
  return Date.parse(now) >= Date.parse(receivedAt) + transitionDays * DAY_MS;
}
