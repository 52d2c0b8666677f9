/** A short sentence under the top bar, announced, gone after a while; may offer to undo. */

import { html, nothing, render } from "./html.js";

const SECONDS = 6;

/** What was said to one person is not left to the next. */
export function clearToasts() {
  const place = document.getElementById("toasts");
  if (place) render(nothing, place);
}

/** @param {string} text @param {{label: string, run: () => void}} [undo] */
export function toast(text, undo) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const close = () => render(nothing, place);
  const undoing = () => { close(); undo?.run(); };
  render(html`<div class="toast"><span>${text}</span>${undo ? html`<button type="button" @click=${undoing}>${undo.label}</button>` : nothing}</div>`, place);
  setTimeout(close, (undo ? 2 : 1) * SECONDS * 1000);
}
