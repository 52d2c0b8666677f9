/** The journey of one orientation: need, recipient, informations, the person's answers, confirmation. One decision, one recipient. */

import { dossier as readDossier } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { blankReading } from "../ui/card-reader.js";
import { forgetDraft, keepDraft, keptDraft } from "../ui/draft.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { stepper } from "../ui/stepper.js";
import { askStep } from "./orient-ask.js";
import { beforeStep } from "./orient-before.js";
import { blankOrientation } from "./orient-draft.js";
import { itemsStep } from "./orient-items.js";
import { needStep } from "./orient-need.js";
import { reviewStep } from "./orient-review.js";
import { savedStep } from "./orient-saved.js";
import { forgetSuggestions, whereStep } from "./orient-where.js";

/** @typedef {import("./orient-draft.js").OrientationState} OrientationState */
/**
 * @typedef {object} Journey       what each step receives
 * @property {string} dossier
 * @property {string} key          of the draft
 * @property {OrientationState} state
 * @property {(change: Partial<OrientationState>) => void} set   keeps the draft and draws again
 * @property {() => void} redraw
 * @property {(step?: string) => void} next   the following step, or the one named
 * @property {(held: boolean) => void} hold
 * @property {import("../ui/act.js").Act} act
 * @property {{dossier: string|null, consent: string|null, orientation: string|null, paper: import("../vault/receipts.js").ShownPaper|null, card: boolean}} saved
 *   `paper`: what the person takes away, in memory only; `card`: it was printed beforehand
 * @property {import("../ui/card-reader.js").Reading} reading
 */
/** @typedef {{name: string, title: string, step: (journey: Journey) => import("../ui/html.js").Content, bare?: boolean, uncounted?: boolean}} Step */

/** @type {Step[]} */
const STEPS = [
  { name: "besoin", title: "De quoi la personne a-t-elle besoin ?", step: needStep },
  { name: "destinataire", title: "Vers qui l’orienter ?", step: whereStep },
  { name: "informations", title: "Quelles informations transmettre ?", step: itemsStep },
  { name: "avant", title: "Avant de demander", step: beforeStep },
  { name: "accord", title: "À vous de répondre", step: askStep, bare: true, uncounted: true },
  { name: "relecture", title: "Relire et confirmer", step: reviewStep },
  { name: "fait", title: "C’est enregistré", step: savedStep, uncounted: true },
];
const COUNTED = STEPS.filter(({ uncounted }) => !uncounted);
const NAMES = { besoin: "besoin", destinataire: "destinataire", informations: "informations", avant: "avant de demander", relecture: "relecture" };

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw, turn, hold }) {
  const dossier = params[0] ?? "";
  const key = `orienter:${dossier}`;
  const kept = await keptDraft(key);
  const here = () => STEPS.find(({ name }) => name === journey.state.step) ?? STEPS[0];
  /** @type {Journey} */
  const journey = {
    dossier, key, hold, redraw,
    state: { ...blankOrientation(), follows: params[1] ?? null, ...kept },
    act: acting(redraw),
    saved: { dossier: null, consent: null, orientation: null, paper: null, card: false },
    reading: blankReading(),
    set(change) {
      journey.state = { ...journey.state, ...change };
      if (here().name !== "fait") keepDraft(key, () => journey.state);
      journey.act.clear();
      redraw();
    },
    next(step = STEPS[STEPS.indexOf(here()) + 1]?.name ?? "fait") {
      journey.act.clear();
      journey.set({ step });
      hold(step === "accord");
      turn();
    },
  };
  hold(journey.state.step === "accord");
  forgetSuggestions();

  const giveUp = async () => { await forgetDraft(key); location.hash = `#/dossier/${dossier}`; };
  const previous = () => STEPS[STEPS.indexOf(here()) - 1];
  return {
    get title() { return here().title; },
    get frame() { return here().bare ? /** @type {const} */ ("bare") : /** @type {const} */ ("page"); },
    focused: true,
    get unheaded() { return Boolean(here().bare) || here().name === "fait"; },
    get back() { return here() === STEPS[0] ? { href: `#/dossier/${dossier}`, label: readDossier(dossier)?.label ?? "Dossier" } : undefined; },
    view: () => {
      if (!readDossier(dossier)) return emptyList("lock", "Ce dossier n’est pas lisible ici : l’orientation part du dossier d’une personne de votre équipe.");
      if (here().uncounted) return here().step(journey);
      return html`
        ${stepper(COUNTED.map(({ name }) => NAMES[/** @type {keyof typeof NAMES} */ (name)]), COUNTED.indexOf(here()))}
        ${here().step(journey)}
        <div class="line" data-between>
          ${previous() ? html`<button type="button" class="button" data-kind="quiet" @click=${() => journey.next(previous().name === "accord" ? "avant" : previous().name)}>${icon("arrow-left")}Étape précédente</button>` : nothing}
          <button type="button" class="button" data-kind="quiet" @click=${giveUp}>Abandonner</button>
        </div>`;
    },
  };
}
