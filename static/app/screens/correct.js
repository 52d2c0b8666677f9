/** What the server did not take: why, and what to do. Nothing leaves here but by a person's own decision, asked twice. */

import { discard, exportSealed, orientation, retry, subscribe, toCorrect } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { badge } from "../ui/badge.js";
import { ask } from "../ui/dialog.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyList } from "../ui/message.js";
import { toast } from "../ui/toast.js";
import { when } from "../ui/words.js";

const TYPES = {
  "dossier.opened": "Ouverture d’un dossier", "dossier.corrected": "Information d’un dossier", "reception.recorded": "Accueil ou visite", "note.recorded": "Note personnelle",
  "consent.given": "Accord", "consent.refused": "Refus", "consent.deferred": "Temps de réflexion", "receipt.issued": "Papier", "consent.withdrawn": "Retrait d’accord", "orientation.sent": "Orientation",
  "orientation.opened": "Ouverture d’une orientation", "orientation.answered": "Réponse à une orientation", "orientation.cancelled": "Annulation d’une orientation",
};

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  const act = acting(redraw);
  let rows = await toCorrect();
  const look = async () => { rows = await toCorrect().catch(() => rows); redraw(); };
  const stop = subscribe(look);

  const again = (/** @type {string} */ id) => act.run("Nouvel essai…", async () => { await retry(id); toast("Remis dans la file d’envoi."); await look(); });
  const download = (/** @type {string} */ id) => act.run("Préparation du fichier…", async () => save(await exportSealed(id), `accord-${id}.json`));
  const drop = async (/** @type {string} */ id) => {
    const first = await ask({ title: "Supprimer cet enregistrement ?", text: "Il n’existe que sur cet appareil : personne ne pourra le retrouver. Exportez-le d’abord si vous hésitez.", yes: "Supprimer", danger: true });
    if (!first) return;
    const second = await ask({ title: "Supprimer définitivement ?", text: "C’est la dernière confirmation.", yes: "Oui, supprimer définitivement", danger: true });
    if (second) await act.run("Suppression…", async () => { await discard(id, true); await look(); });
  };

  return {
    title: "À corriger",
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    close: stop,
    view: () => html`
      ${act.view()}
      ${rows.length ? rows.map((row) => card(row, { again, download, drop })) : emptyList("circle-check", "Rien à corriger : tout ce qui a été enregistré a été accepté, ou attend son tour.")}`,
  };
}

/** @param {import("../vault/shapes.js").CorrectionRow} row @param {{again: (id: string) => void, download: (id: string) => void, drop: (id: string) => void}} acts */
function card(row, { again, download, drop }) {
  const dossier = row.dossier ?? (row.orientation ? orientation(row.orientation)?.dossier : null);
  return html`<article class="card" data-tone="signal" data-code=${row.code}>
    <div class="line" data-between><h2>${/** @type {Record<string, string>} */ (TYPES)[row.type] ?? "Enregistrement"}</h2>${row.state === "held" ? badge("Gardé en attente", "warn", "hourglass") : badge("Refusé", "bad", "circle-alert")}</div>
    <p>${row.message}</p>
    <p class="soft">${when(row.at)}</p>
    <div class="line">
      ${row.orientation ? html`<a class="button" href="#/orientation/${row.orientation}">Voir l’orientation</a>` : nothing}
      ${dossier && row.type === "orientation.sent" ? html`<a class="button" data-kind="primary" href="#/orienter/${dossier}">${icon("send")}Orienter à nouveau</a>` : nothing}
      ${dossier ? html`<a class="button" href="#/dossier/${dossier}">${icon("user")}Ouvrir le dossier</a>` : nothing}
      <button type="button" class="button" @click=${() => again(row.id)}>${icon("refresh-cw")}Réessayer</button>
      <button type="button" class="button" @click=${() => download(row.id)}>${icon("download")}Exporter (fichier scellé)</button>
      <button type="button" class="button" data-kind="danger" @click=${() => drop(row.id)}>${icon("trash-2")}Supprimer</button>
    </div>
  </article>`;
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
