/** The sync line and the counts: the truth in words. Counts shown are counts accepted; what waits is apart. */

import { LEASE_DAYS, CLOCK_DRIFT_MINUTES } from "../vocabulary.js";
import { orientations } from "./ask.js";
import { nowMs } from "./clock.js";
import { isGone, put } from "./database.js";
import { missingNumbers } from "./gaps.js";
import { isOutdated } from "./newer.js";
import { whenNoted } from "./outbox.js";
import { syncOf } from "./projection.js";
import { changed, current, isOpen, tell, whenTold } from "./session.js";
import { noteRows, refreshOutbox } from "./states.js";
import { isRoomLow } from "./storage.js";

/** @typedef {"idle"|"working"|"waiting"|"signin"} SyncState */

const DAY_MS = 86_400_000;
const SAID = {
  suspended:
    "Partage suspendu, enregistrement possible : la liste des membres reçue ne correspond pas à celle déjà connue. " +
    "Prévenez votre responsable.",
  clock: "L’heure de cet appareil n’est pas juste : réglez-la, les dates enregistrées en dépendent.",
  ended:
    "Votre accès à cette organisation a pris fin. Ce qui n’a pas été envoyé reste sur cet appareil : " +
    "parlez-en à votre responsable.",
  revoked:
    "Cet appareil a été retiré par votre organisation. Ce qui n’a pas été envoyé y reste : parlez-en à votre responsable.",
  outdated:
    "Vos clés ont changé sur un autre appareil : verrouillez, puis ouvrez avec votre phrase (la nouvelle, si elle a changé).",
  lease: "Rien n’a été reçu depuis 14 jours : ce que d’autres ont partagé se rouvrira après une synchronisation.",
  gone:
    "Le navigateur a effacé les données de cet appareil. N’enregistrez plus rien ici : rechargez Accord, " +
    "reconnectez-vous, et prévenez votre responsable.",
  room: "La place manque bientôt sur cet appareil : échangez avec le serveur et libérez de la place.",
  missing: "Des enregistrements annoncés par d’autres appareils ne sont pas arrivés. Ils peuvent être encore en route.",
};
/** @type {SyncState} */
let state = "idle";
/** How far this device's clock is ahead of the server's, as last seen. */
let driftMs = 0;

/**
 * What sync/ has to say of a round.
 * @param {{state: SyncState, complete?: boolean, nowMs?: number, serverTimeMs?: number|null}} said `complete`: everything readable was read
 */
export function noteSync(said) {
  state = said.state;
  if (said.serverTimeMs && said.nowMs) driftMs = said.nowMs - said.serverTimeMs;
  if (said.complete && said.nowMs && isOpen()) {
    const open = current();
    open.lastReadMs = said.nowMs;
    put(open.member, "meta", said.nowMs, "lastReadMs").catch(() => {}); // a full disk: the next reading says it again
  }
  changed("sync");
}

/** @returns {import("./shapes.js").Counts} of the open profile only; zeros when locked */
export function counts() {
  const found = { pending: 0, held: 0, rejected: 0, accepted: 0, inbox: 0, late: 0 };
  if (!isOpen()) return found;
  const open = current();
  for (const event of open.projection.events.values()) if (event.member === open.member) found[event.sync] += 1;
  for (const row of open.statements) found[syncOf(row)] += 1;
  const inbox = orientations("inbox");
  found.inbox = inbox.filter((row) => row.state === "envoyee" || row.state === "en_attente").length;
  found.late = [...inbox, ...orientations("sent")].filter((row) => row.late).length;
  return found;
}

/** @returns {import("./shapes.js").SyncStatus} */
export function syncStatus() {
  const { pending, held, rejected } = counts();
  const open = isOpen() ? current() : null;
  const isSuspended = Boolean(open && Object.keys(open.suspended).length > 0);
  return {
    state: isSuspended ? "suspended" : state,
    lastSyncAt: open?.lastReadMs ? new Date(open.lastReadMs).toISOString() : null,
    text: sentence(pending, held, rejected, open?.lastReadMs ?? null),
    notes: notes(isSuspended),
  };
}

/** @param {number} pending @param {number} held @param {number} rejected @param {number|null} readMs */
function sentence(pending, held, rejected, readMs) {
  const parts = [
    pending > 0 && `${pending} en attente, ${pending > 1 ? "enregistrés" : "enregistré"} sur cet appareil`,
    held > 0 && `${held} en attente d’une autre personne`,
    rejected > 0 && `${rejected} à corriger`,
  ].filter(Boolean);
  if (parts.length > 0) return parts.join(" · ");
  if (isOpen() && current().ended) return "Cet appareil ne reçoit plus rien";
  if (state === "signin") return "Déverrouillez à nouveau pour continuer à recevoir";
  if (readMs === null) return state === "working" ? "Première lecture en cours…" : "Rien n’a encore été reçu";
  const time = new Intl.DateTimeFormat("fr", { hour: "2-digit", minute: "2-digit" }).format(readMs).replace(":", "\u00a0h\u00a0");
  const day =
    nowMs() - readMs > DAY_MS / 2
      ? `${new Intl.DateTimeFormat("fr", { day: "numeric", month: "long" }).format(readMs)}, `
      : "";
  return `${state === "waiting" ? "Dernière lecture" : "À jour"}, ${day}${time}`;
}

/** @param {boolean} isSuspended @returns {string[]} */
function notes(isSuspended) {
  const open = isOpen() ? current() : null;
  const readMs = open?.lastReadMs ?? null;
  const isStale = readMs !== null && nowMs() - readMs > LEASE_DAYS * DAY_MS;
  return [
    open && isGone(open.member) && SAID.gone,
    isSuspended && SAID.suspended,
    Math.abs(driftMs) > CLOCK_DRIFT_MINUTES * 60_000 && SAID.clock,
    open?.ended && (open.ended === "device" ? SAID.revoked : SAID.ended),
    open && isOutdated() && SAID.outdated,
    isStale && SAID.lease,
    isRoomLow() && SAID.room,
    open && missingNumbers(open.projection.events.values()) > 0 && SAID.missing,
  ].filter((said) => typeof said === "string");
}

whenNoted((member, _isRefused, rows) => {
  tell({ type: "noted", member }); // whoever pushed: another tab may show this profile
  if (isOpen() && current().member === member) void noteRows(rows).then(() => changed("sync"));
});
whenTold("noted", () => refreshOutbox().then(() => changed("sync")));
