/** Fourth step: who will answer, whether one is alone, for how long. Asked before the phone is turned. */

import { oneOf } from "../ui/choice.js";
import { picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { optionsOf } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { REFERENCE } from "../reference.js";

export const WHO = [
  { code: "adult", label: "Une personne adulte" },
  { code: "protected", label: "Un adulte protégé", hint: "Sous tutelle, curatelle ou mandat : il répond d’abord, lui-même" },
  { code: "accompanied", label: "Un mineur accompagné", hint: "Avec un parent ou son responsable légal" },
  { code: "minor", label: "Un mineur seul" },
];
const ALONE = [{ code: "yes", label: "Oui, seul·e avec la personne" }, { code: "no", label: "Non, quelqu’un d’autre est là" }];

/** @param {import("./orient.js").Journey} journey */
export function beforeStep({ state, set, next, act }) {
  const forward = () => {
    if (!state.who || state.alone === null) return act.refuse("malformed", "Répondez aux deux premières questions avant de tourner le téléphone.");
    return next();
  };
  return html`
    ${oneOf("Qui va répondre ?", WHO, state.who, (who) => set({ who }))}
    ${state.who === "accompanied" ? message("news", "Expliquez aussi à l’enfant, avec ses mots, et écoutez son avis. L’adulte qui l’accompagne répond.") : nothing}
    ${state.who === "minor" ? minorAlone(state.place) : html`
      ${oneOf("Êtes-vous seul·e avec la personne ?", ALONE, state.alone === null ? null : state.alone ? "yes" : "no", (code) => set({ alone: code === "yes" }))}
      ${state.alone === false ? message("warn", "Si la présence de l’autre peut gêner ou faire peur, attendez ou changez de pièce. Chaque adulte répond seul, sur son propre écran.") : nothing}
      ${oneOf("Pour combien de temps demander l’accord ?", optionsOf(REFERENCE.labels.durations), state.duration, (duration) => set({ duration, confirmed: false, answers: {} }), { across: true })}
      ${picker("Pour quoi faire", state.purpose, Object.entries(REFERENCE.purposes), (purpose) => set({ purpose, confirmed: false, answers: {} }), { id: "purpose" })}
      <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>${icon("smartphone")}Tourner le téléphone</button>
        <p class="hint">La personne verra ce lieu et ces informations, rien d’autre.</p></div>`}`;
}

/** No consent screen for a minor alone: reception, slip, and who to call.
 * @param {string|null} place */
export function minorAlone(place) {
  return message("warn", "Un mineur seul ne donne pas d’accord ici, et rien n’est envoyé. Accueillez-le, remettez une fiche, appelez avec lui. En cas de danger : 119, ou 17 en urgence, en dehors de l’application.", {
    after: html`<div class="line"><a class="button" href=${place ? `#/fiche/${place}` : "#/annuaire"}>${icon("printer")}Préparer une fiche</a><a class="button" href="tel:119">${icon("phone")}Appeler le 119</a></div>`,
  });
}
