/*
 * The service worker: keeps one release of the application on the device, whole or not at all, and serves it without
 * the network. It imports nothing, holds no key, caches no answer of the API and knows no rule. The server puts
 * `const RELEASE = {id, shell, pack, files: {url: integrity}}` before this text.
 */
"use strict";

/* global RELEASE */
const PREFIX = "accord-";
const CACHE = PREFIX + RELEASE.id;
const INTEGRITY = "x-accord-integrity";
const NOT_KEPT = ["content-encoding", "content-length", "transfer-encoding", "set-cookie", "date", "etag"];

/** Windows that said they run this release: the others may still run an older one. */
const windows = new Set();

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), tidy()])));
self.addEventListener("message", (event) => {
  // A new release waits for the person: only the page asks, and never during a form.
  if (event.data && event.data.type === "apply") event.waitUntil(self.skipWaiting());
  if (event.data && event.data.type === "release" && event.source) {
    event.source.postMessage({ type: "release", id: RELEASE.id });
  }
  if (event.data && event.data.type === "kept" && event.source) event.waitUntil(tellWhether(event.source));
  if (event.data && event.data.type === "running" && event.data.id === RELEASE.id && event.source instanceof Client) {
    windows.add(event.source.id);
    event.waitUntil(tidy());
  }
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === RELEASE.shell) {
    event.respondWith(shell(event.request));
  } else if (url.pathname.startsWith("/r/") || url.pathname === "/manifest.webmanifest") {
    event.respondWith(file(event.request, url.pathname));
  }
});

/** Every file, checked, then kept. One file missing or altered: nothing is kept and the older release stays. */
async function install() {
  const known = await alreadyHere();
  if (!known.size) await unpack(known).catch(() => undefined); // without it, every file comes by itself
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(
      Object.entries(RELEASE.files).map(async ([path, integrity]) => {
        const copy = known.get(same(path, integrity));
        await cache.put(path, copy ? await copy() : await download(path, integrity));
      }),
    );
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** To the page that asks: whether it would open without network. Counted each time, never remembered. @param {Client|ServiceWorker|MessagePort} asker */
async function tellWhether(asker) {
  asker.postMessage({ type: "kept", whole: await whole().catch(() => false) });
}

/** Whether every file is here. What the browser lost since the installation is downloaded, or this fails. */
async function whole() {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const lost = Object.entries(RELEASE.files).filter(([path]) => !here.has(path));
  await Promise.all(lost.map(async ([path, integrity]) => cache.put(path, await download(path, integrity))));
  return true;
}

/** What other releases on this device hold, by integrity: an update downloads changed files only. */
async function alreadyHere() {
  const known = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const kept = await cache.match(request);
      const integrity = kept && kept.headers.get(INTEGRITY);
      // Headers rule a document (its CSP): the shell and manifest are always fetched anew.
      if (!integrity || !new URL(request.url).pathname.startsWith("/r/")) continue;
      const path = new URL(request.url).pathname;
      known.set(same(path, integrity), () => checked(kept.clone(), integrity).catch(() => download(path, integrity)));
    }
  }
  return known;
}

/**
 * A first installation takes what the page did not ask for as one file (web/assets.py): a line of names, lengths and
 * types, then the bytes of each. It is only another way to carry them: each is verified, or downloaded by itself.
 * @param {Map<string, () => Promise<Response>>} known
 */
async function unpack(known) {
  const response = await fetch(RELEASE.pack, { cache: "no-store", credentials: "omit", redirect: "error" });
  if (response.status !== 200) throw new Error(`${response.status} ${RELEASE.pack}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  let from = bytes.indexOf(10) + 1;
  for (const [path, length, type] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, from)))) {
    const body = bytes.slice(from, (from += length));
    const headers = new Headers(response.headers); // a worker's script brings its own policy
    headers.set("content-type", type);
    const integrity = RELEASE.files[path];
    const one = new Response(body, { headers });
    known.set(same(path, integrity), () => checked(one.clone(), integrity).catch(() => download(path, integrity)));
  }
}

/**
 * Two files of one content may be of two types: an empty style sheet is no module.
 * @param {string} path @param {string} integrity
 */
function same(path, integrity) {
  return `${integrity} ${path.slice(path.lastIndexOf("."))}`;
}

/** @param {string} path @param {string} integrity @returns {Promise<Response>} */
async function download(path, integrity) {
  const response = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
  if (response.status !== 200) throw new Error(`${response.status} ${path}`);
  return checked(response, integrity);
}

/**
 * The same answer with its headers (the shell's Content-Security-Policy among them), once its bytes are verified.
 * @param {Response} response @param {string} integrity
 */
async function checked(response, integrity) {
  const body = await response.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  if (`sha256-${btoa(String.fromCharCode(...hash))}` !== integrity) throw new Error("integrity");
  const headers = new Headers([...response.headers].filter(([name]) => !NOT_KEPT.includes(name)));
  headers.set(INTEGRITY, integrity);
  return new Response(body, { status: 200, headers });
}

/** This release, opened once: a cold start asks it for some 130 files. @type {Promise<Cache>|undefined} */
let opened;
function ours() {
  opened ??= caches.open(CACHE);
  return opened;
}

/**
 * What the shell leaves for later on a first visit is here: the page need not wait for its first module to ask for it.
 * @param {Request} request @returns {Promise<Response>}
 */
async function shell(request) {
  const kept = await (await ours()).match(RELEASE.shell);
  if (!kept) return fetch(request);
  return new Response((await kept.text()).replaceAll('rel="later"', 'rel="modulepreload"'), kept);
}

/** From this release; for a window still on an older one, from that one. @param {Request} request @param {string} path */
async function file(request, path) {
  const own = await (await ours()).match(path);
  return own || (await caches.match(path)) || fetch(request);
}

/** Older releases leave only when every open window runs this one. */
async function tidy() {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!open.every((client) => windows.has(client.id))) return;
  const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}
