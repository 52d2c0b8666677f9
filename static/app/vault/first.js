/** The first reading after an arrival: rosters alone, so that the screens know who is who at once. sync/ does the rest. */

import { call } from "../http.js";
import { isPage } from "./judge.js";
import { cursors, keep } from "./keep.js";
import { sessionToken } from "./token.js";

/** @param {number} atMs @returns {Promise<void>} best effort: what fails is read by the next synchronisation */
export async function readRosters(atMs) {
  const session = await sessionToken(atMs);
  let asked = session.token ? await cursors("rosters", atMs) : [];
  while (asked.length > 0) {
    const query = new URLSearchParams(asked.map(([stream, position]) => ["after", `${stream}:${position}`]));
    const reply = await call("GET", `/api/feed?${query}`, { token: session.token });
    if (!reply.ok || !isPage(reply.data)) return;
    asked = (await keep(reply.data, new Map(asked), atMs)).more;
  }
}
