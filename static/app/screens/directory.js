/** The directory, searched on the device at each keystroke. Neither words nor position leave it. */

import { answersTo } from "../rules/standing.js";
import { askable, communes, directoryState, findPlaces, recipients, subscribe } from "../vault/index.js";
import { searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList, message } from "../ui/message.js";
import { placeRow, sizeWords } from "../ui/place-row.js";
import { devicePosition } from "../ui/position.js";
import { counted } from "../ui/words.js";
import { isAsked, moreFilters, nothingAsked, openNear, questionOf, quickFilters } from "./directory-filters.js";

/** At a time: what a thumb scrolls through, and what an old phone draws within a keystroke. */
const SHOWN = 20;

/** Found again when one comes back from a place; forgotten with the lock. */
let asked = nothingAsked();
subscribe((topic) => { if (topic === "locked") asked = nothingAsked(); });

/** @typedef {{found: import("../vault/shapes.js").PlacesFound, here: import("../vault/shapes.js").DirectoryState, can: import("./directory-filters.js").Askable, towns: any[], locating: string, shown: number}} Seen */

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  /** @type {Seen} */
  const seen = { found: await findPlaces(questionOf(asked)), here: await directoryState(), can: await askable(), towns: [], locating: "", shown: SHOWN };
  let turn = 0;
  const search = async (/** @type {Partial<typeof asked>} */ change) => {
    Object.assign(asked, change);
    if (asked.from) seen.locating = ""; // a commune answered in place of the position
    seen.shown = SHOWN;
    const mine = ++turn;
    const found = await findPlaces(questionOf(asked));
    if (mine !== turn) return;
    seen.found = found;
    redraw();
  };
  const arrived = async () => { Object.assign(seen, { here: await directoryState(), can: await askable() }); await search({}); };
  const stop = subscribe((topic) => { if (topic !== "locked") void arrived(); }); // it may arrive while one looks at it
  const typeTown = async (/** @type {string} */ town) => { asked.town = town; seen.towns = await communes(town); await search(town ? {} : { from: null, withinKm: 0 }); };
  const locate = async () => {
    seen.locating = "Recherche de la position de cet appareil…";
    redraw();
    const position = await devicePosition();
    seen.locating = position ? "" : "La position de cet appareil n’est pas disponible. Choisissez une commune dans « Plus de choix ».";
    await search(position ? openNear(position) : {});
  };
  return { title: "Annuaire", close: stop, view: () => view(seen, search, typeTown, locate, () => { seen.shown += SHOWN; redraw(); }) };
}

/** @param {Seen} seen @param {import("./directory-filters.js").Ask} search @param {(typed: string) => void} typeTown @param {() => void} locate @param {() => void} more */
function view(seen, search, typeTown, locate, more) {
  const { found, here, can, towns, locating, shown } = seen;
  if (!here.count) return emptyList("map", "L’annuaire n’est pas encore arrivé sur cet appareil. Il vient avec la première connexion.", territoryLink("Choisir le territoire"));
  const receiving = new Set(recipients().flatMap(({ structures }) => structures));
  return html`
    ${searchBox("Chercher un lieu", asked.query, (query) => search({ query }), "Nom, commune, service…")}
    ${quickFilters(asked, search, locate)}
    ${moreFilters(asked, search, can, towns, typeTown)}
    ${locating ? message(locating.endsWith("…") ? "news" : "warn", locating) : nothing}
    <p class="hint" role="status">${counted(found.total, "lieu trouvé", "lieux trouvés")}${asked.from ? ` ${nearWords()}` : ""}.</p>
    ${found.rows.length ? html`<ul class="rows">${found.rows.slice(0, shown).map((row) => placeRow(row, { receives: answersTo(receiving, row.place) }))}</ul>` : none(search)}
    ${found.rows.length > shown ? html`<button type="button" class="button" @click=${more}>Voir les suivants</button>` : nothing}
    ${found.total > found.rows.length && shown >= found.rows.length ? html`<p class="hint">Les ${found.rows.length} premiers sont affichés : précisez la recherche.</p>` : nothing}
    ${territoryLink(`Sur cet appareil : ${sizeWords(here)}`)}`;
}

/** @param {string} label */
function territoryLink(label) {
  return html`<p><a class="button" data-kind="quiet" href="#/territoire">${icon("map")}${label}</a></p>`;
}

function nearWords() {
  const within = asked.withinKm ? `à moins de ${asked.withinKm}\u00a0km` : "du plus proche au plus loin";
  return `${within}, ${asked.from?.name ? `depuis ${asked.from.name}` : "depuis ici"}`;
}

/** What to take away first: the narrowest. @param {import("./directory-filters.js").Ask} search */
function none(search) {
  const ways = /** @type {[boolean, string, Partial<typeof asked>][]} */ ([
    [asked.withinKm > 0, "Chercher plus loin", { withinKm: 0 }],
    [asked.openNow, "Voir aussi les lieux fermés", { openNow: false }],
    [isAsked(asked), "Tout effacer", nothingAsked()],
  ]).filter(([applies]) => applies);
  return emptyList("map", "Aucun lieu ne correspond. Essayez un autre mot, ou cherchez plus large.", html`<div class="actions">${ways.map(([, label, change]) => html`<button type="button" class="button" @click=${() => search(change)}>${label}</button>`)}</div>`);
}
