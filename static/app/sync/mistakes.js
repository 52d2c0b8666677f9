/** Sends what people saw wrong in the directory. A failure costs nothing: each report waits until it is answered for. */

import { mistakesToSend, noteMistakes } from "../vault/index.js";
import { authorised } from "./pull.js";

/** @param {number} nowMs @returns {Promise<void>} */
export async function pushMistakes(nowMs) {
  for (let sent = await mistakesToSend(); sent.length > 0; sent = await mistakesToSend()) {
    const reply = await authorised("POST", "/api/directory/mistakes", nowMs, { body: { mistakes: sent } });
    if ("state" in reply) return;
    const answered = await noteMistakes(/** @type {{id: string}[]} */ (sent), reply.data?.verdicts);
    if (answered === 0) return;
  }
}
