/** Choosing a secret phrase: seven proposed words, shown, then typed again so that they are known before they matter. */

import { passphraseStrength, proposePassphrase } from "../vault/index.js";
import { field } from "./field.js";
import { html, nothing } from "./html.js";
import { icon } from "./icon.js";
import { sentenceOf } from "./act.js";

/**
 * @typedef {object} NewPhrase
 * @property {() => import("./html.js").Content} view
 * @property {() => string|null} problem    the sentence of what is missing, or null
 * @property {() => string} value
 */

/** @param {() => void} redraw @returns {NewPhrase} */
export function newPhrase(redraw) {
  const state = { proposed: proposePassphrase(), own: false, typed: "", shown: true };
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); redraw(); };
  const value = () => state.typed.trim().replace(/\s+/g, " ");

  function problem() {
    if (!value()) return state.own ? "Écrivez votre phrase." : "Recopiez les sept mots : c’est la preuve que vous les avez gardés.";
    if (!state.own && value().toLowerCase() !== state.proposed) return "Les mots ne sont pas les mêmes, ou pas dans le même ordre.";
    return passphraseStrength(value()).ok ? null : sentenceOf("weak_passphrase");
  }

  const proposed = () => html`
    <p>Ces sept mots ouvrent vos dossiers. Écrivez-les sur un papier que vous garderez en lieu sûr : personne, pas même votre responsable, ne peut les retrouver pour vous.</p>
    ${state.shown ? html`<ol class="phrase" lang="fr">${state.proposed.split(" ").map((word) => html`<li>${word}</li>`)}</ol>` : nothing}
    <div class="line">
      <button type="button" class="button" @click=${() => set({ shown: !state.shown })}>${icon("eye")}${state.shown ? "Cacher les mots" : "Montrer les mots"}</button>
      <button type="button" class="button" data-kind="quiet" @click=${() => set({ proposed: proposePassphrase(), typed: "", shown: true })}>${icon("refresh-cw")}D’autres mots</button>
    </div>`;

  return {
    value,
    problem,
    view: () => html`<fieldset class="stack"><legend>Votre phrase secrète</legend>
      ${state.own ? html`<p>Une phrase longue, que vous n’utilisez nulle part ailleurs. Une suite connue ou trop courte sera refusée.</p>` : proposed()}
      ${field(state.own ? "Votre phrase" : "Recopiez les sept mots", state.typed, (typed) => set({ typed }), { id: "new-passphrase", type: "text", autocomplete: "off", hint: "Coller est permis." })}
      <button type="button" class="button" data-kind="quiet" @click=${() => set({ own: !state.own, typed: "" })}>${state.own ? "Prendre les sept mots proposés" : "Choisir ma propre phrase"}</button>
    </fieldset>`,
  };
}
