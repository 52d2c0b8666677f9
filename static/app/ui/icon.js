/** Draws one pictogram of static/icons/lucide.svg. Always beside a word, so always hidden from screen readers. */

import { html } from "./html.js";

const FOLDER = new URL("../../icons/", import.meta.url).pathname;
const SHEET = `${FOLDER}lucide.svg`;
const MARK = `${FOLDER}icon.svg`;

/** @param {string} name a symbol of lucide.svg */
export function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="${SHEET}#${name}"></use></svg>`;
}

/** The mark and the name. */
export function brand() {
  return html`<span class="brand"><img src=${MARK} alt="" width="32" height="32" />Accord</span>`;
}
