/** How an agreement was expressed, and who helped. A drawing on the screen is never required: the spoken word is enough. */

import { oneOf } from "../ui/choice.js";
import { drawingPad } from "../ui/drawing.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { optionsOf } from "../ui/labels.js";
import { REFERENCE } from "../reference.js";

/**
 * @typedef {object} Expression
 * @property {string|null} method
 * @property {string} paper        where the written agreement is kept
 * @property {string} quality      of who answers for the person
 * @property {string} evidence     seen of that quality
 * @property {string} protector    the part taken by who protects an adult
 * @property {string} interpreter
 * @property {string} witness
 * @property {string} drawing      an SVG path
 */

const QUALITIES = [
  { code: "parent", label: "Parent ou titulaire de l’autorité parentale" }, { code: "tuteur", label: "Tuteur ou tutrice" },
  { code: "habilitation", label: "Personne habilitée par le juge" }, { code: "mandataire", label: "Mandataire" },
];

/** @returns {Expression} */
export function blankExpression() {
  return { method: null, paper: "", quality: "", evidence: "", protector: "", interpreter: "", witness: "", drawing: "" };
}

/** @param {Expression & {who?: string|null}} state @param {(change: Partial<Expression>) => void} set */
export function methodChoice(state, set) {
  const helped = Boolean(state.interpreter || state.witness);
  return html`${oneOf("Comment la personne a-t-elle répondu ?", optionsOf(REFERENCE.labels.methods), state.method, (method) => set({ method }))}
    ${state.method === "written_paper" ? field("Où est gardé le papier ?", state.paper, (paper) => set({ paper }), { id: "paper" }) : nothing}
    ${state.method === "drawn_signature" ? drawingPad("La personne peut signer, dessiner ou faire une croix.", state.drawing, (drawing) => set({ drawing })) : nothing}
    ${state.method === "representative" ? html`${oneOf("Qui répond pour la personne ?", QUALITIES, state.quality || null, (quality) => set({ quality }))}
      ${field("Ce que vous avez vu qui le prouve", state.evidence, (evidence) => set({ evidence }), { id: "evidence", hint: "Le jugement, le livret de famille… N’en gardez pas de copie." })}` : nothing}
    ${state.who === "protected" ? field("Ce qu’a dit la personne qui protège", state.protector, (protector) => set({ protector }), { id: "protector", required: false, hint: "Seulement si elle était là. L’adulte protégé a répondu d’abord." }) : nothing}
    <details ?open=${helped}><summary>Avec un interprète, un témoin</summary>
      ${field("Interprète", state.interpreter, (interpreter) => set({ interpreter }), { id: "interpreter", required: false, hint: "Service et langue, ou « un proche » si la personne l’a choisi." })}
      ${field("Témoin", state.witness, (witness) => set({ witness }), { id: "witness", required: false })}</details>`;
}

/** What is missing before it can be sealed; null when nothing is. @param {Expression} state @returns {string|null} */
export function missingOf({ method, paper, drawing, quality, evidence }) {
  if (!method) return "Dites comment la personne a répondu.";
  if (method === "written_paper" && !paper.trim()) return "Dites où est gardé le papier.";
  if (method === "drawn_signature" && !drawing) return "Rien n’est dessiné. La personne peut dessiner, ou répondre à voix haute.";
  if (method === "representative" && !(quality && evidence.trim())) return "Dites qui répond pour la personne, et ce que vous avez vu.";
  return null;
}

/** What the vault seals of it: only what goes with the method. @param {Expression & {who?: string|null}} state */
export function expressed({ method, paper, quality, evidence, protector, interpreter, witness, drawing, who }) {
  const kept = (/** @type {string} */ text) => text.trim() || undefined;
  const isFor = method === "representative";
  return {
    method: method ?? "oral_face", place: method === "written_paper" ? kept(paper) : undefined, who: who ?? undefined,
    quality: isFor ? kept(quality) : undefined, evidence: isFor ? kept(evidence) : undefined, protector: who === "protected" ? kept(protector) : undefined,
    interpreter: kept(interpreter), witness: kept(witness), drawing: method === "drawn_signature" ? drawing : undefined,
  };
}
