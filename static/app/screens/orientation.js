/** One orientation: what is asked, what was given, its history, and the moves open to the reader. */

import { cancel, openDossier, openOrientation, orientation as read } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { badge, stateBadge, syncBadge } from "../ui/badge.js";
import { ask } from "../ui/dialog.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { itemFacts } from "../ui/item.js";
import { category, needIcon, needLabel, pictogram, word } from "../ui/labels.js";
import { emptyList, message } from "../ui/message.js";
import { go } from "../ui/router.js";
import { toast } from "../ui/toast.js";
import { daysTo, when } from "../ui/words.js";
import { REFERENCE } from "../reference.js";
import { ORIENTATION_CANCELS, ORIENTATION_OPEN } from "../vocabulary.js";
import { answerPanel } from "./orientation-answer.js";

/** @typedef {import("../vault/shapes.js").Orientation} Orientation */

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ params, redraw, turn }) {
  const id = params[0] ?? "";
  const act = acting(redraw);
  const panel = answerPanel({ id, act, redraw, turn });
  const received = read(id);
  if (received && !received.mine && received.readable && !received.opened) await openOrientation(id).catch(() => undefined); // a fact told to the sender; a failure must not hide the content

  const callOff = async (/** @type {string} */ state) => {
    const mistake = state === "saisie_par_erreur";
    const yes = await ask({ title: mistake ? "Dire que c’est une erreur de saisie ?" : "Annuler cette orientation ?", yes: mistake ? "Oui, c’est une erreur" : "Annuler l’orientation", danger: true, text: "L’équipe destinataire ne pourra plus l’ouvrir. Ce qui a déjà été lu ne peut pas être oublié." });
    if (yes) await act.run("Annulation…", async () => { await cancel({ orientation: id, state: /** @type {any} */ (state) }); toast("Annulation enregistrée sur cet appareil."); });
  };
  const openFor = (/** @type {Orientation} */ shown) => act.run("Ouverture du dossier…", async () => {
    go(`#/dossier/${await openDossier({ items: shown.items.filter(({ category: code }) => !code.includes(".")), orientation: id })}`);
  });

  return {
    title: "Orientation",
    unheaded: true,
    back: { href: received?.mine ? "#/orientations/envoyees" : "#/orientations", label: "Orientations" },
    view: () => {
      const shown = read(id);
      if (!shown) return html`<h1 tabindex="-1">Orientation</h1>${emptyList("lock", "Introuvable, ou réservée à une autre équipe.")}`;
      return html`
        <header class="stack" data-gap="small">
          <h1 tabindex="-1"><bdi>${shown.label}</bdi></h1>
          <div class="line">${stateBadge(shown)}${syncBadge(shown.sync)}${shown.replyBy && ["envoyee", "en_attente"].includes(shown.state) ? badge(`${Date.parse(shown.replyBy) < Date.now() ? "En retard. " : ""}Réponse attendue : ${when(shown.replyBy)}`, "warn", "zap") : nothing}</div>
        </header>
        ${notes(shown)}
        ${request(shown)}
        ${shown.items.length ? informations(shown) : nothing}
        ${shown.mine ? sender(shown) : panel(shown)}
        ${act.view()}
        ${history(shown)}`;
    },
  };

  /** @param {Orientation} shown */
  function sender(shown) {
    const moves = (ORIENTATION_CANCELS[shown.state] ?? []).filter((state) => shown.moves.includes(state));
    const again = ["refusee", "expiree"].includes(shown.state) && shown.dossier;
    return html`<div class="actions">
      ${shown.dossier ? html`<a class="button" href="#/dossier/${shown.dossier}">${icon("user")}Dossier de la personne</a>` : nothing}
      ${again ? html`<a class="button" data-kind="primary" href="#/orienter/${shown.dossier}/${id}">${icon("send")}Orienter ailleurs</a>` : nothing}
      ${moves.includes("annulee") ? html`<button type="button" class="button" data-kind="danger" @click=${() => callOff("annulee")}>Annuler l’orientation</button>` : nothing}
      ${moves.includes("saisie_par_erreur") ? html`<button type="button" class="button" data-kind="quiet" @click=${() => callOff("saisie_par_erreur")}>C’est une erreur de saisie</button>` : nothing}
    </div>`;
  }

  /** @param {Orientation} shown */
  function informations(shown) {
    return html`<section><h2>${shown.mine ? "Ce qui a été transmis" : "Ce que la personne a accepté de transmettre"}</h2>
      <ul class="rows">${shown.items.map((item) => html`<li><div class="row" data-code=${item.category}>${pictogram(category(item.category).pictogram)}<span><strong>${category(item.category).label}</strong>
        ${itemFacts(item).map(([, value]) => html`<bdi>${value}</bdi>`)}<small class="soft">${word("sources", item.source)}</small></span></div></li>`)}</ul>
      ${shown.mine ? nothing : dossierLink(shown)}
    </section>`;
  }

  /** @param {Orientation} shown */
  function dossierLink(shown) {
    if (shown.dossier) return html`<a class="button" href="#/dossier/${shown.dossier}">${icon("user")}Dossier ouvert pour cette orientation</a>`;
    return ORIENTATION_OPEN.includes(shown.state) ? html`<button type="button" class="button" @click=${() => openFor(shown)}>${icon("user-plus")}Ouvrir un dossier pour la suivre</button>` : nothing;
  }
}

