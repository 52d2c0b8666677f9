"""The door to a supervisor's page: the orientations of their teams, by clear fields alone, by state and age."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.database import available, rows
from models.problems import Problem
from models.projections import chains, reading
from models.projections.facts import OrientationFact
from models.projections.readers import Reader
from models.rules import orientation as moves
from models.rules.permission import may
from models.rules.roster import Network, Organisation
from models.tables import Orientation

PAGE: Final = 200
RECEIVED, SENT = "received", "sent"


@dataclass(frozen=True, slots=True)
class Line:
    """One orientation. `team` is the supervisor's own, `other` the organisation on the other side.

    `is_late`: still without an answer after the hour the sender asked for.
    """

    id: str
    direction: str
    team: str
    other: str
    state: str
    level: int
    sent_at: datetime
    changed_at: datetime
    deadline: datetime
    reply_by: datetime | None
    opened_at: datetime | None
    is_late: bool


def orientations_of_team(
    reader: Reader, direction: str, now: datetime, states: Collection[str] = (), team: str | None = None
) -> list[Line]:
    """Orientations received or sent by the supervisor's teams, the oldest change first, at most 200.

    `states` empty: every state. `team`: one of theirs alone. Raises Problem(forbidden | not_found).
    """
    with available():
        organisation, network, teams = _supervised(reader, now)
        if team is not None and team not in teams:
            raise Problem("not_found")
        circles = {id: circle.team for id, circle in organisation.circles.items() if circle.team in teams}
        wanted = [id for id, of_team in circles.items() if team in (None, of_team)]
        column = Orientation.recipient_circle if direction == RECEIVED else Orientation.circle
        query = Orientation.select(*Orientation._meta.sorted_fields).where(column.in_(wanted))
        if states:
            query = query.where(Orientation.state.in_(list(states)))
        found = rows(query.order_by(Orientation.changed_at, Orientation.id).limit(PAGE))
    return [_line(reading.orientation(row), direction, organisation, circles, network, now) for row in found]


def _supervised(reader: Reader, now: datetime) -> tuple[Organisation, Network, Collection[str]]:
    """Their organisation and the teams they belong to: rank opens nothing elsewhere."""
    known = chains.load([reader.organisation])
    organisation = known.organisations.get(reader.organisation)
    member = organisation.members.get(reader.member) if organisation is not None else None
    if organisation is None or member is None or not member.is_current(now.date()):
        raise Problem("forbidden")
    if not may(member.role, member.permissions, "orientation.supervise"):
        raise Problem("forbidden")
    return organisation, known.network, member.teams


def _line(
    fact: OrientationFact,
    direction: str,
    organisation: Organisation,
    circles: dict[str, str],
    network: Network,
    now: datetime,
) -> Line:
    is_received = direction == RECEIVED
    circle, other = (fact.recipient_circle, fact.organisation) if is_received else (fact.circle, fact.recipient)
    state = moves.state_at(fact.state, fact.deadline, now)
    waits = state == "envoyee" and fact.reply_by is not None and fact.reply_by < now
    return Line(
        id=fact.id,
        direction=direction,
        team=organisation.teams[circles[circle]].name,
        other=network.organisations[other].name,
        state=state,
        level=fact.level,
        sent_at=fact.sent_at,
        changed_at=fact.changed_at,
        deadline=fact.deadline,
        reply_by=fact.reply_by,
        opened_at=fact.opened_at,
        is_late=waits,
    )
