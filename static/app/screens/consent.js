/** An agreement asked for on its own: up to three organisations, each answered apart, for a time. Nothing is sent. */

import { dossier as readDossier, newPaper, organisationName, recipients, recordAnswers, shareable } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { blankReading, cardReader } from "../ui/card-reader.js";
import { oneOf, severalOf } from "../ui/choice.js";
import { picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyItem } from "../ui/item.js";
import { category, optionsOf } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { paperActions, paperSheet } from "../ui/paper.js";
import { isPrudent } from "../ui/prudent.js";
import { replace } from "../ui/router.js";
import { toast } from "../ui/toast.js";
import { listed } from "../ui/words.js";
import { REFERENCE } from "../reference.js";
import { blankExpression, expressed, methodChoice, missingOf } from "./consent-method.js";
import { WHO, minorAlone } from "./orient-before.js";
import { noticeFor, turned } from "./turned.js";

/** @typedef {import("./turned.js").Given} Given */
/** @typedef {import("../vault/receipts.js").ShownPaper} ShownPaper */

const MOST_RECIPIENTS = 3; // "si c’est complet, puis-je demander à…"
const ALONE = [{ code: "yes", label: "Oui" }, { code: "no", label: "Non" }];
const blank = () => ({
  step: /** @type {"choose"|"ask"|"confirm"|"paper"} */ ("choose"), recipients: /** @type {string[]} */ ([]), categories: /** @type {string[]} */ ([]), duration: "P6M",
  purpose: Object.keys(REFERENCE.purposes)[0], who: /** @type {string|null} */ (null), alone: /** @type {boolean|null} */ (null), asked: 0, replies: /** @type {Given[]} */ ([]),
  trace: /** @type {boolean|null} */ (null), confirmed: false, variant: "standard", language: "fr", readAloud: false,
  paperGiven: /** @type {ShownPaper|null} */ (null), card: false, ...blankExpression(),
});

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn, hold }) {
  const dossier = params[0] ?? "";
  const act = acting(redraw);
  const state = blank();
  const reading = blankReading();
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };
  const step = (/** @type {ReturnType<typeof blank>["step"]} */ name) => { state.step = name; act.clear(); hold(name === "ask"); turn(); };
  const restart = { replies: [], asked: 0, confirmed: false };
  const teams = () => state.recipients.flatMap((chosen) => recipients().find((each) => key(each) === chosen) ?? []);
  const askedOf = (/** @type {import("../vault/shapes.js").Recipient} */ to) => state.categories.filter((code) => allowedTo(to).includes(code));

  const save = () => {
    const missing = missingOf(state);
    if (missing) return act.refuse("malformed", missing);
    const replies = teams().map((to, at) => {
      const said = (/** @type {boolean|null} */ answer) => askedOf(to).filter((code) => state.replies[at]?.[code] === answer);
      return { recipient: to.organisation, yes: said(true), no: said(false), later: said(null) };
    });
    return act.run("Scellement de la réponse…", async () => {
      const isAgreed = replies.some(({ yes }) => yes.length > 0);
      if (state.trace && isAgreed) state.paperGiven ??= await newPaper();
      const receipt = state.trace && isAgreed && state.paperGiven ? { secret: state.paperGiven.secret, language: state.language, given: state.card ? "card" : "shown" } : undefined;
      const common = { ...expressed(state), notice: noticeFor(state), alone: Boolean(state.alone), trace: Boolean(state.trace) };
      await recordAnswers({ dossier, replies, purpose: state.purpose, duration: state.duration, ...common, receipt });
      toast("Réponse enregistrée sur cet appareil.");
      if (receipt) step("paper");
      else replace(`#/dossier/${dossier}`);
    });
  };

  return {
    get title() { return state.step === "paper" ? "Papier à remettre" : "Demander un accord"; },
    get frame() { return state.step === "ask" ? /** @type {const} */ ("bare") : /** @type {const} */ ("page"); },
    focused: true,
    get back() { return { href: `#/dossier/${dossier}`, label: readDossier(dossier)?.label ?? "Dossier" }; },
    view: () => ({ choose: choosing, ask: asking, confirm: confirming, paper: onPaper })[state.step](),
    close: () => { reading.filming = false; },
  };

  function choosing() {
    const offered = [...new Set(teams().flatMap(allowedTo))].sort();
    const options = recipients().map((each) => ({ code: key(each), label: each.teamName, hint: each.organisationName }));
    const chosen = (/** @type {string[]} */ picked) => (picked.length > MOST_RECIPIENTS ? act.refuse("malformed", "Trois équipes au plus à la fois.") : set({ recipients: picked, categories: [], ...restart }));
    const forward = () => (state.recipients.length && state.categories.length && state.who && state.alone !== null ? step("ask") : act.refuse("malformed", "Choisissez l’équipe, au moins une information, qui va répondre, et dites si vous êtes seul·e avec la personne."));
    return html`
      <p class="soft">L’accord prépare un envoi, il ne l’envoie pas. La personne répond elle-même, équipe par équipe, information par information.</p>
      ${oneOf("Qui va répondre ?", WHO, state.who, (who) => set({ who }))}
      ${state.who === "minor" ? minorAlone(null) : html`
      ${severalOf("Pour quelles équipes ? Trois au plus", options, state.recipients, chosen)}
      ${state.recipients.length ? severalOf("Quelles informations ?", offered.map((code) => ({ code, label: category(code).label, hint: category(code).purpose })), state.categories, (categories) => set({ categories, ...restart })) : nothing}
      ${picker("Pour quoi faire", state.purpose, Object.entries(REFERENCE.purposes), (purpose) => set({ purpose, ...restart }), { id: "purpose" })}
      ${oneOf("Pour combien de temps ?", optionsOf(REFERENCE.labels.durations), state.duration, (duration) => set({ duration, ...restart }), { across: true })}
      ${oneOf("Êtes-vous seul·e avec la personne ?", ALONE, state.alone === null ? null : state.alone ? "yes" : "no", (code) => set({ alone: code === "yes" }), { across: true })}
      ${state.alone === false ? message("warn", "Si la présence de l’autre peut gêner ou faire peur, attendez ou changez de pièce.") : nothing}
      <div class="actions" data-stuck>${act.view()}<button type="button" class="button" data-kind="primary" @click=${forward}>${icon("smartphone")}Tourner le téléphone</button></div>`}`;
  }

  function asking() {
    const to = teams()[state.asked];
    const more = state.asked < state.recipients.length - 1;
    return turned({
      about: { organisation: to?.organisationName ?? "", team: to?.teamName ?? "", kind: to?.kind ?? "", need: null, duration: state.duration, purpose: state.purpose },
      items: to ? askedOf(to).map((code) => readDossier(dossier)?.items.find((item) => item.category === code) ?? emptyItem(code)) : [],
      answers: { ...state, answers: state.replies[state.asked] ?? {} },
      set: ({ answers, ...others }) => set({ ...others, ...(answers ? { replies: state.recipients.map((_, at) => (at === state.asked ? answers : (state.replies[at] ?? {}))) } : {}) }),
      redraw, more, stop: () => { Object.assign(state, restart); step("choose"); },
      giveBack: () => (more ? set({ asked: state.asked + 1, confirmed: false }) : step("confirm")),
    });
  }

  function confirming() {
    return html`
      ${methodChoice(state, set)}
      ${teams().map((to, at) => reply(to, state.replies[at] ?? {}, askedOf(to)))}
      ${state.confirmed ? nothing : message("warn", "La personne n’a pas encore confirmé.")}
      ${state.trace && !state.card ? html`<details><summary>Utiliser une carte déjà imprimée</summary>${cardReader(reading, redraw, (paperGiven) => set({ paperGiven, card: true }))}</details>` : nothing}
      ${state.card ? message("saved", `La carte ${state.paperGiven?.code} recevra cet accord.`) : nothing}
      <div class="actions" data-stuck>${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${!state.confirmed || Boolean(act.sentence)} @click=${save}>Enregistrer la réponse</button>
        <button type="button" class="button" data-kind="quiet" @click=${() => { Object.assign(state, restart); step("choose"); }}>Revenir</button></div>`;
  }

  function onPaper() {
    return html`${message("saved", "Réponse enregistrée sur cet appareil. Le papier s’ouvrira dès que l’envoi sera parti.")}
      ${state.paperGiven ? html`${paperSheet(state.paperGiven, state.language)}${paperActions(state.paperGiven, state.language, isPrudent(readDossier(dossier)))}` : nothing}
      <a class="button" href="#/dossier/${dossier}">Revenir au dossier</a>`;
  }
}

/** @param {import("../vault/shapes.js").Recipient} to @param {Given} answers @param {string[]} asked */
function reply(to, answers, asked) {
  const said = (/** @type {boolean|null} */ answer) => listed(asked.filter((code) => answers[code] === answer).map((code) => category(code).label.toLowerCase()));
  return html`<dl class="facts card">
    <div><dt>Pour</dt><dd>${to.teamName}, ${organisationName(to.organisation)}</dd></div>
    <div><dt>Oui</dt><dd>${said(true) || "rien"}</dd></div>
    <div><dt>Non</dt><dd>${said(false) || "rien"}</dd></div>
    ${said(null) ? html`<div><dt>Veut réfléchir</dt><dd>${said(null)}</dd></div>` : nothing}
  </dl>`;
}

/** What the charter and the recipient's column let it receive: what is impossible is not shown.
 * @param {import("../vault/shapes.js").Recipient} to */
function allowedTo(to) {
  return shareable({ recipient: to }).filter((each) => each.allowed).map(({ code }) => code);
}

/** @param {{organisation: string, team: string}} recipient */
function key({ organisation, team }) {
  return `${organisation}/${team}`;
}
