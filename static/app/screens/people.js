/** Finds a person among those the team holds. Searches on the device only: nothing typed here leaves it. */

import { people } from "../vault/index.js";
import { syncBadge } from "../ui/badge.js";
import { searchBox } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { counted, whenShort } from "../ui/words.js";
import { propose } from "./new-person.js";

const SHOWN = 60;

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ redraw }) {
  let query = "";
  return {
    title: "Personnes",
    view: () => {
      const found = people(query);
      return html`
        ${searchBox("Chercher une personne", query, (typed) => { query = typed; redraw(); }, "Prénom, nom, téléphone…")}
        <p class="hint" role="status">${query ? counted(found.length, "personne trouvée", "personnes trouvées") : counted(found.length, "personne suivie par l’équipe", "personnes suivies par l’équipe")}. La recherche reste sur cet appareil.</p>
        ${found.length ? list(found) : none(query)}
        <div class="actions" data-stuck><a class="button" data-kind="primary" href="#/nouvelle" @click=${() => propose(query.trim())}>${icon("user-plus")}Nouvelle personne</a></div>`;
    },
  };
}

/** @param {import("../vault/shapes.js").PersonRow[]} found */
function list(found) {
  return html`<ul class="rows">${found.slice(0, SHOWN).map(({ dossier, label, detail, lastAt, sync }) => html`<li>
      <a class="row" href="#/dossier/${dossier}">
        <span><strong><bdi>${label}</bdi></strong>${detail ? html`<small class="soft"><bdi>${detail}</bdi></small>` : nothing}${sync === "accepted" ? nothing : html`<span>${syncBadge(sync)}</span>`}</span>
        <small class="soft">${whenShort(lastAt)}</small><span class="next">${icon("chevron-right")}</span>
      </a></li>`)}</ul>
    ${found.length > SHOWN ? html`<p class="hint">Les ${SHOWN} premières sont affichées : précisez la recherche.</p>` : nothing}`;
}

/** @param {string} query */
function none(query) {
  return query
    ? emptyList("search", "Personne de ce nom dans l’équipe. Vérifiez l’orthographe, ou ouvrez un nouveau dossier. Vous pouvez aussi aider sans rien noter : un passage reste anonyme.")
    : emptyList("users", "Aucun dossier pour l’instant. Ouvrez-en un quand il faut suivre une personne ; pour une aide immédiate, notez un passage anonyme.");
}
