/** Another paper for someone who lost theirs, once recognised: drawn now, or a card printed beforehand. The lost one closes. */

import { dossier as readDossier, hasStanding, newPaper, noticeOffers, reissue } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { blankReading, cardReader } from "../ui/card-reader.js";
import { picker } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList, message } from "../ui/message.js";
import { paperActions, paperSheet } from "../ui/paper.js";
import { isPrudent } from "../ui/prudent.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn }) {
  const dossier = params[0] ?? "";
  const act = acting(redraw);
  const state = { language: "fr", paper: /** @type {import("../vault/receipts.js").ShownPaper|null} */ (null), card: blankReading() };
  const give = (/** @type {import("../vault/receipts.js").ShownPaper} */ paper, /** @type {string} */ given) => act.run("Scellement du papier…", async () => {
    await reissue({ dossier, receipt: { secret: paper.secret, language: state.language, given } });
    state.paper = paper;
    turn();
  });
  return {
    title: "Papier à remettre",
    tab: "Papier",
    back: { href: `#/dossier/${dossier}`, label: readDossier(dossier)?.label ?? "Dossier" },
    view: () => {
      if (state.paper) return given(state.paper);
      if (!hasStanding(dossier)) return emptyList("file-text", "Aucun accord en vigueur : il n’y a rien à écrire sur un papier.");
      return choosing();
    },
    close: () => { state.card.filming = false; },
  };

  function choosing() {
    const languages = [...new Map(noticeOffers().map(({ language, name }) => [language, name]))];
    return html`
      <p>Donnez un autre papier à la personne que vous avez reconnue. L’ancien papier n’ouvrira plus rien.</p>
      ${languages.length > 1 ? picker("Langue du papier", state.language, languages.map(([code, name]) => /** @type {[string, string]} */ ([code, name])), (language) => { state.language = language; redraw(); }, { id: "paper-language" }) : nothing}
      ${act.view()}
      <button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${async () => give(await newPaper(), "shown")}>${icon("file-text")}Faire un papier</button>
      <details><summary>Utiliser une carte déjà imprimée</summary>${cardReader(state.card, redraw, (paper) => give(paper, "card"))}</details>`;
  }

  /** @param {import("../vault/receipts.js").ShownPaper} paper */
  function given(paper) {
    return html`${message("saved", "Papier enregistré sur cet appareil. Il s’ouvrira dès que l’envoi sera parti.")}
      ${paperSheet(paper, state.language)}${paperActions(paper, state.language, isPrudent(readDossier(dossier)))}`;
  }
}
