// The strings that travel beside a statement, named in it by their digests, and the ids it brings. Pure; imports nothing.
// Twin of models/rules/beside.py. A phone gets only the strings it may have, so it never asks for all of them.

/**
 * Digests a statement names, each with who may have its string.
 * @param {any} payload @returns {Record<string, {kind: string, member?: string, circle?: string}>}
 */
export function besideOf(payload) {
  /** @type {Record<string, {kind: string, member?: string, circle?: string}>} */
  const named = {};
  const carded = payload.administrator ?? payload.member;
  if (typeof carded === "object" && carded) named[carded.card] = { kind: "card", member: carded.id };
  if (payload.blob) named[payload.blob] = { kind: "blob", circle: payload.circle };
  for (const [member, wrap] of Object.entries(payload.holders ?? {})) {
    named[String(wrap)] = { kind: "wrap", member, circle: payload.circle };
  }
  if (payload.wrap) named[payload.wrap] = { kind: "wrap", member: payload.member, circle: payload.circle };
  return named;
}

/** @param {any} payload @returns {string[]} the ids an organisation's statement brings into the world */
export function newIds(payload) {
  switch (payload.type) {
    case "team.created":
      return [payload.team.id];
    case "member.added":
      return [payload.member.id];
    case "device.enrolled":
      return [payload.device];
    case "circle.created":
      return [payload.circle];
    default:
      return [];
  }
}
