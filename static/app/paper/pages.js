/** What the page of a paper shows, step by step. Draws; decides nothing, keeps nothing. */

import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { WORDS } from "../reference.js";
import { ORIENTATION_OPEN } from "../vocabulary.js";

/** @typedef {import("./main.js").State} State */
/** @typedef {import("./main.js").Wish} Wish */
/** @typedef {import("./holding.js").Agreed} Agreed */
/** @typedef {import("./holding.js").Words} Words */
/**
 * @typedef {object} Acts
 * @property {(typed: string) => void} type
 * @property {() => void} open
 * @property {() => void} show
 * @property {(wish: Wish) => void} wish
 * @property {() => void} cancel
 * @property {() => void} confirm
 * @property {() => void} turn
 * @property {() => void} leave
 */
/** @typedef {(name: string, values?: Record<string, string>) => string} Say */

/** @param {State} state @param {Acts} acts */
export function page(state, acts) {
  const say = sayer(state.words);
  return html`<main class="paper" id="main">
    <header><button type="button" class="button" data-kind="quiet" @click=${acts.leave}>${icon("x")}${word(state.words, "screen", "quick_exit")}</button></header>
    ${steps[state.step](state, acts, say)}
  </main>`;
}

/** @type {Record<State["step"], (state: State, acts: Acts, say: Say) => unknown>} */
const steps = {
  type: typing,
  shut: (_state, acts, say) => html`${heading(say("title"))}<p>${say("alone")}</p>
    <button type="button" class="button" data-kind="primary" data-wide @click=${acts.show}>${icon("eye")}${say("show")}</button>`,
  busy: (_state, _acts, say) => html`${heading(say("title"))}<p role="status">…</p>`,
  not_yet: (state, acts, say) => html`${heading(say("not_sent"))}<p role="status">${say("not_sent_why")}</p>${again(acts, say)}
    <p>${say("help")}</p><p class="soft">${say("code")} <strong class="code">${state.paper?.code}</strong></p>`,
  no_network: (_state, acts, say) => html`${heading(say("title"))}<p role="alert">${say("no_network")}</p>${again(acts, say)}`,
  sure,
  shown,
};

/** @param {State} state @param {Acts} acts @param {Say} say */
function typing(state, acts, say) {
  const submit = (/** @type {Event} */ event) => { event.preventDefault(); acts.open(); };
  return html`${heading(say("title"))}
    <form class="stack" @submit=${submit} novalidate>
      <label class="stack" for="paper-code"><span>${say("type_code")}</span>
        <input id="paper-code" class="input code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false" .value=${state.typed}
          aria-invalid=${state.news === "wrong"} aria-describedby=${state.news === "wrong" ? "wrong" : nothing} @input=${(/** @type {any} */ event) => acts.type(event.target.value)} /></label>
      ${state.news === "wrong" ? html`<p id="wrong" role="alert">${icon("circle-alert")} ${say("wrong")}</p>` : nothing}
      <button class="button" data-kind="primary" data-wide>${say("open")}</button>
    </form>`;
}

/** @param {State} state @param {Acts} acts @param {Say} say */
function shown({ held, words, other, news }, acts, say) {
  const agreed = held?.agreed ?? [];
  const live = agreed.filter(stands);
  return html`${heading(say("title"))}
    ${news === "failed" ? html`<p class="message" data-tone="error" role="alert">${say("failed")}</p>` : nothing}
    ${news === "done" || news === "waits" ? html`<p class="message" data-tone="saved" role="status">${say(news === "done" ? "withdrawn" : "withdrawn_waits")}</p>` : nothing}
    ${agreed.map((one) => card(one, words, acts, say))}
    ${live.length > 1 ? html`<button type="button" class="button" data-kind="danger" data-wide @click=${() => acts.wish({ agreed: live, label: say("withdraw_all") })}>${icon("rotate-ccw")}${say("withdraw_all")}</button>` : nothing}
    <p class="soft">${say("keep")} ${say("help")}</p>
    ${other ? html`<button type="button" class="button" data-kind="quiet" lang=${other.language} dir=${other.dir} @click=${acts.turn}>${other.name}</button>` : nothing}`;
}

