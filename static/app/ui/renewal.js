/** Asks for new keys where a device was taken out by someone else. */

import { html } from "./html.js";
import { icon } from "./icon.js";
import { message } from "./message.js";

/** Its keys must open nothing more. */
export function renewal() {
  return message("warn", "Un de vos appareils a été retiré par une personne responsable. Remplacez vos clés, pour que celles qu’il gardait n’ouvrent plus rien.", { after: html`<a class="button" href="#/cles">${icon("key-round")}Remplacer mes clés</a>` });
}
