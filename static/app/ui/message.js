/** A boxed sentence: error, warning, saved or news. An error takes the focus; the others are announced. */

import { html, nothing } from "./html.js";
import { icon } from "./icon.js";

const ICONS = { error: "circle-alert", warn: "triangle-alert", saved: "circle-check", news: "info" };

/**
 * @param {"error"|"warn"|"saved"|"news"} tone
 * @param {import("./html.js").Content} text
 * @param {{id?: string, code?: string, title?: string, after?: import("./html.js").Content}} [more] `code` helps people who report a refusal
 */
export function message(tone, text, more = {}) {
  return html`<div class="message" data-tone=${tone} id=${more.id ?? nothing} tabindex=${more.id ? "-1" : nothing}
    role=${tone === "error" ? "alert" : tone === "news" ? "note" : "status"} data-code=${more.code ?? nothing}>
    ${icon(ICONS[tone])}
    <div>
      ${more.title ? html`<strong>${more.title}</strong>` : nothing}
      <p>${text}</p>
      ${more.after ?? nothing}
    </div>
  </div>`;
}

/** What an empty list says: what is missing, and what to do next.
 * @param {string} pictogram @param {string} text @param {import("./html.js").Content} [after] */
export function emptyList(pictogram, text, after = nothing) {
  return html`<div class="empty">${icon(pictogram)}<p>${text}</p>${after}</div>`;
}
