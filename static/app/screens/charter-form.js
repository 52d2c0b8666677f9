/** Publishing a charter: title, text, between which kinds of organisation, which categories. For who holds the authority key. */

import { publishCharter, roster } from "../vault/index.js";
import { severalOf } from "../ui/choice.js";
import { field } from "../ui/field.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { kindLabel } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { toast } from "../ui/toast.js";
import { REFERENCE } from "../reference.js";

const AGREEMENT = "person.agreement.orientation"; // the basis every charter starts with: the person's own agreement
const TRANSITION_DAYS = 90;

/** @param {import("../ui/act.js").Act} act @param {() => void} redraw */
export function charterForm(act, redraw) {
  const state = { title: "", text: "", kinds: /** @type {string[]} */ ([]), categories: /** @type {string[]} */ ([]) };
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); redraw(); };
  const kinds = () => [...new Set(roster().organisations.map(({ kind }) => kind))].map((code) => ({ code, label: kindLabel(code) }));
  const categories = Object.values(REFERENCE.categories).filter(({ of, level }) => !of && level < 5).map(({ code, label }) => ({ code, label }));

  const publish = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!state.title.trim() || !state.text.trim() || !state.kinds.length || !state.categories.length) return act.refuse("malformed", "Écrivez le titre et le texte, choisissez les organisations et les informations.");
    return act.run("Signature et publication…", async () => {
      await publishCharter({
        title: state.title.trim(), text: state.text.trim(), flows: [{ from: state.kinds, to: state.kinds, categories: state.categories }],
        purposes: Object.keys(REFERENCE.purposes), bases: [{ id: AGREEMENT, version: newest(AGREEMENT) }], transition_days: TRANSITION_DAYS,
      });
      toast("Charte publiée. Chaque organisation peut la signer.");
    });
  };

  return {
    view: () => html`<details class="card"><summary>Publier une charte</summary>
      <form class="stack" data-gap="large" @submit=${publish} novalidate>
        ${field("Titre", state.title, (title) => set({ title }), { id: "charter-title" })}
        ${field("Texte", state.text, (text) => set({ text }), { id: "charter-text", long: true, maxlength: 60000 })}
        ${miscited(state.text)}
        ${severalOf("Entre quelles organisations", kinds(), state.kinds, (chosen) => set({ kinds: chosen }))}
        ${severalOf("Quelles informations peuvent circuler, avec l’accord", categories, state.categories, (chosen) => set({ categories: chosen }), { across: true })}
        <button class="button" data-kind="primary">${icon("scroll-text")}Publier et signer de la clé d’autorité</button>
      </form></details>`,
  };
}

/** Warns of references known to be wrong, wherever the text came from.
 * @param {string} text */
function miscited(text) {
  return REFERENCE.miscitations.filter(({ pattern }) => new RegExp(pattern, "i").test(text)).map(({ says }) => message("warn", says, { title: "Référence à vérifier" }));
}

/** @param {string} id */
function newest(id) {
  return Math.max(...Object.keys(REFERENCE.bases[id] ?? { 1: null }).map(Number));
}
