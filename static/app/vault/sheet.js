/**
 * The organisation's printed key, typed back: it opens what is sealed to it, and each circle it holds is rotated to the
 * supervisor who typed it. The key itself is dropped at once.
 */

import { CryptoProblem, openCircle, readPrivateKey } from "../crypto/index.js";
import { isCurrent, mayHold } from "../rules/roster.js";
import { Role } from "../vocabulary.js";
import { dateOf, nowMs } from "./clock.js";
import { write } from "./database.js";
import { readRosters } from "./first.js";
import { ours } from "./ours.js";
import { VaultProblem, refuseUnless, translated } from "./problem.js";
import { rotation } from "./rotations.js";
import { current } from "./session.js";
import { declare } from "./statements.js";

/** @typedef {import("./rosters.js").Book} Book */
/** @typedef {import("../rules/roster.js").Circle} Circle */
/** @typedef {import("../rules/roster.js").Member} Member */

/**
 * @param {{code: string}} given as typed
 * @returns {Promise<string[]>} the circles taken back: those the sheet holds, that we may hold and do not
 * @throws {VaultProblem} recovery_code: mistyped, or of another organisation; not_found: nothing to take back; unavailable
 */
export function reopenWithSheet({ code }) {
  return translated(async () => {
    refuseUnless(Object.values(ours(current().book).members).some(isSheet), "not_found");
    const { keeper, privateKey } = await keeperOf(code);
    if (!hasStrings(current().book, closed(current().book, keeper), keeper)) await readOwnRosterWhole();
    const circles = closed(current().book, keeper);
    refuseUnless(circles.length > 0, "not_found");
    refuseUnless(hasStrings(current().book, circles, keeper), "unavailable");
    await declare((book) => Promise.all(circles.map((circle) => taken(book, circle, keeper, privateKey))));
    return circles.map(({ id }) => id);
  });
}

/** @param {Member} member */
function isSheet(member) {
  return member.role === Role.RECOVERY && isCurrent(member, dateOf(nowMs()));
}

/** @param {string} code @returns {Promise<{keeper: Member, privateKey: CryptoKey}>} whose sheet it is */
async function keeperOf(code) {
  for (const keeper of Object.values(ours(current().book).members).filter(isSheet)) {
    const jwk = /** @type {import("../crypto/keys.js").PublicJwk} */ (keeper.encryption);
    const privateKey = await readPrivateKey(code, jwk, "encryption").catch((error) => {
      if (error instanceof CryptoProblem) return null;
      throw error;
    });
    if (privateKey) return { keeper, privateKey };
  }
  throw new VaultProblem("recovery_code");
}

/** @param {Book} book @param {Member} keeper @returns {Circle[]} held by the sheet, not by us, and ours to hold */
function closed(book, keeper) {
  const { member } = current();
  const organisation = ours(book);
  return Object.values(organisation.circles).filter((circle) => {
    const { holders } = circle.epochs[circle.epochs.length - 1];
    return keeper.id in holders && !(member in holders) && mayHold(organisation.members[member], circle);
  });
}

/** @param {Book} book @param {Circle[]} circles @param {Member} keeper */
function hasStrings(book, circles, keeper) {
  return circles.every(({ epochs }) => {
    const { holders, blob } = epochs[epochs.length - 1];
    return book.strings.has(holders[keeper.id]) && book.strings.has(blob);
  });
}

/** Who became a supervisor since was not served them yet. */
async function readOwnRosterWhole() {
  const { member, organisation } = current();
  await write(member, ["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    await meta.put({ ...(await meta.get("cursors")), [`organisation:${organisation}`]: 0 }, "cursors");
  });
  await readRosters(nowMs());
}

/** @param {Book} book @param {Circle} circle @param {Member} keeper @param {CryptoKey} privateKey */
async function taken(book, { id, epochs }, keeper, privateKey) {
  const epoch = epochs.length;
  const wrap = book.strings.get(epochs[epoch - 1].holders[keeper.id]) ?? "";
  const blobs = Object.fromEntries(epochs.map(({ blob }, at) => [at + 1, book.strings.get(blob) ?? ""]));
  const keys = await openCircle({ circle: id, epoch, wrap, blobs, privateKeys: [privateKey] });
  return rotation(book, ours(book), id, { previous: keys.get(epoch) });
}
