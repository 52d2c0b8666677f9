/**
 * The ideas shown to the person, one per screen, in their language: who asks, the notice, a question for each information,
 * whether to keep a trace, what they answered. Three answers of one size: yes, no, and time to think. None is given beforehand.
 */

import { NOTICES } from "../reference.js";
import { noticeOffers, noticeText as offeredText, wordsOf } from "../vault/index.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { itemFacts } from "../ui/item.js";
import { category, kindIcon, pictogram } from "../ui/labels.js";
import { filled, isolated, noticeValues, said } from "../ui/notice.js";

/** @typedef {import("./turned.js").Question} Question */
/** @typedef {import("../reference-shapes.js").Words} Words */
/** @typedef {{title: string, said: string[], picture: unknown, body?: unknown, answers: unknown}} Idea */
/** How an idea moves: to the page of a number, or away. @typedef {{page: number, to: (page: number) => void, leave: () => void}} Place */

/** @param {Question} question @param {Place} place @returns {Idea[]} */
export function ideasOf(question, place) {
  const talk = { question, place, words: wordsOf(question.answers.language) };
  return [
    introduction(talk),
    ...noticeOf(question.answers).pages.map((page) => noticeIdea(talk, page)),
    ...question.items.map((item) => itemIdea(talk, item)),
    ...(question.more ? [summary(talk)] : [traceIdea(talk), summary(talk), thanks(talk)]),
  ];
}

/** @param {{variant: string, language: string}} answers */
export function noticeOf({ variant, language }) {
  return offeredText(language, variant) ?? offeredText(language, "standard") ?? offeredText("fr", variant) ?? NOTICES[0];
}

/** @typedef {{question: Question, place: Place, words: Words}} Talk */

/** @param {Talk} talk @param {string} name @param {Record<string, string>} [values] */
function say({ words }, name, values = {}) {
  return filled(said("screen", name, words), inside(values, words));
}

/** @template {Record<string, string>} T @param {T} values @param {Words} words @returns {Record<string, string>} */
function inside(values, { dir }) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isolated(value, dir)]));
}

/** @param {Talk} talk @returns {Idea} */
function introduction(talk) {
  const { question: { about, answers, set }, words } = talk;
  const simple = answers.variant === "simple";
  const hasSimple = noticeOffers().some((one) => one.language === answers.language && one.variant === "simple");
  const need = about.need ? said("needs", about.need, words) : "";
  return {
    title: say(talk, "ask_title"),
    said: [...(need ? [say(talk, "for_need", { need: need.toLocaleLowerCase(words.language) })] : []), say(talk, "lasts", { duration: said("durations", about.duration, words) })],
    picture: kindIcon(about.kind),
    body: html`<div class="said"><p><bdi>${about.team}</bdi></p><p class="no-harm"><bdi>${about.organisation}</bdi></p></div><p class="no-harm">${say(talk, "no_harm")}</p>${languages(talk)}`,
    answers: html`${onward(talk, say(talk, "start"))}
      ${hasSimple ? html`<button type="button" class="button" data-wide aria-pressed=${simple} @click=${() => set({ variant: simple ? "standard" : "simple" })}>${icon("type")}${say(talk, "simple")}${simple ? ` : ${say(talk, "yes").toLocaleLowerCase(words.language)}` : ""}</button>` : nothing}`,
  };
}

/** Each language by the name it gives itself. @param {Talk} talk */
function languages({ question: { answers, set }, ...talk }) {
  const offers = [...new Map(noticeOffers().map((one) => [one.language, one])).values()];
  const now = offers.find(({ language }) => language === answers.language);
  if (offers.length < 2) return nothing;
  return html`<div class="languages" role="group" aria-label=${say({ question: /** @type {any} */ (null), ...talk }, "language")}>
    ${offers.map(({ language, dir, name }) => html`<button type="button" class="button" lang=${language} dir=${dir} aria-pressed=${language === answers.language} @click=${() => set({ language })}>${name}</button>`)}
    </div>${now && !now.validated ? html`<p class="no-harm">${said("screen", "to_validate", talk.words)}</p>` : nothing}`;
}

/** @param {Talk} talk @param {{pictogram: string, title: string, text: readonly string[]}} page @returns {Idea} */
function noticeIdea(talk, { pictogram: name, title, text }) {
  const { question, words, place } = talk;
  const values = inside(noticeValues({ ...question.about, categories: question.items.map((item) => item.category) }, words), words);
  const questions = 1 + noticeOf(question.answers).pages.length;
  return {
    title, said: text.map((sentence) => filled(sentence, values)), picture: pictogram(name),
    answers: html`${onward(talk, say(talk, "next"))}<button type="button" class="button" data-kind="quiet" data-wide @click=${() => place.to(questions)}>${say(talk, "to_questions")}</button>`,
  };
}

