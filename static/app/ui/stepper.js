/** Where one is in a journey of several screens: said in words, drawn as a line. */

import { html } from "./html.js";

/** @param {string[]} steps their names @param {number} here from 0 */
export function stepper(steps, here) {
  return html`<div class="stepper">
    <p class="soft">Étape ${here + 1} sur ${steps.length} : ${steps[here]}</p>
    <ol aria-hidden="true">${steps.map((_, index) => html`<li data-state=${index < here ? "done" : index === here ? "here" : "ahead"}></li>`)}</ol>
  </div>`;
}
