/** What waits today, and the three acts one does standing up. */

import { counts, drafts, endingSoon, me, noteVanishedRead, orientations, storageState, subscribe } from "../vault/index.js";
import { keepAllDrafts } from "../ui/draft.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList, message } from "../ui/message.js";
import { orientationRow } from "../ui/orientation-row.js";
import { applyNewer, isKept, newerReady } from "../ui/release.js";
import { renewal } from "../ui/renewal.js";
import { vanished } from "../ui/vanished.js";
import { counted, until, whenShort } from "../ui/words.js";

const DRAFTS = {
  orienter: ["Orientation à finir", "#/orienter/"],
  visite: ["Visite à finir", "#/visite/"],
  nouvelle: ["Nouvelle personne à finir", "#/nouvelle/"],
  passage: ["Passage à finir", "#/passage/"],
};

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  await keepAllDrafts(); // what was typed a moment ago, on the screen one comes from
  let kept = await drafts();
  let storage = await storageState();
  const read = async () => { await noteVanishedRead(); storage = await storageState(); redraw(); };
  const stop = subscribe(async () => { kept = await drafts().catch(() => kept); redraw(); });
  return {
    title: "Aujourd’hui",
    close: stop,
    view: () => html`
      ${newer()}${vanished(storage, html`<button type="button" class="button" @click=${read}>C’est lu</button>`)}${me().mustRenew ? renewal() : nothing}
      ${quick()}
      ${unfinished(kept)}
      ${waiting()}
      ${endings()}
      ${admissions()}
      ${notKept()}
      <nav class="line" aria-label="Repères"><a class="button" data-kind="quiet" href="#/partager">${icon("scale")}Puis-je partager ?</a><a class="button" data-kind="quiet" href="#/danger">${icon("phone")}Danger, enfant, signalement</a></nav>`,
  };
}

function quick() {
  const volunteer = me().role === "volunteer";
  const passage = tile("#/passage", "door-open", "Passage", volunteer);
  const find = tile("#/personnes", "search", "Trouver une personne", !volunteer);
  return html`<nav class="quick" aria-label="Actions rapides">
    ${volunteer ? [passage, find] : [find, tile("#/nouvelle", "user-plus", "Nouvelle personne"), passage]}
    ${tile("#/annuaire", "map-pin", "Chercher un lieu")}
    ${volunteer ? tile("#/nouvelle", "user-plus", "Nouvelle personne") : nothing}
  </nav>`;
}

/** @param {string} href @param {string} symbol @param {string} label @param {boolean} [first] */
function tile(href, symbol, label, first = false) {
  return html`<a class="tile" href=${href} ?data-first=${first}>${icon(symbol)}<span>${label}</span></a>`;
}

/** @param {import("../vault/shapes.js").Draft[]} kept */
function unfinished(kept) {
  const rows = kept.map(({ key, at }) => {
    const [kind, ...rest] = key.split(":");
    const [label, address] = /** @type {Record<string, string[]>} */ (DRAFTS)[kind] ?? [];
    return label ? html`<li><a class="row" href="${address}${rest.join("/")}">${icon("square-pen")}<span><strong>${label}</strong><small class="soft">Saisie gardée, ${whenShort(at)}</small></span><span class="next">${icon("chevron-right")}</span></a></li>` : null;
  }).filter(Boolean);
  return rows.length ? html`<section><h2>À finir</h2><ul class="rows">${rows}</ul></section>` : nothing;
}

function waiting() {
  const received = orientations("inbox").filter(({ state }) => ["envoyee", "en_attente"].includes(state));
  const late = orientations("sent").filter((each) => each.late);
  const answered = orientations("sent").filter(({ state }) => ["refusee", "rdv_fixe", "non_venue"].includes(state)).slice(0, 5);
  const nothingWaits = !received.length && !late.length && !answered.length && !counts().rejected;
  return html`
    ${received.length ? list("Reçues, à traiter", received) : nothing}
    ${late.length ? list("Sans réponse : appelez", late) : nothing}
    ${answered.length ? list("Des nouvelles à donner à la personne", answered) : nothing}
    ${nothingWaits ? emptyList("circle-check", "Rien n’attend pour l’instant. Les réponses et les orientations reçues s’afficheront ici.") : nothing}`;
}

function endings() {
  const rows = endingSoon();
  return rows.length ? html`<section><h2>Accords qui finissent dans le mois</h2><ul class="rows">
    ${rows.map((row) => html`<li><a class="row" href="#/dossier/${row.dossier}">${icon("hourglass")}<span><strong><bdi>${row.label}</bdi></strong><small class="soft">${row.recipientName}, ${until(row.until)}. Reparlez-en avec la personne, si elle le souhaite.</small></span><span class="next">${icon("chevron-right")}</span></a></li>`)}</ul></section>` : nothing;
}

/** @param {string} title @param {import("../vault/shapes.js").OrientationRow[]} rows */
function list(title, rows) {
  return html`<section><h2>${title}</h2><ul class="rows">${rows.map(orientationRow)}</ul></section>`;
}

function admissions() {
  const { role, permissions } = me();
  if (!["supervisor", "charter_admin"].includes(role) && !permissions.includes("member.admit")) return nothing;
  return html`<section><h2>Mon organisation</h2><ul class="rows">
    <li><a class="row" href="#/entrees">${icon("user-plus")}<span><strong>Demandes d’entrée</strong><small class="soft">Inviter, comparer le code, admettre</small></span><span class="next">${icon("chevron-right")}</span></a></li>
    <li><a class="row" href="#/organisation">${icon("building-2")}<span><strong>Équipes, clés et charte</strong><small class="soft">${counted(me().teams.length, "équipe")} pour vous</small></span><span class="next">${icon("chevron-right")}</span></a></li>
  </ul></section>`;
}

/** Until the whole release is on the device. Below the rest: it leaves by itself, and nothing must move under a finger. */
function notKept() {
  return isKept() === false ? message("news", "Accord n’est pas encore entier sur cet appareil : sans réseau, il ne s’ouvrirait pas. Gardez le réseau un moment.") : nothing;
}

/** A newer release waits for the person, and never interrupts a form: it is offered here only. */
export function newer() {
  const update = async () => { await keepAllDrafts(); applyNewer(); };
  return newerReady() ? message("news", "Une nouvelle version d’Accord est prête sur cet appareil.", { after: html`<button type="button" class="button" @click=${update}>Mettre à jour maintenant</button>` }) : nothing;
}
