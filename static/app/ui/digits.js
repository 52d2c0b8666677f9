/** Codes that people read aloud or copy from paper. */

import { html } from "./html.js";

/** Twenty digits in five groups of four, spelled by groups to a screen reader.
 * @param {string} code */
export function digits(code) {
  const groups = code.replace(/\D/g, "").match(/.{1,4}/g) ?? [];
  return html`<p class="digits">${groups.map((group) => html`<span>${group} </span>`)}</p>`;
}
