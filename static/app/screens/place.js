/** One place of the directory: call, go there, when it is open, who is received and how; what is wrong in it can be told. */

import { answersTo } from "../rules/standing.js";
import { mistakes, place as readPlace, recipients, subscribe } from "../vault/index.js";
import { badge } from "../ui/badge.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { languageLabel, publicLabel, waysLabel } from "../ui/place-labels.js";
import { deciding } from "../ui/place-row.js";
import { openingWords, phoneOf, placeLine, weekLines } from "../ui/place-words.js";
import { capitalised, listed, since, typeset } from "../ui/words.js";
import { mistakePart } from "./place-mistake.js";
import { itinerary } from "./place-way.js";

/** @typedef {import("../vault/shapes.js").Place} Place */

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw }) {
  const id = params.join("/");
  let place = await readPlace(id);
  let waiting = await mistakes();
  const stop = subscribe(async (topic) => {
    if (topic === "locked") return;
    [place, waiting] = [await readPlace(id), await mistakes().catch(() => waiting)];
    redraw();
  });
  const reporting = mistakePart(redraw);
  return {
    title: place?.name ?? "Lieu introuvable",
    back: { href: "#/annuaire", label: "Annuaire" },
    close: stop,
    view: () => (place ? sheet(place, () => reporting(/** @type {Place} */ (place), waiting.filter((one) => one.place === place?.id))) : emptyList("map", "Ce lieu n’est pas dans l’annuaire de cet appareil.")),
  };
}

/** @param {Place} place @param {() => import("../ui/html.js").Content} reporting */
function sheet(place, reporting) {
  if (place.active === false) return closed(place);
  const team = recipients().find(({ structures }) => answersTo(structures, place));
  const phone = phoneOf(place);
  const now = new Date();
  return html`
    <div class="line">${deciding(place, now)}${team ? badge(`Reçoit les orientations : ${team.teamName}`, "good", "send") : badge("Fiche à remettre seulement", "past", "printer")}</div>
    <div class="actions" data-pair>
      ${phone ? html`<a class="button" data-kind="primary" href=${telephone(phone)}>${icon("phone")}Appeler</a>` : nothing}
      ${itinerary(place)}
    </div>
    <dl class="facts card">${facts(place, now)}</dl>
    ${services(place)}
    <p class="hint">${freshness(place, now)}</p>
    <div class="actions"><a class="button" href="#/fiche/${encodeURIComponent(place.id)}">${icon("printer")}Préparer une fiche</a></div>
    ${reporting()}`;
}

/** @param {Place} place */
function closed(place) {
  return emptyList("map", `${place.name} n’est plus dans l’annuaire. Les orientations déjà envoyées ne changent pas.`);
}

/** @param {Place} place @param {Date} now */
function facts(place, now) {
  const phone = phoneOf(place);
  const hours = weekLines(place, now);
  return [
    fact("Adresse", placeLine(place) || "Non renseignée"),
    phone ? fact("Téléphone", html`<a href=${telephone(phone)}>${phone}</a>`) : nothing,
    fact("Horaires", hours.length ? lines(hours) : typeset(capitalised(openingWords(place, now))) || "Non renseignés : appelez avant"),
    ...conditions(place),
    place.accessibilite_lieu ? fact("Accès", "Le lieu décrit son accessibilité : appelez pour la vérifier") : nothing,
    place.description ? fact("Ce qu’on y trouve", place.description) : nothing,
  ];
}

/** Who is received, what it costs, what to bring and how to come. @param {Record<string, any>} one a place, or a service of it */
function conditions(one) {
  const ways = waysLabel(texts(one.modes_mobilisation));
  const publics = texts(one.publics).map(publicLabel);
  const papers = texts(one.justificatifs);
  const tongues = texts(one.langues).map(languageLabel);
  return [
    ways || one.mobilisation_precisions ? fact("Comment orienter", [capitalised(ways), one.mobilisation_precisions].filter(Boolean).join(". ")) : nothing,
    publics.length || one.publics_precisions ? fact("Pour qui", [listed(publics), one.publics_precisions].filter(Boolean).join(". ")) : nothing,
    one.conditions_acces ? fact("Conditions", one.conditions_acces) : nothing,
    papers.length ? fact("Papiers à apporter", listed(papers)) : nothing,
    one.frais || one.frais_precisions ? fact("Prix", [one.frais === "gratuit" ? "Gratuit" : one.frais ? "Payant" : "", one.frais_precisions].filter(Boolean).join(". ")) : nothing,
    tongues.length ? fact("Langues parlées", capitalised(listed(tongues))) : nothing,
  ];
}

/** @param {string[]} said */
function lines(said) {
  return said.map((line) => html`<div>${typeset(line)}</div>`);
}

/** @param {unknown} value @returns {string[]} */
function texts(value) {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** @param {string} name @param {import("../ui/html.js").Content} value */
function fact(name, value) {
  return html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`;
}

/** @param {Place} place */
function services(place) {
  const offered = Array.isArray(place.services) ? place.services : [];
  if (!offered.length) return nothing;
  return html`<section><h2>Services sur place</h2>${offered.map((one) => html`<details class="card">
      <summary><bdi>${one.nom ?? "Service"}</bdi></summary>
      <dl class="facts">${one.description ? fact("Ce qu’on y trouve", one.description) : nothing}${conditions(one)}${one.horaires_accueil ? fact("Horaires", lines(weekLines(/** @type {Place} */ (one)))) : nothing}${one.telephone ? fact("Téléphone", html`<a href=${telephone(String(one.telephone))}>${one.telephone}</a>`) : nothing}</dl>
    </details>`)}</section>`;
}

/** "Vérifié il y a 3 mois", by whoever keeps the directory, or what its source wrote since. @param {Place} place @param {Date} now */
function freshness(place, now) {
  const { verified_at: verified, date_maj: written } = place;
  const doubt = place.a_verifier ? "\u00a0: vérifiez par téléphone" : "";
  if (verified && !(written && written > verified)) return `Vérifié ${since(verified, now)}${doubt}.`;
  return written ? `Mis à jour ${since(written, now)} par sa source${doubt}.` : "";
}

/** @param {string} phone */
function telephone(phone) {
  return `tel:${phone.replace(/[^\d+]/g, "")}`;
}
