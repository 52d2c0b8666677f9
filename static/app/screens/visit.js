/** Records a visit or a reception: how, what for, what was done at once. The narrative never leaves the bound circle. */

import { dossier as readDossier, me, recordReception } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { severalOf, tiles } from "../ui/choice.js";
import { forgetDraft, keepDraft, keptDraft } from "../ui/draft.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { helpOptions, modeOptions, needOptions } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { replace } from "../ui/router.js";
import { toast } from "../ui/toast.js";

const blank = () => ({ mode: /** @type {string|null} */ (null), needs: /** @type {string[]} */ ([]), firstHelp: /** @type {string[]} */ ([]), text: "", narrative: "" });

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw }) {
  const id = params[0] || undefined;
  const person = id ? readDossier(id) : null;
  const key = id ? `visite:${id}` : "visite";
  const act = acting(redraw);
  let state = { ...blank(), ...(await keptDraft(key)) };
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => {
    state = { ...state, ...change };
    keepDraft(key, () => state);
    act.clear();
    redraw();
  };

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    const orienting = /** @type {SubmitEvent} */ (event).submitter?.getAttribute("value") === "orienter";
    if (!state.mode) return act.refuse("malformed", "Dites comment s’est passé l’accueil : visite, rendez-vous, téléphone…");
    await act.run("Enregistrement…", async () => {
      await recordReception({ ...state, mode: state.mode, dossier: id, text: state.text.trim() || undefined, narrative: state.narrative.trim() || undefined });
      await forgetDraft(key);
      toast("Visite enregistrée sur cet appareil.");
      replace(orienting && id ? `#/orienter/${id}` : id ? `#/dossier/${id}` : "#/aujourdhui");
    });
    return undefined;
  }

  return {
    title: person ? `Visite : ${person.label}` : "Accueil",
    tab: "Accueil",
    focused: true,
    back: id ? { href: `#/dossier/${id}`, label: "Dossier" } : { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => html`<form class="stack" data-gap="large" @submit=${save} novalidate>
      ${tiles("Comment", modeOptions(), state.mode ? [state.mode] : [], ([mode]) => set({ mode }), { single: true })}
      ${tiles("Les besoins entendus", needOptions(), state.needs, (needs) => set({ needs }))}
      ${severalOf("Première réponse donnée", helpOptions().map(({ code, label }) => ({ code, label })), state.firstHelp, (firstHelp) => set({ firstHelp }), { across: true })}
      ${field("Faits utiles", state.text, (text) => set({ text }), { long: true, required: false, hint: "Ce que la personne a dit ou ce que vous avez vu, lisible par l’équipe. Jamais de numéro de sécurité sociale." })}
      ${narrative(state.narrative, (text) => set({ narrative: text }))}
      <p class="hint">Votre saisie est gardée au fur et à mesure sur cet appareil.</p>
      <div class="actions" data-stuck>
        ${act.view()}
        <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>${icon("check")}Enregistrer la visite</button>
        ${id ? html`<button class="button" value="orienter" ?disabled=${Boolean(act.sentence)}>${icon("send")}Enregistrer puis orienter</button>` : nothing}
      </div>
    </form>`,
  };
}

/** Only someone bound by secrecy, where the team has a circle for it, may write it.
 * @param {string} value @param {(text: string) => void} set */
function narrative(value, set) {
  if (!me().ground) return nothing;
  return html`<details class="card" ?open=${Boolean(value)}>
    <summary><span class="line">${icon("lock")}Récit de la visite</span></summary>
    <div class="stack">
      ${message("news", "Lisible seulement par les personnes de votre équipe tenues au secret. Ne part jamais dans une orientation.")}
      ${field("Récit", value, set, { long: true, required: false, id: "narrative" })}
    </div>
  </details>`;
}
