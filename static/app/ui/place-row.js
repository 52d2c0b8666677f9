/** One place in a list: what decides is said first – full, open or not, how far, how to come. */

import { momentAt } from "../rules/opening.js";
import { badge } from "./badge.js";
import { html, nothing } from "./html.js";
import { icon } from "./icon.js";
import { kindIcon } from "./labels.js";
import { waysLabel } from "./place-labels.js";
import { openingWords } from "./place-words.js";
import { capitalised, counted, typeset } from "./words.js";

/** @typedef {import("../vault/shapes.js").Place} Place */

const KILOMETRES = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const WHOLE_KILOMETRES = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
const DAY = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", timeZone: "UTC" });

/** @param {import("../vault/shapes.js").PlaceFound} found @param {{receives: boolean, href?: string, symbol?: string, now?: Date}} more */
export function placeRow({ place, km }, { receives, href = `#/lieu/${encodeURIComponent(place.id)}`, symbol, now = new Date() }) {
  return html`<li><a class="row" href=${href}>${symbol ? icon(symbol) : kindIcon(place.kind ?? "")}
    <span><strong><bdi>${place.name}</bdi></strong>${deciding(place, now)}<span class="soft">${[km === null ? "" : distance(km), townOf(place), howToCome(place)].filter(Boolean).join(" · ")}</span>
      ${receives ? html`<span>${badge("Reçoit les orientations", "good", "send")}</span>` : nothing}</span>
    <span class="next">${icon("chevron-right")}</span></a></li>`;
}

/** Full, else open or not; nothing when nobody knows. @param {Place} place @param {Date} now */
export function deciding(place, now) {
  const full = fullWords(place, momentAt(now, place.timezone).on);
  if (full) return html`<span>${badge(full, "warn", "circle-alert")}</span>`;
  const words = openingWords(place, now);
  if (!words) return nothing;
  const isGood = words.startsWith("ouvert");
  return html`<span>${badge(typeset(capitalised(words)), isGood ? "good" : words.startsWith("ferme dans") ? "warn" : "past", "clock")}</span>`;
}

/** "Complet jusqu’au 3 décembre", while it is so. @param {Place} place @param {string} today YYYY-MM-DD */
function fullWords(place, today) {
  const { full_until: until } = place;
  if (typeof until !== "string" || until < today || Number.isNaN(Date.parse(until))) return "";
  return `Complet jusqu’au ${DAY.format(new Date(until.slice(0, 10)))}`;
}

/** "350 m", "1,2 km", "12 km", as the crow flies. @param {number} km */
export function distance(km) {
  if (km < 0.95) return `à ${Math.max(50, Math.round(km * 20) * 50)}\u00a0m`;
  return `à ${(km < 10 ? KILOMETRES : WHOLE_KILOMETRES).format(km)}\u00a0km`;
}

/** @param {Place} place */
function townOf(place) {
  return place.confidential_address ? "Adresse confidentielle" : (place.commune ?? "");
}

/** @param {Place} place */
function howToCome(place) {
  if (place.confidential_address) return "téléphoner";
  return waysLabel(listOf(place, "modes_mobilisation"));
}

/** What the place and its services say, each once. @param {Place} place @param {string} name @returns {string[]} */
export function listOf(place, name) {
  const services = Array.isArray(place.services) ? place.services : [];
  const all = [place, ...services].flatMap((one) => (Array.isArray(one[name]) ? one[name] : []));
  return [...new Set(all.filter((one) => typeof one === "string"))];
}

/** "1 042 lieux, 310 ko" @param {{count: number, bytes: number}} state */
export function sizeWords({ count, bytes }) {
  const size = bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))}\u00a0ko` : `${KILOMETRES.format(bytes / 1e6)}\u00a0Mo`;
  return `${counted(count, "lieu", "lieux").replace(/^\d+/, (digits) => Number(digits).toLocaleString("fr-FR"))}, ${size}`;
}
