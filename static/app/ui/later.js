/** Screens that are fetched when first asked for, or when the page is idle: what it says when one does not arrive. */

import { html } from "./html.js";
import { icon } from "./icon.js";
import { message } from "./message.js";

/** @typedef {import("./router.js").Route["open"]} Open */

/**
 * The way into a screen whose module may not be here yet. A module that does not arrive (first visit cut short,
 * release gone from the server) never leaves the page blank.
 * @param {() => Promise<{open: Open}>} load an import with its path written out, so that the release lists it
 * @returns {Open}
 */
export function later(load) {
  return async (visit) => {
    const module = await load().catch(() => null);
    if (module) return module.open(visit);
    const address = location.hash;
    return missing(async () => {
      const arrived = await load().catch(() => null);
      if (arrived && location.hash === address) dispatchEvent(new HashChangeEvent("hashchange")); // the router opens it again
      return Boolean(arrived);
    }, visit.redraw);
  };
}

/** One after the other, each when nothing else is to be done. One that fails is asked for again by whoever opens it.
 * @param {Iterable<() => Promise<unknown>>} loads */
export async function loadWhenIdle(loads) {
  for (const load of loads) {
    await idle();
    await load().catch(() => undefined);
  }
}

/** @param {() => Promise<boolean>} again @param {() => void} redraw @returns {import("./router.js").Screen} */
function missing(again, redraw) {
  let tries = 0;
  const retry = async () => { if (!(await again())) { tries++; redraw(); } };
  return {
    title: "Cet écran n’est pas encore sur l’appareil",
    view: () => html`
      ${message("error", tries ? "Il n’est toujours pas arrivé. Rapprochez-vous du réseau, puis rechargez." : "Le réseau s’est coupé avant la fin du chargement. Rien de ce que vous avez saisi n’est perdu.", { id: "missing" })}
      <button type="button" class="button" data-kind="primary" @click=${retry}>${icon("refresh-cw")}Réessayer</button>
      <button type="button" class="button" @click=${() => location.reload()}>Recharger</button>`,
  };
}

/** Safari has no idle callback. @returns {Promise<unknown>} */
function idle() {
  return new Promise((resolve) => ("requestIdleCallback" in globalThis ? requestIdleCallback(resolve, { timeout: 2_000 }) : setTimeout(resolve, 50)));
}
