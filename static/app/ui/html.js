/** Alone to import lit-html. Screens write templates with what is exported here, and nothing else touches the page. */

export { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
export { live } from "../../vendor/lit-html/directives/live.js";
export { keyed } from "../../vendor/lit-html/directives/keyed.js";
export { repeat } from "../../vendor/lit-html/directives/repeat.js";

/** @typedef {import("../../vendor/lit-html/lit-html.js").TemplateResult | typeof import("../../vendor/lit-html/lit-html.js").nothing | string | number | null | undefined} Piece */
/** @typedef {Piece | Piece[]} Content */
