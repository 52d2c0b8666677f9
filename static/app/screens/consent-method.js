/** How an agreement was expressed. A drawing on the screen is never required: the spoken word is enough. */

import { oneOf } from "../ui/choice.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { optionsOf } from "../ui/labels.js";
import { REFERENCE } from "../reference.js";

const NOT_OFFERED_YET = ["drawn_signature"]; // needs a sealed drawing, which has no section of its own in this version

/** @param {{method: string|null, paper: string}} state @param {(change: {method?: string, paper?: string}) => void} set */
export function methodChoice(state, set) {
  const options = optionsOf(REFERENCE.labels.methods).filter(({ code }) => !NOT_OFFERED_YET.includes(code));
  return html`${oneOf("Comment la personne a-t-elle répondu ?", options, state.method, (method) => set({ method }))}
    ${state.method === "written_paper" ? field("Où est gardé le papier ?", state.paper, (paper) => set({ paper }), { id: "paper" }) : nothing}`;
}
