/** Who is signed in, by the verified roster; and the active team. */

import { put } from "./database.js";
import { nameOf } from "./names.js";
import { refuseUnless } from "./problem.js";
import { mustRenew } from "./rekey.js";
import { changed, current } from "./session.js";

/**
 * @returns {import("./shapes.js").Me} before the first reading, what is not known yet is empty
 * @throws {import("./problem.js").VaultProblem} vault_locked
 */
export function me() {
  const open = current();
  const organisation = open.book.organisations.get(open.organisation);
  const member = organisation?.members[open.member];
  return {
    member: open.member,
    account: open.account,
    name: open.names.get(open.member) ? nameOf(open.member) : open.account,
    organisation: { id: open.organisation, name: organisation?.name ?? "", kind: organisation?.kind ?? "" },
    role: member?.role ?? "",
    profile: member?.profile ?? "",
    ground: member?.ground ?? null,
    permissions: member?.permissions ?? [],
    teams: teamsOf(organisation, member),
    team: open.team,
    device: open.device.id,
    demonstration: open.book.network.demonstration,
    shared: open.shared,
    network: open.book.network.name,
    fingerprint: open.fingerprint,
    mustRenew: mustRenew(),
    authority: Boolean(open.keys.authorityKey),
  };
}

/**
 * @param {import("../rules/roster.js").Organisation|undefined} organisation
 * @param {import("../rules/roster.js").Member|undefined} member
 */
function teamsOf(organisation, member) {
  return (member?.teams ?? []).flatMap((id) => {
    const team = organisation?.teams[id];
    return team ? [{ id, name: team.name }] : [];
  });
}

/** @param {string} id one of my teams @throws {import("./problem.js").VaultProblem} not_allowed */
export async function setTeam(id) {
  const open = current();
  refuseUnless(
    me().teams.some((team) => team.id === id),
    "not_allowed",
  );
  await put(open.member, "meta", id, "team");
  open.team = id;
  changed("opened");
}
