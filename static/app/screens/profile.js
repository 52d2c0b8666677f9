/** Oneself and this device: team, doors, PIN, storage, release, and leaving. */

import { addPasskey, changePassphrase, counts, enrolments, me, openDesk, printRecovery, profiles, removeDoor, setPin, setTeam, storageState, syncStatus } from "../vault/index.js";
import { syncNow } from "../sync/index.js";
import { acting } from "../ui/act.js";
import { quickExit } from "../ui/autolock.js";
import { badge } from "../ui/badge.js";
import { oneOf } from "../ui/choice.js";
import { ask } from "../ui/dialog.js";
import { field } from "../ui/field.js";
import { lockNow } from "../ui/frame.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { word } from "../ui/labels.js";
import { newPhrase } from "../ui/new-phrase.js";
import { isGuarded, isKept, releaseId } from "../ui/release.js";
import { renewal } from "../ui/renewal.js";
import { ownSheet } from "../ui/sheet.js";
import { toast } from "../ui/toast.js";
import { counted, when } from "../ui/words.js";
import { newer } from "./today.js";

const MEGABYTE = 1_000_000;

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw, turn }) {
  const act = acting(redraw);
  let phrase = newPhrase(redraw);
  const state = { pin: "", old: "", confirm: "", sheet: "" };
  /** @type {import("../vault/shapes.js").Sheet|null} */
  let sheet = null;
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); redraw(); };
  const storage = await storageState();
  const guarded = await isGuarded().catch(() => false);
  let profile = (await profiles()).find(({ member }) => member === me().member);
  const look = async () => { profile = (await profiles()).find(({ member }) => member === me().member); redraw(); };
  const done = (/** @type {string} */ sentence, /** @type {() => Promise<any>} */ work, /** @type {string} */ said) => act.run(sentence, async () => { await work(); Object.assign(state, { pin: "", old: "", confirm: "", sheet: "" }); toast(said); await look(); });

  const passkey = () => done("Présentez votre empreinte ou votre clé…", () => addPasskey({ passphrase: state.confirm }), "Empreinte ajoutée : elle ouvre aussi sans réseau.");
  const pin = () => (/^\d{6}$/.test(state.pin) ? done("Enregistrement du code…", () => setPin(state.pin), "Code prêt, pour 4 heures.") : act.refuse("malformed", "Le code a exactement 6 chiffres."));
  const change = () => {
    const problem = phrase.problem();
    if (problem || !state.old) return act.refuse("weak_passphrase", problem ?? "Écrivez votre phrase actuelle.");
    return done("Changement de la phrase : cela prend quelques secondes…", () => changePassphrase(state.old, phrase.value()), "Phrase changée. L’ancienne n’ouvre plus.").then(() => { phrase = newPhrase(redraw); redraw(); });
  };
  const desk = () => act.run("Ouverture de la vue de bureau…", async () => { await openDesk(); location.assign("/desk/"); });
  const printing = () => act.run("Préparation de votre feuille…", async () => { sheet = await printRecovery({ passphrase: state.sheet }); state.sheet = ""; await look(); turn(); });
  const removePasskeys = async () => {
    if (!(await ask({ title: "Retirer les empreintes ?", text: "Seules votre phrase et votre feuille de secours ouvriront. La feuille change : il faudra imprimer la nouvelle.", yes: "Retirer les empreintes", danger: true }))) return;
    await done("Retrait des empreintes…", async () => { sheet = await removeDoor({ kind: "passkey", passphrase: state.confirm }); if (sheet) turn(); }, "Empreintes retirées.");
  };

  return {
    get title() { return me().name; },
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => sheet ? ownSheet(sheet, html`<button type="button" class="button" @click=${() => { sheet = null; turn(); }}>Elle est imprimée et rangée</button>`) : html`
      ${newer()}${me().mustRenew ? renewal() : nothing}${act.view()}
      <dl class="facts card">
        <div><dt>Organisation</dt><dd>${me().organisation.name}</dd></div>
        <div><dt>Rôle</dt><dd>${word("roles", me().role)}${me().ground ? `, tenu·e au secret ${word("grounds", me().ground).toLowerCase()}` : ", non tenu·e au secret"}</dd></div>
        <div><dt>Compte</dt><dd>${me().account}</dd></div>
      </dl>
      ${me().teams.length > 1 ? oneOf("Équipe active", me().teams.map(({ id, name }) => ({ code: id, label: name })), me().team, (team) => { setTeam(team).then(redraw); }, { across: true }) : nothing}
      <div class="actions">
        <button type="button" class="button" data-kind="primary" @click=${lockNow}>${icon("lock")}Verrouiller</button>
        <button type="button" class="button" @click=${quickExit}>${icon("log-out")}Sortie rapide</button>
        ${["supervisor", "charter_admin"].includes(me().role) ? html`<button type="button" class="button" @click=${desk}>${icon("monitor-smartphone")}Vue de bureau</button>` : nothing}
        <p class="hint">Sortie rapide : ferme et laisse une page vide. Trois fois la touche Échap font de même.</p>
      </div>
      ${doors()}
      ${device()}`,
  };

  function doors() {
    const shared = me().shared;
    return html`<section><h2>Ouvrir Accord</h2>
      ${shared ? html`<div class="card"><h3>Code à 6 chiffres</h3><p class="soft">Rouvre ce profil pendant 4 heures, ou jusqu’à la fermeture de l’application.</p>
          ${field("Nouveau code", state.pin, (typed) => set({ pin: typed.replace(/\D/g, "").slice(0, 6) }), { id: "new-pin", type: "password", inputmode: "numeric" })}<button type="button" class="button" @click=${pin}>Enregistrer le code</button></div>`
      : html`<div class="card"><div class="line" data-between><h3>Empreinte ou clé d’accès</h3>${profile?.doors.includes("passkey") ? badge("Active", "good", "fingerprint-pattern") : badge("Aucune", "past")}</div>
          <p class="soft">Plus rapide que la phrase, et sans réseau aussi.</p>
          ${field("Phrase secrète, pour confirmer", state.confirm, (confirm) => set({ confirm }), { id: "confirm-passphrase", type: "password", autocomplete: "current-password" })}
          <button type="button" class="button" @click=${passkey}>${icon("fingerprint-pattern")}${profile?.doors.includes("passkey") ? "Ajouter une autre empreinte" : "Ajouter mon empreinte"}</button>
          ${profile?.doors.includes("passkey") ? html`<button type="button" class="button" data-kind="quiet" @click=${removePasskeys}>Retirer les empreintes</button>` : nothing}</div>`}
      <div class="card"><div class="line" data-between><h3>Feuille de secours</h3>${profile?.doors.includes("recovery") ? badge("Imprimée", "good", "printer") : badge("Aucune", "warn", "printer")}</div>
        <p class="soft">Un code sur papier, gardé chez vous : il rouvre tout si vous perdez votre téléphone ou votre phrase.${profile?.doors.includes("recovery") ? " En faire une nouvelle annule l’ancienne, et retire les empreintes." : ""}</p>
        ${field("Phrase secrète, pour la feuille", state.sheet, (typed) => set({ sheet: typed }), { id: "sheet-passphrase", type: "password", autocomplete: "current-password" })}
        <button type="button" class="button" @click=${printing}>${icon("printer")}${profile?.doors.includes("recovery") ? "Faire une nouvelle feuille" : "Faire ma feuille de secours"}</button></div>
      <details class="card"><summary>Changer ma phrase secrète</summary><div class="stack">
        ${field("Phrase actuelle", state.old, (old) => set({ old }), { id: "old-passphrase", type: "password", autocomplete: "current-password" })}
        ${phrase.view()}<button type="button" class="button" @click=${change}>Changer la phrase</button></div></details>
    </section>`;
  }

  function device() {
    const { pending, held, rejected } = counts();
    const used = storage.usage === null ? "inconnue" : `${Math.ceil(storage.usage / MEGABYTE)} Mo`;
    const mine = enrolments().filter(({ member, revoked }) => member === me().member && !revoked);
    return html`<section><h2>Cet appareil</h2>
      <dl class="facts card">
        <div><dt>Envois</dt><dd>${syncStatus().text}. ${pending ? `${counted(pending, "enregistrement")} en attente. ` : ""}${held ? `${held} gardés en attente. ` : ""}${rejected ? html`<a href="#/corriger">${rejected} à corriger</a>` : nothing}</dd></div>
        <div><dt>Dernière lecture complète</dt><dd>${when(syncStatus().lastSyncAt) || "jamais encore"}</dd></div>
        <div><dt>Place</dt><dd>${used}${storage.persisted ? ", protégée du nettoyage automatique" : ", le navigateur peut l’effacer si la place manque : envoyez souvent"}</dd></div>
        <div><dt>Sans réseau</dt><dd>${isKept() ? "Accord s’ouvre : il est entier sur cet appareil" : "Accord ne s’ouvrirait pas encore : gardez le réseau un moment"}</dd></div>
        <div><dt>Protections de la page</dt><dd>${guarded ? "présentes" : "non vérifiées"}</dd></div>
        <div><dt>Réseau</dt><dd>${me().network}</dd></div>
        <div><dt>Empreinte du réseau</dt><dd>${me().fingerprint}</dd></div>
        <div><dt>Version</dt><dd>${releaseId()}</dd></div>
      </dl>
      <button type="button" class="button" @click=${() => act.run("Échange avec le serveur…", syncNow)}>${icon("refresh-cw")}Échanger maintenant</button>
      <h3>Mes appareils</h3>
      <ul class="rows">${mine.map((each) => html`<li><div class="row">${icon("smartphone")}<span><strong>${each.mine ? "Celui-ci" : "Un autre appareil"}</strong><small class="soft">ajouté ${when(each.at)}</small></span>${each.mine || me().shared ? nothing : html`<a class="button" data-kind="quiet" href="#/cles/${each.device}">Perdu ou volé</a>`}</div></li>`)}</ul>
      ${me().shared ? nothing : html`<a class="button" data-kind="quiet" href="#/cles">${icon("key-round")}Remplacer mes clés</a>`}
    </section>`;
  }
}
