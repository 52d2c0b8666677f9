/** Which part of the directory this device carries: what is proposed, some départements and communes, or everything. */

import { chooseTerritory, directoryState, plain, subscribe } from "../vault/index.js";
import { askTerritories, readDirectoryAgain } from "../sync/index.js";
import { acting } from "../ui/act.js";
import { oneOf, severalOf } from "../ui/choice.js";
import { searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";
import { sizeWords } from "../ui/place-row.js";
import { toast } from "../ui/toast.js";
import { counted, when } from "../ui/words.js";

const COMMUNES_SHOWN = 12;
const WAYS = [
  { code: "mine", label: "Ce qui est proposé", hint: "Tout, tant que l’annuaire est petit ; sinon le département de mon organisation" },
  { code: "some", label: "Choisir des départements ou des communes" },
  { code: "all", label: "Tout l’annuaire" },
];

/** @typedef {{way: string, codes: string[], query: string, offered: import("../vault/shapes.js").Territories|null, asked: boolean}} State */

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  let here = await directoryState();
  const way = here.chosen === null ? "mine" : here.chosen.length ? "some" : "all";
  /** @type {State} */
  const state = { way, codes: [...(here.chosen ?? [])], query: "", offered: null, asked: false };
  const act = acting(redraw);
  const set = (/** @type {Partial<State>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };
  const stop = subscribe(async (topic) => { if (topic !== "locked") { here = await directoryState(); redraw(); } });
  askTerritories(Date.now()).catch(() => null).then((offered) => set({ offered, asked: true }));
  const save = async () => {
    if (state.way === "some" && !state.codes.length) return act.refuse("malformed", "Choisissez au moins un département ou une commune.");
    await act.run("L’annuaire de ce territoire est demandé…", async () => {
      await chooseTerritory(state.way === "mine" ? null : state.way === "all" ? [] : state.codes);
      const before = here.at;
      await readDirectoryAgain();
      here = await directoryState();
      toast(here.at === before ? "Choix gardé. L’annuaire viendra à la prochaine connexion ; l’ancien reste ici." : `Annuaire à jour : ${sizeWords(here)}.`);
    });
  };
  return {
    title: "Territoire de l’annuaire",
    back: { href: "#/annuaire", label: "Annuaire" },
    close: stop,
    view: () => html`
      <p>Sur cet appareil : <strong>${sizeWords(here)}</strong>${here.at ? html`, à jour ${when(here.at)}` : nothing}. ${carried(here)}</p>
      ${oneOf("Que garder sur cet appareil ?", WAYS, state.way, (code) => set({ way: code }))}
      ${state.way === "some" ? choices(state, set) : nothing}
      <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${save}>${icon("download")}Garder ce territoire</button></div>`,
  };
}

/** @param {import("../vault/shapes.js").DirectoryState} here */
function carried({ codes }) {
  if (!codes.length) return "Tous les territoires de l’annuaire sont là.";
  const communes = codes.filter((code) => code.length === 5).length;
  const departments = codes.filter((code) => code.length < 5);
  return [departments.length ? `${departments.length > 1 ? "Départements" : "Département"} ${departments.join(", ")}` : "", communes ? counted(communes, "commune") : ""].filter(Boolean).join("\u00a0; ") + ".";
}

/** @param {State} state @param {(change: Partial<State>) => void} set */
function choices(state, set) {
  if (!state.offered) return state.asked ? message("warn", "La liste des territoires n’a pas pu être demandée. Ce qui est sur cet appareil reste.") : html`<p class="soft" role="status">La liste des territoires est demandée…</p>`;
  const { departements, communes } = state.offered;
  const words = plain(state.query);
  const shown = communes.filter(({ code, nom }) => state.codes.includes(code) || (words && (plain(nom).includes(words) || code.startsWith(words)))).slice(0, COMMUNES_SHOWN + state.codes.length);
  const option = (/** @type {{code: string, places: number}} */ { code, places }, /** @type {string} */ label) => ({ code, label, hint: counted(places, "lieu", "lieux") });
  const ours = (/** @type {{code: string}[]} */ list) => state.codes.filter((code) => list.some((one) => one.code === code));
  const others = (/** @type {{code: string}[]} */ list) => state.codes.filter((code) => !list.some((one) => one.code === code));
  return html`
    ${severalOf("Départements", departements.map((one) => option(one, one.code)), ours(departements), (codes) => set({ codes: [...codes, ...others(departements)] }), { across: true })}
    ${searchBox("Chercher une commune", state.query, (query) => set({ query }), "Chercher une commune")}
    ${shown.length ? severalOf("Communes", shown.map((one) => option(one, `${one.nom} (${one.code})`)), ours(shown), (codes) => set({ codes: [...codes, ...others(shown)] })) : words ? html`<p class="soft">Aucune commune de ce nom dans l’annuaire.</p>` : nothing}
    <p class="hint">Une communauté de communes ou une métropole se choisit par ses communes. Les lieux où une équipe reçoit des orientations sont toujours gardés.</p>`;
}
