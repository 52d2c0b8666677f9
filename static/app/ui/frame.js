/** What surrounds every screen: team and lock above, the sync line, four words below. */

import { counts, isOpen, lock, me, syncStatus } from "../vault/index.js";
import { keepAllDrafts } from "./draft.js";
import { html, keyed, nothing } from "./html.js";
import { brand, icon } from "./icon.js";
import { refusalOf } from "./act.js";

const TABS = [
  { name: "aujourdhui", label: "Aujourd’hui", symbol: "calendar-check" },
  { name: "personnes", label: "Personnes", symbol: "users" },
  { name: "orientations", label: "Orientations", symbol: "send" },
  { name: "annuaire", label: "Annuaire", symbol: "map-pin" },
];

/** @param {import("./router.js").Screen} screen @param {string} [tab] */
export function frame(screen, tab) {
  if (screen.frame === "bare") return inside(screen);
  if (screen.frame === "gate" || !isOpen()) return gate(screen);
  return html`<a class="skip" href="#main" @click=${skip}>Aller au contenu</a>
    <div class="app" ?data-focused=${screen.focused}>
      ${topbar()}
      ${me().demonstration ? html`<aside class="banner" aria-label="Démonstration">Démonstration : personnes et lieux fictifs</aside>` : nothing}
      <main class="page" id="main" tabindex="-1">
        ${syncLine()}
        ${screen.back ? html`<a class="button back" data-kind="quiet" href=${screen.back.href}>${icon("arrow-left")}${screen.back.label}</a>` : nothing}
        ${screen.unheaded ? nothing : html`<h1 tabindex="-1">${screen.title}</h1>`}
        ${inside(screen)}
      </main>
      ${navbar(tab)}
    </div>`;
}

/** @param {import("./router.js").Screen} screen */
function gate(screen) {
  return html`<main class="gate" id="main" tabindex="-1">
    ${brand()}
    ${screen.unheaded ? nothing : html`<h1 tabindex="-1">${screen.title}</h1>`}
    ${inside(screen)}
  </main>`;
}

/** Two screens never share an element: a value typed in one must not be left in the next.
 * @param {import("./router.js").Screen} screen */
function inside(screen) {
  return keyed(screen, screen.view());
}

function topbar() {
  const { name, organisation, teams, team } = me();
  const active = teams.find(({ id }) => id === team)?.name ?? organisation.name;
  return html`<header class="topbar">
    <a class="who" href="#/profil"><span class="visually-hidden">Profil et appareil : </span>
      <span class="where">${active}</span>
      <small class="soft">${name} · ${organisation.name}</small>
    </a>
    <button type="button" class="button" data-kind="quiet" @click=${lockNow}>${icon("lock")}Verrouiller</button>
  </header>`;
}

/** The draft is sealed before the keys leave the memory. */
export async function lockNow() {
  await keepAllDrafts();
  if (isOpen() && me().shared) history.replaceState(null, "", "#/aujourdhui"); // the next person does not begin where this one was
  await lock();
}

function syncLine() {
  const status = syncStatus();
  const { rejected } = counts();
  const correct = rejected ? html` <a href="#/corriger">Voir et corriger</a>` : nothing;
  const symbols = { idle: "circle-check", working: "refresh-cw", waiting: "smartphone", signin: "key-round", suspended: "triangle-alert" };
  return html`<div class="syncline" role="status" data-state=${rejected ? "correct" : status.state}>
    ${icon(rejected ? "circle-alert" : symbols[status.state] ?? "smartphone")}<span>${status.text}</span>${correct}
  </div>
  ${(status.notes ?? []).map((note) => html`<div class="message" data-tone="warn" role="status">${icon("triangle-alert")}<div><p>${note}</p></div></div>`)}`;
}

/** @param {string} [tab] */
function navbar(tab) {
  const { inbox } = counts();
  return html`<nav class="navbar" aria-label="Principal">
    ${TABS.map(({ name, label, symbol }) => html`<a href="#/${name}" aria-current=${tab === name ? "page" : nothing}>
      ${icon(symbol)}<span>${label}</span>
      ${name === "orientations" && inbox ? html`<span class="count">${inbox}<span class="visually-hidden"> à traiter</span></span>` : nothing}
    </a>`)}
  </nav>`;
}

/** @param {Event} event the address after # belongs to the router */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** What is shown when the application itself failed to open.
 * @param {unknown} error */
export function failed(error) {
  return html`<main class="gate">${brand()}<h1 tabindex="-1">Accord ne s’est pas ouvert</h1>
    <div class="message" data-tone="error" role="alert">${icon("circle-alert")}<div><p>${refusalOf(error).message}</p></div></div>
    <button class="button" data-kind="primary" @click=${() => location.reload()}>Recharger</button></main>`;
}
