"""Who may do what: own facts, moves of an orientation, withdrawals. Said apart from models/rules, from the pages.

A verdict is "accepted", "held:<reason>" or the code of the refusal, by the order of checks of docs/protocol.md §3.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.roles.reference import LEVELS

ROLES = ("volunteer", "worker", "supervisor", "charter_admin")
# Rank opens nothing, and a charter administrator sees no content: they neither record nor send.
CONTENT_ROLES = ("volunteer", "worker", "supervisor")
GONE = ("ended", "dated_end_passed", "device_revoked")
ELSEWHERE = ("other_team", "other_organisation")
MEMBERSHIPS = ("current", "not_yet", *GONE, *ELSEWHERE)
OWN_FACTS = (
    "dossier.opened", "dossier.corrected", "reception.recorded", "note.recorded", "consent.given", "consent.refused",
    "consent.deferred",
)  # fmt: skip

ANSWERS = {
    "envoyee": {"en_attente", "acceptee", "refusee"},
    "en_attente": {"acceptee", "refusee"},
    "acceptee": {"rdv_fixe", "en_cours"},
    "rdv_fixe": {"en_cours", "non_venue"},
    "non_venue": {"rdv_fixe", "close_sans_suite"},
    "en_cours": {"realisee", "interrompue"},
}
CANCELS = {state: {"annulee"} for state in ANSWERS} | {
    "envoyee": {"annulee", "saisie_par_erreur"},
    "en_attente": {"annulee", "saisie_par_erreur"},
}
STATES = (*ANSWERS, "realisee", "interrompue", "close_sans_suite", "refusee", "annulee", "expiree", "saisie_par_erreur")
WITHDRAWN = "annulee by withdrawal"


@dataclass(frozen=True, slots=True)
class Author:
    role: str = "worker"
    ground: str | None = None
    membership: str = "current"


def author_is(author: Author, act: str, circle: str = "open") -> str | None:
    """Why the server does not listen; None when it does. Without a ground nobody holds a bound circle."""
    if author.membership == "not_yet":
        return "unknown_key"
    if author.membership in GONE:
        return "held:ended_member" if act in OWN_FACTS else "not_allowed"
    holds = author.membership not in ELSEWHERE and (circle == "open" or author.ground is not None)
    return None if holds else "not_allowed"


def role_is(author: Author) -> str | None:
    return None if author.role in CONTENT_ROLES else "role"


def class_for(level: int, classes: frozenset[str]) -> str | None:
    """Where an event of this level belongs, in a team that has these classes; None: there is no place for it."""
    wanted = {1: "open", 2: "bound", 3: "bound", 4: "bound", 5: "bound"}[level]
    if wanted in classes:
        return wanted
    return next(iter(classes)) if level <= 2 else None


# --- own facts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """An event for the author's team. `dossier`: none, new, or where it was opened (open, bound, other_team, unknown).

    `codes` and `recipient_level` are those of a consent; `recipient` is "known" or "unknown"; `basis` "right",
    "unknown", "other_version" or "unknown_purpose".
    """

    type: str
    author: Author
    circle: str
    classes: frozenset[str]
    level: int
    dossier: str = "open"
    codes: frozenset[str] = field(default_factory=frozenset)
    recipient: str = "known"
    recipient_level: int = 1
    basis: str = "right"


def judge_fact(cell: Fact) -> str:
    """The verdict expected of the server."""
    checks = (_fact_author, _fact_parents, _fact_role, _fact_conflict, _fact_consent, _fact_level)
    return next((code for check in checks if (code := check(cell))), "accepted")


def _fact_author(cell: Fact) -> str | None:
    # A private note is written to oneself: whichever team one is in, it is one's own.
    if cell.type != "note.recorded":
        return author_is(cell.author, cell.type, cell.circle)
    return None if cell.author.membership in ELSEWHERE else author_is(cell.author, cell.type)


def _fact_parents(cell: Fact) -> str | None:
    opens = cell.type == "dossier.opened"
    return "held:parent" if not opens and cell.dossier in ("unknown", "other_team") else None


def _fact_role(cell: Fact) -> str | None:
    return role_is(cell.author)


def _fact_conflict(cell: Fact) -> str | None:
    return "id_conflict" if cell.type == "dossier.opened" and cell.dossier == "other_team" else None


def _fact_consent(cell: Fact) -> str | None:
    if not cell.type.startswith("consent."):
        return None
    if cell.recipient == "unknown":
        return "no_recipient"
    return "basis" if cell.type == "consent.given" and cell.basis != "right" else None


def _fact_level(cell: Fact) -> str | None:
    if cell.type == "note.recorded":
        return None
    level = cell.level
    if cell.type.startswith("consent."):
        codes = (1 if code.endswith(".practical") else LEVELS[code] for code in cell.codes)
        level = max(level, cell.recipient_level, *codes)
    right_place = cell.circle == class_for(level, cell.classes) and (level < 5 or cell.type == "reception.recorded")
    names_bound = cell.circle == "open" and cell.dossier == "bound"
    return None if right_place and not names_bound else "level"


# --- moves of an orientation ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """`side`: recipient, sender, their_other_circle (same team, the circle that did not receive), third_team, stranger.

    `previous`: last, stale or unknown. `towards`: the other circle named, "right" or "wrong".
    """

    type: str
    author: Author
    side: str
    state: str
    to: str | None = None
    previous: str = "last"
    towards: str = "right"


def judge_move(cell: Move) -> str:
    """The verdict expected of the server."""
    checks = (_move_author, _move_parents, _move_role, _move_circles, _move_state)
    return next((code for check in checks if (code := check(cell))), "accepted")


def _move_author(cell: Move) -> str | None:
    return author_is(cell.author, cell.type)


def _move_parents(cell: Move) -> str | None:
    """Somebody else's orientation, and one that never was, look the same: something awaited."""
    return "held:parent" if cell.side == "third_team" else None


def _move_role(cell: Move) -> str | None:
    return role_is(cell.author)


def _move_circles(cell: Move) -> str | None:
    mine = "sender" if cell.type == "orientation.cancelled" else "recipient"
    if cell.side != mine:
        return "not_found"  # this circle has no such orientation to answer, or to cancel
    return None if cell.towards == "right" else "no_recipient"


def _move_state(cell: Move) -> str | None:
    if cell.type == "orientation.opened":
        return None
    if cell.previous != "last" or cell.state == "expiree":
        return "stale_state"  # time moved it: the author did not know
    if cell.state == WITHDRAWN:
        return None if cell.to == "annulee" and cell.type == "orientation.cancelled" else "stale_state"
    moves = ANSWERS if cell.type == "orientation.answered" else CANCELS
    return None if cell.to in moves.get(cell.state, ()) else "illegal_move"


# --- withdrawals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`signer`: member (`author` says who), receipt (its key), issued_again (that of a receipt made
    later for the same consent), other_receipt (that of another consent), stranger.

    `consent`: known, or unknown (nobody recorded it yet).
    """

    signer: str
    author: Author
    consent: str = "known"


def judge_withdrawal(cell: Withdrawal) -> str:
    """Every role may: taking back never needs a right, only to be of the organisation, or the person."""
    if cell.signer == "member" and cell.author.membership in ("not_yet", *GONE):
        return author_is(cell.author, "consent.withdrawn") or ""
    if cell.consent == "unknown":
        return "held:parent"  # whose it is will be seen when it comes
    if cell.signer == "member":
        return "not_allowed" if cell.author.membership == "other_organisation" else "accepted"
    return "accepted" if cell.signer in ("receipt", "issued_again") else "unknown_key"
