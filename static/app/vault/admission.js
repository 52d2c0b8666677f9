/**
 * Letting people in: invitations, the requests that answer them, and the statements that admit. The secret of an
 * invitation goes into the link's fragment and stays on this device; the server never has it.
 */

import { call } from "../http.js";
import { digits20, instant, newId, openLocal, randomB64u, sealLocal, verifyHmac } from "../crypto/index.js";
import { isObject } from "../rules/forms.js";
import { mayHold } from "../rules/roster.js";
import { INVITATION_DAYS } from "../vocabulary.js";
import { memberObject } from "./cards.js";
import { nowMs } from "./clock.js";
import { get, put } from "./database.js";
import { readRosters } from "./first.js";
import { grant, liveDevices } from "./organise.js";
import { ours, statement, withMember } from "./ours.js";
import { problemOf, refuseUnless } from "./problem.js";
import { rotationsAfter } from "./rotations.js";
import { current } from "./session.js";
import { declare } from "./statements.js";
import { tokenNow } from "./token.js";

/** @typedef {import("./cards.js").Standing} Standing */
/** @typedef {import("./problem.js").VaultProblem} VaultProblem */
/**
 * `returning`: the only member it lets in again.
 * @typedef {{id: string, kind: "member"|"organisation", secret: string, expiresAt: string, returning?: string}} Invitation
 */

const DAY_MS = 86_400_000;
/** The code of each request as it was first shown: what is admitted is what was compared, whatever is served since. */
const shown = new Map();

/**
 * @param {{kind: "member"|"organisation", uses: number, returning?: string}} given `returning`: a member who lost everything
 * @returns {Promise<{link: string}>} @throws {VaultProblem} forbidden, unavailable
 */
export async function createInvitation({ kind, uses, returning }) {
  const id = newId(nowMs());
  const secret = randomB64u(16);
  const expiresAt = instant(nowMs() + INVITATION_DAYS * DAY_MS);
  const reply = await call("PUT", `/api/invitations/${id}`, {
    token: await tokenNow(),
    body: { kind, uses, expires_at: expiresAt },
  });
  if (!reply.ok) throw problemOf(reply);
  await keepInvitations([...(await invitations()), { id, kind, secret, expiresAt, returning }]);
  const ending = returning ? `/return/${returning}` : kind === "organisation" ? "/organisation" : "";
  return { link: `${location.origin}/app/#join/${id}/${secret}/${current().genesis}${ending}` };
}

/** @returns {Promise<Invitation[]>} those of this device that may still be answered */
async function invitations() {
  const { member, keys } = current();
  const sealed = await get(member, "meta", "invitations");
  const { list } = sealed ? await openLocal(keys.indexKey, sealed) : { list: [] };
  return list.filter((/** @type {Invitation} */ one) => one.expiresAt > instant(nowMs()));
}

/** @param {Invitation[]} list */
async function keepInvitations(list) {
  const { member, keys } = current();
  await put(member, "meta", await sealLocal(keys.indexKey, { list }), "invitations");
}

/** @returns {Promise<import("./shapes.js").AdmissionRequest[]>} newest first @throws {VaultProblem} unavailable */
export async function admissionRequests() {
  const lists = await Promise.all((await invitations()).map(requestsOf));
  const views = lists.flat().map((one) => one.view);
  for (const one of views) if (!shown.has(nameOf(one))) shown.set(nameOf(one), one.code);
  return views.sort((a, b) => b.postedAt.localeCompare(a.postedAt));
}

/** @param {Invitation} invitation @returns {Promise<{view: import("./shapes.js").AdmissionRequest, request: any}[]>} */
async function requestsOf({ id, kind, secret, returning }) {
  const reply = await call("GET", `/api/invitations/${id}`, { token: await tokenNow() });
  if (!reply.ok) {
    if (reply.status === 404) return [];
    throw problemOf(reply);
  }
  const known = ours(current().book).members;
  const read = await Promise.all(
    listed(reply.data).map(async (posted) => {
      const request = requestFrom(posted.request, id, kind);
      if (!request) return null;
      const verified = await verifyHmac(secret, posted.request, posted.mac).catch(() => false);
      const before = known[request.member.id];
      const isIn = posted.state === "admitted" || isSameKey(before?.signing, request.member.signing);
      const isForOne = Boolean(returning) || (before && !isIn);
      // The link was made for who comes back: with one for newcomers, whoever holds it could ask to be anyone.
      if (isForOne && request.member.id !== returning) return null;
      /** @type {import("./shapes.js").AdmissionRequest} */
      const view = {
        invitation: id,
        member: request.member.id,
        name: request.name,
        account: request.account,
        code: await digits20(posted.request),
        verified,
        state: isIn ? "admitted" : "waiting",
        kind,
        organisation: request.organisation ?? null,
        returning: Boolean(before) && !isIn,
        postedAt: posted.posted_at,
      };
      return { view, request };
    }),
  );
  return read.filter((one) => one !== null);
}

