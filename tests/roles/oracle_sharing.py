"""May this be sent? Said apart from models/rules, from the design pages and the printed matrix, check by check.

`judge` gives the verdict of one `orientation.sent`: "accepted", "held:<reason>" or the code of its refusal. The checks
stand in the order of docs/protocol.md §3; the first that fails names the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.roles.oracle import Author, author_is, class_for, role_is
from tests.roles.reference import BASES, LEVELS, MATRIX, MODES, NECESSITY, NEVER, PRACTICAL, PRACTICALS, YES, Basis

FULLY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a charter. `bases` gives the floor it asks for each basis it enables (None: the default)."""

    codes: frozenset[str] = FULLY
    from_kinds: frozenset[str] = FULLY
    to_kinds: frozenset[str] = FULLY
    purposes: frozenset[str] = frozenset()
    bases: Mapping[str, str | None] = field(default_factory=dict)
    transition_is_over: bool = False


@dataclass(frozen=True, slots=True)
class Charter:
    """`versions[0]` is version 1; `signed` are the newest versions signed by sender and recipient, 0 for none."""

    versions: tuple[Version, ...]
    signed: tuple[int, int] = (1, 1)
    is_ended: bool = False
    is_between_others: bool = False

    def ruling(self) -> tuple[Version, ...]:
        """The versions that rule: the older one signed and all that came since. () when not in force."""
        lower = min(self.signed)
        later = self.versions[lower:]
        if lower == 0 or self.is_ended or self.is_between_others or any(one.transition_is_over for one in later):
            return ()
        return self.versions[lower - 1 :]


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """A refusal or withdrawal. `is_named`: the consent has it among its parents, so the person said it before."""

    kind: str
    codes: frozenset[str] | None = None
    about: str = "same"
    is_named: bool = False

    def defeats(self, code: str | None) -> bool:
        in_scope = self.codes is None or code in self.codes
        return self.about == "same" and in_scope and not self.is_named


@dataclass(frozen=True, slots=True)
class Consent:
    """`known_to`: the author's team, another team of theirs, or nobody. `recorded` is the class of its circle."""

    codes: frozenset[str]
    purpose: str
    basis: str
    days_left: int = 180
    recipient: str = "named"
    recorded: str = "open"
    known_to: str = "own_team"
    said: tuple[PersonSaid, ...] = ()

    def covers(self, code: str, purpose: str) -> bool:
        return code in self.codes and self.is_alive(purpose) and not any(act.defeats(code) for act in self.said)

    def is_alive(self, purpose: str) -> bool:
        is_ours = self.known_to == "own_team" and self.recipient == "named"
        return is_ours and self.purpose == purpose and self.days_left > 0

    def is_open_to_something(self, purpose: str) -> bool:
        """Without category, something of the consent must still stand."""
        return self.is_alive(purpose) and any(self.covers(code, purpose) for code in self.codes)


@dataclass(frozen=True, slots=True)
class Team:
    """A recipient. `holders`: (column, ground) of those counted in the circle; `key`: fresh, awaits, stale or older."""

    holders: tuple[tuple[str, str | None], ...]
    classes: frozenset[str]
    circle: str
    kind: str = "ccas"
    kind_level: int = 1
    where: str = "other_organisation"
    key: str = "fresh"


@dataclass(frozen=True, slots=True)
class Sending:
    author: Author
    own: str
    own_classes: frozenset[str]
    from_kind: str
    to: Team
    charters: tuple[Charter, ...]
    ground: Consent | str
    purpose: str
    sent: Mapping[str, int]
    request_level: int = 1
    necessity_level: int | None = None
    own_only_level: int | None = None
    level: int = 1
    dates: str = "right"

    @property
    def has_necessity(self) -> bool:
        return self.necessity_level is not None

    @property
    def basis(self) -> str:
        return self.ground if isinstance(self.ground, str) else self.ground.basis

    @property
    def event_level(self) -> int:
        others = [level for level in (self.necessity_level, self.own_only_level) if level is not None]
        return max(self.level, self.request_level, *self.sent.values(), *others)


def judge(cell: Sending) -> str:
    """The verdict expected of the server."""
    checks = (_author, _parents, _role, _recipient, _key, _charter, _matrix, _basis, _consent, _level, _dates)
    return next((code for check in checks if (code := check(cell))), "accepted")


def judge_content(cell: Sending) -> str:
    """The verdict on what is said to whom alone, as a phone can give it before sending."""
    checks = (_charter, _role, _matrix, _basis, _consent, _level)
    return next((code for check in checks if (code := check(cell))), "accepted")


def _author(cell: Sending) -> str | None:
    return author_is(cell.author, "orientation.sent", cell.own)


def _parents(cell: Sending) -> str | None:
    """Every cell names its consent as a parent: one that the author's team never saw is waited for."""
    unknown = isinstance(cell.ground, Consent) and cell.ground.known_to != "own_team"
    return "held:parent" if unknown else None


def _role(cell: Sending) -> str | None:
    return role_is(cell.author)


def _recipient(cell: Sending) -> str | None:
    return "no_recipient" if cell.to.where in ("unknown", "same_team") else None


