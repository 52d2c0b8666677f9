/** May this be sent? Asks rules/sharing.js with what the verified rosters and this device's consents say. Synchronous. */

import { awaitsRotation, chartersInForce, profiles } from "../rules/roster.js";
import { checkOrientation as judge, basisAllows, charterAllows, leastLevel, levelOfPlaces, mark } from "../rules/sharing.js";
import { REFERENCE } from "../reference.js";
import { CONSENT_DAYS, MAX_SHARED_LEVEL, PROBLEMS } from "../vocabulary.js";
import { agreementsOf } from "./agreements.js";
import { dateOf, daysAfter, nowMs } from "./clock.js";
import { instant } from "../crypto/index.js";
import { kindsOfPlaces } from "./directory.js";
import { VaultProblem } from "./problem.js";
import { place, placeOwn } from "./record.js";
import { current } from "./session.js";
import { homeOf, mostClosed } from "./teams.js";

/** @typedef {import("./session.js").Open} Open */
/** @typedef {import("./shapes.js").OrientationDraft} OrientationDraft */
/** @typedef {{id: string, version: number}} BasisName */
const AGREEMENT = "person_agreement";
const PROBE = "draft"; // stands for the consent about to be given

/**
 * @param {Open} open @param {string} recipient an organisation
 * @returns {import("../rules/roster.js").CharterVersion[][]}
 */
function chartersWith(open, recipient) {
  const [own, other] = [open.organisation, recipient].map((id) => open.book.organisations.get(id));
  if (!own || !other) return [];
  return chartersInForce(open.book.network, own, other, instant(nowMs())).map((charter) => charter.versions);
}

/**
 * Every team of the network that could receive, ours aside: other organisations under a charter in force, and the
 * other teams of our own.
 * @returns {import("./shapes.js").Recipient[]}
 */
export function recipients() {
  const open = current();
  const today = dateOf(nowMs());
  return [...open.book.organisations.values()].flatMap((organisation) => {
    if (chartersWith(open, organisation.id).length === 0) return [];
    return Object.values(organisation.teams).flatMap((team) => {
      const circles = Object.values(organisation.circles).filter((circle) => circle.team === team.id);
      if (circles.length === 0 || (organisation.id === open.organisation && team.id === open.team)) return [];
      return [
        {
          organisation: organisation.id,
          organisationName: organisation.name,
          kind: organisation.kind,
          team: team.id,
          teamName: team.name,
          structures: team.structures,
          awaitsRotation: circles.every((circle) => awaitsRotation(organisation, circle.id, today)),
        },
      ];
    });
  });
}

/**
 * Each category, and whether that team may receive it with the person's agreement. The circle that would receive it
 * depends on its level: the column is that circle's.
 * @param {{recipient: {organisation: string, team: string}}} given @returns {import("./shapes.js").Shareable[]}
 */
export function shareable({ recipient }) {
  const open = current();
  const organisation = open.book.organisations.get(recipient.organisation);
  if (!organisation) return [];
  const charters = chartersWith(open, recipient.organisation);
  const shared = Object.values(REFERENCE.categories).filter((category) => category.level <= MAX_SHARED_LEVEL);
  return shared.map(({ code, label, level }) => {
    const cell = cellOf(open, recipient, organisation.kind, code);
    const refusal = refusalOf(open, recipient, charters, organisation.kind, code, cell);
    return {
      code,
      label,
      level,
      mark: cell,
      allowed: refusal === null,
      refusal,
      message: refusal && PROBLEMS[refusal].message,
    };
  });
}

/** @param {Open} open @param {{organisation: string, team: string}} recipient @param {string} kind @param {string} code */
function cellOf(open, recipient, kind, code) {
  const organisation = open.book.organisations.get(recipient.organisation);
  const { circle } = placeOrNearest(open, recipient, leastLevel(REFERENCE, [code], kind));
  return mark(
    REFERENCE,
    organisation ? profiles(organisation, circle, dateOf(nowMs())).map((one) => one.profile) : [],
    code,
  );
}

