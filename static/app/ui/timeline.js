/** What happened, newest first, in sentences. Draws only what the vault could open. */

import { organisationName } from "../vault/index.js";
import { syncBadge } from "./badge.js";
import { html, nothing } from "./html.js";
import { itemLine } from "./item.js";
import { category, needLabel, word } from "./labels.js";
import { sentenceOf } from "./act.js";
import { listed, when } from "./words.js";
import { REFERENCE } from "../reference.js";
import { ORIENTATION_LABELS } from "../vocabulary.js";

const TITLES = {
  "dossier.opened": "Dossier ouvert", "dossier.corrected": "Information notée", "reception.recorded": "Accueil", "note.recorded": "Note pour moi",
  "consent.given": "Accord donné", "consent.refused": "Accord refusé", "consent.deferred": "Veut réfléchir", "receipt.issued": "Papier remis", "consent.withdrawn": "Accord retiré",
  "orientation.sent": "Orientation envoyée", "orientation.opened": "Orientation reçue", "orientation.answered": "Réponse", "orientation.cancelled": "Orientation annulée",
};

/** @param {import("../vault/shapes.js").TimelineRow[]} rows */
export function timeline(rows) {
  return html`<ol class="timeline">${rows.map((row) => html`<li>
    <small class="soft">${when(row.at)}, ${row.by}${row.late ? ", reçu tard" : ""}</small>
    <strong>${titleOf(row)}</strong>
    ${row.content.map((section) => contents(/** @type {any} */ (section)))}
    ${codes(row)}
    ${row.unreadable ? html`<p class="soft">${sentenceOf("cannot_open")}</p>` : nothing}
    ${syncBadge(row.sync)}
  </li>`)}</ol>`;
}

/** @param {import("../vault/shapes.js").TimelineRow} row */
function titleOf({ type, content, clear }) {
  const reception = /** @type {any} */ (content.find((section) => /** @type {any} */ (section).kind === "reception"));
  if (reception) return REFERENCE.modes[reception.mode] ?? TITLES["reception.recorded"];
  const { state } = /** @type {{state?: string}} */ (clear ?? {});
  return state ? ORIENTATION_LABELS[state] : /** @type {Record<string, string>} */ (TITLES)[type] ?? type;
}

/** @param {any} section one opened section */
function contents(section) {
  if (section.kind === "item") return html`<p><span class="soft">${category(section.category).label} : </span><bdi>${itemLine(section)}</bdi></p>`;
  if (section.kind === "reception") return reception(section);
  if (section.kind === "narrative") return html`<p><span class="soft">Récit : </span><bdi>${section.text}</bdi></p>`;
  if (section.kind === "note") return html`<p><bdi>${section.text}</bdi></p>`;
  if (section.kind === "consent") return html`<p class="soft">${word("methods", section.method)}${section.alone ? ", seul·e avec la personne" : ""}</p>`;
  if (section.kind === "request") return html`<p>${needLabel(section.need)}${section.text ? html` : <bdi>${section.text}</bdi>` : nothing}</p>`;
  if (section.kind === "answer") return html`<p>${REFERENCE.reasons[section.reason] ?? REFERENCE.outcomes[section.outcome]?.label ?? ""} <bdi>${section.text ?? ""}</bdi></p>`;
  return nothing;
}

/** @param {any} section */
function reception({ needs = [], first_help: helps = [], text, adults, children }) {
  const served = adults || children ? `${adults ?? 0} adulte${adults > 1 ? "s" : ""}, ${children ?? 0} enfant${children > 1 ? "s" : ""}` : "";
  return html`${needs.length ? html`<p><span class="soft">Besoins : </span>${listed(needs.map((/** @type {string} */ code) => needLabel(code).toLowerCase()))}</p>` : nothing}
    ${helps.length ? html`<p><span class="soft">Fait : </span>${listed(helps.map((/** @type {string} */ code) => (REFERENCE.first_helps[code] ?? code).toLowerCase()))}</p>` : nothing}
    ${served ? html`<p class="soft">${served}</p>` : nothing}
    ${text ? html`<p><bdi>${text}</bdi></p>` : nothing}`;
}

/** @param {import("../vault/shapes.js").TimelineRow} row */
function codes({ clear }) {
  const { categories, recipient } = /** @type {{categories?: string[], recipient?: string}} */ (clear ?? {});
  if (!categories?.length) return nothing;
  return html`<p>${recipient ? `${organisationName(recipient)} : ` : ""}${listed(categories.map((code) => category(code).label.toLowerCase()))}</p>`;
}
