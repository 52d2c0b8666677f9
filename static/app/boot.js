/** Opens the application: checks its own guard, keeps its release, starts moving sealed envelopes, shows a screen. */

import { loadAll, locked, routes } from "./screens/routes.js";
import { startAutolock } from "./ui/autolock.js";
import { failed } from "./ui/frame.js";
import { html, render } from "./ui/html.js";
import { brand, icon } from "./ui/icon.js";
import { isGuarded, keepRelease, whenReleaseChanges } from "./ui/release.js";
import { redraw, startRouter } from "./ui/router.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

/** Without its Content-Security-Policy the page could be running foreign code: no profile is opened. */
function unguarded() {
  return html`<main class="gate">${brand()}<h1>Accord reste fermé</h1>
    <div class="message" data-tone="error" role="alert">${icon("shield")}<div>
      <p>Cette page est arrivée sans ses protections. Rien n’a été ouvert et rien n’est perdu.</p>
      <p>Rechargez-la. Si cela continue, prévenez votre responsable : le serveur est mal réglé, ou quelqu’un s’est placé entre lui et vous.</p>
    </div></div>
    <button class="button" data-kind="primary" @click=${() => location.reload()}>Recharger</button></main>`;
}

async function boot() {
  const toasts = document.createElement("div");
  Object.assign(toasts, { id: "toasts", className: "toasts" });
  toasts.setAttribute("role", "status");
  document.body.append(toasts);
  root.replaceChildren();
  if (!(await isGuarded())) return render(unguarded(), root);
  whenReleaseChanges(redraw);
  keepRelease();
  startAutolock();
  await startRouter({ routes, locked, root });
  const { start } = await import("./sync/index.js"); // the first screen is drawn without it
  start();
  await loadAll();
  return undefined;
}

// The very top: whatever failed, a person must read a sentence and find a button.
boot().catch((error) => render(failed(error), root));
