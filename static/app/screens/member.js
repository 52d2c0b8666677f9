/** One member of the organisation: what they may do, where, until when; and the end of their access. */

import { endMember, me, roster, setMember } from "../vault/index.js";
import { acting } from "../ui/act.js";
import { ask } from "../ui/dialog.js";
import { html, nothing } from "../ui/html.js";
import { blankMember, memberForm, missingOf } from "../ui/member-form.js";
import { emptyList, message } from "../ui/message.js";
import { go } from "../ui/router.js";
import { toast } from "../ui/toast.js";

/** @param {import("../ui/router.js").Visit} visit @returns {import("../ui/router.js").Screen} */
export function open({ params, redraw }) {
  const id = params[0] ?? "";
  const act = acting(redraw);
  const member = roster().members.find((each) => each.id === id);
  const name = member?.name ?? "";
  const state = member ? { role: member.role, profile: member.profile ?? "", ground: member.ground ?? "", groundText: member.groundText ?? "", teams: member.teams, deputy: member.permissions.includes("member.admit"), endsOn: member.endsOn ?? "" } : blankMember();
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

  return {
    title: name || "Membre",
    back: { href: "#/organisation", label: "Organisation" },
    view: () => (member ? html`
      ${id === me().member && !me().teams.length && me().role === "supervisor" ? message("news", "C’est vous. Entrez dans l’équipe pour pouvoir en détenir la clé.") : nothing}
      ${memberForm(state, set)}
      <div class="actions" data-stuck>${act.view()}
        <button type="button" class="button" data-kind="primary" ?disabled=${Boolean(act.sentence)} @click=${save}>Signer le changement</button>
        ${id === me().member ? nothing : html`<button type="button" class="button" data-kind="danger" ?disabled=${Boolean(act.sentence)} @click=${remove}>Mettre fin à l’accès</button>`}</div>`
    : emptyList("users", "Cette personne n’est pas dans votre organisation.")),
  };
}
