/**
 * What the person sees when the phone is turned to them: one idea per screen, large, read aloud where the device can.
 * Holds the place and the items asked about, and nothing else of the worker's. No answer is given beforehand.
 */

import { wordsOf } from "../vault/index.js";
import { quickExit } from "../ui/autolock.js";
import { html, keyed, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { said } from "../ui/notice.js";
import { canSpeak, hush, speak } from "../ui/speech.js";
import { typeset } from "../ui/words.js";
import { ideasOf, noticeOf } from "./turned-ideas.js";

/** By code: yes, no, or null for who wants to think. @typedef {Record<string, boolean|null>} Given */
/** @typedef {{answers: Given, trace: boolean|null, confirmed: boolean, variant: string, language: string, readAloud: boolean}} Answers */
/**
 * @typedef {object} Question
 * @property {{organisation: string, team: string, kind: string, need: string|null, duration: string, purpose: string}} about
 * @property {import("../ui/item.js").Item[]} items
 * @property {Answers} answers
 * @property {(change: Partial<Answers>) => void} set
 * @property {() => void} redraw
 * @property {boolean} [more]       another organisation is asked about next: the phone stays with the person
 * @property {() => void} giveBack   the person confirmed, and handed the phone back
 * @property {() => void} stop       the worker takes it back before the end
 */

/** Where each question stands, by what it asks about; forgotten when the phone comes back. */
const position = { page: 0, of: "", larger: false };

/** The notice these words come from, as a consent seals it.
 * @param {Pick<Answers, "variant"|"language"|"readAloud">} answers @returns {import("../vault/shapes.js").Notice} */
export function noticeFor({ readAloud, ...answers }) {
  const { id, sha256, language, variant } = noticeOf(answers);
  return { id, sha256, language, variant, read_aloud: readAloud };
}

/** @param {Question} question */
export function turned(question) {
  const subject = JSON.stringify([question.about, question.items.map((item) => item.category)]);
  if (position.of !== subject) Object.assign(position, { of: subject, page: 0 });
  const ideas = ideasOf(question, { page: position.page, to: (page) => move(question, page), leave });
  const page = Math.min(position.page, ideas.length - 1);
  const words = wordsOf(question.answers.language);
  document.title = "Accord"; // no telling title while the person holds the phone
  return html`<main class="turned" lang=${words.language} dir=${words.dir} ?data-larger=${position.larger}>
    <header>${back(question, page, ideas.length - 1, words)}${tools(question, ideas[page], words)}</header>
    ${keyed(page, html`<div class="idea">
      ${ideas[page].picture}<h1 tabindex="-1">${ideas[page].title}</h1>${ideas[page].said.map((sentence) => html`<p>${written(sentence, words.language)}</p>`)}${ideas[page].body ?? nothing}
    </div>`)}
    <div class="answers">${ideas[page].answers}</div>
  </main>`;
}

/** @param {Question} question @param {number} page @param {number} last @param {import("./turned-ideas.js").Words} words */
function back(question, page, last, words) {
  if (page === 0) return html`<button type="button" class="button" data-kind="quiet" @click=${() => { leave(); question.stop(); }}>${said("screen", "stop", words)}</button>`;
  if (page === last) return html`<span></span>`;
  return html`<button type="button" class="button" data-kind="quiet" @click=${() => move(question, page - 1)}>${icon("arrow-left")}${said("screen", "back", words)}</button>`;
}

/** @param {Question} question @param {import("./turned-ideas.js").Idea} idea @param {import("./turned-ideas.js").Words} words */
function tools(question, idea, words) {
  const listen = () => { question.set({ readAloud: true }); speak([idea.title, ...idea.said].join(". "), words.language); };
  const enlarge = () => { position.larger = !position.larger; question.redraw(); };
  return html`${canSpeak(words.language) ? html`<button type="button" class="button" data-kind="quiet" @click=${listen}>${icon("volume-2")}${said("screen", "listen", words)}</button>` : nothing}
    <button type="button" class="button" data-kind="quiet" aria-pressed=${position.larger} aria-label=${said("screen", "larger", words)} @click=${enlarge}><bdi dir="ltr">A+</bdi></button>
    <button type="button" class="button" data-kind="quiet" @click=${quickExit}>${icon("x")}${said("screen", "quick_exit", words)}</button>`;
}

/** @param {string} sentence @param {string} language */
function written(sentence, language) {
  return language === "fr" ? typeset(sentence) : sentence;
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
