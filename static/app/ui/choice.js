/** Choices drawn large: one of several (radios), several of several (checkboxes), big tiles, and a counter. Nothing is chosen beforehand. */

import { html, live, nothing } from "./html.js";
import { icon } from "./icon.js";
import { idOf } from "./field.js";
import { typeset } from "./words.js";

/** @typedef {{code: string, label: string, hint?: string, icon?: string}} Option */

/**
 * One of several. `value` is null until the person chose.
 * @param {string} legend @param {Option[]} options @param {string|null} value @param {(code: string) => void} set
 * @param {{across?: boolean, hint?: string, wrong?: string, hidden?: boolean}} [more]
 */
export function oneOf(legend, options, value, set, more = {}) {
  const name = idOf(legend);
  return html`<fieldset aria-describedby=${more.wrong ? `${name}-wrong` : nothing}>
    <legend class=${more.hidden ? "visually-hidden" : ""}>${legend}</legend>
    ${more.hint ? html`<p class="hint">${more.hint}</p>` : nothing}
    <div class="choices" ?data-across=${more.across}>
      ${options.map((option) => html`<label class="choice">
        <input type="radio" name=${name} value=${option.code} .checked=${live(option.code === value)} @change=${() => set(option.code)} />
        ${words(option)}
      </label>`)}
    </div>
    ${more.wrong ? html`<p class="wrong" id="${name}-wrong">${icon("circle-alert")}<span>${more.wrong}</span></p>` : nothing}
  </fieldset>`;
}

/**
 * Several of several.
 * @param {string} legend @param {Option[]} options @param {string[]} values @param {(codes: string[]) => void} set
 * @param {{across?: boolean, hint?: string}} [more]
 */
export function severalOf(legend, options, values, set, more = {}) {
  return html`<fieldset>
    <legend>${legend}</legend>
    ${more.hint ? html`<p class="hint">${more.hint}</p>` : nothing}
    <div class="choices" ?data-across=${more.across}>
      ${options.map((option) => html`<label class="choice">
        <input type="checkbox" value=${option.code} .checked=${live(values.includes(option.code))} @change=${() => set(toggled(values, option.code))} />
        ${words(option)}
      </label>`)}
    </div>
  </fieldset>`;
}

/** One yes-or-no box.
 * @param {string} label @param {boolean} value @param {(value: boolean) => void} set @param {string} [hint] */
export function box(label, value, set, hint) {
  return html`<label class="choice">
    <input type="checkbox" .checked=${live(value)} @change=${() => set(!value)} />
    ${words({ code: "", label, hint })}
  </label>`;
}

/** Large tiles with a pictogram; several may be pressed.
 * @param {string} legend @param {Option[]} options @param {string[]} values @param {(codes: string[]) => void} set @param {{single?: boolean}} [more] */
export function tiles(legend, options, values, set, more = {}) {
  const name = idOf(legend);
  const press = (/** @type {string} */ code) => set(more.single ? [code] : toggled(values, code));
  return html`<fieldset>
    <legend>${legend}</legend>
    <div class="tiles choices">
      ${options.map((option) => html`<label class="tile">
        <input type=${more.single ? "radio" : "checkbox"} name=${name} value=${option.code} .checked=${live(values.includes(option.code))} @change=${() => press(option.code)} />
        ${icon(option.icon ?? "circle-question-mark")}<span>${option.label}</span>
      </label>`)}
    </div>
  </fieldset>`;
}

/** A number changed by two large buttons, never below zero.
 * @param {string} label @param {number} value @param {(value: number) => void} set */
export function counter(label, value, set) {
  const id = idOf(label);
  return html`<div class="counter" role="group" aria-labelledby=${id}>
    <span id=${id} class="label">${label}</span>
    <button type="button" class="button" data-icon-only aria-label="Un de moins : ${label}" ?disabled=${value === 0} @click=${() => set(Math.max(0, value - 1))}>${icon("minus")}</button>
    <output aria-live="polite">${value}</output>
    <button type="button" class="button" data-icon-only aria-label="Un de plus : ${label}" @click=${() => set(value + 1)}>${icon("plus")}</button>
  </div>`;
}

/** @param {Option} option */
function words(option) {
  return html`${option.icon ? icon(option.icon) : nothing}<span>${typeset(option.label)}${option.hint ? html`<span class="hint">${option.hint}</span>` : nothing}</span>`;
}

/** @param {string[]} values @param {string} code */
function toggled(values, code) {
  return values.includes(code) ? values.filter((each) => each !== code) : [...values, code];
}
