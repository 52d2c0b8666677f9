/** Turns the address after # into one screen, draws it again when the vault changes, moves title and focus with it. */

import { isOpen, subscribe } from "../vault/index.js";
import { frame } from "./frame.js";
import { nothing, render } from "./html.js";
import { clearToasts } from "./toast.js";

/**
 * @typedef {object} Screen        what a screen gives back when it opens
 * @property {string} title        the page's title and first heading; may be a getter
 * @property {string} [tab]        the page's title where the heading names a person: browsers write titles in their history
 * @property {boolean} [unheaded]  the screen draws its own first heading
 * @property {{href: string, label: string}} [back]
 * @property {boolean} [focused] a journey: on a phone the four words below make room for it
 * @property {"page"|"gate"|"bare"} [frame]
 * @property {() => import("./html.js").Content} view
 * @property {() => void} [close]
 */
/**
 * @typedef {object} Visit
 * @property {string[]} params     what follows the screen's name: #/dossier/<params[0]>
 * @property {() => void} redraw   draws again, the focus stays
 * @property {() => void} turn     draws a new view of the same screen: title, focus and scroll start again
 * @property {(held: boolean) => void} hold  while held, the browser's back button stays here
 */
/** @typedef {{open: (visit: Visit) => Screen|Promise<Screen>, tab?: string, gate?: boolean}} Route  `gate`: shown whether a profile is open or not */

/** @type {{routes: Record<string, Route>, locked: Route, root: HTMLElement}} */
let app;
/** @typedef {{screen: Screen, tab?: string, address: string, held: boolean, needs: "open"|"closed"|"any"}} Shown */
/** @type {Shown|null} */
let current = null;
let visits = 0;

/** @param {{routes: Record<string, Route>, locked: Route, root: HTMLElement}} given */
export function startRouter(given) {
  app = given;
  addEventListener("hashchange", follow);
  subscribe(vaultChanged);
  return show();
}

/** @param {string} address "#/personnes" */
export function go(address) {
  if (location.hash === address) show();
  else location.hash = address;
}

/** Replaces the address without a step in the history: what was there no longer exists.
 * @param {string} address */
export function replace(address) {
  history.replaceState(null, "", address);
  return show();
}

/** Draws the present screen again. */
export function redraw() {
  if (current) draw(current);
}

function follow() {
  if (current?.held) history.pushState(null, "", current.address);
  else show();
}

/** A lock, an unlock, or news: a closed vault never leaves a screen of its own on display. */
function vaultChanged() {
  if (!isOpen()) closeView();
  if (!current || current.needs === (isOpen() ? "closed" : "open")) show();
  else draw(current);
}

async function show() {
  const visit = ++visits;
  const [name, ...params] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const wanted = app.routes[name] ?? app.routes.aujourdhui;
  const route = wanted.gate || isOpen() ? wanted : app.locked;
  current?.screen.close?.();
  /** @type {Shown} */
  const next = { screen: { title: "", view: () => null }, tab: route.tab, address: location.hash || "#/", held: false, needs: needsOf(route) };
  const screen = await route.open({
    params,
    redraw: () => { if (current === next) draw(next); },
    turn: () => { if (current === next) turn(next); },
    hold: (held) => { next.held = held; },
  });
  if (visit !== visits) return screen.close?.(); // the person already went elsewhere
  next.screen = screen;
  current = next;
  turn(next);
}

/** @param {Route} route @returns {Shown["needs"]} */
function needsOf(route) {
  if (route === app.locked) return "closed";
  return route.gate ? "any" : "open";
}

/** @param {Shown} shown */
function turn(shown) {
  draw(shown);
  scrollTo(0, 0);
  const heading = app.root.querySelector("h1");
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

/** The lock screen takes a moment to open: what was on display goes at once. */
function closeView() {
  clearToasts();
  if (current?.needs !== "open") return;
  document.title = "Accord";
  render(nothing, app.root);
}

/** @param {Shown} shown */
function draw({ screen, tab, needs }) {
  if (needs === "open" && !isOpen()) return; // a late answer of a screen that the lock already closed
  const title = screen.tab ?? screen.title;
  document.title = title ? `${title} – Accord` : "Accord";
  render(frame(screen, tab), app.root);
}
