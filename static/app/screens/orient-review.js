/** Last step: how the agreement was expressed, then everything read again before it is sealed. */

import { checkOrientation, deferConsent, newPaper, orient, orientation, refuseConsent } from "../vault/index.js";
import { sentenceOf } from "../ui/act.js";
import { badge } from "../ui/badge.js";
import { cardReader } from "../ui/card-reader.js";
import { forgetDraft } from "../ui/draft.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { itemLine } from "../ui/item.js";
import { category, needLabel, pictogram } from "../ui/labels.js";
import { message } from "../ui/message.js";
import { duration } from "../ui/words.js";
import { expressed, methodChoice, missingOf } from "./consent-method.js";
import { URGENCIES, answeredLater, answeredNo, answeredYes, draftOf, recipientOf } from "./orient-draft.js";
import { noticeFor } from "./turned.js";

/** @param {import("./orient.js").Journey} journey */
export function reviewStep(journey) {
  const { state, set, act } = journey;
  const yes = answeredYes(state);
  const to = recipientOf(state);
  if (!state.confirmed) return notConfirmed(journey);
  return html`
    ${methodChoice(state, set)}
    <section class="card" aria-labelledby="to">
      <h2 id="to">${yes.length ? `Voici ce que verra l’équipe${to ? ` « ${to.teamName} »` : ""}` : "Rien ne part"}</h2>
      <dl class="facts">
        <div><dt>Destinataire</dt><dd>${to?.teamName}, ${to?.organisationName}</dd></div>
        <div><dt>Besoin</dt><dd>${needLabel(state.need)}${state.urgency ? html` ${badge(URGENCIES.find(({ code }) => code === state.urgency)?.label ?? "", "warn", "zap")}` : nothing}</dd></div>
        ${yes.map((code) => html`<div><dt>${category(code).label}</dt><dd><bdi>${itemLine(state.items[code])}</bdi></dd></div>`)}
        ${state.text.trim() ? html`<div><dt>Un mot pour l’équipe</dt><dd><bdi>${state.text}</bdi></dd></div>` : nothing}
        ${state.necessity.trim() ? html`<div><dt>Pourquoi c’est nécessaire</dt><dd><bdi>${state.necessity}</bdi></dd></div>` : nothing}
        <div><dt>Accord</dt><dd>${duration(state.duration)}${state.alone ? ", recueilli seul·e avec la personne" : ", quelqu’un d’autre était présent"}</dd></div>
      </dl>
    </section>
    ${refusedItems(state)}
    ${yes.length && state.trace ? paperChoice(journey) : nothing}
    <div class="actions" data-stuck>${act.view()}
      ${yes.length ? html`<button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${() => send(journey)}>${icon("send")}Envoyer l’orientation</button>`
      : html`<button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${() => recordRefusal(journey)}>Enregistrer la réponse et préparer une fiche</button>`}
    </div>`;
}

/** The person wants a trace: drawn when it is sealed, unless a card is taken. @param {import("./orient.js").Journey} journey */
function paperChoice({ saved, reading, redraw }) {
  if (saved.card) return message("saved", `La carte ${saved.paper?.code} recevra cet accord.`);
  return html`<details><summary>Utiliser une carte déjà imprimée</summary>
    ${cardReader(reading, redraw, (paper) => Object.assign(saved, { paper, card: true }))}</details>`;
}

/** @param {import("./orient.js").Journey} journey */
function notConfirmed({ next }) {
  return message("warn", "La personne n’a pas encore confirmé ses réponses.", { after: html`<button type="button" class="button" data-kind="primary" @click=${() => next("accord")}>${icon("smartphone")}Tourner le téléphone</button>` });
}

/** @param {import("./orient-draft.js").OrientationState} state */
function refusedItems(state) {
  const [no, later] = [answeredNo(state), answeredLater(state)];
  if (!no.length && !later.length) return nothing;
  return html`<section><h2>Ne partira pas</h2>
    ${no.map((code) => html`<div class="item" data-state="refused" data-code=${code} data-refusal="consent_missing"><p>${pictogram(category(code).pictogram)} <strong>${category(code).label}.</strong> ${sentenceOf("consent_missing")}</p></div>`)}
    ${later.map((code) => html`<div class="item" data-state="refused" data-code=${code}><p>${pictogram(category(code).pictogram)} <strong>${category(code).label}.</strong> La personne veut réfléchir.</p></div>`)}
  </section>`;
}

/** @param {import("./orient.js").Journey} journey */
function send(journey) {
  const { dossier, key, state, act, saved, next } = journey;
  const missing = missingOf(state);
  if (missing) return act.refuse("malformed", missing);
  return act.run("Scellement de l’orientation…", async () => {
    const draft = draftOf(dossier, key, state, noticeFor(state), true, new Date());
    const problem = checkOrientation(draft);
    if (problem) throw problem;
    if (state.trace) saved.paper ??= await newPaper();
    const paper = state.trace && saved.paper;
    const done = await orient({ ...draft, ...(paper ? { receipt: { secret: paper.secret, language: state.language, given: saved.card ? "card" : "shown" } } : {}) });
    Object.assign(saved, { dossier, consent: done.consent, orientation: done.orientation });
    await recordLater(journey);
    await forgetDraft(key);
    next("fait");
    return orientation(done.orientation);
  });
}

/** @param {import("./orient.js").Journey} journey */
function recordRefusal(journey) {
  const { dossier, key, state, act, next } = journey;
  const missing = missingOf(state);
  if (missing) return act.refuse("malformed", missing);
  return act.run("Enregistrement de la réponse…", async () => {
    const no = answeredNo(state);
    if (no.length) await refuseConsent({ dossier, recipient: state.recipient?.organisation ?? "", categories: no, ...answerOf(state), draftId: key });
    await recordLater(journey);
    await forgetDraft(key);
    next("fait");
  });
}

/** What the person wants to think about is written down, so that it is not asked again by surprise. @param {import("./orient.js").Journey} journey */
async function recordLater({ dossier, key, state }) {
  const later = answeredLater(state);
  if (later.length) await deferConsent({ dossier, recipient: state.recipient?.organisation ?? "", categories: later, ...answerOf(state), draftId: `${key}:later` });
}

/** @param {import("./orient-draft.js").OrientationState} state */
function answerOf(state) {
  return { ...expressed(state), notice: noticeFor(state), alone: Boolean(state.alone), trace: Boolean(state.trace) };
}
