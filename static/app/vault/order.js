/** In what order events come. Pure. */

/** @typedef {Pick<import("./projection.js").Known, "receivedAt"|"position"|"order">} Placed */

/** What waits comes after all that was received. @param {Placed} one @param {Placed} other @returns {number} */
export function inOrder(one, other) {
  const when = inTime(one.receivedAt ?? "~", other.receivedAt ?? "~");
  if (when !== 0) return when;
  // Infinity − Infinity is not a number: two pending acts are in the order they were recorded
  return one.position === other.position ? one.order - other.order : one.position - other.position;
}

/**
 * Instants are compared as they are written: localeCompare takes ten times longer, and puts "~" before digits.
 * @param {string} one @param {string} other
 */
export function inTime(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
