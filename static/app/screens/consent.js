/** An agreement asked for on its own: one organisation, some categories, for a time; or its refusal. Nothing is sent. */

import { dossier as readDossier, giveConsent, organisationName, recipients, refuseConsent, shareable } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { oneOf, severalOf } from "../ui/choice.js";
import { picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyItem } from "../ui/item.js";
import { category, optionsOf } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { replace } from "../ui/router.js";
import { toast } from "../ui/toast.js";
import { listed } from "../ui/words.js";
import { REFERENCE } from "../reference.js";
import { methodChoice } from "./consent-method.js";
import { noticeFor, turned } from "./turned.js";

const ALONE = [{ code: "yes", label: "Oui" }, { code: "no", label: "Non" }];
const blank = () => ({
  step: /** @type {"choose"|"ask"|"confirm"} */ ("choose"), recipient: "", categories: /** @type {string[]} */ ([]), duration: "P6M",
  purpose: Object.keys(REFERENCE.purposes)[0], alone: /** @type {boolean|null} */ (null), answers: /** @type {Record<string, boolean>} */ ({}),
  trace: /** @type {boolean|null} */ (null), confirmed: false, variant: "standard", language: "fr", readAloud: false,
  method: /** @type {string|null} */ (null), paper: "",
});

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn, hold }) {
  const dossier = params[0] ?? "";
  const act = acting(redraw);
  const state = blank();
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };
  const step = (/** @type {"choose"|"ask"|"confirm"} */ name) => { state.step = name; act.clear(); hold(name === "ask"); turn(); };
  const team = () => recipients().find((each) => key(each) === state.recipient);

  const save = () => {
    if (!state.method) return act.refuse("malformed", "Dites comment la personne a répondu.");
    const yes = state.categories.filter((code) => state.answers[code]);
    const no = state.categories.filter((code) => state.answers[code] === false);
    const common = { dossier, recipient: team()?.organisation ?? "", notice: noticeFor(state), method: state.method, alone: Boolean(state.alone), trace: Boolean(state.trace) };
    return act.run("Scellement de la réponse…", async () => {
      if (yes.length) await giveConsent({ ...common, categories: yes, purpose: state.purpose, duration: state.duration, place: state.paper.trim() || undefined });
      if (no.length) await refuseConsent({ ...common, categories: no });
      toast("Réponse enregistrée sur cet appareil.");
      replace(`#/dossier/${dossier}`);
    });
  };

  return {
    title: "Demander un accord",
    get frame() { return state.step === "ask" ? /** @type {const} */ ("bare") : /** @type {const} */ ("page"); },
    focused: true,
    get back() { return { href: `#/dossier/${dossier}`, label: readDossier(dossier)?.label ?? "Dossier" }; },
    view: () => {
      if (state.step === "ask") return asking();
      return state.step === "confirm" ? confirming() : choosing();
    },
  };

  function choosing() {
    const to = team();
    const offered = to ? shareable({ recipient: to }).filter((each) => each.allowed) : [];
    const forward = () => (state.recipient && state.categories.length && state.alone !== null ? step("ask") : act.refuse("malformed", "Choisissez l’équipe, au moins une information, et dites si vous êtes seul·e avec la personne."));
    return html`
      <p class="soft">L’accord prépare un envoi, il ne l’envoie pas. La personne répond elle-même, information par information.</p>
      ${picker("Pour quelle équipe ?", state.recipient, recipients().map((each) => [key(each), `${each.organisationName}, ${each.teamName}`]), (recipient) => set({ recipient, categories: [], answers: {} }), { id: "recipient" })}
      ${to ? severalOf("Quelles informations ?", offered.map(({ code, label }) => ({ code, label, hint: category(code).purpose })), state.categories, (categories) => set({ categories, answers: {} })) : nothing}
      ${picker("Pour quoi faire", state.purpose, Object.entries(REFERENCE.purposes), (purpose) => set({ purpose }), { id: "purpose" })}
      ${oneOf("Pour combien de temps ?", optionsOf(REFERENCE.labels.durations), state.duration, (duration) => set({ duration, answers: {} }), { across: true })}
      ${oneOf("Êtes-vous seul·e avec la personne ?", ALONE, state.alone === null ? null : state.alone ? "yes" : "no", (code) => set({ alone: code === "yes" }), { across: true })}
      <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>${icon("smartphone")}Tourner le téléphone</button></div>`;
  }

  function asking() {
    const to = team();
    return turned({
      about: { organisation: to?.organisationName ?? "", team: to?.teamName ?? "", kind: to?.kind ?? "", need: null, duration: state.duration, purpose: state.purpose },
      items: state.categories.map((code) => readDossier(dossier)?.items.find((item) => item.category === code) ?? emptyItem(code)),
      answers: state, set, redraw, giveBack: () => step("confirm"), stop: () => step("choose"),
    });
  }

  function confirming() {
    const said = (/** @type {boolean} */ yes) => listed(state.categories.filter((code) => state.answers[code] === yes).map((code) => category(code).label.toLowerCase()));
    return html`
      ${methodChoice(state, set)}
      <dl class="facts card">
        <div><dt>Pour</dt><dd>${organisationName(team()?.organisation ?? "")}</dd></div>
        <div><dt>Oui</dt><dd>${said(true) || "rien"}</dd></div>
        <div><dt>Non</dt><dd>${said(false) || "rien"}</dd></div>
      </dl>
      ${state.confirmed ? nothing : message("warn", "La personne n’a pas encore confirmé.")}
      <div class="actions" data-stuck>${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${!state.confirmed || Boolean(act.sentence)} @click=${save}>Enregistrer la réponse</button>
        <button type="button" class="button" data-kind="quiet" @click=${() => step("choose")}>Revenir</button></div>`;
  }
}

/** @param {{organisation: string, team: string}} recipient */
function key({ organisation, team }) {
  return `${organisation}/${team}`;
}
