/** A pad to draw on, with a finger or a pen: what is drawn is a path, and nothing of how fast or how hard it was. */

import { html, nothing } from "./html.js";

const WIDTH = 300;
const HEIGHT = 120;
const MOST_CHARACTERS = 4000; // sealed with the agreement

/**
 * @param {string} label @param {string} path an SVG path @param {(path: string) => void} set
 */
export function drawingPad(label, path, set) {
  const at = (/** @type {PointerEvent} */ event) => {
    const box = /** @type {SVGElement} */ (event.currentTarget).getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
    return `${x} ${Math.round(((event.clientY - box.top) / box.height) * HEIGHT)}`;
  };
  const begin = (/** @type {PointerEvent} */ event) => {
    /** @type {SVGElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    set(`${path}M${at(event)}`);
  };
  const draw = (/** @type {PointerEvent} */ event) => {
    if (event.buttons && path.length < MOST_CHARACTERS) set(`${path}L${at(event)}`);
  };
  return html`<div class="field"><p id="pad-label">${label}</p>
    <svg class="pad" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="pad-label" @pointerdown=${begin} @pointermove=${draw}><path d=${path} fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"></path></svg>
    <p class="hint">Rien n’oblige à dessiner : une réponse à voix haute suffit.</p>
    ${path ? html`<button type="button" class="button" data-kind="quiet" @click=${() => set("")}>Effacer le dessin</button>` : nothing}</div>`;
}
