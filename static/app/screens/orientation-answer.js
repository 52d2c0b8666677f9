/** The recipient's answers: each open move as a verb; a refusal has a coded reason, an end has an outcome. */

import { answer } from "../vault/index.js";
import { oneOf } from "../ui/choice.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { REFERENCE } from "../reference.js";

/** @type {Record<string, {verb: string, symbol: string, kind?: string, asks?: "reason"|"outcome"|"text", hint?: string}>} */
const MOVES = {
  acceptee: { verb: "Accepter", symbol: "check", kind: "primary" },
  en_attente: { verb: "Mettre en attente", symbol: "hourglass", asks: "text", hint: "Dites ce qui manque : une place, une information… L’équipe qui oriente lira cette phrase." },
  refusee: { verb: "Refuser", symbol: "x", kind: "danger", asks: "reason" },
  rdv_fixe: { verb: "Fixer un rendez-vous", symbol: "calendar-check", kind: "primary", asks: "text", hint: "Jour, heure et lieu. L’équipe qui oriente le dira à la personne." },
  en_cours: { verb: "Commencer l’aide", symbol: "handshake" },
  non_venue: { verb: "La personne n’est pas venue", symbol: "calendar-x" },
  realisee: { verb: "C’est fait", symbol: "circle-check", kind: "primary", asks: "outcome" },
  interrompue: { verb: "Interrompre", symbol: "x", asks: "outcome" },
  close_sans_suite: { verb: "Clore sans suite", symbol: "x", asks: "outcome" },
};

/** @param {{id: string, act: import("../ui/act.js").Act, redraw: () => void, turn: () => void}} screen */
export function answerPanel({ id, act, redraw }) {
  const blank = () => ({ move: "", code: /** @type {string|null} */ (null), text: "" });
  let state = blank();
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => { state = { ...state, ...change }; act.clear(); redraw(); };

  const save = () => {
    const { asks } = MOVES[state.move];
    if ((asks === "reason" || asks === "outcome") && !state.code) return act.refuse("malformed", asks === "reason" ? "Choisissez le motif : il dit à l’autre équipe quoi proposer ensuite." : "Choisissez ce qu’il en est.");
    return act.run("Enregistrement de la réponse…", async () => {
      await answer({ orientation: id, state: /** @type {any} */ (state.move), reason: asks === "reason" ? state.code ?? undefined : undefined, outcome: asks === "outcome" ? state.code ?? undefined : undefined, text: state.text.trim() || undefined });
      state = blank();
      toast("Réponse enregistrée sur cet appareil.");
    });
  };
  const choose = (/** @type {string} */ move) => {
    act.clear();
    set({ ...blank(), move });
    if (!MOVES[move].asks) save();
  };

  /** @param {import("../vault/shapes.js").Orientation} shown */
  return (shown) => {
    if (!shown.moves.length) return nothing;
    return state.move && MOVES[state.move].asks ? details(shown) : html`<section><h2>Répondre</h2>
      <div class="actions">${Object.keys(MOVES).filter((move) => shown.moves.includes(move)).map((move) => html`<button type="button" class="button" data-kind=${MOVES[move].kind ?? nothing} ?disabled=${Boolean(act.sentence)} @click=${() => choose(move)}>${icon(MOVES[move].symbol)}${MOVES[move].verb}</button>`)}</div>
    </section>`;
  };

  /** @param {import("../vault/shapes.js").Orientation} shown */
  function details(shown) {
    const { verb, asks, hint, kind } = MOVES[state.move];
    return html`<section class="card"><h2>${verb}</h2>
      ${asks === "reason" ? oneOf("Motif", Object.entries(REFERENCE.reasons).map(([code, label]) => ({ code, label })), state.code, (code) => set({ code })) : nothing}
      ${asks === "outcome" ? oneOf("Ce qu’il en est", outcomesOf(state.move), state.code, (code) => set({ code })) : nothing}
      ${field("Précision", state.text, (text) => set({ text }), { long: true, required: false, id: "answer-text", hint: hint ?? "Lue par l’équipe qui oriente. Seulement ce qui lui est utile pour aider la personne." })}
      <p class="hint">Réponse envoyée à ${shown.from.teamName}, ${shown.from.organisationName}.</p>
      <div class="actions">
        <button type="button" class="button" data-kind=${kind === "danger" ? "danger" : "primary"} ?disabled=${Boolean(act.sentence)} @click=${save}>${verb}</button>
        <button type="button" class="button" data-kind="quiet" @click=${() => set(blank())}>Revenir</button>
      </div></section>`;
  }
}

/** @param {string} state */
function outcomesOf(state) {
  return Object.entries(REFERENCE.outcomes).filter(([, { states }]) => states.includes(state)).map(([code, { label }]) => ({ code, label }));
}
