/** After the orientation: where it is now, who to call if it is urgent, and a slip for the person. */

import { dossier as readDossier, orientation, syncStatus } from "../vault/index.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { message } from "../ui/message.js";
import { paperActions, paperSheet } from "../ui/paper.js";
import { isPrudent } from "../ui/prudent.js";
import { recipientOf } from "./orient-draft.js";

/** @param {import("./orient.js").Journey} journey */
export function savedStep({ dossier, state, saved }) {
  const paper = saved.orientation ? saved.paper : null;
  const sent = saved.orientation ? orientation(saved.orientation) : null;
  const to = recipientOf(state);
  const gone = sent?.sync === "accepted";
  const title = !saved.orientation ? "La réponse est enregistrée" : gone ? "Orientation envoyée" : "Orientation enregistrée sur cet appareil";
  return html`
    <h1 tabindex="-1">${title}</h1>
    ${saved.orientation ? message("saved", gone ? `${to?.teamName}, ${to?.organisationName}, peut l’ouvrir.` : "Elle est scellée et partira toute seule dès que possible, même si l’application est fermée puis rouverte.")
    : message("saved", "Rien n’a été envoyé. L’aide continue : la personne peut repartir avec une fiche.")}
    ${state.urgency && !gone && saved.orientation ? message("warn", `Pas encore envoyée : appelez l’équipe${to ? ` « ${to.teamName} »` : ""}.`, { after: state.place ? html`<a class="button" href="#/lieu/${state.place}">${icon("phone")}Voir le numéro</a>` : nothing }) : nothing}
    <p class="soft" role="status">${syncStatus().text}</p>
    ${paper ? html`${paperSheet(paper, state.language)}${paperActions(paper, state.language, isPrudent(readDossier(dossier)))}` : nothing}
    <div class="actions">
      ${saved.orientation ? html`<a class="button" data-kind="primary" href="#/orientation/${saved.orientation}">Voir l’orientation</a>` : nothing}
      ${state.place ? html`<a class="button" href="#/fiche/${state.place}">${icon("printer")}Remettre une fiche</a>` : html`<a class="button" href="#/annuaire">${icon("printer")}Préparer une fiche</a>`}
      <a class="button" data-kind="quiet" href="#/dossier/${dossier}">Revenir au dossier</a>
    </div>`;
}
