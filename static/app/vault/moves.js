/** The moves of one orientation, followed from `sent`. Pure: it reads what it is given. */

import { answer, cancel } from "../rules/orientation.js";
import { OrientationState } from "../vocabulary.js";
import { inOrder } from "./order.js";

/** @typedef {import("./projection.js").Known} Known */

/** @param {{payload: any}} event */
export function isMove({ payload }) {
  return payload.type === "orientation.answered" || payload.type === "orientation.cancelled";
}

/**
 * Each move names the one it follows; one that the table does not have, or that the server refused, is no move.
 * @template {Pick<Known, "id"|"payload"|"sync"|"receivedAt"|"position"|"order">} T
 * @param {string} sent @param {T[]} moves
 * @returns {{state: string, last: string, taken: T[], accepted: string}} `accepted`: the state the server knows
 */
export function followMoves(sent, moves) {
  /** @type {string} */ let state = OrientationState.ENVOYEE;
  let [last, accepted] = [sent, state];
  const taken = [];
  for (const move of [...moves].sort(inOrder)) {
    const { type, state: next, previous } = move.payload;
    const refusal = type === "orientation.answered" ? answer(state, next) : cancel(state, next);
    if (previous !== last || refusal !== null || move.sync === "rejected") continue;
    [state, last] = [next, move.id];
    if (move.sync === "accepted") accepted = next;
    taken.push(move);
  }
  return { state, last, taken, accepted };
}
