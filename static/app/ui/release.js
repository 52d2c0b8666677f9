/** Knows which release runs, keeps it on the device through the worker, and says when a newer one waits. */

const WORKER = "/sw.js";
const KEPT_WITHIN_MS = 60_000;
const AGAIN_MS = 30_000;
/** @type {{createScriptURL(url: string): any}|undefined} */
let policy;
/** @type {ServiceWorkerRegistration|null} */
let registration = null;
/** @type {Promise<void>|undefined} */
let begun;
/** @type {boolean|null} */
let kept = null;
/** @type {() => void} */
let changed = () => undefined;

/** The release's id, from the address of this very file: /r/<id>/app/ui/release.js */
export function releaseId() {
  return new URL(import.meta.url).pathname.split("/")[2] ?? "";
}

/** @param {() => void} onChange called when a newer release is ready, and when what `isKept` says changes */
export function whenReleaseChanges(onChange) {
  changed = onChange;
}

/** Begins to keep this release on the device. Twice is once. */
export function keepRelease() {
  begun ??= begin();
  return begun;
}

async function begin() {
  const workers = navigator.serviceWorker;
  if (!workers) return noteKept(false);
  workers.addEventListener("message", ({ data }) => { if (data?.type === "kept") noteKept(data.whole === true); });
  workers.addEventListener("controllerchange", askWhetherKept);
  await install();
  workers.controller?.postMessage({ type: "running", id: releaseId() }); // it may forget the releases before
  return undefined;
}

/** A private window keeps nothing: the application runs all the same. */
async function install() {
  registration = (await navigator.serviceWorker.register(workerUrl(), { updateViaCache: "none" }).catch(() => null)) ?? null;
  registration?.addEventListener("updatefound", follow);
  follow();
  askWhetherKept();
}

/** A first installation cut half-way leaves nothing: it is begun again while the page is open. */
function follow() {
  const worker = registration?.installing;
  worker?.addEventListener("statechange", () => {
    if (worker.state === "redundant" && !registration?.active) setTimeout(install, AGAIN_MS);
    changed();
  });
}

/** Only the worker knows: it counts its files. Without one, nothing is kept. */
function askWhetherKept() {
  if (registration?.active) registration.active.postMessage({ type: "kept" });
  else noteKept(false);
}

/** @param {boolean} whole */
function noteKept(whole) {
  kept = whole;
  changed();
}

/** Whether Accord opens here without network; null until it is known. @returns {boolean|null} */
export function isKept() {
  return kept;
}

/** The page's CSP lets one policy make this address, and the policy knows no other. @returns {string} */
function workerUrl() {
  const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= trustedTypes?.createPolicy("accord-release", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

/**
 * Once the worker answers for this page, or has failed: what it holds is not downloaded twice. A browser that keeps
 * nothing is not waited for, and a slow installation a while only.
 */
export async function whenKept() {
  await begun;
  const worker = registration?.installing;
  if (!worker) return;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    worker.addEventListener("statechange", () => { if (worker.state === "redundant") resolve(undefined); });
    setTimeout(resolve, KEPT_WITHIN_MS);
  });
}

/** A newer release is complete on this device and waits for the person. */
export function newerReady() {
  return Boolean(registration?.waiting && navigator.serviceWorker.controller);
}

/** Runs the newer release. Everything typed must be saved before. */
export function applyNewer() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration?.waiting?.postMessage({ type: "apply" });
}

/**
 * Whether this page came with the rules that keep foreign code out. The worker's copy of the shell keeps its headers,
 * so that the answer is the same without the network.
 */
export async function isGuarded() {
  const kept = navigator.serviceWorker?.controller ? await caches.match("/app/").catch(() => undefined) : undefined;
  const shell = kept ?? (await fetch("/app/", { method: "HEAD", cache: "no-store", credentials: "omit" }).catch(() => null));
  const policy = shell?.headers.get("Content-Security-Policy") ?? "";
  return policy.includes("default-src 'none'") && policy.includes("require-trusted-types-for 'script'") && !/unsafe-inline|'unsafe-eval'/.test(policy);
}
