/** Phone or phrase lost: the printed sheet opens the account here, under a new phrase. Without it, someone lets in again. */

import { profiles, recover } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { oneOf } from "../ui/choice.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";
import { newPhrase } from "../ui/new-phrase.js";
import { go } from "../ui/router.js";
import { toast } from "../ui/toast.js";
import { DEVICE } from "./join.js";

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw }) {
  const known = (await profiles()).find(({ account }) => account === params[0]);
  const act = acting(redraw);
  const phrase = newPhrase(redraw);
  const state = { account: known?.account ?? "", code: "", device: /** @type {string|null} */ (known ? (known.shared ? "shared" : "mine") : null) };
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };

  function missing() {
    if (!state.account.trim() || !state.code.trim()) return "Écrivez le compte et le code, comme sur la feuille.";
    return state.device ? phrase.problem() : "Dites si l’appareil est à vous ou partagé.";
  }
  const enter = (/** @type {Event} */ event) => {
    event.preventDefault();
    const problem = missing();
    if (problem) return act.refuse("malformed", problem);
    return act.run("Ouverture de vos clés, puis nouvelle phrase : cela prend quelques secondes…", async () => {
      await recover({ account: state.account.trim(), code: state.code, passphrase: phrase.value(), shared: state.device === "shared" });
      toast("Vous êtes de retour. Votre ancienne phrase n’ouvre plus.");
      go("#/aujourdhui");
    });
  };

  return {
    title: "Phrase ou téléphone perdu",
    frame: "gate",
    view: () => html`
      <p>Pas de panique : vos dossiers sont gardés par le réseau, fermés à clé. Il reste à retrouver une clé.</p>
      <form class="stack" data-gap="large" @submit=${enter} novalidate>
        <h2>J’ai ma feuille de secours</h2>
        ${field("Nom de compte", state.account, (account) => set({ account: account.toLowerCase() }), { id: "account", autocomplete: "username" })}
        ${field("Code de secours", state.code, (code) => set({ code }), { id: "recovery-code", secret: true, hint: "Sept groupes de quatre caractères. Minuscules, espaces et tirets ne comptent pas." })}
        ${phrase.view()}
        ${known ? nothing : oneOf("Cet appareil est…", DEVICE, state.device, (device) => set({ device }))}
        ${act.view()}
        <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>Ouvrir avec le code</button>
      </form>
      <section class="card"><h2>Je n’ai pas de feuille</h2>
        <p>Appelez une personne responsable de votre organisation. Elle vous donnera un lien pour revenir, vous fera lire un code, et vous rendra l’accès aux dossiers de vos équipes.</p>
        <p class="soft">Vos notes privées, que vous étiez seul·e à pouvoir lire, ne pourront pas être retrouvées.</p></section>
      ${message("news", "Votre téléphone a été volé ? Une fois revenu·e, ouvrez votre profil et retirez-le : vos clés seront remplacées.")}
      <a class="button" data-kind="quiet" href="#/aujourdhui">${icon("arrow-left")}Revenir</a>`,
  };
}
