/** One place of the directory: where, when, how to refer, and the slip to hand over. */

import { place as readPlace, recipients } from "../vault/index.js";
import { badge } from "../ui/badge.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { capitalised } from "../ui/words.js";
import { openingWords, phoneOf, placeLine, weekLines } from "../ui/place-words.js";

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params }) {
  const place = /** @type {import("../ui/place-words.js").Place|null} */ (await readPlace(params[0] ?? ""));
  return {
    title: place?.name ?? "Lieu introuvable",
    back: { href: "#/annuaire", label: "Annuaire" },
    view: () => (place ? sheet(place) : emptyList("map", "Ce lieu n’est pas dans l’annuaire de cet appareil.")),
  };
}

/** @param {import("../ui/place-words.js").Place} place */
function sheet(place) {
  const team = recipients().find(({ structures }) => structures.includes(place.id));
  const phone = phoneOf(place);
  const now = openingWords(place, new Date());
  return html`
    <div class="line">${team ? badge(`Reçoit les orientations : ${team.teamName}`, "good", "send") : badge("Fiche à remettre seulement", "past", "printer")}${now ? badge(capitalised(now), now.startsWith("ouvert") ? "good" : "past", "clock") : nothing}</div>
    <dl class="facts card">
      <div><dt>Adresse</dt><dd>${placeLine(place) || "Non renseignée"}</dd></div>
      ${phone ? html`<div><dt>Téléphone</dt><dd><a href="tel:${phone.replace(/\s/g, "")}">${phone}</a></dd></div>` : nothing}
      ${weekLines(place).length ? html`<div><dt>Horaires</dt><dd>${weekLines(place).map((line) => html`<div>${line}</div>`)}</dd></div>` : nothing}
      ${place.description ? html`<div><dt>Ce qu’on y trouve</dt><dd>${place.description}</dd></div>` : nothing}
      ${place.how_to_refer ? html`<div><dt>Comment orienter</dt><dd>${place.how_to_refer}</dd></div>` : nothing}
    </dl>
    <div class="actions">
      <a class="button" data-kind="primary" href="#/fiche/${place.id}">${icon("printer")}Préparer une fiche</a>
      ${phone ? html`<a class="button" href="tel:${phone.replace(/\s/g, "")}">${icon("phone")}Appeler</a>` : nothing}
    </div>`;
}
