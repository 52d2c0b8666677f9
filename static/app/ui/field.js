/** Fields with a visible label, a hint, an error tied to them. What is typed is kept by the screen that gave `set`. */

import { html, live, nothing } from "./html.js";
import { icon } from "./icon.js";

/**
 * @typedef {object} FieldOptions
 * @property {string} [id] unique on the page; made from the label when absent
 * @property {string} [type] text, password, date, search, tel…
 * @property {string} [hint]
 * @property {string} [wrong] the error's sentence
 * @property {boolean} [long] several lines
 * @property {boolean} [required]
 * @property {string} [autocomplete] `off` by default: these forms are filled for another person, and with anything else
 *   the browser writes what is typed in its own files
 * @property {boolean} [secret] shown while typed, as a code copied from paper is; no spelling service reads it
 * @property {string} [inputmode]
 * @property {number} [maxlength]
 * @property {string} [lang]
 * @property {string} [placeholder]
 */

/**
 * @param {string} label @param {string} value @param {(value: string) => void} set @param {FieldOptions} [options]
 */
export function field(label, value, set, options = {}) {
  const id = options.id ?? idOf(label);
  const described = [options.hint && `${id}-hint`, options.wrong && `${id}-wrong`].filter(Boolean).join(" ") || nothing;
  const typed = (/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).value);
  const common = { id, described, typed, value, options };
  return html`<div class="field">
    <label for=${id}>${label}${options.required === false ? html` <span class="soft">(facultatif)</span>` : nothing}</label>
    ${options.hint ? html`<p class="hint" id="${id}-hint">${options.hint}</p>` : nothing}
    ${options.long ? area(common) : line(common)}
    ${options.wrong ? html`<p class="wrong" id="${id}-wrong">${icon("circle-alert")}<span>${options.wrong}</span></p>` : nothing}
  </div>`;
}

/** @typedef {{id: string, described: any, typed: (event: Event) => void, value: string, options: FieldOptions}} Drawn */

/** @param {Drawn} drawn */
function line({ id, described, typed, value, options }) {
  const isSecret = options.secret || options.type === "password";
  return html`<input class="input" id=${id} name=${id} type=${options.type ?? "text"} .value=${live(value)} @input=${typed}
    dir=${options.type === "password" || options.type === "date" ? nothing : "auto"} autocomplete=${/** @type {any} */ (options.autocomplete ?? "off")}
    autocapitalize=${isSecret ? "none" : nothing} spellcheck=${isSecret ? "false" : nothing}
    inputmode=${/** @type {any} */ (options.inputmode ?? nothing)} maxlength=${options.maxlength ?? nothing}
    placeholder=${options.placeholder ?? nothing} aria-describedby=${described} aria-invalid=${options.wrong ? "true" : nothing} />`;
}

/** @param {Drawn} drawn */
function area({ id, described, typed, value, options }) {
  return html`<textarea class="input" id=${id} name=${id} .value=${live(value)} @input=${typed} dir="auto" rows="3"
    autocomplete="off" maxlength=${options.maxlength ?? 4000} placeholder=${options.placeholder ?? nothing}
    aria-describedby=${described} aria-invalid=${options.wrong ? "true" : nothing}></textarea>`;
}

/** A list to unfold, when there are more than five values.
 * @param {string} label @param {string} value @param {[string, string][]} options code and label @param {(value: string) => void} set @param {{id?: string, hint?: string}} [more] */
export function picker(label, value, options, set, more = {}) {
  const id = more.id ?? idOf(label);
  const chosen = (/** @type {Event} */ event) => set(/** @type {HTMLSelectElement} */ (event.target).value);
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${more.hint ? html`<p class="hint" id="${id}-hint">${more.hint}</p>` : nothing}
    <select class="input" id=${id} @change=${chosen} aria-describedby=${more.hint ? `${id}-hint` : nothing}>
      <option value="" ?selected=${!value}>Choisir…</option>
      ${options.map(([code, text]) => html`<option value=${code} ?selected=${code === value}>${text}</option>`)}
    </select>
  </div>`;
}

/** @param {string} label @param {string} value @param {(value: string) => void} set @param {string} [placeholder] */
export function searchBox(label, value, set, placeholder = "") {
  const id = idOf(label);
  return html`<div class="field" role="search">
    <label for=${id} class="visually-hidden">${label}</label>
    <div class="searchbox">${icon("search")}
      <input class="input" id=${id} type="search" .value=${live(value)} autocomplete="off" spellcheck="false" placeholder=${placeholder || label}
        dir="auto" enterkeyhint="search" @input=${(/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).value)} />
    </div>
  </div>`;
}

/** The first field or choice that says what is wrong with it. */
export function focusWrong() {
  const first = document.querySelector('[aria-invalid="true"], fieldset:has(.wrong) input');
  if (first instanceof HTMLElement) first.focus();
}

/** @param {string} label */
export function idOf(label) {
  return `f-${label.normalize("NFD").replace(/[^a-zA-Z0-9]+/g, "-").toLowerCase()}`;
}
