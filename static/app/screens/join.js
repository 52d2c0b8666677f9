/** Joining from an invitation: who one is, the secret phrase, then a code to read out until someone admits. */

import { isOpen, join, pendingJoin, pollJoin, resumeJoin } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { oneOf } from "../ui/choice.js";
import { digits } from "../ui/digits.js";
import { field, picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { kindOptions } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { newPhrase } from "../ui/new-phrase.js";
import { replace } from "../ui/router.js";
import { toast } from "../ui/toast.js";

const ASK_AGAIN_MS = 5_000;
export const DEVICE = [
  { code: "mine", label: "À moi" },
  { code: "shared", label: "Partagé", hint: "Plusieurs personnes l’utilisent" },
];

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open(visit) {
  const [invitation, secret, genesis, ending = "member", was] = visit.params;
  const returning = ending === "return" ? was : undefined;
  const kind = returning ? "member" : ending;
  const waiting = await pendingJoin();
  if (waiting) return openWaiting(visit, waiting);
  const act = acting(visit.redraw);
  const phrase = newPhrase(visit.redraw);
  const state = { name: "", account: "", device: /** @type {string|null} */ (null), organisation: "", organisationKind: "" };
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); act.clear(); visit.redraw(); };
  const forOrganisation = kind === "organisation";

  function missing() {
    if (!state.name.trim() || !state.account.trim()) return "Écrivez votre nom et un nom de compte.";
    if (!/^[a-z0-9.-]{2,40}$/.test(state.account.trim())) return "Le nom de compte prend des lettres sans accent, des chiffres, un point ou un tiret.";
    if (forOrganisation && (!state.organisation.trim() || !state.organisationKind)) return "Écrivez le nom de l’organisation et son genre.";
    return state.device ? phrase.problem() : "Dites si l’appareil est à vous ou partagé.";
  }
  function send(/** @type {Event} */ event) {
    event.preventDefault();
    const problem = missing();
    if (problem) return act.refuse("malformed", problem);
    return act.run("Création de vos clés : cela prend quelques secondes…", async () => {
      await join({
        invitation, secret: secret ?? "", genesis, kind: /** @type {any} */ (kind), account: state.account.trim(), name: state.name.trim(), passphrase: phrase.value(), shared: state.device === "shared",
        ...(returning ? { returning } : {}),
        ...(forOrganisation ? { organisation: { name: state.organisation.trim(), kind: state.organisationKind } } : {}),
      });
      replace("#/join/attente");
    });
  }

  return {
    title: returning ? "Revenir dans l’équipe" : "Rejoindre l’équipe",
    frame: "gate",
    view: () => !genesis || (ending === "return" && !was) ? message("error", "Cette invitation est incomplète. Demandez à la personne qui vous invite de l’envoyer à nouveau, ou scannez-la.") : html`
      <form class="stack" data-gap="large" @submit=${send} novalidate>
        ${returning ? comingBack() : nothing}
        ${forOrganisation ? html`${field("Nom de l’organisation", state.organisation, (organisation) => set({ organisation }), { id: "organisation" })}
          ${picker("Genre d’organisation", state.organisationKind, kindOptions(), (organisationKind) => set({ organisationKind }), { id: "organisation-kind" })}` : nothing}
        ${field("Votre nom", state.name, (name) => set({ name }), { id: "name", autocomplete: "name", hint: "Visible par votre organisation seulement." })}
        ${field("Nom de compte", state.account, (account) => set({ account: account.toLowerCase() }), { id: "account", autocomplete: "username", hint: "Pour vous connecter. Par exemple votre prénom." })}
        ${phrase.view()}
        ${oneOf("Cet appareil est…", DEVICE, state.device, (device) => set({ device }))}
        ${act.view()}
        <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>${returning ? "Demander à revenir" : "Demander à entrer"}</button>
      </form>`,
  };
}

/** What comes back, and what does not. */
function comingBack() {
  return html`<section class="card"><p>De nouvelles clés vont naître sur cet appareil. Une fois réadmis·e, vous relirez tout ce que vos équipes partagent, et ce que vous y aviez écrit.</p>
    <p class="soft">Vos notes privées ne pourront pas être retrouvées : vous étiez seul·e à pouvoir les lire. Vos anciens appareils ne recevront plus rien.</p></section>`;
}

/** The request is posted: the code is shown until someone compares it and admits.
 * @param {import("../ui/router.js").Visit} visit @param {{account: string, name?: string, code: string, locked?: boolean}} waiting @returns {import("../ui/router.js").Screen} */
function openWaiting({ redraw }, waiting) {
  const act = acting(redraw);
  let locked = Boolean(waiting.locked);
  let passphrase = "";
  const ask = async () => {
    if (locked || act.sentence) return;
    const state = await pollJoin().catch(() => "waiting"); // without network one simply waits longer
    if (state === "admitted" || isOpen()) { stop(); toast("Bienvenue. Vos clés sont sur cet appareil."); replace("#/aujourdhui"); }
  };
  const timer = setInterval(ask, ASK_AGAIN_MS);
  const stop = () => clearInterval(timer);
  const resume = (/** @type {Event} */ event) => {
    event.preventDefault();
    return act.run("Ouverture de vos clés…", async () => { await resumeJoin({ passphrase }); locked = false; });
  };
  ask();

  return {
    title: "En attente d’admission",
    frame: "gate",
    close: stop,
    view: () => html`
      <p>Lisez ce code à la personne qui vous invite. Elle doit voir exactement le même.</p>
      <section class="card" data-tone="accent"><h2>Votre code</h2>${digits(waiting.code)}</section>
      ${locked ? html`<form class="stack" @submit=${resume}>${field("Phrase secrète", passphrase, (typed) => { passphrase = typed; redraw(); }, { id: "passphrase", type: "password", autocomplete: "current-password", hint: "Pour reprendre là où vous en étiez." })}
          ${act.view()}<button class="button" data-kind="primary">Continuer</button></form>`
        : html`<p role="status" class="soft">Compte « ${waiting.account} ». Cette page s’ouvrira toute seule dès que vous serez admis·e. Vous pouvez aussi la fermer et revenir.</p>
          <button type="button" class="button" @click=${ask}>Vérifier maintenant</button>`}`,
  };
}
