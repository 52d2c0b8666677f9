/**
 * The page a person opens with the paper they were given: on any phone, without an account, in their language. Nothing is
 * shown before a tap, nothing is kept on the phone, and the secret leaves the address as soon as it is read.
 */

import { readPaper } from "../crypto/receipt.js";
import { CryptoProblem } from "../crypto/problem.js";
import { WORDS } from "../reference.js";
import { render } from "../ui/html.js";
import { find, takeBack, wordsOf } from "./holding.js";
import { page } from "./pages.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const TITLE = "Papier"; // of no person, no team, no theme: it stays in the browser's history
const AWAY = "about:blank";

/** @typedef {import("../crypto/receipt.js").Paper} Paper */
/** @typedef {import("./holding.js").Agreed} Agreed */
/** What is about to be taken back. @typedef {{agreed: Agreed[], categories?: string[], label: string}} Wish */
/**
 * @typedef {object} State
 * @property {"type"|"shut"|"busy"|"shown"|"not_yet"|"no_network"|"sure"} step
 * @property {Paper|null} paper
 * @property {import("./holding.js").Held|null} held
 * @property {import("./holding.js").Words} words
 * @property {import("./holding.js").Words|null} other   the language to turn to: French, or theirs once in French
 * @property {Wish|null} wish
 * @property {string} typed
 * @property {""|"wrong"|"failed"|"waits"|"done"} news
 */
/** @type {State} */
const state = { step: "type", paper: null, held: null, words: WORDS, other: null, wish: null, typed: "", news: "" };

/** @param {Partial<State>} change */
function set(change) {
  const turned = change.step !== undefined && change.step !== state.step;
  Object.assign(state, change);
  draw();
  if (!turned) return;
  scrollTo(0, 0);
  const heading = root.querySelector("h1");
  if (heading instanceof HTMLElement) heading.focus();
}

/** @type {import("./pages.js").Acts} */
const acts = {
  type: (typed) => set({ typed, news: "" }),
  open: () => read(state.typed),
  show,
  wish: (wish) => set({ step: "sure", wish, news: "" }),
  cancel: () => set({ step: "shown", wish: null }),
  confirm,
  turn: () => set({ words: state.other ?? WORDS, other: state.words }),
  leave: () => {
    root.replaceChildren();
    location.replace(AWAY);
  },
};

/** @param {string} given a link or 7 groups */
async function read(given) {
  try {
    set({ paper: await readPaper(given), step: "shut", typed: "", news: "" });
  } catch (error) {
    if (!(error instanceof CryptoProblem)) throw error;
    set({ step: "type", news: "wrong" });
  }
}

async function show() {
  if (!state.paper) return;
  set({ step: "busy", news: "" });
  await look(state.paper);
}

/** @param {Paper} paper */
async function look(paper) {
  const finding = await find(paper);
  if (finding.found === "other") return set({ step: "type", news: "wrong" });
  if (finding.found !== "yes") return set({ step: finding.found });
  const theirs = finding.held.language;
  const words = state.held || state.words.language === theirs ? state.words : await wordsOf(theirs);
  const other = state.other ?? (words.language === WORDS.language ? null : WORDS);
  return set({ step: "shown", held: finding.held, words, other, wish: null });
}

async function confirm() {
  if (!state.wish || !state.paper) return;
  const { agreed, categories } = state.wish;
  set({ step: "busy" });
  const how = await takeBack(agreed, categories, Date.now());
  if (how !== "failed") await look(state.paper);
  set({ step: "shown", wish: null, news: how });
}

function draw() {
  document.documentElement.lang = state.words.language;
  document.documentElement.dir = state.words.dir;
  document.title = TITLE;
  render(page(state, acts), root);
}

async function start() {
  const { hash } = location;
  history.replaceState(null, "", location.pathname);
  root.replaceChildren();
  draw();
  if (hash.length > 1) await read(hash);
  const words = await wordsOf(navigator.language.split("-")[0]); // until the paper says which language it was made in
  if (state.held === null) set({ words });
}

addEventListener("hashchange", start);
start();
