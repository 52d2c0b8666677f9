/**
 * Acts on what a person takes away: a receipt names consents of one dossier, and brings them a key of the person's own.
 * The secret on the paper and that key pass through here and are kept nowhere: who lost the paper is given another.
 */

import { generatePair, instant, newId, newPaper as drawn, readPaper, sealReceipt } from "../crypto/index.js";
import { endOf, inForce } from "../rules/consent.js";
import { nowMs } from "./clock.js";
import { agreementsOf } from "./agreements.js";
import { me } from "./me.js";
import { organisationName } from "./names.js";
import { refuseUnless, translated } from "./problem.js";
import { save } from "./record.js";
import { current } from "./session.js";
import { mostClosed, placeOf } from "./teams.js";

/** @typedef {import("./record.js").Plan} Plan */
/** @typedef {import("../crypto/receipt.js").Paper} Paper */
/** @typedef {import("../crypto/keys.js").PublicJwk} PublicJwk */
/** What a screen holds while it shows a paper. @typedef {{secret: string, printed: string, code: string, link: string}} ShownPaper */
/** @typedef {{secret: string, language: string, given?: string}} WantedReceipt */
/** @typedef {{publicJwk: PublicJwk, plan: (consents: Plan[], atMs: number) => Promise<Plan>}} Preparing */

const MAX_CONSENTS = 8; // what one paper says has its bounds; a conversation has three recipients at most

/** A paper that nobody has yet. @returns {Promise<ShownPaper>} */
export async function newPaper() {
  return shown(await drawn());
}

/** A card printed beforehand. @param {string} text scanned or typed @returns {Promise<ShownPaper>}
 * @throws {import("./problem.js").VaultProblem} recovery_code */
export async function readCard(text) {
  return shown(await translated(() => readPaper(text)));
}

/** @param {Paper} paper @returns {ShownPaper} */
function shown({ secret, printed, code }) {
  return { secret, printed, code, link: `${location.origin}/carte#${secret}` };
}

/**
 * The key goes into the consents first, then all that the paper says is sealed in one event beside them.
 * @param {WantedReceipt} wanted @returns {Promise<Preparing>}
 */
export async function preparing({ secret, language, given }) {
  const { publicJwk, privateJwk } = await generatePair("signing");
  const paper = await translated(() => readPaper(`#${secret}`));
  return {
    publicJwk,
    plan: async (consents, atMs) => {
      const { organisation, teams, team } = me();
      const told = { organisation: organisation.name, team: teams.find((one) => one.id === team)?.name ?? "", language };
      const about = consents.map((plan) => said(plan, atMs));
      const sealed = await sealReceipt(secret, { key: privateJwk, ...told, consents: about });
      return issued(consents, { paper, publicJwk, sealed, language, given }, atMs);
    },
  };
}

/** @param {Plan} plan of a consent @param {number} atMs */
function said({ id, clear }, atMs) {
  const { recipient, categories, purpose, duration } = /** @type {any} */ (clear);
  const until = instant(endOf(atMs, null, duration));
  return { id, recipient: organisationName(recipient), categories, purpose, until };
}

/**
 * @param {Plan[]} consents
 * @param {{paper: Paper, publicJwk: PublicJwk, sealed: string, language: string, given?: string}} receipt @param {number} atMs
 * @returns {Plan} in the most closed circle of what it names
 */
function issued(consents, { paper, publicJwk, sealed, language, given }, atMs) {
  const open = current();
  const classes = consents.map((plan) => ({ plan, kind: placeOf(open, plan.own ?? "")?.circleClass ?? "open" }));
  const closed = mostClosed(classes.map(({ kind }) => kind));
  const ids = consents.map(({ id }) => id);
  return {
    id: newId(atMs),
    type: "receipt.issued",
    clear: {
      dossier: /** @type {any} */ (consents[0].clear).dossier,
      consents: ids,
      withdrawal_key: publicJwk,
      locator: paper.locator,
      sealed,
    },
    own: classes.find(({ kind }) => kind === closed)?.plan.own ?? null,
    parents: ids,
    sections: [{ content: { kind: "receipt", code: paper.code, language, given }, level: closed === "bound" ? 2 : 1 }],
  };
}

/**
 * Another paper for who lost theirs, once a member has recognised them: for all that the dossier still agrees to. The lost
 * one finds nothing more.
 * @param {{dossier: string, receipt: WantedReceipt, draftId?: string}} given @returns {Promise<{receipt: string}>}
 * @throws {import("./problem.js").VaultProblem} not_found: nothing is agreed to
 */
export async function reissue({ dossier, receipt, draftId }) {
  const prepared = await preparing(receipt);
  const result = await save({ draftId }, async (atMs) => {
    const plans = standing(dossier);
    refuseUnless(plans.length > 0, "not_found");
    const plan = await prepared.plan(plans, atMs);
    return { plans: [plan], result: { receipt: plan.id } };
  });
  return /** @type {{receipt: string}} */ (result);
}

/** The consents of a dossier that still stand, newest first, as they were planned. @param {string} dossier @returns {Plan[]} */
function standing(dossier) {
  const open = current();
  const { consents, endings, events } = agreementsOf(open, dossier);
  const live = consents.filter((one) =>
    one.categories.some((code) => inForce([one], endings, dossier, one.recipient, code, one.purpose, nowMs())),
  );
  const known = events.filter(({ id }) => live.some((one) => one.id === id)).reverse().slice(0, MAX_CONSENTS);
  return known.map(({ id, type, payload }) => ({ id, type, clear: payload, own: payload.audience.own.split(".")[0], sections: [] }));
}

/** @param {string} dossier @returns {boolean} whether a paper can be given for it */
export function hasStanding(dossier) {
  return standing(dossier).length > 0;
}

/**
 * The dossier whose paper bears this code. @param {string} typed @returns {string|null}
 */
export function dossierOfCode(typed) {
  const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (code.length !== 8) return null;
  const { projection } = current();
  for (const event of projection.events.values()) {
    const content = event.type === "receipt.issued" ? event.contents.get("s1") : null;
    if (content?.code?.replace("-", "") === code) return event.payload.dossier;
  }
  return null;
}
