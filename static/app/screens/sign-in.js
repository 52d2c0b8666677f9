/** First opening on this browser: account name and secret phrase, or a passkey. Asks whether others use the device. */

import { profiles, signIn, signInWithPasskey, storageState } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { oneOf } from "../ui/choice.js";
import { field, focusWrong } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";
import { go } from "../ui/router.js";
import { vanished } from "../ui/vanished.js";

const DEVICE = [
  { code: "mine", label: "À moi", hint: "Un téléphone ou un ordinateur personnel" },
  { code: "shared", label: "Partagé", hint: "Une tablette que plusieurs personnes utilisent" },
];

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  const known = await profiles();
  const storage = await storageState().catch(() => null);
  const act = acting(redraw);
  const typed = { account: "", passphrase: "", device: /** @type {string|null} */ (null), asked: false };
  const set = (/** @type {Partial<typeof typed>} */ change) => { Object.assign(typed, change); act.clear(); redraw(); };

  async function enter(/** @type {Event} */ event) {
    event.preventDefault();
    typed.asked = true;
    if (!typed.account.trim() || !typed.passphrase || !typed.device) {
      redraw();
      return focusWrong();
    }
    const given = { account: typed.account.trim(), passphrase: typed.passphrase, shared: typed.device === "shared" };
    await act.run("Ouverture de vos clés : cela prend quelques secondes…", async () => { await signIn(given); arrive(); });
    return undefined;
  }
  const enterWithPasskey = () => act.run("Présentez votre empreinte ou votre clé…", async () => {
    await signInWithPasskey({ shared: typed.device === "shared" });
    arrive();
  });

  return {
    title: "Se connecter",
    frame: "gate",
    view: () => html`
      <p class="motto">Informer, recueillir l’accord, orienter — même sans réseau.</p>
      ${storageMissing()}${vanished(storage)}
      <form class="stack" @submit=${enter} novalidate>
        ${field("Nom de compte", typed.account, (account) => set({ account }), { id: "account", autocomplete: "username", wrong: typed.asked && !typed.account.trim() ? "Écrivez votre nom de compte." : "" })}
        ${field("Phrase secrète", typed.passphrase, (passphrase) => set({ passphrase }), { id: "passphrase", type: "password", autocomplete: "current-password", hint: "Vos sept mots, dans l’ordre, avec une espace entre eux.", wrong: typed.asked && !typed.passphrase ? "Écrivez votre phrase secrète." : "" })}
        ${oneOf("Cet appareil est…", DEVICE, typed.device, (device) => set({ device }), { wrong: typed.asked && !typed.device ? "Dites si l’appareil est à vous ou partagé : la fermeture n’est pas la même." : "" })}
        ${act.view()}
        <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>Se connecter</button>
      </form>
      ${"PublicKeyCredential" in globalThis && typed.device !== "shared" ? html`<button type="button" class="button" @click=${enterWithPasskey}>${icon("fingerprint-pattern")}Avec mon empreinte ou ma clé d’accès</button>` : nothing}
      <a class="button" data-kind="quiet" href="#/secours">${icon("key-round")}J’ai perdu ma phrase ou mon téléphone</a>
      ${known.length ? html`<a class="button" data-kind="quiet" href="#/aujourdhui">${icon("arrow-left")}Revenir aux profils de cet appareil</a>` : nothing}
      <p class="hint">Vous n’avez pas de compte ? Demandez à votre responsable une invitation à ouvrir ou à scanner.</p>`,
  };
}

/** A browser that keeps nothing would lose what is recorded: said before anything is typed. */
function storageMissing() {
  return globalThis.indexedDB ? nothing : message("error", "Ce navigateur ne garde rien (navigation privée ?). Ouvrez Accord dans une fenêtre ordinaire.");
}

/** The vault is open before the first reading ends: who already went elsewhere is left there. */
function arrive() {
  if (location.hash.startsWith("#/connexion")) go("#/aujourdhui");
}
