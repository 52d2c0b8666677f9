"""The whole catalogue of lies (mutations.py), told to `device/` at several moments of a phone's life.

After each: nothing false is believed, the phone says so, it still records, and nothing is lost once the server is
honest again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from device import acts
from device.gaps import missing_numbers
from device.phone import Phone
from device.read import pull
from device.refusal import Refusal
from models.database import database, rows
from models.tables import Event
from tests.hostile.feed_lies import FEED
from tests.hostile.liar import Liar
from tests.hostile.life import MOMENTS, SEEN, Known, known_of, over
from tests.hostile.mutations import HUGE, WHOLE, Mutation, NotHere, generic
from tests.models.writing import Story


def read(phone: Phone, now: datetime) -> bool:
    """One reading; whether the phone has something to tell its owner."""
    alarms = len(phone.store.alarms)
    try:
        pull(phone, now)
    except Refusal:
        return True
    return len(phone.store.alarms) > alarms or missing_numbers(phone) > 0


class Played:
    """One lie told to one phone, and what is wrong afterwards."""

    def __init__(self, story: Story, phone: Phone, honest: Known, mutation: Mutation) -> None:
        self.story, self.mutation, self.honest = story, mutation, honest
        self.liar = Liar(story.doors)
        self.before = known_of(phone)
        self.phone = over(phone, self.liar)
        self.is_told = False
        self.faults: list[str] = []

    def feed(self) -> Played:
        """The lie is told in a reading; then the server is honest again."""
        self.liar.begin("feed", self.mutation)
        self.is_told = read(self.phone, self.story.now)
        believed = known_of(self.phone)
        self.check(believed.is_part_of(_joined(self.before, self.honest)), "believed what is false")
        self.check(self.is_told or believed == self.honest or self.mutation.withholds, "nobody was told")
        self.recover()
        return self

    def recover(self) -> None:
        """It records; once the server is honest all that it wrote arrives once, and it reads all there is."""
        phone, story = self.phone, self.story
        if phone.keys:
            acts.record_reception(phone, phone.me.teams[0], SEEN, story.now)
        waiting = [queued.id for queued in phone.outbox if "#" not in queued.id]
        self.liar.repent()
        for _ in range(2 if self.is_told else 1):
            phone.push()
            read(phone, story.now)
        phone.push()
        arrived = sorted(id for (id,) in rows(Event.select(Event.id).where(Event.id.in_(waiting))))
        self.check(sorted(waiting) == arrived and not phone.outbox, "something written did not arrive")
        if self.is_told or not self.mutation.withholds:
            self.check(self.honest.is_part_of(known_of(phone)), "something honest is not read again")

    def check(self, is_right: bool, fault: str) -> None:
        if not is_right:
            self.faults.append(f"{self.mutation.name}: {fault}")


def _joined(before: Known, after: Known) -> Known:
    """What may be believed: what is true now, and what was true and is not yet known to be over."""
    return Known(after.chains, before.events | after.events, before.sections | after.sections, after.keys)


def honestly(story: Story, phone: Phone) -> tuple[Known, list[dict[str, Any]]]:
    """What this phone knows after one honest reading, and the pages it was given."""
    liar = Liar(story.doors)
    reader = over(phone, liar)
    pull(reader, story.now)
    return known_of(reader), [answer for route, answer in liar.heard if route == "feed"]


def applies(mutation: Mutation, answers: list[dict[str, Any]]) -> bool:
    for answer in answers:
        with contextlib.suppress(NotHere):
            mutation(answer)
            return True
    return False


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_lie_of_the_feed_is_believed_nor_costs_anything(
    story: Story, moment: str, chosen: Callable[[list[Mutation]], list[Mutation]]
) -> None:
    """T86, T87, T88, T91, T92, T94, T95."""
    phone = MOMENTS[moment](story)
    honest, pages = honestly(story, phone)
    faults: list[str] = []
    told = [each for each in [*WHOLE, *FEED, *chosen(generic(pages))] if applies(each, pages)]
    if phone.store.epoch is None:
        assert [each.name for each in FEED if each not in told] == [], "who reads everything hears every lie"
    for mutation in told:
        with database.atomic() as undone:
            faults += Played(story, phone, honest, mutation).feed().faults
            undone.rollback()
    assert faults == []


# --- verdicts --------------------------------------------------------------------------------------------------------


def forged(verdict: str, **details: Any) -> Mutation:
    """A verdict of the server's invention for each entry, which it keeps nothing of."""

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        told = [{"id": one["id"], "digest": one["digest"], "verdict": verdict} | details for one in answer["verdicts"]]
        return answer | {"verdicts": told}

    return Mutation(f"forged: {verdict} {details}", change)


FORGED = [
    forged("accepted", position={"x": 1}),
    forged("accepted"),
    forged("duplicate", position={"x": HUGE}),
    forged("held", reason="parent"),
    forged("held", reason="__proto__"),
    forged("rejected", code="level", message="<b>non"),
    forged("rejected", code="id_conflict"),
    forged("rejected"),
    forged("retry", after=10**9),
    forged("retry", after=-1),
    forged("accepted and more", position={}),
    Mutation("verdicts of one told to another", lambda answer: answer | {"verdicts": answer["verdicts"][::-1]}),
    Mutation("a thousand verdicts", lambda answer: answer | {"verdicts": answer["verdicts"] * 1000}),
]


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "thrown away"])
def test_no_forged_verdict_loses_what_was_written(
    story: Story, is_kept: bool, chosen: Callable[[list[Mutation]], list[Mutation]]
) -> None:
    """I1, I2: whatever the server says it did with three entries, each arrives once when it is honest."""
    phone = MOMENTS["sending"](story)
    written = [queued.id for queued in phone.outbox]
    with database.atomic() as undone:
        liar = Liar(story.doors)
        over(phone, liar).push()
        undone.rollback()
    [(_, answer)] = liar.heard
    for mutation in [*FORGED, *WHOLE, *chosen(generic([answer]))]:
        with database.atomic() as undone:
            liar = Liar(story.doors)
            told = over(phone, liar)
            liar.begin("events", mutation)
            with database.atomic() as kept:
                told.push()
                if not is_kept:
                    kept.rollback()
            liar.repent()
            for _ in range(2):
                told.push()
                pull(told, story.now)
            told.push()
            assert told.outbox == [], mutation.name
            arrived = [id for (id,) in rows(Event.select(Event.id).where(Event.id.in_(written)))]
            assert sorted(arrived) == sorted(written), mutation.name
            assert all(told.store.find(id) for id in written), mutation.name
            undone.rollback()