def _key(cell: Sending) -> str | None:
    return {"awaits": "awaits_rotation", "stale": "stale_epoch"}.get(cell.to.key)


# --- the charter


def _flows(version: Version, cell: Sending, code: str | None) -> bool:
    """A practical variant passes where its category does. Without category, any flow between the two will do."""
    between = all(
        "*" in kinds or kind in kinds
        for kinds, kind in ((version.from_kinds, cell.from_kind), (version.to_kinds, cell.to.kind))
    )
    named = {"*", code, code.removesuffix(".practical")} if code else version.codes
    return between and bool(version.codes & named)


def _in_force(cell: Sending, code: str | None) -> list[tuple[Version, ...]]:
    """The charters, each as the versions that rule, that let this category pass."""
    ruling = [versions for charter in cell.charters if (versions := charter.ruling())]
    if cell.to.where == "same_organisation":
        return ruling
    return [versions for versions in ruling if all(_flows(version, cell, code) for version in versions)]


def _each(cell: Sending) -> tuple[str | None, ...]:
    return tuple(cell.sent) or (None,)


def _charter(cell: Sending) -> str | None:
    if cell.to.where == "same_organisation":
        return None
    return None if all(_in_force(cell, code) for code in _each(cell)) else "charter"


# --- the matrix


def mark(code: str, holders: tuple[tuple[str, str | None], ...]) -> str:
    """The strictest first mark over the columns of who holds the circle; ✖ when nobody counts."""
    order = YES + NECESSITY + PRACTICAL + NEVER
    row = MATRIX.get(code.removesuffix(".practical"), {})
    return max((row.get(column, NEVER) for column, _ in holders), key=order.index, default=NEVER)


def _matrix(cell: Sending) -> str | None:
    return None if all(_fits(code, cell) for code in cell.sent) else "matrix"


def _fits(code: str, cell: Sending) -> bool:
    said = mark(code, cell.to.holders)
    if code.endswith(".practical"):
        return code in PRACTICALS and said != NEVER
    return said == YES or (said == NECESSITY and cell.has_necessity)


# --- the legal basis


def _basis(cell: Sending) -> str | None:
    if isinstance(cell.ground, Consent) and cell.ground.known_to != "own_team":
        return None
    basis = BASES.get(cell.basis)
    if basis is None or not basis.active or basis.allows == frozenset() or not _conditions(basis, cell):
        return "basis"  # one that allows no category opens nothing, not even the need alone
    allowed = all(_allows(basis, code) for code in cell.sent)
    return None if allowed and all(_enabling(cell, code) for code in _each(cell)) else "basis"


def _conditions(basis: Basis, cell: Sending) -> bool:
    """A basis that stands alone always wants the reason written."""
    wants_necessity = basis.asks_necessity or isinstance(cell.ground, str)
    statuses = cell.author.ground in basis.emitters and all(one in basis.recipients for _, one in cell.to.holders)
    return statuses and (cell.has_necessity or not wants_necessity)


def _allows(basis: Basis, code: str) -> bool:
    return code not in basis.denies and (basis.allows is None or code in basis.allows)


def _enabling(cell: Sending, code: str | None) -> list[tuple[Version, ...]]:
    """Those of the charters that also list the purpose and enable the basis, in every version that rules."""
    return [
        versions
        for versions in _in_force(cell, code)
        if all(cell.purpose in one.purposes and cell.basis in one.bases for one in versions)
    ]


# --- the ground


def _consent(cell: Sending) -> str | None:
    if isinstance(cell.ground, Consent):
        given = cell.ground
        stands = all(given.covers(code, cell.purpose) for code in cell.sent) and given.is_alive(cell.purpose)
        return None if stands and (cell.sent or given.is_open_to_something(cell.purpose)) else "consent_missing"
    alone = all(any(_asks_nothing(cell, one) for one in _enabling(cell, code)) for code in _each(cell))
    return None if alone else "consent_missing"


def _asks_nothing(cell: Sending, versions: tuple[Version, ...]) -> bool:
    """Whether the stricter of the basis's mode and the charter's floor asks the person for no agreement."""
    basis = BASES[cell.basis]
    floors = [one.bases[cell.basis] or basis.floor or basis.mode for one in versions]
    asking = MODES.index("prior_consent")
    return all(word in MODES and MODES.index(word) < asking for word in (basis.mode, *floors))


# --- levels and dates


def _level(cell: Sending) -> str | None:
    understated = any(level < _least(code) for code, level in cell.sent.items()) or cell.level < cell.to.kind_level
    names_bound = isinstance(cell.ground, Consent) and cell.ground.recorded == "bound" and cell.own == "open"
    sides = ((cell.own, cell.own_classes), (cell.to.circle, cell.to.classes))
    misplaced = any(circle != class_for(cell.event_level, classes) for circle, classes in sides)
    return "level" if understated or names_bound or misplaced else None


def _least(code: str) -> int:
    return 1 if code.endswith(".practical") else LEVELS[code]


def _dates(cell: Sending) -> str | None:
    return None if cell.dates == "right" else "dates"
