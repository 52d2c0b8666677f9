/** The slip handed to the person: the place, its hours, what to bring. Printed or shared by the phone; sends nothing, keeps nothing. */

import { me, place as readPlace } from "../vault/index.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { phoneOf, placeLine, weekLines } from "../ui/place-words.js";
import { toast } from "../ui/toast.js";
import { typeset } from "../ui/words.js";

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw }) {
  const place = /** @type {import("../ui/place-words.js").Place|null} */ (await readPlace(params.join("/")));
  const state = { bring: "" };
  if (!place) return { title: "Fiche", back: { href: "#/annuaire", label: "Annuaire" }, view: () => emptyList("map", "Ce lieu n’est pas dans l’annuaire de cet appareil.") };
  const shareIt = () => navigator.share({ title: place.name, text: asText(place, state.bring) }).catch(() => undefined); // closing the share sheet is no error
  const copyIt = async () => { await navigator.clipboard.writeText(asText(place, state.bring)); toast("Fiche copiée."); };
  return {
    title: "Fiche à remettre",
    back: { href: `#/lieu/${encodeURIComponent(place.id)}`, label: "Le lieu" },
    view: () => html`
      <p class="soft no-print">La personne emporte cette fiche. Rien n’est envoyé, rien n’est enregistré.</p>
      <div class="no-print">${field("À apporter, à dire", state.bring, (bring) => { state.bring = bring; redraw(); }, { long: true, required: false, id: "bring", hint: "N’écrivez rien que la personne ne voudrait pas montrer." })}</div>
      ${slip(place, state.bring)}
      <div class="actions">
        <button type="button" class="button" data-kind="primary" @click=${() => print()}>${icon("printer")}Imprimer la fiche</button>
        ${"share" in navigator ? html`<button type="button" class="button" @click=${shareIt}>${icon("share-2")}Partager</button>` : html`<button type="button" class="button" @click=${copyIt}>${icon("copy")}Copier</button>`}
      </div>`,
  };
}

/** @param {import("../ui/place-words.js").Place} place @param {string} bring */
function slip(place, bring) {
  const phone = phoneOf(place);
  return html`<article class="slip">
    <h2>${place.name}</h2>
    <dl class="facts">
      <div><dt>Où</dt><dd>${placeLine(place) || "Demandez l’adresse"}</dd></div>
      ${phone ? html`<div><dt>Téléphone</dt><dd><strong>${phone}</strong></dd></div>` : nothing}
      ${weekLines(place).length ? html`<div><dt>Quand</dt><dd>${weekLines(place).map((line) => html`<div>${typeset(line)}</div>`)}</dd></div>` : nothing}
      ${bring.trim() ? html`<div><dt>À apporter, à dire</dt><dd><bdi>${bring}</bdi></dd></div>` : nothing}
    </dl>
    <p class="soft">Vous dites ce que vous voulez, à qui vous voulez. Fiche remise par ${me().organisation.name}.</p>
  </article>`;
}

/** @param {import("../ui/place-words.js").Place} place @param {string} bring */
function asText(place, bring) {
  return [place.name, placeLine(place), phoneOf(place), ...weekLines(place), bring.trim()].filter(Boolean).join("\n");
}
