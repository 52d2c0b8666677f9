/**
 * The paper a person takes away, in their language and in French: a code to scan, the same to type, a short one to say.
 * It names no person, no team and no theme: whoever finds it learns nothing by reading it.
 */

import { wordsOf } from "../vault/index.js";
import { WORDS } from "../reference.js";
import { html, nothing } from "./html.js";
import { icon } from "./icon.js";
import { message } from "./message.js";
import { filled, said } from "./notice.js";
import { qr } from "./qr.js";

/** @typedef {import("../vault/receipts.js").ShownPaper} ShownPaper */
/** @typedef {import("../reference-shapes.js").Words} Words */

/** @param {ShownPaper} paper @param {string} language of the person */
export function paperSheet(paper, language) {
  const theirs = wordsOf(language);
  const both = theirs.language === WORDS.language ? [WORDS] : [theirs, WORDS];
  return html`<article class="sheet receipt card" aria-label="Papier à remettre">
    ${inBoth(both, "title", (text) => html`<h2>${text}</h2>`)}
    ${inBoth(both, "scan", (text) => html`<p>${text}</p>`)}
    ${qr(paper.link, said("receipt", "scan"))}
    ${inBoth(both, "code", (text) => html`<p>${text}</p>`)}
    <p class="code"><strong>${paper.code}</strong></p>
    <p class="code secret">${paper.printed}</p>
    ${inBoth(both, "keep", (text) => html`<p>${text}</p>`)}
    ${inBoth(both, "lost", (text) => html`<p class="soft">${text}</p>`)}
  </article>`;
}

/** The same sentence in each language, each marked with its own direction.
 * @param {Words[]} languages @param {string} name @param {(text: string) => unknown} draw */
function inBoth(languages, name, draw) {
  return languages.map((words) => html`<div lang=${words.language} dir=${words.dir}>${draw(said("receipt", name, words))}</div>`);
}

/**
 * Printed, or sent by the phone's own means. Neither sends nor shares where a message could be read by someone else.
 * @param {ShownPaper} paper @param {string} language @param {boolean} prudent
 */
export function paperActions(paper, language, prudent) {
  const text = filled(said("receipt", "sms", wordsOf(language)), { link: paper.link });
  const share = () => navigator.share({ text }).catch(() => undefined); // closing the share sheet is no error
  return html`<div class="actions no-print">
    <button type="button" class="button" data-kind="primary" @click=${() => print()}>${icon("printer")}Imprimer le papier</button>
    ${prudent ? message("warn", "Contact prudent : pas de message. Imprimez, ou recopiez le code avec la personne.") : html`
      <a class="button" href="sms:?&body=${encodeURIComponent(text)}">${icon("message-circle")}Envoyer par SMS</a>
      ${"share" in navigator ? html`<button type="button" class="button" @click=${share}>${icon("share-2")}Partager</button>` : nothing}`}
  </div>`;
}
