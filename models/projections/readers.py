"""Who reads, and what they may see: every read starts from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.problems import Problem
from models.projections import chains
from models.rules import roster
from models.rules.roster import NETWORK, Organisation
from models.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """A member with a session."""

    member: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reader may see today. `circles` are those they hold.

    A supervisor is also given what is sealed to the organisation's printed keys, of which nothing opens without the
    paper: `wraps_of` are the members whose wraps are served, `blobs_of` the circles whose blobs are.
    """

    reader: Reader
    organisation: Organisation
    circles: frozenset[str]
    wraps_of: frozenset[str]
    blobs_of: frozenset[str]

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
    circles = frozenset(roster.circles_of_member(organisation, member.id, today))
    printed = _printed_keys(organisation, today) if member.role == Role.SUPERVISOR else frozenset()
    theirs = (roster.circles_of_member(organisation, key, today) for key in printed)
    return Rights(reader, organisation, circles, printed | {member.id}, circles.union(*theirs))


def _printed_keys(organisation: Organisation, today: date) -> frozenset[str]:
    members = organisation.members.values()
    return frozenset(one.id for one in members if one.role == Role.RECOVERY and one.is_current(today))
