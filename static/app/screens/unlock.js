/** The locked application: whose profile, then fingerprint, PIN or phrase. Shows names of accounts and nothing else. */

import { pendingJoin, profiles, unlock, unlockWithPasskey } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { later } from "../ui/later.js";
import { isKept } from "../ui/release.js";
import { capitalised } from "../ui/words.js";
import { open as openSignIn } from "./sign-in.js";

/** Shows the request under way by itself. */
const join = later(() => import("./join.js"));

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open(visit) {
  const known = await profiles();
  const waiting = await pendingJoin();
  if (waiting && !known.length) return join(visit);
  if (!known.length) return openSignIn(visit);
  return chooser(visit, known, Boolean(waiting));
}

/** @param {import("../ui/router.js").Visit} visit @param {import("../vault/shapes.js").Profile[]} known @param {boolean} isWaiting someone asked to come in here @returns {import("../ui/router.js").Screen} */
function chooser({ redraw, turn }, known, isWaiting) {
  const act = acting(redraw);
  const typed = { member: known.length === 1 ? known[0].member : "", passphrase: "", pin: "" };
  const set = (/** @type {Partial<typeof typed>} */ change) => { Object.assign(typed, change); act.clear(); redraw(); };
  const pick = (/** @type {string} */ member) => { Object.assign(typed, { member, passphrase: "", pin: "" }); act.clear(); turn(); };
  const profile = () => known.find(({ member }) => member === typed.member);

  const withPasskey = () => act.run("Présentez votre empreinte ou votre clé…", () => unlockWithPasskey(typed.member));
  const withWords = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!typed.pin && !typed.passphrase) return act.refuse("sign_in", profile()?.pin ? "Écrivez votre code à 6 chiffres, ou votre phrase secrète." : "Écrivez votre phrase secrète.");
    const secret = typed.pin ? { pin: typed.pin } : { passphrase: typed.passphrase };
    return act.run("Ouverture de vos clés : cela prend quelques secondes…", () => unlock(typed.member, secret));
  };

  return {
    get title() { return profile() ? `Bonjour ${capitalised(profile()?.account ?? "")}` : "Qui êtes-vous ?"; },
    frame: "gate",
    view: () => {
      const chosen = profile();
      return html`${isWaiting ? html`<a class="button" href="#/join/attente">${icon("user-plus")}Reprendre la demande d’entrée</a>` : nothing}${chosen ? doors(chosen) : list()}`;
    },
  };

  function list() {
    return html`<ul class="rows">${known.map(({ member, account, shared }) => html`<li>
        <button type="button" class="row" @click=${() => pick(member)}>${icon("user")}<span><strong>${account}</strong>${shared ? html`<small class="soft">Appareil partagé</small>` : nothing}</span><span class="next">${icon("chevron-right")}</span></button>
      </li>`)}</ul>
      <a class="button" data-kind="quiet" href="#/connexion">${icon("user-plus")}Autre compte</a>`;
  }

  /** @param {import("../vault/shapes.js").Profile} chosen */
  function doors(chosen) {
    return html`
      <p class="motto">Vos dossiers sont fermés à clé sur cet appareil.${isKept() ? " L’ouverture marche sans réseau." : nothing}</p>
      ${chosen.doors.includes("passkey") ? html`<button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${withPasskey}>${icon("fingerprint-pattern")}Déverrouiller avec l’empreinte</button>` : nothing}
      <form class="stack" @submit=${withWords} novalidate>
        <input type="text" name="username" autocomplete="username" .value=${chosen.account} readonly hidden />
        ${chosen.pin ? field("Code à 6 chiffres", typed.pin, (pin) => set({ pin: pin.replace(/\D/g, "").slice(0, 6) }), { id: "pin", type: "password", inputmode: "numeric", hint: "Cinq erreurs ferment le profil : il faudra la phrase." }) : nothing}
        ${chosen.pin ? html`<details><summary>Utiliser ma phrase secrète</summary>${phrase()}</details>` : phrase()}
        ${act.view()}
        <button class="button" data-kind=${chosen.doors.includes("passkey") ? nothing : "primary"} ?disabled=${Boolean(act.sentence)}>Déverrouiller</button>
      </form>
      <a class="button" data-kind="quiet" href="#/secours/${chosen.account}">${icon("key-round")}J’ai perdu ma phrase</a>
      ${known.length > 1 ? html`<button type="button" class="button" data-kind="quiet" @click=${() => pick("")}>${icon("users")}Ce n’est pas moi</button>` : html`<a class="button" data-kind="quiet" href="#/connexion">${icon("user-plus")}Autre compte</a>`}`;
  }

  function phrase() {
    return field("Phrase secrète", typed.passphrase, (passphrase) => set({ passphrase }), { id: "passphrase", type: "password", autocomplete: "current-password" });
  }
}
