/**
 * Reads a card printed beforehand: by the camera where the device can recognise a code, typed otherwise. Frames stay in
 * memory, and the camera stops as soon as a code is read or the screen is left.
 */

import { readCard } from "../vault/index.js";
import { field } from "./field.js";
import { html, nothing } from "./html.js";
import { icon } from "./icon.js";

/** @typedef {import("../vault/receipts.js").ShownPaper} ShownPaper */
/** @typedef {{typed: string, filming: boolean, wrong: string}} Reading */

const LOOK_MS = 200;

/** @returns {Reading} */
export function blankReading() {
  return { typed: "", filming: false, wrong: "" };
}

/**
 * @param {Reading} state @param {() => void} redraw @param {(paper: ShownPaper) => void} got
 */
export function cardReader(state, redraw, got) {
  const take = async (/** @type {string} */ text) => {
    try {
      const paper = await readCard(text);
      Object.assign(state, blankReading());
      got(paper);
    } catch (error) {
      Object.assign(state, { filming: false, wrong: "Ce code n’est pas celui d’une carte. Recopiez les sept groupes." });
      if (/** @type {any} */ (error).code !== "recovery_code") throw error;
    }
    redraw();
  };
  const film = async () => {
    Object.assign(state, { filming: true, wrong: "" });
    redraw();
    const text = await scanned(() => state.filming);
    if (text) await take(text);
    else if (state.filming) Object.assign(state, { filming: false, wrong: "L’appareil photo ne s’ouvre pas. Recopiez le code." });
    redraw();
  };
  return html`<div class="stack">
    ${state.filming ? html`<video id="card-camera" playsinline muted></video><button type="button" class="button" @click=${() => { state.filming = false; redraw(); }}>Arrêter l’appareil photo</button>`
    : "BarcodeDetector" in globalThis ? html`<button type="button" class="button" @click=${film}>${icon("smartphone")}Scanner la carte</button>` : nothing}
    ${field("Code de la carte, sept groupes", state.typed, (typed) => { state.typed = typed; redraw(); }, { id: "card", secret: true, wrong: state.wrong || undefined, hint: "Les lettres et les chiffres sous le dessin." })}
    <button type="button" class="button" @click=${() => take(state.typed)}>Prendre cette carte</button>
  </div>`;
}

/** @param {() => boolean} isWanted @returns {Promise<string|null>} what the first code says */
async function scanned(isWanted) {
  const stream = await navigator.mediaDevices?.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  const video = /** @type {HTMLVideoElement|null} */ (document.getElementById("card-camera"));
  if (!stream || !video) return null;
  const detector = new /** @type {any} */ (globalThis).BarcodeDetector({ formats: ["qr_code"] });
  try {
    video.srcObject = stream;
    await video.play();
    while (isWanted() && video.isConnected) {
      const [found] = await detector.detect(video);
      if (found?.rawValue) return found.rawValue;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
