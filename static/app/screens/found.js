/** The first ceremony: the network's authority key is made here, its fingerprint shown, the recovery sheet printed. */

import { found } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { box } from "../ui/choice.js";
import { digits } from "../ui/digits.js";
import { field, picker } from "../ui/field.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { kindOptions } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { newPhrase } from "../ui/new-phrase.js";
import { replace } from "../ui/router.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn }) {
  const act = acting(redraw);
  const phrase = newPhrase(redraw);
  const state = { network: "", organisation: "", kind: "", name: "", account: "", kept: false };
  /** @type {import("../vault/shapes.js").Founded|null} */
  let founded = null;
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };

  function create(/** @type {Event} */ event) {
    event.preventDefault();
    const blank = [state.network, state.organisation, state.kind, state.name, state.account].some((text) => !text.trim());
    const problem = blank ? "Remplissez chaque champ." : phrase.problem();
    if (problem) return act.refuse("malformed", problem);
    return act.run("Création des clés du réseau : cela prend quelques secondes…", async () => {
      founded = await found({ founding: params[0], networkName: state.network.trim(), organisation: { name: state.organisation.trim(), kind: state.kind }, account: state.account.trim(), name: state.name.trim(), passphrase: phrase.value() });
      turn();
    });
  }

  return {
    get title() { return founded ? "Le réseau est créé" : "Créer le réseau"; },
    frame: "gate",
    view: () => (founded ? sheet(founded) : form()),
  };

  function form() {
    return html`
      <p>Vous créez la clé d’autorité de la charte. Elle naît sur cet appareil et n’en sort que scellée, ou sur la feuille que vous imprimerez.</p>
      <form class="stack" data-gap="large" @submit=${create} novalidate>
        ${field("Nom du réseau", state.network, (network) => set({ network }), { id: "network" })}
        ${field("Votre organisation", state.organisation, (organisation) => set({ organisation }), { id: "organisation" })}
        ${picker("Genre d’organisation", state.kind, kindOptions(), (kind) => set({ kind }), { id: "organisation-kind" })}
        ${field("Votre nom", state.name, (name) => set({ name }), { id: "name", autocomplete: "name" })}
        ${field("Nom de compte", state.account, (account) => set({ account: account.toLowerCase() }), { id: "account", autocomplete: "username" })}
        ${phrase.view()}
        ${act.view()}
        <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>Créer le réseau</button>
      </form>`;
  }

  /** @param {import("../vault/shapes.js").Founded} made */
  function sheet({ fingerprint, recovery }) {
    return html`
      <article class="sheet card">
        <h2>Feuille de secours : ${state.network}</h2>
        <p>Imprimez cette feuille, mettez-la dans une enveloppe scellée, confiez-la à la présidence ou à la direction. Qui la détient peut agir au nom de la charte.</p>
        <dl class="facts">
          <div><dt>Empreinte du réseau (à imprimer sur la charte)</dt><dd>${digits(fingerprint)}</dd></div>
          <div><dt>Compte</dt><dd>${recovery.account}</dd></div>
          <div><dt>Code de secours</dt><dd class="secret">${recovery.code}</dd></div>
        </dl>
      </article>
      <div class="actions no-print">
        <button type="button" class="button" data-kind="primary" @click=${() => print()}>${icon("printer")}Imprimer la feuille</button>
        ${box("La feuille est imprimée et rangée", state.kept, (kept) => set({ kept }), "Ce code ne sera plus jamais affiché.")}
        <button type="button" class="button" ?disabled=${!state.kept} @click=${() => replace("#/organisation")}>Continuer : équipes et charte</button>
        ${message("news", "Comparez l’empreinte avec celle que chaque nouvelle organisation verra chez elle.")}
      </div>`;
  }
}
