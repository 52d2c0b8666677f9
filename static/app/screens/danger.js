/** Danger, a child, a report: who to call, outside the application. Asks for no agreement, records nothing, sends nothing. */

import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";

/** @type {{title: string, numbers: {number: string, label: string, hint: string}[]}[]} */
const WHO = [
  { title: "Danger immédiat", numbers: [
    { number: "17", label: "Police, gendarmerie", hint: "Quelqu’un est menacé ou frappé" },
    { number: "15", label: "SAMU", hint: "Urgence de santé" },
    { number: "18", label: "Pompiers", hint: "Accident, feu, personne en détresse" },
    { number: "112", label: "Toute urgence, partout en Europe", hint: "Depuis n’importe quel téléphone" },
    { number: "114", label: "Urgence par SMS ou visio", hint: "Si la personne ne peut pas parler ou n’entend pas" },
  ] },
  { title: "Un enfant en danger, ou en risque de l’être", numbers: [{ number: "119", label: "Enfance en danger", hint: "Jour et nuit, gratuit, n’apparaît pas sur les factures" }] },
  { title: "Violences, maltraitance", numbers: [
    { number: "3919", label: "Violences faites aux femmes", hint: "Jour et nuit, gratuit et anonyme" },
    { number: "3977", label: "Maltraitance d’une personne âgée ou handicapée", hint: "Écoute et conseil" },
  ] },
  { title: "Ne pas savoir où dormir", numbers: [{ number: "115", label: "Hébergement d’urgence", hint: "Jour et nuit, gratuit" }] },
];

/** @returns {import("../ui/router.js").Screen} */
export function open() {
  return {
    title: "Danger, enfant, signalement",
    tab: "Numéros",
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => html`
      ${message("warn", "Cela se passe en dehors de l’application : appelez. Aucun accord n’est nécessaire pour protéger quelqu’un en danger, et rien n’est enregistré ici.")}
      ${WHO.map(({ title, numbers }) => html`<section><h2>${title}</h2><ul class="rows">
        ${numbers.map(({ number, label, hint }) => html`<li><a class="row" href="tel:${number}">${icon("phone")}<span><strong>${number}</strong> ${label}<small class="soft">${hint}</small></span></a></li>`)}</ul></section>`)}
      <section><h2>Information préoccupante, signalement</h2>
        <p>Ils suivent la voie de votre organisation et du Département, jamais une orientation. Prévenez votre responsable. Dites à la personne ce que vous faites, sauf si cela met quelqu’un en danger.</p></section>
      <a class="button" href="#/partager">${icon("scale")}Puis-je partager ?</a>`,
  };
}
