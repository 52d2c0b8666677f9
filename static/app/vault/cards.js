/** Cards: the names that travel beside statements, to one organisation alone. And the member objects that name them. */

import { digest, randomB64u } from "../crypto/index.js";

/** @typedef {import("../rules/roster.js").Jwk} Jwk */
/**
 * @typedef {object} Standing  what an admitting person decides
 * @property {string} role
 * @property {string} [profile]
 * @property {string} [ground]
 * @property {string} [groundText]
 * @property {string[]} [teams]
 * @property {string[]} [permissions]
 * @property {string} [endsOn]  date, last day included
 */

/**
 * @param {string} id @param {{signing?: Jwk|null, encryption: Jwk}} keys @param {string} name @param {Standing} standing
 * @returns {Promise<{member: object, card: string}>} the member object as statements carry it, and its card
 */
export async function memberObject(
  id,
  { signing, encryption },
  name,
  { role, profile, ground, groundText, teams, permissions, endsOn },
) {
  const card = JSON.stringify({ salt: randomB64u(16), name, ...(groundText ? { ground_text: groundText } : {}) });
  const member = {
    id,
    ...(signing ? { signing } : {}),
    encryption,
    role,
    ...(profile ? { profile } : {}),
    ...(ground ? { ground } : {}),
    permissions: permissions ?? [],
    teams: teams ?? [],
    ...(endsOn ? { ends_on: endsOn } : {}),
    card: await digest(card),
  };
  return { member, card };
}
