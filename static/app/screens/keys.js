/** A phone lost or stolen: new keys, a new phrase, the lost devices taken out. One form, one act. */

import { enrolments, me, renewKeys } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { severalOf } from "../ui/choice.js";
import { ask } from "../ui/dialog.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { emptyList, message } from "../ui/message.js";
import { newPhrase } from "../ui/new-phrase.js";
import { go } from "../ui/router.js";
import { ownSheet } from "../ui/sheet.js";
import { toast } from "../ui/toast.js";
import { when } from "../ui/words.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn }) {
  const act = acting(redraw);
  const phrase = newPhrase(redraw);
  const others = enrolments().filter(({ member, revoked, mine }) => member === me().member && !revoked && !mine);
  const state = { lost: others.filter(({ device }) => device === params[0]).map(({ device }) => device), passphrase: "" };
  const set = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };
  /** @type {import("../vault/shapes.js").Sheet|null} */
  let sheet = null;

  const renew = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const problem = state.passphrase ? phrase.problem() : "Écrivez votre phrase actuelle.";
    if (problem) return act.refuse("malformed", problem);
    const yes = await ask({ title: "Remplacer vos clés ?", text: "Les appareils cochés ne recevront plus rien. Votre ancienne phrase, vos empreintes et votre feuille de secours n’ouvriront plus.", yes: "Remplacer mes clés", danger: true });
    return yes ? act.run("Création de nouvelles clés : cela prend quelques secondes…", renewed) : undefined;
  };
  async function renewed() {
    sheet = await renewKeys({ passphrase: state.passphrase, newPassphrase: phrase.value(), lost: state.lost });
    toast("Vos clés sont remplacées.");
    if (sheet) turn();
    else go("#/profil");
  }

  return {
    title: "Téléphone perdu ou volé",
    back: { href: "#/profil", label: "Mon profil" },
    view: () => (me().shared ? emptyList("smartphone", "Sur un appareil partagé, demandez à une personne responsable.") : sheet ? printed(sheet) : form()),
  };

  function form() {
    const teams = me().teams.length > 0 && me().role !== "supervisor";
    return html`
      <p>Vos clés sont remplacées en une fois. Ce que l’appareil perdu avait déjà reçu y reste fermé par votre phrase ; il ne recevra plus rien.</p>
      <form class="stack" data-gap="large" @submit=${renew} novalidate>
        ${others.length ? severalOf("Quel appareil est perdu ?", others.map(({ device, at }) => ({ code: device, label: `Appareil ajouté ${when(at)}` })), state.lost, (lost) => set({ lost })) : message("news", "Vous n’avez pas d’autre appareil. Vous pouvez tout de même remplacer vos clés.")}
        ${field("Phrase actuelle", state.passphrase, (passphrase) => set({ passphrase }), { id: "old-passphrase", type: "password", autocomplete: "current-password" })}
        ${phrase.view()}
        ${teams ? message("warn", "Vos équipes attendront qu’une personne responsable ouvre Accord pour vous rendre leurs clés. D’ici là, continuez à enregistrer : tout partira ensuite.") : nothing}
        <div class="actions">${act.view()}<button class="button" data-kind="danger" ?disabled=${Boolean(act.sentence)}>Remplacer mes clés</button></div>
      </form>`;
  }

  /** @param {import("../vault/shapes.js").Sheet} made */
  function printed(made) {
    return html`${message("warn", "Votre ancienne feuille de secours n’ouvre plus. Voici la nouvelle : elle ne sera plus affichée.")}
      ${ownSheet(made, html`<button type="button" class="button" @click=${() => go("#/profil")}>Elle est imprimée et rangée</button>`)}`;
  }
}
