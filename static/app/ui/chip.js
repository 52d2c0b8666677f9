/** A small button that stays pressed: one answer of a search, in a tap. */

import { html, nothing } from "./html.js";
import { icon } from "./icon.js";

/** @param {string} label @param {boolean} pressed @param {() => void} press @param {string} [symbol] */
export function chip(label, pressed, press, symbol) {
  return html`<button type="button" class="chip" aria-pressed=${pressed ? "true" : "false"} @click=${press}>${symbol ? icon(symbol) : nothing}${label}</button>`;
}
