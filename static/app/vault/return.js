/**
 * Coming back, with new keys, to a browser that still has one's database: what was sealed under the keys that are gone
 * is cleared, for nobody can open it. What was not sent stays: it is signed already, and the server will judge it.
 */

import { write } from "./database.js";

/** Where the new device waits: until someone let us in again, the phrase may come back to mind. */
export const WAITING_DEVICE = "deviceToCome";
/** Everything that comes back by reading, or is sealed under the lost index key. Never the outbox, nor its numbers. */
const CLEARED = ["statements", "entries", "chunks", "loose", "purges", "drafts", "acts"];

/** Once, when one was let in: a second call finds nothing waiting. @param {string} member */
export async function beginAgain(member) {
  await write(member, [...CLEARED, "meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    const device = await meta.get(WAITING_DEVICE);
    if (!device) return;
    const order = await meta.get("order");
    for (const store of CLEARED) await tx.objectStore(store).clear();
    await meta.clear();
    await meta.put(device, "device");
    if (order !== undefined) await meta.put(order, "order");
  });
}
