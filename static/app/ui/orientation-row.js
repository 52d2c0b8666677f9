/** One orientation in a list. */

import { badge, stateBadge, syncBadge } from "./badge.js";
import { html, nothing } from "./html.js";
import { icon } from "./icon.js";
import { needIcon, needLabel } from "./labels.js";
import { whenShort } from "./words.js";

/** Whom, what for, between whom, where it stands.
 * @param {import("../vault/shapes.js").OrientationRow} row */
export function orientationRow(row) {
  const other = row.mine ? `vers : ${row.to.teamName}, ${row.to.organisationName}` : `de : ${row.from.teamName}, ${row.from.organisationName}`;
  return html`<li><a class="row" href="#/orientation/${row.id}">
    ${needIcon(row.need)}
    <span>
      <span class="line" data-between><strong><bdi>${row.label}</bdi></strong><small class="soft">${whenShort(row.sentAt)}</small></span>
      <span class="soft">${row.need && needLabel(row.need) !== row.label ? `${needLabel(row.need)} · ` : ""}${other}</span>
      <span class="line">${stateBadge(row)}${syncBadge(row.sync)}${row.replyBy && ["envoyee", "en_attente"].includes(row.state) ? replyBadge(row.replyBy) : nothing}</span>
    </span>
    <span class="next">${icon("chevron-right")}</span>
  </a></li>`;
}

/** When an answer is awaited, and whether that moment is past.
 * @param {string} replyBy @param {Date} [now] */
function replyBadge(replyBy, now = new Date()) {
  return Date.parse(replyBy) < now.getTime() ? badge(`En retard, attendue ${whenShort(replyBy)}`, "bad", "triangle-alert") : badge(`Urgent, ${whenShort(replyBy)}`, "warn", "zap");
}
