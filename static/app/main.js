/**
 * The first module of a page, and all that a first visit asks for by itself: it waits until the worker has the whole
 * release, packed as one file, then lets the application come. Every other time it comes at once (docs/decisions/0016).
 */

import { isGuarded, keepRelease, whenKept } from "./ui/release.js";

/** @param {string} sentence in the place of the application, which is not there yet */
function say(sentence) {
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.textContent = sentence;
  document.getElementById("app")?.replaceChildren(told);
}

/** A page without its protections installs nothing; the application will say why it stays closed. */
async function installed() {
  if (navigator.serviceWorker?.controller || !(await isGuarded())) return;
  say("Accord s’installe sur cet appareil…");
  keepRelease();
  await whenKept();
}

/** The shell lists every module with its integrity; none is fetched before it is said to be a preload. */
function preload() {
  const links = [.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[rel=later]"))];
  for (const link of links) {
    const now = /** @type {HTMLLinkElement} */ (link.cloneNode());
    now.rel = "modulepreload";
    link.replaceWith(now);
  }
}

async function come() {
  await installed();
  preload();
  await import("./boot.js");
}

// The very top: whatever failed, a person must read a sentence.
come().catch(() => say("Accord n’est pas arrivé en entier. Rapprochez-vous du réseau, puis rechargez la page."));
