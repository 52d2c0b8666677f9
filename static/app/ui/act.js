/** Runs one act of a screen at a time: a sentence while it lasts, a refusal in French after, never a bare spinner. */

import { PROBLEMS } from "../vocabulary.js";
import { html, nothing } from "./html.js";
import { message } from "./message.js";

/**
 * @typedef {{code: string, message: string}} Refusal
 * @typedef {{sentence: string, refusal: Refusal|null, run: (sentence: string, act: () => Promise<any>) => Promise<any>, refuse: (code: string, message?: string) => void, clear: () => void, view: () => import("./html.js").Content}} Act
 */

/** @param {() => void} redraw @returns {Act} */
export function acting(redraw) {
  const act = {
    sentence: "",
    /** @type {Refusal|null} */
    refusal: null,
    /** The act's result, or `undefined` when it was refused or another one is under way. */
    async run(/** @type {string} */ sentence, /** @type {() => Promise<any>} */ work) {
      if (act.sentence) return undefined;
      act.sentence = sentence;
      act.refusal = null;
      redraw();
      try {
        return await work();
      } catch (error) {
        act.refusal = refusalOf(error);
      } finally {
        act.sentence = "";
        redraw();
        if (act.refusal) focusRefusal();
      }
      return undefined;
    },
    refuse(/** @type {string} */ code, /** @type {string} */ text = refusalOf({ code }).message) {
      act.refusal = { code, message: text };
      redraw();
      focusRefusal();
    },
    clear() {
      act.refusal = null;
    },
    view() {
      if (act.sentence) return html`<p class="soft" role="status">${act.sentence}</p>`;
      return act.refusal ? message("error", act.refusal.message, { id: "refusal", code: act.refusal.code }) : nothing;
    },
  };
  return act;
}

/** The sentence of any error: its own, that of its code, or the one of an unexpected error.
 * @param {unknown} error @returns {Refusal} */
export function refusalOf(error) {
  const { code = "internal", message: text = "" } = /** @type {Partial<Refusal>} */ (error ?? {});
  const known = /** @type {Record<string, {message: string}>} */ (PROBLEMS)[code];
  if (!known) console.error(error);
  const own = error instanceof Error ? "" : text; // a screen's own sentence is closer to what was done than the catalogue's
  return { code: known ? code : "internal", message: (known && own) || known?.message || (known && text) || PROBLEMS.internal.message };
}

/** The refusal's sentence, from its code alone.
 * @param {string} code */
export function sentenceOf(code) {
  return refusalOf({ code }).message;
}

function focusRefusal() {
  requestAnimationFrame(() => document.getElementById("refusal")?.focus());
}
