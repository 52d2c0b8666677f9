/** Who asks to come in: invite, compare the code aloud, decide role, profile, ground and teams, admit. */

import { admissionRequests, admit, admitOrganisation, createInvitation, me, readmit, roster } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { badge } from "../ui/badge.js";
import { box } from "../ui/choice.js";
import { digits } from "../ui/digits.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { kindLabel } from "../ui/labels.js";
import { blankMember, memberForm, missingOf } from "../ui/member-form.js";
import { emptyList, message } from "../ui/message.js";
import { toast } from "../ui/toast.js";
import { when } from "../ui/words.js";

/** @typedef {import("../vault/shapes.js").AdmissionRequest} AdmissionRequest */
const blank = () => ({ compared: false, ...blankMember() });

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw, turn }) {
  const act = acting(redraw);
  /** @type {AdmissionRequest[]} */
  let requests = [];
  /** @type {AdmissionRequest|null} */
  let chosen = null;
  let link = "";
  /** @type {Set<string>} */
  const admitted = new Set(); // the server may say "waiting" until the signed admission reached it
  let state = blank();
  const set = (/** @type {Partial<ReturnType<typeof blank>>} */ change) => { state = { ...state, ...change }; act.clear(); redraw(); };
  const look = () => act.run("Lecture des demandes…", async () => { requests = await admissionRequests(); });
  const choose = (/** @type {AdmissionRequest|null} */ request) => { chosen = request; state = blank(); act.clear(); turn(); };
  const invite = (/** @type {"member"|"organisation"} */ kind, /** @type {number} */ uses) => act.run("Création de l’invitation…", async () => { ({ link } = await createInvitation({ kind, uses })); });

  function missing() {
    if (!chosen?.verified && !state.compared) return "Comparez d’abord le code de vive voix, puis cochez la case.";
    if (chosen?.returning) return null;
    return missingOf(state, { organisation: chosen?.kind === "organisation" });
  }
  const accept = () => {
    const problem = missing();
    if (problem || !chosen) return act.refuse("malformed", problem ?? "");
    const { invitation, member, kind, returning } = chosen;
    const common = { invitation, member, role: /** @type {any} */ (state.role), profile: state.profile, ground: state.ground || undefined, groundText: state.groundText.trim() || undefined };
    return act.run("Signature de l’admission…", async () => {
      if (returning) await readmit({ invitation, member });
      else if (kind === "organisation") await admitOrganisation(common);
      else await admit({ ...common, teams: state.teams, permissions: state.deputy ? ["member.admit"] : [], endsOn: state.endsOn || undefined });
      toast(returning ? "Clés remplacées : la personne retrouve ses équipes." : `${chosen?.name ?? "La personne"} est admise.`);
      admitted.add(member);
      chosen = null;
      requests = await admissionRequests();
      turn();
    });
  };
  look();

  return {
    get title() { return chosen ? `${chosen.returning ? "Réadmettre" : "Admettre"} ${chosen.name}` : "Demandes d’entrée"; },
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => (chosen ? deciding(chosen) : list()),
  };

  function list() {
    const waiting = requests.filter((request) => request.state === "waiting" && !admitted.has(request.member));
    return html`
      ${act.view()}
      ${waiting.length ? html`<ul class="rows">${waiting.map((request) => html`<li><button type="button" class="row" @click=${() => choose(request)}>${icon("user-plus")}
          <span><strong><bdi>${request.name}</bdi></strong><small class="soft">${request.organisation ? `${request.organisation.name}, ${kindLabel(request.organisation.kind)}` : request.returning ? `revient comme ${nameOf(request.member)}` : `compte ${request.account}`}, ${when(request.postedAt)}</small>
          <span>${mark(request)}</span></span><span class="next">${icon("chevron-right")}</span></button></li>`)}</ul>`
        : emptyList("user-plus", "Personne n’attend. Créez une invitation : la personne l’ouvre sur son téléphone, choisit sa phrase et vous lit son code.")}
      <button type="button" class="button" @click=${look}>${icon("refresh-cw")}Regarder à nouveau</button>
      <section class="card"><h2>Inviter</h2>
        ${link ? invitation(link) : html`<p class="soft">Une invitation vaut 7 jours. Son secret ne passe jamais par le serveur : donnez le lien de la main à la main.</p>`}
        <div class="actions">
          <button type="button" class="button" data-kind="primary" @click=${() => invite("member", 1)}>${icon("user-plus")}Inviter une personne</button>
          <button type="button" class="button" @click=${() => invite("member", 40)}>${icon("users")}Inviter un groupe (40 au plus)</button>
          ${me().authority ? html`<button type="button" class="button" @click=${() => invite("organisation", 1)}>${icon("building-2")}Inviter une organisation</button>` : nothing}
        </div></section>`;
  }

  /** @param {AdmissionRequest} request */
  function deciding(request) {
    const organisation = request.kind === "organisation";
    return html`
      <section class="card" data-tone=${request.verified ? "accent" : "signal"}>
        <div class="line" data-between><h2>Comparer</h2>${mark(request)}</div>
        ${digits(request.code)}
        <p>${request.verified ? "Le secret de l’invitation a été reconnu : cette demande vient bien de la personne à qui vous l’avez donnée." : "Demandez à la personne de lire son code. S’il diffère d’un seul chiffre, n’admettez pas : quelqu’un a pu remplacer ses clés."}</p>
        ${request.verified ? nothing : box("La personne a lu exactement ce code", state.compared, (compared) => set({ compared }))}
      </section>
      ${request.returning ? comingBack(request) : memberForm(state, set, { organisation })}
      <div class="actions" data-stuck>${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${accept}>${icon("shield-check")}${request.returning ? "Réadmettre" : "Admettre"}</button>
        <button type="button" class="button" data-kind="quiet" @click=${() => choose(null)}>Revenir sans admettre</button></div>`;
  }
}

/** @param {string} member */
function nameOf(member) {
  return roster().members.find(({ id }) => id === member)?.name ?? "un membre";
}

/** @param {AdmissionRequest} request */
function comingBack({ member }) {
  return html`<section class="card"><h2>Revient comme ${nameOf(member)}</h2>
    <p>Même rôle, mêmes équipes, nouvelles clés. Ses anciens appareils sont retirés et les clés des équipes que vous détenez sont renouvelées, en une fois.</p>
    <p class="soft">La personne relira tout ce que ses équipes partagent. Ses notes privées sont perdues. Si vous ne reconnaissez pas sa voix, n’admettez pas.</p></section>`;
}

/** @param {AdmissionRequest} request */
function mark({ verified }) {
  return verified ? badge("Invitation vérifiée", "good", "shield-check") : badge("Code à comparer", "warn", "triangle-alert");
}

/** @param {string} link */
function invitation(link) {
  const copy = async () => { await navigator.clipboard.writeText(link); toast("Lien copié."); };
  const shareIt = () => navigator.share({ text: link }).catch(() => undefined); // closing the share sheet is no error
  return html`${field("Lien d’invitation", link, () => undefined, { id: "invitation-link", secret: true })}
    <div class="line"><button type="button" class="button" @click=${copy}>${icon("copy")}Copier</button>${"share" in navigator ? html`<button type="button" class="button" @click=${shareIt}>${icon("share-2")}Partager</button>` : nothing}</div>
    ${message("warn", "Ce lien contient un secret : ne l’affichez pas dans un groupe.")}`;
}
