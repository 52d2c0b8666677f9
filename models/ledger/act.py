"""An event whose author is known, whose signature and seals hold: what the rule of each type starts from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.ledger.authors import Author
from models.ledger.context import Context
from models.problems import Held, Problem
from models.projections.changes import NONE, OTHER, OWN, Changes, NewEntry, NewEvent
from models.projections.facts import EventFact
from models.rules import roster
from models.rules.envelope import Signed
from models.rules.roster import Circle, Organisation
from models.rules.sharing import Side
from models.vocabulary import CircleClass


@dataclass(frozen=True, slots=True)
class Act:
    """`circle` is the author's own, None for a private note."""

    signed: Signed
    sections: dict[str, Any]
    fact: EventFact
    author: Author
    circle: Circle | None

    @property
    def payload(self) -> dict[str, Any]:
        return self.signed.payload

    @property
    def teams(self) -> tuple[str, ...]:
        """The team this is written for; for a private note, every team of its author."""
        return (self.circle.team,) if self.circle is not None else self.author.member.teams

    def accepted(self, context: Context) -> Changes:
        """The event itself and its place in the streams of its audience."""
        return recorded(self.signed, self.fact, self.sections, context)

    def check_references(self, context: Context) -> None:
        """Everything this event names is known to the author's team. Raises Held("parent")."""
        if not all(self._knows(parent, context) for parent in self.payload["parents"]):
            raise Held("parent")
        dossier = self.payload.get("dossier")
        if dossier is not None and self.fact.type != "dossier.opened":
            known = context.dossiers.get(dossier)
            if known is None or known.team not in self.teams:
                raise Held("parent")
        ground = self.payload.get("ground", {}).get("consent")
        if ground is not None and (
            ground not in context.consents or not self._is_ours(context.consents[ground].circle)
        ):
            raise Held("parent")
        for name in ("orientation", "follows"):
            if name in self.payload and not self._knows_orientation(self.payload[name], context):
                raise Held("parent")

    def check_names_nothing_more_closed(self, context: Context) -> None:
        """An event that everyone of the team reads never names what its bound circle keeps. Raises Problem("level")."""
        is_open = self.circle is not None and self.circle.circle_class == CircleClass.OPEN
        if is_open and CircleClass.BOUND in self._named_classes(context):
            raise Problem("level")

    def _named_classes(self, context: Context) -> Iterator[str]:
        for parent in self.payload["parents"]:
            fact = context.events[parent]
            ours = [self._circle(place) for place in (fact.own, fact.other) if place is not None]
            yield from (circle.circle_class for circle in ours if circle is not None and circle.team in self.teams)
        dossier = context.dossiers.get(self.payload.get("dossier", ""))
        if dossier is not None:
            yield dossier.circle_class
        ground = self.payload.get("ground", {}).get("consent")
        if ground is not None:
            circle = self._circle(context.consents[ground].circle)
            yield from (each.circle_class for each in (circle,) if each is not None)

    def _knows(self, event: str, context: Context) -> bool:
        fact = context.events.get(event)
        if fact is None:
            return False
        if fact.own is None:  # a withdrawal went wherever its consents went
            return True
        if fact.own == f"member:{self.author.member.id}":
            return self.circle is None
        return any(place is not None and self._is_ours(place) for place in (fact.own, fact.other))

    def _knows_orientation(self, id: str, context: Context) -> bool:
        known = context.orientations.get(id)
        return known is not None and (self._is_ours(known.circle) or self._is_ours(known.recipient_circle))

    def _is_ours(self, circle_id: str) -> bool:
        circle = self._circle(circle_id)
        return circle is not None and circle.team in self.teams

    def _circle(self, circle_id: str) -> Circle | None:
        return self.author.organisation.circles.get(circle_id)


def recorded(signed: Signed, fact: EventFact, sections: dict[str, Any], context: Context) -> Changes:
    """An event, and the lines that show it in the streams of its audience."""
    sides = [NewEntry(_stream(place), side, fact.id) for side, place in ((OWN, fact.own), (OTHER, fact.other)) if place]
    return Changes(events=[NewEvent(signed, fact, sections, context.now)], entries=sides)


def shown(event: str, circles: list[str]) -> list[NewEntry]:
    """The lines of an event without audience, in the streams of these circles."""
    return [NewEntry(_stream(circle), NONE, event) for circle in circles]


def side_of(organisation: Organisation, circle: Circle) -> Side:
    """A circle's class, and which classes its team has."""
    has = {one: roster.circle_of_team(organisation, circle.team, one) is not None for one in CircleClass}
    return Side(circle.circle_class, has_open=has[CircleClass.OPEN], has_bound=has[CircleClass.BOUND])


def _stream(place: str) -> str:
    return place if place.startswith("member:") else f"circle:{place}"