/** @param {Agreed} one @param {Words} words @param {Acts} acts @param {Say} say */
function card(one, words, acts, say) {
  const isOver = Date.parse(one.until) < Date.now();
  return html`<article class="card" data-consent=${one.id}>
    <h2><bdi>${one.recipient}</bdi></h2>
    <dl class="facts">
      <div><dt>${say("shared")}</dt><dd><ul class="plain">${one.categories.map((code) => html`<li>${named(one, code, words, acts, say)}</li>`)}</ul></dd></div>
      <div><dt>${say("why")}</dt><dd>${word(words, "purposes", one.purpose)}</dd></div>
      <div><dt>${say("asked_by")}</dt><dd><bdi>${one.team ? `${one.team}, ${one.organisation}` : one.organisation}</bdi></dd></div>
    </dl>
    <p>${one.left.length === 0 ? html`<strong>${icon("circle-check")} ${say("withdrawn")}</strong>` : isOver ? html`<strong>${say("ended")}</strong>` : say("until", { until: date(words, one.until) })}</p>
    ${one.sent.map((sent) => html`<section><h3>${say("where")}</h3>
      <p>${word(words, "states", sent.state)} <span class="soft">${date(words, sent.changed_at)}</span></p>
      <p>${say("opened_by")} : ${sent.opened_at ? html`<bdi>${one.recipient}</bdi>. ${say("opened_on", { date: date(words, sent.opened_at) })}` : say("not_opened")}</p></section>`)}
    ${stands(one) ? html`<button type="button" class="button" data-kind="danger" data-wide @click=${() => acts.wish({ agreed: [one], label: say("withdraw_recipient", { recipient: one.recipient }) })}>${icon("rotate-ccw")}${say("withdraw")}</button>` : nothing}
  </article>`;
}

/** Whether there is something left to take back: an agreement whose time is past still lets what was sent be read.
 * @param {Agreed} one */
function stands({ left, sent, until }) {
  return left.length > 0 && (Date.parse(until) >= Date.now() || sent.some(({ state }) => ORIENTATION_OPEN.includes(state)));
}

/** @param {Agreed} one @param {string} code @param {Words} words @param {Acts} acts @param {Say} say */
function named(one, code, words, acts, say) {
  const label = word(words, "categories", code);
  if (!one.left.includes(code)) return html`<s>${label}</s> ${say("withdrawn")}`;
  if (one.left.length < 2 || !stands(one)) return label;
  const full = say("withdraw_category", { category: label });
  return html`${label}<br /><button type="button" class="button" data-kind="quiet" @click=${() => acts.wish({ agreed: [one], categories: [code], label: full })}>${icon("rotate-ccw")}${full}</button>`;
}

/** @param {State} state @param {Acts} acts @param {Say} say */
function sure({ wish }, acts, say) {
  return html`${heading(say("withdraw_sure"))}<p><strong><bdi>${wish?.label}</bdi></strong></p><p>${say("withdraw_effect")}</p>
    <button type="button" class="button" data-kind="danger" data-wide @click=${acts.confirm}>${say("withdraw")}</button>
    <button type="button" class="button" data-wide @click=${acts.cancel}>${say("cancel")}</button>`;
}

/** @param {Acts} acts @param {Say} say */
function again(acts, say) {
  return html`<button type="button" class="button" data-kind="primary" data-wide @click=${acts.show}>${icon("refresh-cw")}${say("open")}</button>`;
}

/** @param {string} text */
function heading(text) {
  return html`<h1 tabindex="-1">${text}</h1>`;
}

/** What fills a sentence keeps its own direction. @param {Words} words @returns {Say} */
function sayer(words) {
  return (name, values = {}) => word(words, "receipt", name).replace(/\{(\w+)\}/g, (open, key) => (key in values ? `\u2068${values[key]}\u2069` : open));
}

/** In French where the language has none. @param {Words} words @param {string} list @param {string} code */
function word(words, list, code) {
  return words.lists[list]?.[code] ?? WORDS.lists[list]?.[code] ?? code;
}

/** @param {Words} words @param {string} instant */
function date(words, instant) {
  return new Intl.DateTimeFormat(words.language, { day: "numeric", month: "long", year: "numeric", calendar: "gregory", numberingSystem: "latn" }).format(new Date(instant));
}
