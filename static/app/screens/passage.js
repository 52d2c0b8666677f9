/** A passage in three taps, anonymous: who came, what was given, saved. No name is ever asked. */

import { recordReception } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { counter, tiles } from "../ui/choice.js";
import { keepDraft, keptDraft, forgetDraft } from "../ui/draft.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { helpOptions, needOptions } from "../ui/labels.js";
import { message } from "../ui/message.js";

const KEY = "passage";
const blank = () => ({ adults: 1, children: 0, firstHelp: /** @type {string[]} */ ([]), needs: /** @type {string[]} */ ([]) });

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw, turn }) {
  const act = acting(redraw);
  let state = { ...blank(), ...(await keptDraft(KEY)) };
  let saved = 0;
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => {
    state = { ...state, ...change };
    keepDraft(KEY, () => state);
    act.clear();
    redraw();
  };

  const save = () => act.run("Enregistrement…", async () => {
    if (!state.firstHelp.length) throw { code: "malformed", message: "Touchez d’abord ce qui a été fait : l’écoute compte aussi." };
    await recordReception({ mode: "passage", ...state });
    await forgetDraft(KEY);
    state = blank();
    saved += 1;
    turn();
  });

  return {
    title: "Passage",
    focused: true,
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => html`
      ${saved ? message("saved", `Passage enregistré sur cet appareil. ${saved > 1 ? `${saved} depuis l’ouverture de cet écran.` : "Vous pouvez noter le suivant."}`) : html`<p class="soft">Anonyme : aucun nom n’est demandé.</p>`}
      <section class="card">
        <h2>Personnes servies</h2>
        <div class="counters">${counter("Adultes", state.adults, (adults) => set({ adults }))}${counter("Enfants", state.children, (children) => set({ children }))}</div>
      </section>
      ${tiles("Ce qui a été fait", helpOptions(), state.firstHelp, (firstHelp) => set({ firstHelp }))}
      <details ?open=${state.needs.length > 0}><summary>Ajouter un besoin entendu</summary>${tiles("Besoins", needOptions(), state.needs, (needs) => set({ needs }))}</details>
      <div class="actions" data-stuck>
        ${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${save}>${icon("check")}Enregistrer le passage</button>
        ${saved ? html`<a class="button" data-kind="quiet" href="#/aujourdhui">Terminer</a>` : nothing}
      </div>`,
  };
}
