"""Who reads, and what they may see: every read starts from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.problems import Problem
from models.projections import chains
from models.rules import roster
from models.rules.roster import NETWORK, Organisation


@dataclass(frozen=True, slots=True)
class Reader:
    """A member with a session."""

    member: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reader may see today. `circles` are those they hold."""

    reader: Reader
    organisation: Organisation
    circles: frozenset[str]

    def allow(self, stream: str) -> bool:
        """Whether a stream of this name, if it exists, is theirs to read."""
        if stream == NETWORK or stream.startswith("organisation:"):
            return True
        kind, _, id = stream.partition(":")
        return (kind == "circle" and id in self.circles) or (kind == "member" and id == self.reader.member)


def rights_of(reader: Reader, today: date) -> Rights:
    """Raises Problem("session_expired") for who is no longer a member: only the session's door can tell the cause."""
    organisation = chains.load([reader.organisation]).organisations.get(reader.organisation)
    member = organisation.members.get(reader.member) if organisation is not None else None
    if organisation is None or member is None or not member.is_current(today):
        raise Problem("session_expired")
    return Rights(reader, organisation, frozenset(roster.circles_of_member(organisation, member.id, today)))
