/** Locks an unattended device: warns, can be put off, keeps what was typed. Hides the page from the list of open applications. */

import { isOpen, lock, me } from "../vault/index.js";
import { keepAllDrafts } from "./draft.js";
import { lockNow } from "./frame.js";
import { html, render } from "./html.js";

const MINUTE_MS = 60_000;
const IDLE_MS = 10 * MINUTE_MS;
const SHARED_IDLE_MS = 3 * MINUTE_MS;
const WARNING_MS = MINUTE_MS / 2;
const LOOK_EVERY_MS = 1_000;
const ESCAPES = 3;

let touchedAt = Date.now();
/** @type {HTMLDialogElement|null} */
let warning = null;

export function startAutolock() {
  for (const type of ["pointerdown", "keydown", "input"]) addEventListener(type, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", curtain);
  addEventListener("pagehide", () => keepAllDrafts());
  setInterval(look, LOOK_EVERY_MS);
  quitOnEscapes();
}

/** Locks at once and leaves a blank page, without a trace in the history. */
export async function quickExit() {
  document.documentElement.dataset.away = "";
  document.title = "";
  await keepAllDrafts();
  await lock();
  location.replace("about:blank");
}

function touched() {
  if (!warning) touchedAt = Date.now();
}

function look() {
  if (!isOpen()) return closeWarning();
  const left = touchedAt + (me().shared ? SHARED_IDLE_MS : IDLE_MS) - Date.now();
  if (left <= 0) lockNow().then(closeWarning);
  else if (left <= WARNING_MS) warn(left);
}

/** @param {number} leftMs */
function warn(leftMs) {
  if (!warning) {
    warning = document.createElement("dialog");
    warning.className = "dialog";
    warning.setAttribute("aria-labelledby", "idle");
    warning.addEventListener("close", goOn);
    document.body.append(warning);
  }
  const seconds = Math.ceil(leftMs / LOOK_EVERY_MS);
  render(html`<div class="stack">
    <h2 id="idle">Accord va se verrouiller</h2>
    <p>Personne ne touche l’écran. Verrouillage dans <span role="timer">${seconds}</span> secondes. Votre saisie est gardée.</p>
    <div class="actions">
      <button type="button" class="button" data-kind="primary" @click=${goOn}>Continuer</button>
      <button type="button" class="button" @click=${lockNow}>Verrouiller maintenant</button>
    </div>
  </div>`, warning);
  if (!warning.open) warning.showModal();
}

function goOn() {
  closeWarning();
  touchedAt = Date.now();
}

function closeWarning() {
  const closing = warning;
  warning = null;
  if (!closing) return;
  closing.close();
  closing.remove();
}

function curtain() {
  if (document.visibilityState === "hidden") {
    document.documentElement.dataset.away = "";
    keepAllDrafts();
  } else {
    delete document.documentElement.dataset.away;
    look();
  }
}

/** Escape three times within two seconds. */
function quitOnEscapes() {
  /** @type {number[]} */
  let presses = [];
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    presses = [...presses, Date.now()].filter((at) => Date.now() - at < 2 * LOOK_EVERY_MS);
    if (presses.length >= ESCAPES && isOpen()) quickExit();
  });
}
