/** One agreement in a dossier: what it covers, where it stands, and every way it may end. Each is asked once more. */

import { badge, syncBadge } from "../ui/badge.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { category } from "../ui/labels.js";
import { until, when } from "../ui/words.js";

/** @typedef {import("../vault/shapes.js").ConsentRow} ConsentRow */
/** @typedef {{title: string, text: string, yes: string, categories?: string[], why?: "ended"|"invalid"|"mistake"}} Ending */
/** @typedef {(ending: Ending & {consent: ConsentRow}) => void} End */

const STATUS = {
  given: ["En vigueur", "good"], renewed: ["Renouvelé", "good"], refused: ["Refusé", "bad"], deferred: ["Veut réfléchir", "past"], withdrawn: ["Retiré", "past"],
  ended: ["Arrêté par l’équipe", "past"], invalid: ["Sans valeur", "past"], mistake: ["Saisi par erreur", "past"], expired: ["Terminé", "past"],
};
const EFFECT = "Dès que l’envoi part, cette équipe ne peut plus ouvrir ce qui a été transmis. Ce qui a déjà été lu ne peut pas être oublié.";
const NO_REASON = "La personne n’a pas à dire pourquoi.";

/** By the organisation, in its own name. @type {{label: string, ending: Ending}[]} */
const BY_TEAM = [
  { label: "L’équipe met fin à l’accord", ending: { why: "ended", title: "Mettre fin à cet accord ?", yes: "Mettre fin", text: `Par exemple : la demande n’a plus d’objet. Dites-le à la personne. ${EFFECT}` } },
  { label: "L’accord n’est pas valable", ending: { why: "invalid", title: "Dire que cet accord n’a pas de valeur ?", yes: "Il n’a pas de valeur", text: `Par exemple : la personne n’a pas pu choisir librement. ${EFFECT}` } },
  { label: "C’est une erreur de saisie", ending: { why: "mistake", title: "Dire que c’est une erreur de saisie ?", yes: "Oui, c’est une erreur", text: EFFECT } },
];

/** @param {ConsentRow} consent @param {End} end */
export function consentCard(consent, end) {
  const [label, tone] = STATUS[consent.status] ?? ["", "past"];
  const asked = ["refused", "deferred"].includes(consent.status) ? "Demandé" : "Recueilli";
  const whole = { title: `Retirer l’accord pour ${consent.recipientName} ?`, yes: "Retirer l’accord", text: `${EFFECT} ${NO_REASON}` };
  return html`<article class="card">
    <div class="line" data-between><h2>${consent.recipientName}</h2>${badge(label, tone)}</div>
    <p>${consent.categories.map((code) => category(code).label).join(", ")}</p>
    <p class="soft">${asked} ${when(consent.at)}${consent.inForce ? `, ${until(consent.until)}` : ""}${consent.onPaper ? ", papier remis" : ""} ${syncBadge(consent.sync)}</p>
    ${consent.inForce ? html`<button type="button" class="button" data-kind="danger" @click=${() => end({ consent, ...whole })}>${icon("rotate-ccw")}Retirer l’accord</button>${others(consent, end)}` : nothing}
  </article>`;
}

/** @param {ConsentRow} consent @param {End} end */
function others(consent, end) {
  const parts = consent.categories.length < 2 ? [] : consent.categories.map((code) => ({
    label: `Retirer seulement : ${category(code).label}`,
    ending: { categories: [code], title: `Retirer « ${category(code).label} » ?`, yes: "Retirer cette information", text: `${EFFECT} ${NO_REASON}` },
  }));
  return html`<details><summary>Une partie, ou une autre fin</summary><div class="actions">
    ${[...parts, ...BY_TEAM].map(({ label, ending }) => html`<button type="button" class="button" @click=${() => end({ consent, ...ending })}>${label}</button>`)}</div></details>`;
}