/**
 * For judging only: where a team has no circle for a level, the one it has; the rules then say what is wrong, and a
 * cell of the matrix comes before the level.
 * @param {Open} open @param {{organisation: string, team: string}} recipient @param {number} level
 * @returns {{circle: string, circleClass: "open"|"bound"}} @throws {VaultProblem} no_recipient
 */
function placeOrNearest(open, recipient, level) {
  try {
    return place(open, recipient.organisation, recipient.team, level);
  } catch (error) {
    const circles = Object.values(open.book.organisations.get(recipient.organisation)?.circles ?? {});
    const nearest = circles.find((circle) => circle.team === recipient.team);
    if (!(error instanceof VaultProblem) || error.code !== "level") throw error;
    if (!nearest) throw new VaultProblem("no_recipient");
    return { circle: nearest.id, circleClass: nearest.circleClass };
  }
}

/**
 * @param {Open} open @param {{organisation: string}} recipient
 * @param {import("../rules/roster.js").CharterVersion[][]} charters @param {string} kind @param {string} code
 * @param {string} cell
 */
function refusalOf(open, recipient, charters, kind, code, cell) {
  const own = open.book.organisations.get(open.organisation);
  const flows =
    recipient.organisation === open.organisation ||
    charters.some((versions) => charterAllows(versions, own?.kind ?? "", kind, code));
  if (!flows) return "charter";
  if (cell === "never" || cell === "practical") return "matrix";
  return enabledBases(charters).some((basis) => basisAllows(basis, code)) ? null : "basis";
}

/**
 * @param {import("../rules/roster.js").CharterVersion[][]} charters @param {string} [purpose]
 * @returns {import("../rules/sharing.js").Basis[]} active, the person's agreement first
 */
function enabledBases(charters, purpose) {
  const named = charters.flatMap((versions) => {
    const [ruling] = versions;
    return purpose === undefined || ruling.purposes.includes(purpose) ? ruling.bases : [];
  });
  const bases = named
    .flatMap(({ id, version }) => REFERENCE.bases[id]?.[version] ?? [])
    .filter((basis) => basis.status === "active");
  return bases.sort((a, b) => Number(b.kind === AGREEMENT) - Number(a.kind === AGREEMENT));
}

/**
 * The basis a consent names: the first the charter enables that allows every category.
 * @param {Open} open @param {string} recipient @param {readonly string[]} categories @param {string} purpose
 * @returns {BasisName|null}
 */
export function basisFor(open, recipient, categories, purpose) {
  const basis = enabledBases(chartersWith(open, recipient), purpose).find((one) =>
    categories.every((code) => basisAllows(one, code)),
  );
  return basis ? { id: basis.id, version: basis.version } : null;
}

/**
 * @param {Open} open @param {OrientationDraft} draft
 * @returns {{home: ReturnType<typeof homeOf>, asked: number}} the level to declare at least
 */
function startOf(open, draft) {
  const home = homeOf(open, draft.dossier);
  const { organisation, team } = draft.recipient;
  const kind = open.book.organisations.get(organisation)?.kind;
  if (kind === undefined || (organisation === open.organisation && team === home.team))
    throw new VaultProblem("no_recipient");
  const categories = draft.items.map((item) => item.category);
  return {
    home,
    asked: Math.max(
      leastLevel(REFERENCE, categories, kind, draft.need),
      levelOfPlaces(REFERENCE, draft.place ? kindsOfPlaces([draft.place]) : []),
      levelOfTeam(open, draft.recipient),
    ),
  };
}

/** What the team tells by where it receives. @param {Open} open @param {{organisation: string, team: string}} recipient */
function levelOfTeam(open, { organisation, team }) {
  const structures = open.book.organisations.get(organisation)?.teams[team]?.structures ?? [];
  return levelOfPlaces(REFERENCE, kindsOfPlaces(structures));
}

/**
 * Where the two sides of an orientation are, and the level to declare.
 * @param {Open} open @param {OrientationDraft} draft @param {"open"|"bound"} least as closed as the consent it names
 * @throws {VaultProblem} level, no_recipient, not_found
 */
export function sidesOf(open, draft, least) {
  const { home, asked } = startOf(open, draft);
  const own = placeOwn(open, home.team, asked, mostClosed([home.circleClass, least]));
  return {
    home,
    own,
    other: place(open, draft.recipient.organisation, draft.recipient.team, own.level),
    level: own.level,
  };
}

