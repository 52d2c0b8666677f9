/** Which entries of the directory a place answers to: its own, and those merged into it. Pure. docs/protocol.md, Place. */

/**
 * Whether one of these ids is this place's, or that of an entry merged into it: rosters and orientations made before
 * the merge still name that one.
 * @param {Iterable<string>} ids @param {{id: string, stands_for?: unknown}} place
 */
export function answersTo(ids, place) {
  const known = ids instanceof Set ? ids : new Set(ids);
  const others = Array.isArray(place.stands_for) ? place.stands_for : [];
  return known.has(place.id) || others.some((id) => known.has(id));
}
