/** What a person answered for several organisations at once: each answer is its own act, on one paper, saved together. */

import { deferredPlan, endedByRefusal, givenPlan, refusedPlan } from "./consents.js";
import { preparing } from "./receipts.js";
import { save } from "./record.js";

/** @typedef {import("./shapes.js").ConsentAnswer} ConsentAnswer */
/** What was said of one organisation, by category. @typedef {{recipient: string, yes: string[], no: string[], later: string[]}} Reply */

/**
 * @param {Omit<ConsentAnswer, "given"|"refused"> & {dossier: string, replies: Reply[], draftId?: string, receipt?: import("./receipts.js").WantedReceipt}} given
 *   `receipt`: the paper all of it is written on, whose secret is not kept
 * @returns {Promise<{consents: string[]}>}
 * @throws {import("./problem.js").VaultProblem} basis, level, nir: nothing of it is saved
 */
export async function recordAnswers({ receipt, ...given }) {
  const { dossier, replies, draftId: _draft, ...answer } = given;
  const paper = receipt ? await preparing(receipt) : null;
  const result = await save(given, async (atMs) => {
    const about = { dossier, answer, atMs };
    const agreed = replies.filter(({ yes }) => yes.length > 0);
    const consents = agreed.map(({ recipient, yes }) => givenPlan({ ...about, recipient, categories: yes, key: paper?.publicJwk }));
    const others = replies.flatMap(({ recipient, no, later }) => [
      ...(no.length > 0 ? [refusedPlan({ ...about, recipient, categories: no }), ...endedByRefusal(dossier, recipient, no, atMs)] : []),
      ...(later.length > 0 ? [deferredPlan({ ...about, recipient, categories: later })] : []),
    ]);
    const issued = paper && consents.length > 0 ? [await paper.plan(consents, atMs)] : [];
    return { plans: [...consents, ...others, ...issued], result: { consents: consents.map(({ id }) => id) } };
  });
  return /** @type {{consents: string[]}} */ (result);
}