/**
 * The refusal the server would give, or null. `draft.consent.given` counts as given; pass the items answered yes.
 * @param {OrientationDraft} draft @returns {{code: string, message: string}|null}
 */
export function checkOrientation(draft) {
  const open = current();
  try {
    const refusal = judge(REFERENCE, disclosureOf(open, draft));
    return refusal && { code: refusal.code, message: PROBLEMS[refusal.code].message };
  } catch (error) {
    if (error instanceof VaultProblem) return { code: error.code, message: error.message };
    throw error;
  }
}

/**
 * @param {Open} open @param {OrientationDraft} draft
 * @returns {import("../rules/sharing.js").Disclosure} @throws {VaultProblem}
 */
function disclosureOf(open, draft) {
  const { home, asked } = startOf(open, draft);
  const own = nearestOwn(open, home, asked);
  const other = placeOrNearest(open, draft.recipient, own.level);
  const { level } = own;
  const recipient = draft.recipient.organisation;
  const [mine, theirs] = [open.organisation, recipient].map((id) => open.book.organisations.get(id));
  const member = mine?.members[open.member];
  if (!mine || !theirs || !member) throw new VaultProblem("not_allowed");
  if (awaitsRotation(theirs, other.circle, dateOf(nowMs()))) throw new VaultProblem("awaits_rotation");
  return {
    charters: chartersWith(open, recipient),
    sameOrganisation: mine.id === theirs.id,
    fromKind: mine.kind,
    toKind: theirs.kind,
    role: member.role,
    permissions: member.permissions,
    authorGround: member.ground,
    recipients: profiles(theirs, other.circle, dateOf(nowMs())),
    recipient,
    sections: sectionsOf(draft, level),
    hasNecessity: Boolean(draft.necessity),
    purpose: draft.consent?.purpose ?? "",
    level,
    own: side(mine, own),
    other: side(theirs, other),
    t: nowMs(),
    toPlaces: levelOfTeam(open, draft.recipient),
    ...groundOf(open, draft),
  };
}

/** @param {Open} open @param {import("./teams.js").Place} home @param {number} asked */
function nearestOwn(open, home, asked) {
  try {
    return placeOwn(open, home.team, asked, home.circleClass);
  } catch (error) {
    if (!(error instanceof VaultProblem) || error.code !== "level") throw error;
    return { circle: home.circle, circleClass: home.circleClass, level: asked };
  }
}

/** @param {OrientationDraft} draft @param {number} level */
function sectionsOf(draft, level) {
  const codes = ["X.request", ...draft.items.map((item) => item.category), ...(draft.necessity ? ["X.necessity"] : [])];
  return [
    ...codes.map((category) => ({ category, level: Math.max(level, REFERENCE.categories[category]?.level ?? 1) })),
    { category: null, level: 1 },
  ];
}

/** @param {import("../rules/roster.js").Organisation} organisation @param {{circle: string, circleClass: string}} placed */
function side(organisation, { circle, circleClass }) {
  const { team } = organisation.circles[circle];
  const classes = Object.values(organisation.circles)
    .filter((one) => one.team === team)
    .map((one) => one.circleClass);
  return { circleClass, hasOpen: classes.includes("open"), hasBound: classes.includes("bound") };
}

/**
 * The consent about to be given: it will name every ending known, so none defeats it.
 * @param {Open} open @param {OrientationDraft} draft
 */
function groundOf(open, draft) {
  const { given, purpose, duration } = draft.consent ?? { given: [], purpose: "", duration: "P6M" };
  const basis = basisFor(open, draft.recipient.organisation, given, purpose);
  const { endings } = agreementsOf(open, draft.dossier);
  const consent = basis &&
    given.length > 0 && {
      id: PROBE,
      dossier: draft.dossier,
      recipient: draft.recipient.organisation,
      categories: given,
      purpose,
      basis,
      endsAt: Date.parse(daysAfter(instant(nowMs()), CONSENT_DAYS[duration] ?? 1)),
      parents: endings.map((one) => one.id),
    };
  return { consent: consent || null, endings, basis };
}
