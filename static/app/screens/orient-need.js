/** First step: what the person needs, and whether it can wait. */

import { oneOf, tiles } from "../ui/choice.js";
import { html } from "../ui/html.js";
import { needOptions } from "../ui/labels.js";
import { URGENCIES } from "./orient-draft.js";

/** @param {import("./orient.js").Journey} journey */
export function needStep({ state, set, next, act }) {
  const urgencies = [{ code: "", label: "Ce n’est pas urgent" }, ...URGENCIES];
  const forward = () => (state.need ? next() : act.refuse("malformed", "Touchez le besoin à transmettre. Un seul par orientation."));
  return html`
    ${tiles("Le besoin", needOptions(), state.need ? [state.need] : [], ([need]) => set({ need, recipient: need === state.need ? state.recipient : null }), { single: true })}
    ${oneOf("Une réponse est-elle attendue vite ?", urgencies, state.urgency ?? "", (code) => set({ urgency: code || null }), { across: true })}
    <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>Choisir le destinataire</button></div>`;
}
