/** People and their dossiers, as screens show them. Searching happens here, on the device, and nowhere else. Synchronous. */

import { consentRows } from "./agreements.js";
import { orientationsOf } from "./ask.js";
import { nowMs } from "./clock.js";
import { labelOfItems, matches, newest, plain } from "./labels.js";
import { authorOf } from "./names.js";
import { inOrder, inTime } from "./order.js";
import { among } from "./projection.js";
import { REFERENCE } from "../reference.js";
import { current } from "./session.js";
import { homeOf, isOfActiveTeam, openingOf } from "./teams.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {import("./shapes.js").KnownItem} KnownItem */

const DAY_MS = 86_400_000;

/**
 * Dossiers of the active team, most recently touched first.
 * @param {string} [query] words of a name, an item, or digits of a phone number; accents and one typing error forgiven
 * @returns {import("./shapes.js").PersonRow[]}
 */
export function people(query = "") {
  const open = current();
  const words = plain(query).split(" ").filter(Boolean);
  const rows = [];
  for (const dossier of open.projection.byDossier.keys()) {
    const opening = openingOf(open, dossier);
    if (!opening || !isOfActiveTeam(open, opening.payload.audience.own)) continue;
    const events = eventsOf(open, dossier);
    const items = itemsOf(events);
    if (words.length === 0 || matches(haystack(items), words)) rows.push(personRow(dossier, opening, events, items));
  }
  return rows.sort((a, b) => inTime(b.lastAt, a.lastAt) || a.label.localeCompare(b.label, "fr") || a.dossier.localeCompare(b.dossier));
}

/** @param {string} dossier @param {Known} opening @param {Known[]} events @param {KnownItem[]} items */
function personRow(dossier, opening, events, items) {
  const last = events[events.length - 1] ?? opening;
  const waiting = events.find((event) => event.sync !== "accepted");
  return {
    dossier,
    label: labelOfItems(items) || `Dossier du ${opening.payload.at.slice(8, 10)}/${opening.payload.at.slice(5, 7)}`,
    detail: detailOf(items, events),
    lastAt: last.payload.at,
    sync: waiting?.sync ?? "accepted",
  };
}

/** @param {KnownItem[]} items @param {Known[]} events */
function detailOf(items, events) {
  const needs = lastReception(events)?.needs;
  const born = newest(items, "C02")?.fields.birth_date;
  return [
    born ? `né·e le ${String(born).split("-").reverse().join("/")}` : "",
    (needs ?? []).map((/** @type {string} */ code) => REFERENCE.needs[code]?.label ?? code).join(", "),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Known[]} events oldest first */
function lastReception(events) {
  for (const event of [...events].reverse()) {
    const found = event.type === "reception.recorded" && [...event.contents.values()].findLast(({ kind }) => kind === "reception");
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {Open} open @param {string} dossier
 * @returns {Known[]} what happened in it, by the authors' clocks, oldest first
 */
function eventsOf({ projection }, dossier) {
  const events = among(projection, projection.byDossier, dossier).filter(
    (event) => event.payload.dossier === dossier || event.type === "orientation.sent",
  );
  return events.sort(
    (a, b) => inTime(a.payload.at, b.payload.at) || (a.order && b.order ? a.order - b.order : inOrder(a, b)),
  );
}

/** @param {Known[]} events @returns {KnownItem[]} oldest first */
function itemsOf(events) {
  return events
    .filter((event) => event.type.startsWith("dossier.") && event.sync !== "rejected")
    .flatMap((event) =>
      [...event.contents.values()]
        .filter((content) => content.kind === "item")
        .map(({ category, fields, source, noted_on }) => ({
          category,
          fields,
          source,
          noted_on,
          at: event.payload.at,
          by: authorOf(event),
          event: event.id,
        })),
    );
}

/** @param {string} id @returns {import("./shapes.js").DossierView|null} null: unknown here */
export function dossier(id) {
  const open = current();
  const opening = openingOf(open, id);
  if (!opening) return null;
  const home = homeOf(open, id);
  const events = eventsOf(open, id);
  const items = itemsOf(events);
  const { label, detail } = personRow(id, opening, events, items);
  return {
    dossier: id,
    team: home.team,
    class: home.circleClass,
    label,
    detail,
    items: newestOfEach(items),
    timeline: events.map(timelineRow).reverse(),
    consents: consentRows(open, id, nowMs()),
    orientations: orientationsOf(id),
    openedFor: [...opening.contents.values()].find((content) => content.kind === "origin")?.orientation ?? null,
  };
}

/** @param {KnownItem[]} items */
function newestOfEach(items) {
  const last = new Map(items.map((item) => [item.category, item]));
  return [...last.values()].sort((a, b) => a.category.localeCompare(b.category));
}

/** @param {Known} event @returns {import("./shapes.js").TimelineRow} */
function timelineRow(event) {
  const { id, type, payload, receivedAt, sync, contents, unreadable } = event;
  const { v, suite, id: _, type: __, audience, heads, at, parents, n, prev, skipped, sections, ...clear } = payload;
  void [v, suite, audience, heads, parents, n, prev, skipped, sections];
  return {
    id,
    type,
    at,
    receivedAt,
    by: authorOf(event),
    sync,
    content: [...contents.values()],
    unreadable,
    clear,
    late: receivedAt !== null && Date.parse(receivedAt) - Date.parse(at) > DAY_MS,
  };
}

/** @param {KnownItem[]} items */
function haystack(items) {
  const texts = items.flatMap((item) =>
    Object.values(item.fields).filter((value) => typeof value === "string" || typeof value === "number"),
  );
  return plain(texts.join(" "));
}
