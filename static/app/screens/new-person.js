/** Opens a dossier: what to call the person, and what more is useful. Shows possible duplicates before. */

import { openDossier, people } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { forgetDraft, keepDraft, keptDraft } from "../ui/draft.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyItem, isFilled, itemForm } from "../ui/item.js";
import { category, pictogram } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { replace } from "../ui/router.js";
import { toast } from "../ui/toast.js";

const KEY = "nouvelle";
const FIRST = ["C01", "C03"];
const MORE = ["C02", "C04", "C11"];

/** @typedef {Record<string, import("../ui/item.js").Item>} Items */

/** What was searched for without success: handed over in memory, since an address stays in the browser's history. */
let proposed = "";

/** @param {string} called */
export function propose(called) {
  proposed = called;
}

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  const act = acting(redraw);
  const kept = await keptDraft(KEY);
  /** @type {{items: Items, asked: boolean}} */
  const state = { items: kept?.items ?? {}, asked: false };
  if (proposed && !isFilled(state.items.C01)) state.items.C01 = { ...emptyItem("C01"), fields: { called: proposed } };
  proposed = "";
  const item = (/** @type {string} */ code) => state.items[code] ?? emptyItem(code);
  const set = (/** @type {import("../ui/item.js").Item} */ changed) => {
    state.items = { ...state.items, [changed.category]: changed };
    keepDraft(KEY, () => ({ items: state.items }));
    act.clear();
    redraw();
  };

  async function save(/** @type {Event} */ event) {
    event.preventDefault();
    state.asked = true;
    if (!called()) return act.refuse("malformed", "Écrivez comment appeler la personne : un prénom ou un nom choisi suffit.");
    const items = Object.values(state.items).filter(isFilled);
    await act.run("Enregistrement…", async () => {
      const dossier = await openDossier({ items, draftId: KEY });
      await forgetDraft(KEY);
      toast("Dossier enregistré sur cet appareil.");
      replace(`#/dossier/${dossier}`);
    });
    return undefined;
  }
  const called = () => String(item("C01").fields.called ?? "").trim();

  return {
    title: "Nouvelle personne",
    focused: true,
    back: { href: "#/personnes", label: "Personnes" },
    view: () => html`
      <p class="soft">Un dossier concerne une seule personne. Notez seulement ce qui est utile à l’aide. Votre saisie est gardée au fur et à mesure.</p>
      <form class="stack" data-gap="large" @submit=${save} novalidate>
        ${itemForm(item("C01"), set, { sources: false })}
        ${duplicates(called())}
        ${FIRST.slice(1).map((code) => more(code, item(code), set))}
        ${MORE.map((code) => more(code, item(code), set))}
        <div class="actions" data-stuck>
          ${act.view()}
          <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>Ouvrir le dossier</button>
        </div>
      </form>`,
  };
}

/** @param {string} code @param {import("../ui/item.js").Item} item @param {(item: import("../ui/item.js").Item) => void} set */
function more(code, item, set) {
  const { label, purpose, pictogram: name } = category(code);
  return html`<details class="card" ?open=${isFilled(item)}>
    <summary><span class="line">${pictogram(name)}${label}</span></summary>
    <div class="stack"><p class="hint">${purpose}</p>${itemForm(item, set)}</div>
  </details>`;
}

/** @param {string} called */
function duplicates(called) {
  const near = called.length > 1 ? people(called).slice(0, 3) : [];
  if (!near.length) return nothing;
  return message("warn", "Est-ce une de ces personnes ? Ouvrez son dossier plutôt que d’en faire un second.", {
    title: "Déjà connue ?",
    after: html`<ul class="rows">${near.map(({ dossier, label, detail }) => html`<li><a class="row" href="#/dossier/${dossier}"><span><strong><bdi>${label}</bdi></strong><small class="soft"><bdi>${detail}</bdi></small></span><span class="next">${icon("chevron-right")}</span></a></li>`)}</ul>`,
  });
}
