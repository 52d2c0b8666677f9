/**
 * The addresses of the application: which screen answers, under which of the four words, and which need no open
 * profile. What is seen before a profile opens comes with the page; the others are fetched when asked for, or when
 * the page is idle (docs/decisions/0016).
 */

import { later, loadWhenIdle } from "../ui/later.js";
import * as signIn from "./sign-in.js";
import * as unlock from "./unlock.js";

/** In the order in which they are fetched. */
const load = {
  today: () => import("./today.js"),
  correct: () => import("./correct.js"),
  consent: () => import("./consent.js"),
  directory: () => import("./directory.js"),
  dossier: () => import("./dossier.js"),
  entries: () => import("./entries.js"),
  found: () => import("./found.js"),
  join: () => import("./join.js"),
  keys: () => import("./keys.js"),
  member: () => import("./member.js"),
  newPerson: () => import("./new-person.js"),
  organisation: () => import("./organisation.js"),
  orient: () => import("./orient.js"),
  orientation: () => import("./orientation.js"),
  orientations: () => import("./orientations.js"),
  passage: () => import("./passage.js"),
  people: () => import("./people.js"),
  place: () => import("./place.js"),
  profile: () => import("./profile.js"),
  recover: () => import("./recover.js"),
  receipt: () => import("./receipt.js"),
  danger: () => import("./danger.js"),
  mayIShare: () => import("./may-i-share.js"),
  slip: () => import("./slip.js"),
  territory: () => import("./territory.js"),
  visit: () => import("./visit.js"),
};

/** @type {Record<string, import("../ui/router.js").Route>} */
export const routes = {
  aujourdhui: { open: later(load.today), tab: "aujourdhui" },
  passage: { open: later(load.passage), tab: "aujourdhui" },
  corriger: { open: later(load.correct), tab: "aujourdhui" },
  personnes: { open: later(load.people), tab: "personnes" },
  nouvelle: { open: later(load.newPerson), tab: "personnes" },
  dossier: { open: later(load.dossier), tab: "personnes" },
  visite: { open: later(load.visit), tab: "personnes" },
  accord: { open: later(load.consent), tab: "personnes" },
  papier: { open: later(load.receipt), tab: "personnes" },
  danger: { open: later(load.danger), tab: "aujourdhui" },
  partager: { open: later(load.mayIShare), tab: "aujourdhui" },
  orienter: { open: later(load.orient), tab: "orientations" },
  orientations: { open: later(load.orientations), tab: "orientations" },
  orientation: { open: later(load.orientation), tab: "orientations" },
  annuaire: { open: later(load.directory), tab: "annuaire" },
  lieu: { open: later(load.place), tab: "annuaire" },
  territoire: { open: later(load.territory), tab: "annuaire" },
  fiche: { open: later(load.slip), tab: "annuaire" },
  profil: { open: later(load.profile) },
  cles: { open: later(load.keys) },
  entrees: { open: later(load.entries) },
  invitation: { open: later(load.entries) },
  organisation: { open: later(load.organisation) },
  membre: { open: later(load.member) },
  secours: { open: later(load.recover), gate: true },
  connexion: { open: signIn.open, gate: true },
  join: { open: later(load.join), gate: true },
  found: { open: later(load.found), gate: true },
};

export const locked = { open: unlock.open };

/** Fetches the screens not asked for yet, so that a network lost later costs nothing. */
export function loadAll() {
  return loadWhenIdle(Object.values(load));
}