/** @param {Orientation} shown */
function notes(shown) {
  const left = daysTo(shown.deadline);
  const waiting = ["envoyee", "en_attente"].includes(shown.state);
  return html`
    ${takenBack(shown)}
    ${!shown.readable ? message("news", shown.why ?? "Ce contenu n’est plus lisible.") : nothing}
    ${shown.unreadable ? message("warn", "Une partie ne peut pas être ouverte : elle a été modifiée ou n’est pas pour vous. Le reste est intact.") : nothing}
    ${waiting && shown.mine && shown.late ? message("warn", "Toujours sans réponse. Appelez l’équipe, et dites à la personne où en est sa demande.") : nothing}
    ${waiting && !shown.mine && left <= 20 ? message("news", left > 0 ? `Sans réponse, cette orientation expire dans ${left} jour${left > 1 ? "s" : ""}.` : "Cette orientation expire aujourd’hui.") : nothing}
    ${shown.mine && shown.state === "refusee" ? message("news", "Dites-le à la personne, et proposez une autre piste.") : nothing}
    ${shown.mine && shown.state === "rdv_fixe" ? message("news", "Un rendez-vous est fixé : assurez-vous que la personne le sait.") : nothing}`;
}

/** What was taken back, said to both sides; to who sent, also what cannot be recalled. @param {Orientation} shown */
function takenBack({ takenBack: back, mine }) {
  if (!back) return nothing;
  const who = back.byPerson ? "La personne a retiré son accord" : "L’équipe qui a envoyé a mis fin à l’accord";
  const what = back.all ? "" : ` pour : ${back.codes.map((code) => category(code).label.toLowerCase()).join(", ")}`;
  const read = !mine ? "Ce qui est retiré est détruit sur cet appareil. N’en gardez rien, sur papier ou de mémoire."
    : back.readOn ? `L’équipe l’avait ouvert ${when(back.readOn)} : ce qu’elle a lu ou noté ne peut pas être rappelé. Dites-le à la personne.`
      : "Personne ne l’avait ouvert, à notre connaissance.";
  return message("warn", `${who}${what}, ${when(back.at)}. ${read}`);
}

/** @param {Orientation} shown */
function request(shown) {
  return html`<section class="card"><div class="line">${needIcon(shown.need)}<h2>${needLabel(shown.need)}</h2></div>
    ${shown.request?.text ? html`<p><bdi>${shown.request.text}</bdi></p>` : nothing}
    ${shown.necessity ? html`<p><span class="soft">Pourquoi c’est nécessaire : </span><bdi>${shown.necessity}</bdi></p>` : nothing}
    <dl class="facts">
      <div><dt>De</dt><dd>${shown.from.teamName}, ${shown.from.organisationName}</dd></div>
      <div><dt>Vers</dt><dd>${shown.to.teamName}, ${shown.to.organisationName}</dd></div>
      <div><dt>Envoyée</dt><dd>${when(shown.sentAt)}</dd></div>
    </dl>
    ${shown.mine && shown.place ? html`<a class="button" href="#/lieu/${shown.place}">${icon("map-pin")}Voir le lieu</a>` : nothing}
  </section>`;
}

/** @param {Orientation} shown */
function history(shown) {
  if (!shown.history.length) return nothing;
  return html`<section><h2>Suite</h2><ol class="timeline">${shown.history.map((step) => html`<li>
    <small class="soft">${when(step.at)}${step.by ? `, ${step.by}` : ""}</small><strong>${step.stateLabel}</strong>
    ${step.reason ? html`<p>${REFERENCE.reasons[step.reason] ?? step.reason}</p>` : nothing}
    ${step.outcome ? html`<p>${REFERENCE.outcomes[step.outcome]?.label ?? step.outcome}</p>` : nothing}
    ${step.text ? html`<p><bdi>${step.text}</bdi></p>` : nothing}${syncBadge(step.sync)}</li>`)}</ol></section>`;
}
