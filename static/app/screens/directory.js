/** The directory, searched on the device: by need and by words. */

import { places, recipients, subscribe } from "../vault/index.js";
import { badge } from "../ui/badge.js";
import { picker, searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { needOptions } from "../ui/labels.js";
import { emptyList } from "../ui/message.js";
import { openNow, placeLine } from "../ui/place-words.js";
import { counted } from "../ui/words.js";

const SHOWN = 50;

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  const state = { query: "", need: "" };
  let found = await places("", {});
  let asked = 0;
  const search = async (/** @type {Partial<typeof state>} */ change) => {
    Object.assign(state, change);
    const mine = ++asked;
    const answer = await places(state.query, { need: state.need || undefined });
    if (mine !== asked) return;
    found = answer;
    redraw();
  };
  const stop = subscribe(() => search({})); // it may arrive while one looks at it
  return {
    title: "Annuaire",
    close: stop,
    view: () => {
      const receiving = new Set(recipients().flatMap(({ structures }) => structures));
      return html`
        ${searchBox("Chercher un lieu", state.query, (query) => search({ query }), "Nom, commune, service…")}
        ${picker("Pour quel besoin ?", state.need, needOptions().map(({ code, label }) => [code, label]), (need) => search({ need }), { id: "need" })}
        <p class="hint" role="status">${counted(found.length, "lieu", "lieux")}. L’annuaire est gardé sur cet appareil.</p>
        ${found.length ? html`<ul class="rows">${found.slice(0, SHOWN).map((place) => html`<li><a class="row" href="#/lieu/${place.id}">${icon("map-pin")}
            <span><strong>${place.name}</strong><span class="soft">${placeLine(place)}${openNow(place)}</span>${receiving.has(place.id) ? html`<span>${badge("Reçoit les orientations", "good", "send")}</span>` : nothing}</span>
            <span class="next">${icon("chevron-right")}</span></a></li>`)}</ul>
          ${found.length > SHOWN ? html`<p class="hint">Les ${SHOWN} premiers sont affichés : précisez la recherche.</p>` : nothing}`
        : emptyList("map", state.query || state.need ? "Aucun lieu ne correspond. Essayez un autre mot, ou retirez le besoin." : "L’annuaire n’est pas encore arrivé sur cet appareil. Il vient avec la première connexion.")}`;
    },
  };
}
