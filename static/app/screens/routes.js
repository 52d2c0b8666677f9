/** The addresses of the application: which screen answers, under which of the four words, and which need no open profile. */

import * as correct from "./correct.js";
import * as consent from "./consent.js";
import * as directory from "./directory.js";
import * as dossier from "./dossier.js";
import * as entries from "./entries.js";
import * as found from "./found.js";
import * as join from "./join.js";
import * as keys from "./keys.js";
import * as member from "./member.js";
import * as newPerson from "./new-person.js";
import * as organisation from "./organisation.js";
import * as orient from "./orient.js";
import * as orientation from "./orientation.js";
import * as orientations from "./orientations.js";
import * as passage from "./passage.js";
import * as people from "./people.js";
import * as place from "./place.js";
import * as profile from "./profile.js";
import * as recover from "./recover.js";
import * as signIn from "./sign-in.js";
import * as slip from "./slip.js";
import * as today from "./today.js";
import * as unlock from "./unlock.js";
import * as visit from "./visit.js";

/** @type {Record<string, import("../ui/router.js").Route>} */
export const routes = {
  aujourdhui: { open: today.open, tab: "aujourdhui" },
  passage: { open: passage.open, tab: "aujourdhui" },
  corriger: { open: correct.open, tab: "aujourdhui" },
  personnes: { open: people.open, tab: "personnes" },
  nouvelle: { open: newPerson.open, tab: "personnes" },
  dossier: { open: dossier.open, tab: "personnes" },
  visite: { open: visit.open, tab: "personnes" },
  accord: { open: consent.open, tab: "personnes" },
  orienter: { open: orient.open, tab: "orientations" },
  orientations: { open: orientations.open, tab: "orientations" },
  orientation: { open: orientation.open, tab: "orientations" },
  annuaire: { open: directory.open, tab: "annuaire" },
  lieu: { open: place.open, tab: "annuaire" },
  fiche: { open: slip.open, tab: "annuaire" },
  profil: { open: profile.open },
  cles: { open: keys.open },
  entrees: { open: entries.open },
  invitation: { open: entries.open },
  organisation: { open: organisation.open },
  membre: { open: member.open },
  secours: { open: recover.open, gate: true },
  connexion: { open: signIn.open, gate: true },
  join: { open: join.open, gate: true },
  found: { open: found.open, gate: true },
};

export const locked = { open: unlock.open };
