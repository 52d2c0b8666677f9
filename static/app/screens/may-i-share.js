/** “May I share?”: a path of plain questions, one at a time, without network. It judges nothing: the rules do, when one sends. */

import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";

/** Where an answer leads: the name of a question, or of an end. @typedef {{ask: string, hint?: string, yes: string, no: string}} Step */
/** @typedef {{tone: "warn"|"news"|"saved", text: string, href?: string, go?: string}} End */

/** @type {Record<string, Step>} */
const STEPS = {
  danger: { ask: "Quelqu’un est-il en danger ?", hint: "Un enfant, la personne elle-même, quelqu’un d’autre", yes: "call", no: "knows" },
  knows: { ask: "La personne sait-elle ce que vous voulez dire, et à qui ?", yes: "agrees", no: "inform" },
  agrees: { ask: "A-t-elle dit oui, elle-même, pour cette équipe et pour ces informations ?", hint: "Un oui donné à une autre équipe ne vaut pas pour celle-ci", yes: "needed", no: "slip" },
  needed: { ask: "L’équipe peut-elle aider sans cette information ?", hint: "On transmet le besoin et comment y répondre ; jamais la cause, l’histoire ou la preuve", yes: "less", no: "send" },
};

/** @type {Record<string, End>} */
const ENDS = {
  call: { tone: "warn", text: "Appelez. Protéger passe avant tout, et se fait en dehors de l’application.", href: "#/danger", go: "Voir les numéros" },
  inform: { tone: "news", text: "Pas encore. Expliquez-lui d’abord : quelles informations, à qui, pourquoi, pour combien de temps, et qu’elle peut dire non.", href: "#/personnes", go: "Trouver la personne" },
  slip: { tone: "news", text: "Non. Remettez une fiche : la personne dira elle-même ce qu’elle veut. Son refus ne change rien à l’aide.", href: "#/annuaire", go: "Préparer une fiche" },
  less: { tone: "news", text: "Alors ne la transmettez pas. Gardez seulement ce qui sert à aider." },
  send: { tone: "saved", text: "Oui, par une orientation : la charte et les règles seront vérifiées à l’envoi, et la personne gardera une trace si elle le souhaite.", href: "#/personnes", go: "Trouver la personne" },
};

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ turn }) {
  const path = ["danger"];
  const to = (/** @type {string} */ name) => { path.push(name); turn(); };
  const here = () => path[path.length - 1];
  return {
    get title() { return STEPS[here()]?.ask ?? "Puis-je partager ?"; },
    tab: "Repères",
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => html`${STEPS[here()] ? question(STEPS[here()], to) : answer(ENDS[here()])}
      ${path.length > 1 ? html`<button type="button" class="button" data-kind="quiet" @click=${() => { path.pop(); turn(); }}>${icon("arrow-left")}Question précédente</button>` : nothing}`,
  };
}

/** @param {Step} step @param {(name: string) => void} to */
function question({ hint, yes, no }, to) {
  return html`${hint ? html`<p class="soft">${hint}.</p>` : nothing}
    <div class="actions"><button type="button" class="button" @click=${() => to(no)}>Non</button><button type="button" class="button" @click=${() => to(yes)}>Oui</button></div>`;
}

/** @param {End} end */
function answer({ tone, text, href, go }) {
  return message(tone, text, { after: href ? html`<a class="button" href=${href}>${go}</a>` : nothing });
}