/** @param {Talk} talk @param {import("../ui/item.js").Item} item @returns {Idea} */
function itemIdea(talk, item) {
  const { question: { answers, set, items, about }, words, place } = talk;
  const code = item.category;
  const give = (/** @type {boolean|null} */ answer) => { set({ answers: { ...answers.answers, [code]: answer }, confirmed: false }); place.to(place.page + 1); };
  return {
    title: say(talk, "may_tell", { recipient: about.team }), said: [], picture: pictogram(category(code).pictogram),
    body: html`<div class="said"><p class="no-harm">${said("categories", code, words)}</p>${itemFacts(item, words).map(([, value]) => html`<p><bdi>${value}</bdi></p>`)}</div>
      <p>${said("category_purposes", code.split(".")[0], words)}</p><p class="no-harm">${say(talk, "no_harm")}</p>
      ${items.length > 1 ? html`<p class="no-harm">${say(talk, "question_of", { number: String(items.indexOf(item) + 1), total: String(items.length) })}</p>` : nothing}`,
    answers: html`${yesOrNo(talk, answers.answers[code], give)}
      <button type="button" class="button" data-wide aria-pressed=${answers.answers[code] === null} @click=${() => give(null)}>${say(talk, "think")}</button>`,
  };
}

/** @param {Talk} talk @returns {Idea} */
function traceIdea(talk) {
  const { question, place } = talk;
  const give = (/** @type {boolean} */ trace) => { question.set({ trace }); place.to(place.page + 1); };
  return {
    title: say(talk, "trace_title"), said: [say(talk, "trace_paper"), say(talk, "trace_found")],
    picture: icon("file-text"), answers: yesOrNo(talk, question.answers.trace ?? undefined, give),
  };
}

/** @param {Talk} talk @returns {Idea} */
function summary(talk) {
  const { question, words, place } = talk;
  const { items, answers, about } = question;
  const missing = items.findIndex((item) => answers.answers[item.category] === undefined);
  const first = 1 + noticeOf(answers).pages.length;
  const confirm = () => {
    question.set({ confirmed: true });
    if (!question.more) return place.to(place.page + 1);
    place.leave();
    return question.giveBack();
  };
  const told = html`<ul class="told">${items.map(({ category: code }) => html`<li><span>${said("categories", code, words)}</span><strong>${saidAnswer(talk, answers.answers[code])}</strong></li>`)}</ul>`;
  return {
    title: say(talk, "answers_title"), said: [say(talk, "answers_for", { recipient: `${about.team}, ${about.organisation}`, duration: said("durations", about.duration, words) })],
    picture: icon("list-checks"), body: told,
    answers: missing >= 0
      ? html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => place.to(first + missing)}>${say(talk, "remaining")}</button>`
      : html`<button type="button" class="button" data-kind="primary" data-wide @click=${confirm}>${say(talk, "confirm")}</button><button type="button" class="button" data-wide @click=${() => place.to(first)}>${say(talk, "change_answer")}</button>`,
  };
}

/** @param {Talk} talk @param {boolean|null|undefined} answer */
function saidAnswer(talk, answer) {
  if (answer === undefined) return say(talk, "not_answered");
  return say(talk, answer === null ? "think" : answer ? "yes" : "no");
}

/** @param {Talk} talk @returns {Idea} */
function thanks(talk) {
  const { question, place } = talk;
  return {
    title: say(talk, "thanks"), said: [say(talk, "change_mind"), say(talk, "give_back")], picture: icon("heart-handshake"),
    answers: html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => { place.leave(); question.giveBack(); }}>${say(talk, "returned")}</button>`,
  };
}

/** Answers of one size and one colour: none is suggested.
 * @param {Talk} talk @param {boolean|null|undefined} answer @param {(yes: boolean) => void} give */
function yesOrNo(talk, answer, give) {
  return html`<button type="button" class="button" aria-pressed=${answer === false} @click=${() => give(false)}>${say(talk, "no")}</button>
    <button type="button" class="button" aria-pressed=${answer === true} @click=${() => give(true)}>${say(talk, "yes")}</button>`;
}

/** @param {Talk} talk @param {string} label */
function onward({ place }, label) {
  return html`<button type="button" class="button" data-kind="primary" data-wide @click=${() => place.to(place.page + 1)}>${label}</button>`;
}
