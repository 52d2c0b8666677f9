/** One member of the organisation: what they may do, where, until when; and the end of their access. */

import { createInvitation, endMember, enrolments, me, revokeDevice, roster, setMember } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { ask } from "../ui/dialog.js";
import { field } from "../ui/field.js";
import { html, nothing } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { blankMember, memberForm, missingOf } from "../ui/member-form.js";
import { emptyList, message } from "../ui/message.js";
import { go } from "../ui/router.js";
import { toast } from "../ui/toast.js";
import { when } from "../ui/words.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw }) {
  const id = params[0] ?? "";
  const act = acting(redraw);
  const member = roster().members.find((each) => each.id === id);
  const name = member?.name ?? "";
  const state = member ? { role: member.role, profile: member.profile ?? "", ground: member.ground ?? "", groundText: member.groundText ?? "", teams: member.teams, deputy: member.permissions.includes("member.admit"), endsOn: member.endsOn ?? "" } : blankMember();
  let link = "";
  const set = (/** @type {Partial<import("../ui/member-form.js").MemberState>} */ change) => { Object.assign(state, change); act.clear(); redraw(); };

  const save = () => {
    const problem = missingOf(state);
    if (problem) return act.refuse("malformed", problem);
    return act.run("Signature du changement…", async () => {
      await setMember({
        member: id, role: state.role ?? "", profile: state.profile, ground: state.ground || undefined, groundText: state.groundText.trim() || undefined,
        teams: state.teams, permissions: state.deputy ? ["member.admit"] : [], endsOn: state.endsOn || undefined,
      });
      toast("Changement signé.");
      go("#/organisation");
    });
  };
  const remove = async () => {
    const yes = await ask({ title: `Mettre fin à l’accès de ${name} ?`, text: "L’accès s’arrête tout de suite et les clés de ses équipes sont renouvelées. Ce qui a déjà été lu ne peut pas être oublié.", yes: "Mettre fin à l’accès", danger: true });
    if (yes) await act.run("Fin d’accès et renouvellement des clés…", async () => { await endMember(id); toast("Accès terminé."); go("#/organisation"); });
  };

  const revoke = async (/** @type {string} */ device) => {
    const last = devices().length === 1;
    const text = last
      ? "C’est le dernier appareil de cette personne : elle ne recevra plus rien, et les clés que vous détenez sont renouvelées sans elle. Vous pourrez la réadmettre ensuite."
      : "Cet appareil ne pourra plus rien signer ni recevoir. La personne sera invitée à remplacer ses clés depuis un autre.";
    const yes = await ask({ title: `Retirer cet appareil de ${name} ?`, text, yes: "Retirer l’appareil", danger: true });
    if (yes) await act.run("Retrait de l’appareil…", async () => { await revokeDevice(device); toast("Appareil retiré."); });
  };
  const readmit = () => act.run("Création du lien de retour…", async () => { ({ link } = await createInvitation({ kind: "member", uses: 1, returning: id })); });
  const devices = () => enrolments().filter((each) => each.member === id && !each.revoked);

  return {
    title: name || "Membre",
    back: { href: "#/organisation", label: "Organisation" },
    view: () => (member ? html`
      ${id === me().member && !me().teams.length && me().role === "supervisor" ? message("news", "C’est vous. Entrez dans l’équipe pour pouvoir en détenir la clé.") : nothing}
      ${memberForm(state, set)}
      <div class="actions" data-stuck>${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${save}>Signer le changement</button>
        ${id === me().member ? nothing : html`<button type="button" class="button" data-kind="danger" ?disabled=${Boolean(act.sentence)} @click=${remove}>Mettre fin à l’accès</button>`}</div>
      ${id === me().member || me().role !== "supervisor" || member.ended ? nothing : lost()}`
    : emptyList("users", "Cette personne n’est pas dans votre organisation.")),
  };

  /** What to do when this person lost a phone, or everything. */
  function lost() {
    return html`<section><h2>Ses appareils</h2>
      ${devices().length ? html`<ul class="rows">${devices().map((each) => html`<li><div class="row">${icon("smartphone")}<span><strong>Appareil</strong><small class="soft">ajouté ${when(each.at)}</small></span><button type="button" class="button" data-kind="quiet" @click=${() => revoke(each.device)}>Retirer</button></div></li>`)}</ul>` : html`<p class="soft">Aucun appareil : cette personne ne reçoit rien.</p>`}
      <div class="card"><h3>A tout perdu</h3>
        <p class="soft">Ni phrase, ni téléphone, ni feuille de secours : donnez-lui ce lien. Elle vous lira un code, vous la réadmettrez depuis « Demandes d’entrée ». Elle relira ce que ses équipes partagent ; ses notes privées sont perdues.</p>
        ${link ? html`${field("Lien de retour", link, () => undefined, { id: "return-link", secret: true })}<div class="line"><button type="button" class="button" @click=${async () => { await navigator.clipboard.writeText(link); toast("Lien copié."); }}>${icon("copy")}Copier</button><a class="button" href="#/entrees">Demandes d’entrée</a></div>${message("warn", "Ce lien contient un secret et vaut 7 jours : donnez-le de la main à la main.")}`
        : html`<button type="button" class="button" @click=${readmit}>${icon("rotate-ccw")}Préparer son retour</button>`}</div></section>`;
  }
}
