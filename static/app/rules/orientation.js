// The moves of an orientation, when it expires, until when it is read. Pure; may import the vocabulary only.
// Twin of models/rules/orientation.py, run over tests/vectors/orientation.json. Instants are milliseconds since 1970.

import {
  ORIENTATION_ANSWERS,
  ORIENTATION_CANCELS,
  ORIENTATION_EXPIRES_FROM,
  ORIENTATION_OPEN,
  ORIENTATION_READ_UNTIL,
} from "../vocabulary.js";

/**
 * May the recipient pass from `state` to `next`?
 * @param {string} state @param {string} next
 * @returns {null|"illegal_move"} the code of the refusal, null when it may
 */
export function answer(state, next) {
  return (ORIENTATION_ANSWERS[state] ?? []).includes(next) ? null : "illegal_move";
}

/**
 * May the sender pass from `state` to `next`?
 * @param {string} state @param {string} next
 * @returns {null|"illegal_move"}
 */
export function cancel(state, next) {
  return (ORIENTATION_CANCELS[state] ?? []).includes(next) ? null : "illegal_move";
}

/**
 * Whether nobody took it before its signed deadline (the deadline itself is still in time).
 * @param {string} state @param {number} deadline @param {number} t
 * @returns {boolean}
 */
export function isExpired(state, deadline, t) {
  return ORIENTATION_EXPIRES_FROM.includes(state) && t > deadline;
}

/**
 * Whether the recipient may still read the content.
 * @param {string} state the one everyone sees at `t`, `expiree` included @param {number} until signed in the event @param {number} t
 * @returns {boolean}
 */
export function readable(state, until, t) {
  return ORIENTATION_OPEN.includes(state) || (ORIENTATION_READ_UNTIL.includes(state) && t <= until);
}
