"""May this be sent? The conditions of an orientation, judged in the order of their codes.

Pure: reference lists, charters, roster facts and consents are arguments. The server's answer is the law; a phone
computes the same one beforehand, for kindness. Twin: static/app/rules/sharing.js, same vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.problems import Problem
from models.rules.basis import basis_allows, charter_allows, consent_mode, must_ask
from models.rules.consent import Consent, Ending, in_force
from models.rules.matrix import (
    Reference,
    category_of,
    class_for,
    least_level,
    level_of,
    level_of_kind,
    level_of_places,
    mark,
)
from models.rules.permission import may
from models.rules.roster_state import CharterVersion
from models.vocabulary import MAX_SHARED_LEVEL, Mark

__all__ = [
    "Disclosure", "Reference", "Side", "basis_allows", "category_of", "charter_allows", "check_orientation",
    "class_for", "consent_mode", "least_level", "level_of", "level_of_kind", "level_of_places", "mark",
]  # fmt: skip

NO_GROUND: Final = "none"
DISCLOSING_KINDS: Final = ("person_agreement", "secrecy_exception")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an orientation: the class of its circle, and which classes its team has."""

    circle_class: str
    has_open: bool
    has_bound: bool


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Every fact by which an `orientation.sent` is judged, at the server's instant `t`.

    `charters`: the `versions` of each charter in force between the two organisations (`roster.charters_in_force`);
    all must allow a thing. `recipient`: the receiving organisation. `recipients`: (profile, ground) of each counted
    holder of the receiving circle (`roster.profiles`). `sections`: (category or None, declared level) of every section,
    the own-only one included. `consent` is the ground, with every ending of its dossier in `endings`; without it the
    ground is `basis` itself, (id, version). `to_places`: what the team tells by where it receives (`level_of_places`).
    """

    charters: Sequence[Sequence[CharterVersion]]
    same_organisation: bool
    from_kind: str
    to_kind: str
    role: str
    permissions: Collection[str]
    author_ground: str | None
    recipients: Sequence[tuple[str, str | None]]
    recipient: str
    sections: Sequence[tuple[str | None, int]]
    has_necessity: bool
    purpose: str
    level: int
    own: Side
    other: Side
    t: datetime
    consent: Consent | None = None
    endings: Sequence[Ending] = ()
    basis: tuple[str, int] | None = None
    to_places: int = 1

    @property
    def categories(self) -> list[str]:
        """The codes sent, without the kinds of section that are outside the matrix."""
        return [code for code, _ in self.sections if code is not None and not code.startswith("X.")]

    @property
    def codes(self) -> Sequence[str | None]:
        """The codes to judge one by one; None alone for an orientation that sends nothing but its request."""
        return self.categories or (None,)

    @property
    def named_basis(self) -> tuple[str, int] | None:
        return self.consent.basis if self.consent else self.basis


def check_orientation(reference: Reference, disclosure: Disclosure) -> None:
    """Refuse what may not be sent, whole. Raises Problem with the first of charter, role, matrix, basis,
    consent_missing, level that fails, and the `category` it fails for, if it is one."""
    for check in (_check_charter, _check_role, _check_matrix, _check_basis, _check_consent, _check_level):
        check(reference, disclosure)


def _check_charter(reference: Reference, disclosure: Disclosure) -> None:
    if disclosure.same_organisation:
        return
    for code in disclosure.codes:
        if not _some_charter(disclosure, code, lambda version: True):
            raise _refusal("charter", code)


def _check_role(reference: Reference, disclosure: Disclosure) -> None:
    if not may(disclosure.role, disclosure.permissions, "orientation.send"):
        raise Problem("role")


def _check_matrix(reference: Reference, disclosure: Disclosure) -> None:
    profiles = [profile for profile, _ in disclosure.recipients]
    for code in disclosure.categories:
        cell = mark(reference, profiles, code)
        if cell in (Mark.NEVER, Mark.PRACTICAL) or (cell == Mark.NECESSITY and not disclosure.has_necessity):
            raise _refusal("matrix", code)


def _check_basis(reference: Reference, disclosure: Disclosure) -> None:
    named = disclosure.named_basis
    basis = reference.bases.get(named[0], {}).get(named[1]) if named else None
    if named is None or basis is None or not _conditions_met(basis, disclosure):
        raise Problem("basis")
    for code in disclosure.codes:
        if not basis_allows(basis, code):
            raise _refusal("basis", code)
        if not _some_charter(disclosure, code, lambda version: _enables(version, named, disclosure.purpose)):
            raise _refusal("basis", code)


def _check_consent(reference: Reference, disclosure: Disclosure) -> None:
    consent = disclosure.consent
    for code in disclosure.codes:
        if consent is None:
            agreed = _asks_for_none(reference, disclosure, code)
        else:
            # An orientation that sends the request alone still needs a consent of which something is in force.
            codes = consent.categories if code is None else (code,)
            agreed = any(_agreed(consent, each, disclosure) for each in codes)
        if not agreed:
            raise _refusal("consent_missing", code)


def _check_level(reference: Reference, disclosure: Disclosure) -> None:
    for code, level in disclosure.sections:
        if code in reference.categories and level < level_of(reference, str(code)):
            raise _refusal("level", code)
    event_level = max([disclosure.level, *(level for _, level in disclosure.sections)])
    recipient = max(level_of_kind(reference, disclosure.to_kind), disclosure.to_places)
    if disclosure.level < recipient or event_level > MAX_SHARED_LEVEL:
        raise Problem("level")
    for side in (disclosure.own, disclosure.other):
        if side.circle_class != class_for(event_level, side.has_bound, side.has_open):
            raise Problem("level")


# --- what they ask ------------------------------------------------------------------------------------------------


def _refusal(problem: str, category: str | None) -> Problem:
    return Problem(problem) if category is None else Problem(problem, category=category)


def _some_charter(disclosure: Disclosure, code: str | None, enables: Callable[[CharterVersion], bool]) -> bool:
    """Whether one charter in force allows `code` between the two and each of its versions `enables` the rest.

    Within one organisation the flows do not matter: any charter it signed will do.
    """
    return any(
        (disclosure.same_organisation or charter_allows(versions, disclosure.from_kind, disclosure.to_kind, code))
        and all(enables(version) for version in versions)
        for versions in disclosure.charters
    )


def _enables(version: CharterVersion, basis: tuple[str, int], purpose: str) -> bool:
    return purpose in version.purposes and any((each.id, each.version) == basis for each in version.bases)


def _conditions_met(basis: Mapping[str, Any], disclosure: Disclosure) -> bool:
    """Active, of a kind that grounds a disclosure, between people of the right status, with what it requires.

    Purpose and a named recipient are in every orientation; a relation ("both intervene") cannot be judged here. A
    basis that stands alone, without consent, always needs its necessity written.
    """
    grounds = [ground or NO_GROUND for _, ground in disclosure.recipients]
    return (
        basis["status"] == "active"
        and basis["kind"] in DISCLOSING_KINDS
        and (disclosure.author_ground or NO_GROUND) in basis["emitter_status"]
        and all(ground in basis["recipient_status"] for ground in grounds)
        and (disclosure.has_necessity or (disclosure.consent is not None and "necessity_note" not in basis["requires"]))
    )


def _asks_for_none(reference: Reference, disclosure: Disclosure, code: str | None) -> bool:
    """Whether a charter that allows `code` enables the invoked basis without asking the person first."""
    named = disclosure.basis
    if named is None:
        return False
    basis = reference.bases[named[0]][named[1]]

    def lets(version: CharterVersion) -> bool:
        floors = [each.floor for each in version.bases if (each.id, each.version) == named]
        asks = any(must_ask(basis, floor) for floor in floors)
        return _enables(version, named, disclosure.purpose) and not asks

    return _some_charter(disclosure, code, lets)


def _agreed(consent: Consent, code: str, disclosure: Disclosure) -> bool:
    return in_force(
        [consent], disclosure.endings, consent.dossier, disclosure.recipient, code, disclosure.purpose, disclosure.t
    )
