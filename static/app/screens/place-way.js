/** The way to a place, in the phone's own map application: a link the person taps. Nothing is asked of any site. */

import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { placeLine } from "../ui/place-words.js";
import { toast } from "../ui/toast.js";

/** @typedef {import("../vault/shapes.js").Place} Place */

/** @param {Place} place */
export function itinerary(place) {
  const address = wayTo(place, navigator.userAgent);
  if (address) return html`<a class="button" href=${address} rel="noreferrer">${icon("map-pin")}Itinéraire</a>`;
  if (place.confidential_address || !place.adresse) return nothing;
  const copy = async () => { await navigator.clipboard.writeText(placeLine(place)); toast("Adresse copiée."); };
  return html`<button type="button" class="button" @click=${copy}>${icon("copy")}Copier l’adresse</button>`;
}

/** `geo:` on Android, `maps:` on iPhones; nothing on a desk, which has no such application, or for a place that is nowhere.
 * @param {Place} place @param {string} userAgent @returns {string|null} */
export function wayTo(place, userAgent) {
  const { latitude, longitude, confidential_address: isSecret } = place;
  if (isSecret || (!Number.isFinite(latitude) && !place.adresse)) return null;
  const point = Number.isFinite(latitude) && Number.isFinite(longitude) ? `${latitude},${longitude}` : "";
  const named = encodeURIComponent(point ? `${point}(${place.name})` : placeLine(place));
  if (/Android/.test(userAgent)) return `geo:${point || "0,0"}?q=${named}`;
  if (/iPhone|iPad/.test(userAgent)) return `maps:?daddr=${encodeURIComponent(point || placeLine(place))}`;
  return null;
}
