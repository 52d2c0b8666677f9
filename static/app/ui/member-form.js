/** What is decided of a member: role, profile, secrecy and its ground, teams, delegation, last day. */

import { me, roster } from "../vault/index.js";
import { REFERENCE } from "../reference.js";
import { box, oneOf, severalOf } from "./choice.js";
import { field, picker } from "./field.js";
import { html, nothing } from "./html.js";
import { optionsOf } from "./labels.js";

const ROLES = ["volunteer", "worker", "supervisor"];
const ADMIN_ROLES = ["supervisor", "charter_admin"];
const DEPUTY_ROLES = ["volunteer", "worker"];

/** @typedef {ReturnType<typeof blankMember>} MemberState */

export function blankMember() {
  return { role: /** @type {string|null} */ (null), profile: "", ground: "", groundText: "", teams: /** @type {string[]} */ ([]), deputy: false, endsOn: "" };
}

/** The sentence of what is missing, or null.
 * @param {MemberState} state @param {{organisation?: boolean}} [more] `organisation`: its first administrator, who has no team yet */
export function missingOf(state, { organisation = false } = {}) {
  if (!state.role || !state.profile) return "Choisissez le rôle et le profil.";
  if (state.ground && !state.groundText.trim()) return "Écrivez d’où vient le secret professionnel : la profession, la fonction ou la mission.";
  return !organisation && !state.teams.length ? "Choisissez au moins une équipe." : null;
}

/** @param {MemberState} state @param {(change: Partial<MemberState>) => void} set @param {{organisation?: boolean}} [more] */
export function memberForm(state, set, { organisation = false } = {}) {
  // A deputy gives no more than they have (rules/deputies.js): what would be refused is not offered.
  const isDeputy = !ADMIN_ROLES.includes(me().role);
  const mayChoose = organisation || state.role === "charter_admin" ? ADMIN_ROLES : ROLES;
  const roles = isDeputy ? DEPUTY_ROLES : mayChoose;
  const grounds = Object.entries(REFERENCE.labels.grounds).map(([code, label]) => /** @type {[string, string]} */ ([code, `Tenue au secret ${label.toLowerCase()}`]));
  return html`
    ${oneOf("Rôle", optionsOf(REFERENCE.labels.roles).filter(({ code }) => roles.includes(code)), state.role, (role) => set({ role }))}
    ${picker("Profil, pour ce que la personne peut recevoir", state.profile, Object.entries(REFERENCE.columns), (profile) => set({ profile }), { id: "profile" })}
    ${picker("Secret professionnel", state.ground || "none", [["none", "Non tenue au secret"], ...grounds], (ground) => set({ ground: ground === "none" ? "" : ground }), { id: "ground", hint: "Personne ne se déclare soi-même tenu au secret : c’est vous qui l’attestez." })}
    ${state.ground ? field("D’où vient ce secret", state.groundText, (groundText) => set({ groundText }), { id: "ground-text", hint: "Par exemple : assistante de service social ; agent du CCAS." }) : nothing}
    ${organisation ? nothing : html`
      ${severalOf("Équipes", roster().teams.map(({ id, name }) => ({ code: id, label: name })), state.teams, (teams) => set({ teams }))}
      ${isDeputy ? nothing : box("Peut admettre d’autres personnes", state.deputy, (deputy) => set({ deputy }), "Délégation nommée, en plus de son rôle")}
      ${field("Dernier jour", state.endsOn, (endsOn) => set({ endsOn }), { id: "ends-on", type: "date", required: false, hint: "L’accès s’arrête tout seul après ce jour." })}`}`;
}
