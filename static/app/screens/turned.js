/**
 * What the person sees when the phone is turned to them: one idea per screen, large, read aloud where the device can.
 * Holds the place and the items asked about, and nothing else of the worker's. No answer is given beforehand.
 */

import { NOTICES } from "../reference.js";
import { noticeText as offeredText } from "../vault/index.js";
import { quickExit } from "../ui/autolock.js";
import { html, keyed, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { itemFacts } from "../ui/item.js";
import { category, kindIcon, needLabel, pictogram } from "../ui/labels.js";
import { filled, noticeValues } from "../ui/notice.js";
import { canSpeak, hush, speak } from "../ui/speech.js";
import { duration, typeset } from "../ui/words.js";

/** @typedef {{answers: Record<string, boolean>, trace: boolean|null, confirmed: boolean, variant: string, language: string, readAloud: boolean}} Answers */
/**
 * @typedef {object} Question
 * @property {{organisation: string, team: string, kind: string, need: string|null, duration: string, purpose: string}} about
 * @property {import("../ui/item.js").Item[]} items
 * @property {Answers} answers
 * @property {(change: Partial<Answers>) => void} set
 * @property {() => void} redraw
 * @property {() => void} giveBack   the person confirmed, and handed the phone back
 * @property {() => void} stop       the worker takes it back before the end
 */
/** @typedef {{title: string, said: string[], picture: unknown, body?: unknown, answers: unknown, lang?: string}} Idea */

const RIGHT_TO_LEFT = ["ar", "fa", "prs", "ps", "ur"];
const NO_HARM = "Vous pouvez dire non : cela ne change rien à l’aide.";

/** Where each question stands, by what it asks about; forgotten when the phone comes back. */
const position = { page: 0, of: "" };

/** The notice these words come from, as a consent seals it.
 * @param {Pick<Answers, "variant"|"language"|"readAloud">} answers @returns {import("../vault/shapes.js").Notice} */
export function noticeFor({ variant, language, readAloud }) {
  const { id, sha256 } = noticeText(variant, language);
  return { id, sha256, language, variant, read_aloud: readAloud };
}

/** @param {Question} question */
export function turned(question) {
  const subject = JSON.stringify([question.about, question.items.map((item) => item.category)]);
  if (position.of !== subject) Object.assign(position, { of: subject, page: 0 });
  const ideas = ideasOf(question);
  const page = Math.min(position.page, ideas.length - 1);
  const idea = ideas[page];
  document.title = "Accord"; // no telling title while the person holds the phone
  return html`<main class="turned" lang="fr">
    <header>
      ${page > 0 && page < ideas.length - 1 ? html`<button type="button" class="button" data-kind="quiet" @click=${() => move(question, page - 1)}>${icon("arrow-left")}Retour</button>` : page === 0 ? html`<button type="button" class="button" data-kind="quiet" @click=${() => { leave(); question.stop(); }}>Arrêter</button>` : html`<span></span>`}
      ${canSpeak(idea.lang) ? html`<button type="button" class="button" data-kind="quiet" @click=${() => { question.set({ readAloud: true }); speak([idea.title, ...idea.said].join(". "), idea.lang); }}>${icon("volume-2")}Écouter</button>` : nothing}
      <button type="button" class="button" data-kind="quiet" @click=${quickExit}>${icon("x")}Fermer vite</button>
    </header>
    ${keyed(page, html`<div class="idea" lang=${idea.lang ?? nothing} dir=${RIGHT_TO_LEFT.includes(idea.lang ?? "") ? "rtl" : nothing}>
      ${idea.picture}<h1 tabindex="-1">${idea.title}</h1>${idea.said.map((sentence) => html`<p>${typeset(sentence)}</p>`)}${idea.body ?? nothing}
    </div>`)}
    <div class="answers">${idea.answers}</div>
  </main>`;
}

/** @param {Question} question @returns {Idea[]} */
function ideasOf(question) {
  return [
    introduction(question),
    ...noticeText(question.answers.variant, question.answers.language).pages.map((page) => noticeIdea(question, page)),
    ...question.items.map((item) => itemIdea(question, item)),
    traceIdea(question),
    summary(question),
    thanks(question),
  ];
}

/** @param {Question} question @returns {Idea} */
function introduction(question) {
  const { about, answers, set } = question;
  const simple = answers.variant === "simple";
  return {
    title: "Demander de l’aide pour vous",
    said: [...(about.need ? [`Pour : ${needLabel(about.need).toLowerCase()}.`] : []), `L’accord dure ${duration(about.duration)}.`],
    picture: kindIcon(about.kind),
    body: html`<div class="said"><p>${about.team}</p><p class="no-harm">${about.organisation}</p></div><p class="no-harm">${NO_HARM}</p>`,
    answers: html`${onward(question, "Commencer")}
      <button type="button" class="button" data-wide aria-pressed=${simple} @click=${() => set({ variant: simple ? "standard" : "simple" })}>${icon("type")}Version simple${simple ? " : oui" : ""}</button>`,
  };
}

/** @param {Question} question @param {{pictogram: string, title: string, text: readonly string[]}} page @returns {Idea} */
function noticeIdea(question, { pictogram: name, title, text }) {
  const questions = 1 + noticeText(question.answers.variant, question.answers.language).pages.length;
  const values = noticeValues({ ...question.about, categories: question.items.map((item) => item.category) });
  return {
    title, said: text.map((sentence) => filled(sentence, values)), picture: pictogram(name), lang: question.answers.language,
    answers: html`${onward(question, "Suite")}<button type="button" class="button" data-kind="quiet" data-wide @click=${() => move(question, questions)}>Aller aux questions</button>`,
  };
}

/** @param {Question} question @param {import("../ui/item.js").Item} item @returns {Idea} */
function itemIdea(question, item) {
  const { label, purpose, pictogram: name } = category(item.category);
  const { answers } = question.answers;
  const give = (/** @type {boolean} */ yes) => { question.set({ answers: { ...question.answers.answers, [item.category]: yes }, confirmed: false }); move(question, position.page + 1); };
  const { items, about } = question;
  return {
    title: `Peut-on dire ceci à l’équipe « ${about.team} » ?`, said: [], picture: pictogram(name),
    body: html`<div class="said"><p class="no-harm">${label}</p>${itemFacts(item).map(([, value]) => html`<p><bdi>${value}</bdi></p>`)}</div>
      <p>${purpose}</p><p class="no-harm">${NO_HARM}</p>${items.length > 1 ? html`<p class="no-harm">Question ${items.indexOf(item) + 1} sur ${items.length}</p>` : nothing}`,
    answers: yesOrNo(answers[item.category], give),
  };
}

/** @param {Question} question @returns {Idea} */
function traceIdea(question) {
  const give = (/** @type {boolean} */ trace) => { question.set({ trace }); move(question, position.page + 1); };
  return {
    title: "Voulez-vous garder une trace ?", said: ["Un papier qui dit ce que vous avez accepté.", "Si quelqu’un d’autre peut le trouver, vous pouvez dire non."],
    picture: icon("file-text"), answers: yesOrNo(question.answers.trace ?? undefined, give),
  };
}

/** @param {Question} question @returns {Idea} */
function summary(question) {
  const { items, answers, about } = question;
  const missing = items.findIndex((item) => answers.answers[item.category] === undefined);
  const first = 1 + noticeText(answers.variant, answers.language).pages.length;
  const confirm = () => { question.set({ confirmed: true }); move(question, position.page + 1); };
  const told = html`<ul class="told">${items.map((item) => html`<li><span>${category(item.category).label}</span><strong>${answers.answers[item.category] === undefined ? "Pas encore répondu" : answers.answers[item.category] ? "Oui" : "Non"}</strong></li>`)}</ul>`;
  return {
    title: "Vos réponses", said: [`${about.team}, ${about.organisation}, pendant ${duration(about.duration)}.`], picture: icon("list-checks"), body: told,
    answers: missing >= 0
      ? html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => move(question, first + missing)}>Répondre à la question qui reste</button>`
      : html`<button type="button" class="button" data-kind="primary" data-wide @click=${confirm}>Je confirme</button><button type="button" class="button" data-wide @click=${() => move(question, first)}>Changer une réponse</button>`,
  };
}

/** @param {Question} question @returns {Idea} */
function thanks(question) {
  return {
    title: "Merci", said: ["Vous pourrez changer d’avis quand vous voulez.", "Rendez maintenant le téléphone."], picture: icon("heart-handshake"),
    answers: html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => { leave(); question.giveBack(); }}>Téléphone rendu</button>`,
  };
}

/** Two answers of one size and one colour: neither is suggested.
 * @param {boolean|undefined} answer @param {(yes: boolean) => void} give */
function yesOrNo(answer, give) {
  return html`<button type="button" class="button" aria-pressed=${answer === false} @click=${() => give(false)}>Non</button>
    <button type="button" class="button" aria-pressed=${answer === true} @click=${() => give(true)}>Oui</button>`;
}

/** @param {Question} question @param {string} label */
function onward(question, label) {
  return html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => move(question, position.page + 1)}>${label}</button>`;
}

/** @param {Question} question @param {number} page */
function move(question, page) {
  hush();
  position.page = page;
  question.redraw();
  document.querySelector(".turned")?.scrollTo(0, 0);
  requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".turned h1"))?.focus());
}

function leave() {
  hush();
  position.of = "";
}

/** @param {string} variant @param {string} language */
function noticeText(variant, language) {
  return offeredText(language, variant) ?? NOTICES[0];
}
