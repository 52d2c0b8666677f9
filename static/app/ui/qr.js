/** Draws a QR code as one path. The one importer of the encoder; of what it encodes nothing leaves the page. */

import { encodeQR } from "../../vendor/qr/index.js";
import { html } from "./html.js";

const QUIET = 4; // modules left white around it, which scanners need

/** @param {string} text @param {string} name what it opens, for who does not see it */
export function qr(text, name) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET });
  const path = rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return html`<svg class="qr" viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label=${name} shape-rendering="crispEdges"><path fill="currentColor" d=${path}></path></svg>`;
}
