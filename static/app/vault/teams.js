/** Which team and circle something belongs to, by the verified roster. Pure reading of what is open. */

import { organisationOfCircle } from "./rosters.js";
import { inOrder } from "./order.js";
import { among } from "./projection.js";
import { refuseUnless } from "./problem.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {{organisation: string, team: string, circle: string, circleClass: "open"|"bound"}} Place */

/** @param {Open} open @param {string|undefined} audience `<circle>.<epoch>` @returns {Place|null} */
export function placeOf(open, audience) {
  const circle = String(audience ?? "").split(".")[0];
  const organisation = organisationOfCircle(open.book, circle);
  const found = organisation?.circles[circle];
  return found && organisation
    ? { organisation: organisation.id, team: found.team, circle, circleClass: found.circleClass }
    : null;
}

/** The event that opened a dossier. @param {Open} open @param {string} dossier @returns {Known|null} */
export function openingOf(open, dossier) {
  const events = among(open.projection, open.projection.byDossier, dossier);
  const openings = events.filter((event) => event.type === "dossier.opened" && event.payload.dossier === dossier);
  return openings.sort(inOrder)[0] ?? null;
}

/**
 * Where a dossier lives. @param {Open} open @param {string} dossier @returns {Place & {event: string}}
 * @throws {import("./problem.js").VaultProblem} not_found
 */
export function homeOf(open, dossier) {
  const opening = openingOf(open, dossier);
  const place = opening && placeOf(open, opening.payload.audience.own);
  refuseUnless(opening && place, "not_found");
  return { ...place, event: opening.id };
}

/** @param {Open} open @param {string} circle @returns {boolean} whether this circle is of the active team */
export function isOfActiveTeam(open, circle) {
  const place = placeOf(open, circle);
  return place !== null && place.organisation === open.organisation && (open.team === null || place.team === open.team);
}

/** @param {Open} open @returns {string} @throws {import("./problem.js").VaultProblem} not_allowed without a team */
export function activeTeam(open) {
  refuseUnless(open.team, "not_allowed");
  return open.team;
}

/** @param {("open"|"bound")[]} classes @returns {"open"|"bound"} */
export function mostClosed(classes) {
  return classes.includes("bound") ? "bound" : "open";
}
