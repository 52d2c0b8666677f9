/** Orientations received by the team, and sent by it, by state. Urgent and late ones first. */

import { orientations } from "../vault/index.js";
import { html, nothing } from "../ui/html.js";
import { emptyList } from "../ui/message.js";
import { orientationRow } from "../ui/orientation-row.js";
import { ORIENTATION_OPEN } from "../vocabulary.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params }) {
  const sent = params[0] === "envoyees";
  return {
    title: "Orientations",
    view: () => {
      const rows = orientations(sent ? "sent" : "inbox");
      const running = rows.filter(({ state }) => ORIENTATION_OPEN.includes(state)).sort(urgentFirst);
      const over = rows.filter(({ state }) => !ORIENTATION_OPEN.includes(state));
      return html`
        <nav class="tabs" aria-label="Orientations">
          <a href="#/orientations" aria-current=${sent ? nothing : "page"}>Reçues</a>
          <a href="#/orientations/envoyees" aria-current=${sent ? "page" : nothing}>Envoyées</a>
        </nav>
        ${running.length ? html`<ul class="rows">${running.map(orientationRow)}</ul>` : sent
          ? emptyList("send", "Aucune orientation en cours. Ouvrez le dossier d’une personne pour l’orienter.", html`<a class="button" href="#/personnes">Trouver une personne</a>`)
          : emptyList("inbox", "Aucune orientation à traiter. Celles adressées à votre équipe s’affichent ici dès leur arrivée.")}
        ${over.length ? html`<details><summary>Terminées (${over.length})</summary><ul class="rows">${over.map(orientationRow)}</ul></details>` : nothing}`;
    },
  };
}

/** @param {import("../vault/shapes.js").OrientationRow} a @param {import("../vault/shapes.js").OrientationRow} b */
function urgentFirst(a, b) {
  const rank = (/** @type {import("../vault/shapes.js").OrientationRow} */ row) => (row.replyBy && row.state === "envoyee" ? 0 : row.late ? 1 : 2);
  return rank(a) - rank(b) || b.sentAt.localeCompare(a.sentAt);
}
