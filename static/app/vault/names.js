/** Names and rosters, for screens: what the verified chains and our organisation's cards say. Synchronous. */

import { awaitsRotation, holders, isCurrent, mayHold } from "../rules/roster.js";
import { Role } from "../vocabulary.js";
import { dateOf, nowMs } from "./clock.js";
import { current } from "./session.js";

/**
 * @param {string} member
 * @returns {string} « Membre » for someone of another organisation: their name is not ours to know
 */
export function nameOf(member) {
  return current().names.get(member) ?? "Membre";
}

/** @param {string} id @returns {string} */
export function organisationName(id) {
  return current().book.organisations.get(id)?.name ?? "Organisation inconnue";
}

/**
 * @param {{member: string|null, organisation: string|null}} event
 * @returns {string} its author's name, or only their organisation's
 */
export function authorOf({ member, organisation }) {
  return current().names.get(member ?? "") ?? organisationName(organisation ?? "");
}

/** @param {string} organisation @param {string} team @returns {string} */
export function teamName(organisation, team) {
  return current().book.organisations.get(organisation)?.teams[team]?.name ?? "Équipe inconnue";
}

/** @returns {import("./shapes.js").RosterView} */
export function roster() {
  const open = current();
  const own = open.book.organisations.get(open.organisation);
  const today = dateOf(nowMs());
  return {
    teams: Object.values(own?.teams ?? {}),
    members: Object.values(own?.members ?? {}).map((member) => memberView(member, today)),
    circles: own ? Object.values(own.circles).map((circle) => circleView(own, circle, today)) : [],
    charters: Object.values(open.book.network.charters).map(charterView),
    organisations: [...open.book.organisations.values()].map(({ id, name, kind, teams }) => ({
      id,
      name,
      kind,
      teams: Object.values(teams).map((team) => ({ id: team.id, name: team.name })),
    })),
  };
}

/**
 * @param {import("../rules/roster.js").Member} member @param {string} today
 * @returns {import("./shapes.js").RosterMember}
 */
function memberView({ id, role, profile, ground, permissions, teams, endsOn, ...rest }, today) {
  const member = { id, role, profile, ground, permissions, teams, endsOn };
  return {
    ...member,
    name: nameOf(id),
    groundText: current().grounds.get(id) ?? null,
    ended: !isCurrent({ ...member, ...rest }, today),
  };
}

/**
 * @param {import("../rules/roster.js").Organisation} own @param {import("../rules/roster.js").Circle} circle
 * @param {string} today
 */
function circleView(own, circle, today) {
  return {
    id: circle.id,
    team: circle.team,
    class: circle.circleClass,
    epoch: circle.epochs.length,
    holders: Object.keys(holders(own, circle.id, today)),
    awaitsRotation: awaitsRotation(own, circle.id, today),
    mine: current().circles.has(circle.id),
    able: ableToRotate(own, circle, today),
  };
}

/**
 * Who has the newest key, also by keys they had before, and may sign its rotation.
 * @param {import("../rules/roster.js").Organisation} own @param {import("../rules/roster.js").Circle} circle
 * @param {string} today @returns {string[]}
 */
function ableToRotate(own, circle, today) {
  const given = Object.keys(current().book.given.get(`${circle.id}.${circle.epochs.length}`) ?? {});
  return given.filter((id) => {
    const member = own.members[id];
    const maySign = member.role === Role.SUPERVISOR || member.permissions.includes("member.admit");
    return maySign && isCurrent(member, today) && mayHold(member, circle);
  });
}

/** @param {import("../rules/roster.js").Charter} charter */
function charterView(charter) {
  const { book, organisation } = current();
  const newest = charter.versions[charter.versions.length - 1];
  const text = book.charterTexts.get(charter.id)?.find((one) => one.version === newest.version)?.text ?? "";
  const signatories = [...book.organisations.values()].filter((one) => one.signatures[charter.id]).map((one) => one.id);
  return {
    id: charter.id,
    version: newest.version,
    title: newest.title,
    text,
    ended: charter.ended !== null,
    signatories,
    parties: newest.parties,
    signedVersion: book.organisations.get(organisation)?.signatures[charter.id]?.version ?? null,
  };
}

/** @returns {import("./shapes.js").Enrolment[]} devices of my organisation, newest first */
export function enrolments() {
  const open = current();
  const devices = Object.values(open.book.organisations.get(open.organisation)?.devices ?? {});
  return devices
    .sort((a, b) => b.enrolled - a.enrolled)
    .map((device) => ({
      device: device.id,
      member: device.member,
      name: nameOf(device.member),
      number: device.enrolled,
      at: timeOf(device.id),
      revoked: device.revoked !== null,
      mine: device.id === open.device.id,
    }));
}

/** When an id was made, by the device that made it: to tell a phone from another, and nothing else. @param {string} id */
function timeOf(id) {
  return new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toISOString();
}
