/** Knows which release runs, keeps it on the device through the worker, and says when a newer one waits. */

const WORKER = "/sw.js";
/** @type {{createScriptURL(url: string): any}|undefined} */
let policy;
/** @type {ServiceWorkerRegistration|null} */
let registration = null;
/** @type {() => void} */
let changed = () => undefined;

/** The release's id, from the address of this very file: /r/<id>/app/ui/release.js */
export function releaseId() {
  return new URL(import.meta.url).pathname.split("/")[2] ?? "";
}

/** @param {() => void} onChange called when a newer release is ready */
export async function keepRelease(onChange) {
  changed = onChange;
  if (!("serviceWorker" in navigator)) return;
  registration = await navigator.serviceWorker.register(workerUrl(), { updateViaCache: "none" }).catch(() => null); // private window: the application runs, without being kept
  navigator.serviceWorker.controller?.postMessage({ type: "running", id: releaseId() }); // it may forget the releases before
  registration?.addEventListener("updatefound", () => registration?.installing?.addEventListener("statechange", changed));
  changed();
}

/** The page's CSP lets one policy make this address, and the policy knows no other. @returns {string} */
function workerUrl() {
  const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= trustedTypes?.createPolicy("accord-release", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
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
  const shell = kept ?? (await fetch("/app/", { cache: "no-store", credentials: "omit" }).catch(() => null));
  const policy = shell?.headers.get("Content-Security-Policy") ?? "";
  return policy.includes("default-src 'none'") && policy.includes("require-trusted-types-for 'script'") && !/unsafe-inline|'unsafe-eval'/.test(policy);
}