/** @param {any} data what came from the road @returns {any[]} the lines that are requests, whoever wrote them */
function listed(data) {
  const isPosted = (/** @type {any} */ one) =>
    isObject(one) && [one.request, one.mac, one.posted_at].every((each) => typeof each === "string");
  return Array.isArray(data?.requests) ? data.requests.filter(isPosted) : [];
}

/** @param {any} one @param {any} other @returns {boolean} */
function isSameKey(one, other) {
  return Boolean(one && other) && one.x === other.x && one.y === other.y;
}

/**
 * @param {string} text @param {string} invitation @param {string} kind
 * @returns {any} null when it is not a request for this invitation and this network
 */
function requestFrom(text, invitation, kind) {
  try {
    const request = JSON.parse(text);
    const isOurs = request.invitation === invitation && request.genesis === current().genesis && request.kind === kind;
    return isOurs && typeof request.name === "string" && request.member?.id ? request : null;
  } catch {
    return null;
  }
}

/** @param {{invitation: string, member: string}} request */
function nameOf({ invitation, member }) {
  return `${invitation} ${member}`;
}

/**
 * @param {string} invitation @param {string} member
 * @returns {Promise<any>} @throws {VaultProblem} not_found, also when it is no longer the one that was shown
 */
async function requestBy(invitation, member) {
  const known = (await invitations()).find((one) => one.id === invitation);
  const found = known && (await requestsOf(known)).find((one) => one.view.member === member);
  refuseUnless(found && found.view.code === shown.get(nameOf(found.view)), "not_found");
  return found.request;
}

/**
 * Adds the member and gives them the circles of their teams that we hold and they may hold. Call it once the code was
 * compared, or when the request is `verified`.
 * @param {Standing & {invitation: string, member: string}} given
 * @throws {VaultProblem} not_found, not_allowed, unavailable, fork: our chain is in doubt
 */
export async function admit({ invitation, member, ...standing }) {
  const request = await requestBy(invitation, member);
  const made = await memberObject(member, request.member, request.name, standing);
  await declare(async (book) => {
    const added = statement("member.added", { member: made.member }, [made.card]);
    return [added, ...(await grants(book, member, request.member, standing))];
  });
}

/**
 * Lets a member in again who lost everything: their devices are revoked, they get the keys they ask for, and the circles
 * whose key we have are rotated to them. What was sealed to their old keys alone (private notes) is lost.
 * @param {{invitation: string, member: string}} given call it once the code was compared, or when the request is `verified`
 * @throws {VaultProblem} not_found: also for who is no member; not_allowed: only a supervisor; unavailable
 */
export async function readmit({ invitation, member }) {
  const request = await requestBy(invitation, member);
  const { signing, encryption } = request.member;
  await readRosters(nowMs()); // a device of theirs enrolled a minute ago is to be revoked too
  await declare(async (book) => {
    const known = ours(book);
    refuseUnless(known.members[member]?.ended === null, "not_found");
    const after = withMember(known, member, { signing, encryption });
    return [
      ...liveDevices(known, member).map((device) => statement("device.revoked", { device })),
      statement("member.rekeyed", { member, signing, encryption }),
      ...(await rotationsAfter(book, after, member, () => true)),
    ];
  });
  // The link has served: once they have newer keys still, the same request would take them back to these.
  await keepInvitations((await invitations()).filter(({ id }) => id !== invitation));
}

/**
 * @param {import("./rosters.js").Book} book @param {string} id @param {{encryption: any}} keys @param {Standing} standing
 * @returns {Promise<import("./statements.js").Draft[]>}
 */
async function grants(book, id, keys, standing) {
  const organisation = ours(book);
  const member = /** @type {import("../rules/roster.js").Member} */ ({
    id,
    signing: null,
    encryption: keys.encryption,
    role: standing.role,
    profile: standing.profile ?? null,
    ground: standing.ground ?? null,
    permissions: [],
    teams: standing.teams ?? [],
    endsOn: standing.endsOn ?? null,
    card: "",
    added: 0,
    ended: null,
  });
  const after = { ...organisation, members: { ...organisation.members, [id]: member } };
  const theirs = Object.values(organisation.circles).filter(
    (circle) => current().circles.get(circle.id)?.has(circle.epochs.length) && mayHold(member, circle),
  );
  return Promise.all(theirs.map((circle) => grant(after, circle.id, id)));
}

/**
 * Admits an organisation with its first administrator: the charter administrator's act, after comparing the code.
 * @param {{invitation: string, member: string} & Partial<Standing>} given
 * @throws {VaultProblem} not_found, not_allowed without the authority key
 */
export async function admitOrganisation({ invitation, member, ...standing }) {
  refuseUnless(current().keys.authorityKey, "not_allowed");
  const request = await requestBy(invitation, member);
  refuseUnless(request.organisation, "malformed");
  const made = await memberObject(member, request.member, request.name, {
    role: "supervisor",
    profile: "B",
    ...standing,
  });
  const { id, name, kind } = request.organisation;
  await declare(() => [
    {
      stream: "network",
      type: "organisation.admitted",
      members: { organisation: { id, name, kind }, administrator: made.member },
      beside: [made.card],
    },
  ]);
}
