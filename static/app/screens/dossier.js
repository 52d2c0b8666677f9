/** What the team holds about one person: items, history, agreements (withdrawn here), orientations. */

import { correctDossier, dossier as read, hasStanding, recordNote, withdrawConsent } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { ask } from "../ui/dialog.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { emptyItem, isFilled, itemForm, itemLine } from "../ui/item.js";
import { category, pictogram, word } from "../ui/labels.js";
import { emptyList } from "../ui/message.js";
import { orientationRow } from "../ui/orientation-row.js";
import { timeline } from "../ui/timeline.js";
import { toast } from "../ui/toast.js";
import { when } from "../ui/words.js";
import { REFERENCE } from "../reference.js";
import { consentCard } from "./consent-card.js";

const NEVER_TYPED_HERE = ["C19"];

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw, turn }) {
  const id = params[0];
  const act = acting(redraw);
  const state = { tab: "infos", editing: /** @type {import("../ui/item.js").Item|null} */ (null), note: /** @type {string|null} */ (null) };
  const show = (/** @type {Partial<typeof state>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };

  const saveItem = () => act.run("Enregistrement…", async () => {
    if (!isFilled(state.editing ?? undefined)) throw { code: "malformed", message: "Rien n’est rempli. Écrivez une information, ou revenez." };
    await correctDossier({ dossier: id, items: [/** @type {import("../ui/item.js").Item} */ (state.editing)] });
    state.editing = null;
    toast("Information enregistrée sur cet appareil.");
    turn();
  });
  const saveNote = () => act.run("Enregistrement…", async () => {
    await recordNote({ dossier: id, text: state.note ?? "" });
    show({ note: null });
    toast("Note gardée, lisible par vous seul·e.");
  });
  /** @type {import("./consent-card.js").End} */
  const end = async ({ consent, categories, why, title, text, yes }) => {
    if (!(await ask({ title, yes, danger: true, text }))) return;
    await act.run("Retrait de l’accord…", async () => { await withdrawConsent({ consents: [consent.id], categories, why }); toast("Retrait enregistré sur cet appareil."); });
  };

  return {
    get title() { return state.editing ? category(state.editing.category).label : read(id)?.label ?? "Dossier"; },
    tab: "Dossier",
    back: { href: "#/personnes", label: "Personnes" },
    view: () => {
      const held = read(id);
      if (!held) return emptyList("lock", "Ce dossier n’est pas lisible ici : il appartient à une autre équipe, ou n’est pas encore arrivé.");
      return state.editing ? editor(state.editing) : whole(held);
    },
  };

  /** @param {import("../ui/item.js").Item} item */
  function editor(item) {
    return html`
      <p class="hint">${category(item.category).purpose}</p>
      <form class="stack" data-gap="large" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); saveItem(); }} novalidate>
        ${itemForm(item, (changed) => show({ editing: changed }))}
        <div class="actions" data-stuck>${act.view()}
          <button class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)}>Enregistrer l’information</button>
          <button type="button" class="button" data-kind="quiet" @click=${() => { state.editing = null; turn(); }}>Revenir sans changer</button>
        </div>
      </form>`;
  }

  /** @param {import("../vault/shapes.js").DossierView} held */
  function whole(held) {
    const tabs = [["infos", "Infos"], ["suivi", "Suivi"], ["accords", "Accords"], ["orientations", "Orientations"]];
    return html`
      ${held.detail ? html`<p class="soft"><bdi>${held.detail}</bdi></p>` : nothing}
      <div class="quick">
        <a class="tile" data-first href="#/orienter/${id}">${icon("send")}<span>Orienter</span></a>
        <a class="tile" href="#/visite/${id}">${icon("house")}<span>Noter une visite</span></a>
      </div>
      ${act.view()}
      <div class="tabs" role="tablist" aria-label="Dossier">${tabs.map(([code, label]) => html`<button type="button" role="tab" id="tab-${code}" aria-selected=${state.tab === code} aria-controls="panel" @click=${() => show({ tab: code })}>${label}</button>`)}</div>
      <section id="panel" role="tabpanel" aria-labelledby="tab-${state.tab}">${panel(held)}</section>`;
  }

  /** @param {import("../vault/shapes.js").DossierView} held */
  function panel(held) {
    if (state.tab === "suivi") return follow(held);
    if (state.tab === "accords") return consents(held);
    if (state.tab === "orientations") return held.orientations.length ? html`<ul class="rows">${held.orientations.map(orientationRow)}</ul>` : emptyList("send", "Aucune orientation pour cette personne.", html`<a class="button" href="#/orienter/${id}">Orienter</a>`);
    return items(held);
  }

  /** @param {import("../vault/shapes.js").DossierView} held */
  function items(held) {
    const known = new Set(held.items.map((item) => item.category));
    const others = Object.values(REFERENCE.categories).filter(({ code, of }) => !of && !known.has(code) && !NEVER_TYPED_HERE.includes(code));
    return html`
      <ul class="rows">${held.items.map((item) => html`<li><div class="row">${pictogram(category(item.category).pictogram)}
        <span><span class="line" data-between><strong>${category(item.category).label}</strong>${correct(item)}</span>
          <bdi>${itemLine(item)}</bdi><small class="soft">${word("sources", item.source)}, ${when(item.at)}</small></span></div></li>`)}</ul>
      <details><summary>Ajouter une information</summary>
        <ul class="rows">${others.map(({ code, label, pictogram: name, purpose }) => html`<li><button type="button" class="row" @click=${() => { show({ editing: emptyItem(code) }); turn(); }}>${pictogram(name)}<span><strong>${label}</strong><small class="soft">${purpose}</small></span><span class="next">${icon("plus")}</span></button></li>`)}</ul>
      </details>`;
  }

  /** @param {import("../vault/shapes.js").KnownItem} item */
  function correct(item) {
    const edit = () => { show({ editing: { ...emptyItem(item.category), fields: { ...item.fields }, source: item.source } }); turn(); };
    return html`<button type="button" class="button" data-kind="quiet" @click=${edit} aria-label="Corriger : ${category(item.category).label}">${icon("pencil")}Corriger</button>`;
  }

  /** @param {import("../vault/shapes.js").DossierView} held */
  function follow(held) {
    const note = state.note === null
      ? html`<button type="button" class="button" @click=${() => show({ note: "" })}>${icon("notebook-pen")}Note pour moi</button>`
      : html`<div class="card">${field("Note pour moi", state.note, (text) => show({ note: text }), { long: true, id: "note", hint: "Scellée pour vous seul·e, effacée après 6 mois. Personne d’autre ne peut la lire." })}
          <div class="actions"><button type="button" class="button" data-kind="primary" @click=${saveNote}>Garder la note</button><button type="button" class="button" data-kind="quiet" @click=${() => show({ note: null })}>Annuler</button></div></div>`;
    return html`${note}${held.timeline.length ? timeline(held.timeline) : emptyList("history", "Rien n’est encore noté.")}`;
  }

  /** @param {import("../vault/shapes.js").DossierView} held */
  function consents(held) {
    const ask = html`<a class="button" href="#/accord/${id}">${icon("hand")}Demander un accord</a>`;
    if (!held.consents.length) return emptyList("handshake", "Aucun accord n’a encore été demandé. L’accord se recueille pendant l’orientation, ou ici à part.", ask);
    const paper = hasStanding(id) ? html`<a class="button" href="#/papier/${id}">${icon("file-text")}Redonner un papier</a>` : nothing;
    return html`${held.consents.map((consent) => consentCard(consent, end))}<div class="actions">${ask}${paper}</div>`;
  }
}
