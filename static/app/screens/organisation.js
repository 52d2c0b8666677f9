/** The organisation, plainly: teams and who holds their keys, members, recovery key, charters to sign or publish. */

import { addRecoveryKey, createCircle, createTeam, endCharter, grantCircle, me, profiles, reopenWithSheet, rotateCircle, roster, signCharter, syncStatus } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { badge } from "../ui/badge.js";
import { ask } from "../ui/dialog.js";
import { digits } from "../ui/digits.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { word } from "../ui/labels.js";
import { emptyList, message } from "../ui/message.js";
import { toast } from "../ui/toast.js";
import { counted, listed } from "../ui/words.js";
import { REFERENCE } from "../reference.js";
import { charterForm } from "./charter-form.js";

/** @typedef {import("../vault/shapes.js").RosterView} RosterView */

/** @param {import("../ui/router.js").Visit} visit @returns {Promise<import("../ui/router.js").Screen>} */
export async function open({ redraw }) {
  const act = acting(redraw);
  const state = { team: "", typed: "", recovery: /** @type {{code: string}|null} */ (null) };
  const hasSheet = (await profiles()).some(({ member, doors }) => member === me().member && doors.includes("recovery"));
  const charter = charterForm(act, redraw);
  const run = (/** @type {string} */ sentence, /** @type {() => Promise<any>} */ work, /** @type {string} */ done) => act.run(sentence, async () => { const result = await work(); toast(done); return result; });

  const addTeam = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!state.team.trim()) return act.refuse("malformed", "Écrivez le nom de l’équipe.");
    return run("Création de l’équipe…", () => createTeam({ name: state.team.trim() }), "Équipe créée.").then(() => { state.team = ""; redraw(); });
  };
  const addCircle = (/** @type {string} */ team, /** @type {"open"|"bound"} */ kind) => {
    const holders = roster().members.filter((member) => !member.ended && (member.teams.includes(team) || member.role === "recovery") && (kind === "open" || member.ground)).map(({ id }) => id);
    return run("Création de la clé de l’équipe…", () => createCircle({ team, class: kind, members: holders }), "Clé créée.");
  };
  const end = async (/** @type {RosterView["charters"][number]} */ each) => {
    if (await ask({ title: `Mettre fin à « ${each.title} » ?`, text: "Plus rien ne pourra être envoyé sous cette charte, dès maintenant et pour toujours. Ce qui a été envoyé reste lisible selon les accords donnés.", yes: "Mettre fin à la charte", danger: true })) await run("Fin de la charte…", () => endCharter(each.id), "Charte terminée.");
  };
  const recover = () => act.run("Création de la clé de secours…", async () => { state.recovery = await addRecoveryKey(); });

  const reopen = (/** @type {Event} */ event) => {
    event.preventDefault();
    return act.run("Ouverture avec la feuille…", async () => { const circles = await reopenWithSheet({ code: state.typed }); state.typed = ""; toast(`${counted(circles.length, "clé reprise", "clés reprises")}.`); });
  };

  return {
    get title() { return me().organisation.name; },
    back: { href: "#/aujourdhui", label: "Aujourd’hui" },
    view: () => {
      const known = roster();
      return html`
        ${act.view()}
        ${syncStatus().state === "suspended" ? message("warn", "Le partage est suspendu : la liste des membres doit d’abord être remise d’accord.") : nothing}
        ${alone(known) && !hasSheet ? message("warn", "Vous êtes la seule personne responsable. Si vous perdez votre téléphone et votre phrase, personne ne pourra plus signer pour l’organisation : faites votre feuille de secours, ou nommez une deuxième personne responsable.", { after: html`<a class="button" href="#/profil">${icon("printer")}Faire ma feuille de secours</a>` }) : nothing}
        <section><h2>Équipes et clés</h2>${known.teams.length ? known.teams.map((team) => teamCard(known, team)) : emptyList("users", "Aucune équipe. Créez la première, puis sa clé.")}
          <form class="card" @submit=${addTeam} novalidate>${field("Nouvelle équipe", state.team, (team) => { state.team = team; redraw(); }, { id: "team" })}<button class="button">${icon("plus")}Créer l’équipe</button></form></section>
        <section><h2>Membres</h2><ul class="rows">${known.members.filter(({ ended }) => !ended).map((member) => memberRow(known, member))}</ul><a class="button" href="#/entrees">${icon("user-plus")}Demandes d’entrée</a></section>
        ${recovery()}
        <section><h2>Chartes</h2>${known.charters.length ? known.charters.map((each) => charterCard(known, each)) : emptyList("scroll-text", "Aucune charte publiée pour l’instant.")}${me().authority ? charter.view() : nothing}</section>`;
    },
  };

  /** @param {RosterView} known @param {RosterView["teams"][number]} team */
  function teamCard(known, team) {
    const circles = known.circles.filter((circle) => circle.team === team.id);
    const missing = /** @type {const} */ (["open", "bound"]).filter((kind) => !circles.some((circle) => circle.class === kind));
    return html`<article class="card"><h3>${team.name}</h3>
      ${circles.map((circle) => circleLines(known, circle))}
      ${missing.length ? html`<div class="line">${missing.map((kind) => html`<button type="button" class="button" @click=${() => addCircle(team.id, kind)}>${icon("key-round")}Créer la clé : ${word("classes", kind).toLowerCase()}</button>`)}</div>` : nothing}
    </article>`;
  }

  /** @param {RosterView} known @param {RosterView["circles"][number]} circle */
  function circleLines(known, circle) {
    const holders = circle.holders.map((id) => known.members.find((member) => member.id === id)?.name ?? "clé de secours");
    const eligible = known.members.filter((member) => !member.ended && (member.teams.includes(circle.team) || member.role === "recovery") && !circle.holders.includes(member.id) && (circle.class === "open" || member.ground));
    return html`<div class="stack" data-gap="small">
      <p><strong>${word("classes", circle.class)}</strong> : ${holders.length ? holders.join(" · ") : "plus personne"} ${circle.awaitsRotation ? badge("Clé à renouveler", "warn", "key-round") : nothing}</p>
      ${circle.awaitsRotation ? html`<p class="soft">${whoRotates(known, circle)}</p>` : nothing}
      ${circle.mine && circle.holders.includes(me().member) ? html`<div class="line">
        ${circle.awaitsRotation ? html`<button type="button" class="button" @click=${() => run("Renouvellement de la clé…", () => rotateCircle(circle.id), "Clé renouvelée.")}>Renouveler la clé</button>` : nothing}
        ${eligible.map(({ id, name }) => html`<button type="button" class="button" @click=${() => run("Remise de la clé…", () => grantCircle({ circle: circle.id, member: id }), "Clé remise.")}>Donner la clé à ${name}</button>`)}
      </div>` : nothing}
    </div>`;
  }

  /** Who can renew a key that awaits it, in a sentence.
   * @param {RosterView} known @param {RosterView["circles"][number]} circle */
  function whoRotates(known, circle) {
    const named = (/** @type {string[]} */ ids) => listed(known.members.filter(({ id, role }) => ids.includes(id) && role !== "recovery").map(({ name }) => name));
    const said = "Rien de nouveau n’est envoyé à cette équipe tant que sa clé n’est pas renouvelée.";
    if (circle.able.includes(me().member)) return `${said} Votre appareil s’en charge à la prochaine synchronisation.`;
    if (circle.able.length) return `${said} Cela se fera tout seul quand ${named(circle.able)} ouvrira Accord.`;
    if (named(circle.holders)) return `${said} Demandez à ${named(circle.holders)} de donner la clé à une personne responsable.`;
    return `${said} Plus personne n’en a la clé : utilisez la feuille de secours de l’organisation, ci-dessous.`;
  }

  /** @param {RosterView} known */
  function alone(known) {
    return me().role === "supervisor" && known.members.filter(({ role, ended }) => role === "supervisor" && !ended).length === 1;
  }

  /** @param {RosterView} known @param {import("../vault/shapes.js").RosterMember} member */
  function memberRow(known, member) {
    const teams = member.teams.map((id) => known.teams.find((team) => team.id === id)?.name).filter(Boolean);
    const ground = member.ground ? `tenue au secret ${word("grounds", member.ground).toLowerCase()}` : "";
    const inside = html`${icon(member.role === "recovery" ? "key-round" : "user")}<span><strong><bdi>${member.name || "Clé de secours"}</bdi></strong>
      <small class="soft">${[word("roles", member.role), member.profile && REFERENCE.columns[member.profile], ground, ...teams].filter(Boolean).join(" · ")}</small></span>`;
    return member.role === "recovery" ? html`<li><div class="row">${inside}</div></li>` : html`<li><a class="row" href="#/membre/${member.id}">${inside}<span class="next">${icon("chevron-right")}</span></a></li>`;
  }

  function recovery() {
    const has = roster().members.some(({ role, ended }) => role === "recovery" && !ended);
    return html`<section><h2>Clé de secours</h2>
      ${state.recovery ? html`<article class="sheet card"><h3>Feuille de secours : ${me().organisation.name}</h3><p>Imprimez, mettez sous enveloppe scellée, confiez-la à la présidence. Ce code ne sera plus affiché.</p><p class="secret">${state.recovery.code}</p><p class="soft">Réseau ${me().network}</p>${digits(me().fingerprint)}</article><button type="button" class="button" data-kind="primary" @click=${() => print()}>${icon("printer")}Imprimer la feuille</button>`
      : html`<p class="soft">${has ? "Une clé de secours existe, imprimée. Elle est la seconde détentrice des clés." : "Une équipe n’enregistre rien tant que deux détenteurs n’ont pas sa clé. Une feuille imprimée peut être le second."}</p>
        <button type="button" class="button" @click=${recover}>${icon("key-round")}${has ? "Faire une nouvelle feuille" : "Créer la clé de secours"}</button>
        ${has && me().role === "supervisor" ? html`<details class="card"><summary>Utiliser la feuille de secours</summary><form class="stack" @submit=${reopen} novalidate>
          <p class="soft">Quand plus personne ne détient la clé d’une équipe : tapez le code de la feuille. Entrez d’abord dans l’équipe, depuis votre fiche de membre. La feuille reste valable ; remettez-la sous enveloppe.</p>
          ${field("Code de la feuille", state.typed, (typed) => { state.typed = typed; act.clear(); redraw(); }, { id: "sheet-code", secret: true, hint: "Quatorze groupes de quatre caractères." })}<button class="button">${icon("key-round")}Rouvrir les équipes</button></form></details>` : nothing}`}</section>`;
  }

  /** @param {RosterView} known @param {RosterView["charters"][number]} each */
  function charterCard(known, each) {
    const names = each.signatories.map((id) => known.organisations.find((organisation) => organisation.id === id)?.name ?? "").filter(Boolean);
    const signed = each.signedVersion !== null;
    const current = each.signedVersion === each.version;
    const sign = () => run("Signature de la charte…", () => signCharter({ charter: each.id, version: each.version }), "Charte signée.");
    return html`<article class="card"><div class="line" data-between><h3>${each.title}</h3>${each.ended ? badge("Terminée", "past") : current ? badge(`Signée, version ${each.version}`, "good", "check") : badge(signed ? `Nouvelle version ${each.version}` : "À signer", "warn", "scroll-text")}</div>
      <p class="soft">${counted(names.length, "signataire")}${names.length ? ` : ${listed(names)}` : ""}</p>
      <details><summary>Lire la charte</summary><p><bdi>${each.text}</bdi></p></details>
      ${!current && !each.ended ? html`<button type="button" class="button" data-kind="primary" @click=${sign}>${icon("scroll-text")}Signer au nom de l’organisation</button>` : nothing}
      ${me().authority && !each.ended ? html`<button type="button" class="button" data-kind="quiet" @click=${() => end(each)}>Mettre fin à cette charte</button>` : nothing}</article>`;
  }
}
