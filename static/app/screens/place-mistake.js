/** Telling those who keep the directory what is wrong in a place: one field, a few words. It waits on the device, and says so. */

import { dropMistake, reportMistake } from "../vault/index.js";
import { acting, sentenceOf } from "../ui/act.js";
import { badge } from "../ui/badge.js";
import { field, picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { MISTAKES, mistakeLabel } from "../ui/place-labels.js";
import { toast } from "../ui/toast.js";

/** @typedef {import("../vault/shapes.js").Mistake} Mistake */

/** @param {() => void} redraw @returns {(place: import("../vault/shapes.js").Place, waiting: Mistake[]) => import("../ui/html.js").Content} */
export function mistakePart(redraw) {
  const state = { what: "", text: "", isOpen: false };
  const act = acting(redraw);
  const send = async (/** @type {string} */ place) => {
    if (!state.what) return act.refuse("malformed", "Choisissez ce qui est faux.");
    const id = await act.run("Enregistrement sur cet appareil…", () => reportMistake({ place, field: state.what, text: state.text }));
    if (!id) return;
    Object.assign(state, { what: "", text: "", isOpen: false });
    toast("Signalé. Merci : la fiche sera relue.");
    redraw();
  };
  return (place, waiting) => html`<section>
    ${waiting.map((one) => told(one))}
    <details class="card" .open=${state.isOpen} @toggle=${(/** @type {Event} */ event) => { state.isOpen = /** @type {HTMLDetailsElement} */ (event.target).open; }}>
      <summary>Signaler une erreur</summary>
      <div class="stack">
        ${picker("Qu’est-ce qui est faux ?", state.what, MISTAKES.map(({ code, label }) => [code, label]), (what) => { state.what = what; act.clear(); redraw(); }, { id: "mistake-what" })}
        ${field("Ce qu’il faudrait écrire", state.text, (text) => { state.text = text; }, { id: "mistake-text", long: true, required: false, maxlength: 300, hint: "Ne nommez personne. Ces mots seront lus par qui tient l’annuaire." })}
        ${act.view()}
        <button type="button" class="button" data-kind="primary" @click=${() => send(place.id)}>${icon("flag")}Signaler</button>
      </div>
    </details>
  </section>`;
}

/** @param {Mistake} mistake */
function told({ id, field: what, text, refused }) {
  return html`<div class="card">
    <div class="line">${refused === null ? badge("Signalé, pas encore envoyé", "wait", "clock") : badge("Signalement non retenu", "warn", "circle-alert")}<span>${mistakeLabel(what)}</span></div>
    ${text ? html`<p dir="auto">${text}</p>` : nothing}
    ${refused === null ? nothing : html`<p class="soft">${sentenceOf(refused)}</p><button type="button" class="button" @click=${() => dropMistake(id)}>C’est lu</button>`}
  </div>`;
}
