"""What one accepted entry adds and changes. Built while judging, touching nothing: a refusal leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.projections.chains import State
from models.projections.facts import (
    ConsentFact,
    Cut,
    DossierFact,
    EarlyFact,
    EventFact,
    GrantFact,
    OrientationFact,
    ReceiptFact,
)
from models.rules.consent import Ending
from models.rules.envelope import Signed
from models.rules.roster import Beside

OWN, OTHER, NONE = "own", "other", "none"


@dataclass(frozen=True, slots=True)
class NewStatement:
    """`beside`: each string that travels with it, and who may have it. `ids`: those it brings into the world."""

    signed: Signed
    state: State
    organisation: str | None
    beside: Mapping[str, Beside]
    contents: Mapping[str, str]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`sections` as they travelled. `received_at` is earlier than now for a withdrawal that waited for its consent."""

    signed: Signed
    fact: EventFact
    sections: Mapping[str, Mapping[str, object]]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line of a stream: an event seen from one `side`, or a purge line."""

    stream: str
    side: str
    event: str | None = None
    purge: Cut | None = None


@dataclass(frozen=True, slots=True)
class NewHeld:
    """What an ended member sent, kept for a supervisor."""

    fact: EventFact
    member: str
    organisation: str
    jws: str
    sections: Mapping[str, object]


@dataclass(slots=True)
class Changes:
    """`held` is the reason when the entry is kept, or known of, without being accepted."""

    held: str | None = None
    statements: list[NewStatement] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
    dossiers: list[DossierFact] = field(default_factory=list)
    consents: list[ConsentFact] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    receipts: list[ReceiptFact] = field(default_factory=list)
    orientations: list[OrientationFact] = field(default_factory=list)
    grants: list[GrantFact] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    early: list[EarlyFact] = field(default_factory=list)
    no_longer_early: list[EarlyFact] = field(default_factory=list)
    kept: list[NewHeld] = field(default_factory=list)
    to_end_log: list[Mapping[str, object]] = field(default_factory=list)

    def add(self, other: Changes) -> None:
        """Append another entry's changes after these."""
        for name in Changes.__slots__:
            if name != "held":
                getattr(self, name).extend(getattr(other, name))
