"""models/feed: a reader who pages to the end has every line, in order, however the writers' commits cross.

The same tests are run against the cursor one would think of first, an id taken from a sequence. They must fail with it.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from device import acts
from device.phone import Phone
from models import database, feed, ledger
from models.database import insert, rows
from models.problems import Problem
from models.projections import writing
from models.projections.readers import Reader
from models.tables import Entry, Stream
from tests.models.racing import Writer, pushing, stopped
from tests.models.writing import Story, last

Json = dict[str, Any]
WRITERS = 16
LONGEST_SLEEP_SECONDS = 0.05
# Some 60 seconds on PostgreSQL with SOAK=1, a few without. SQLite's writers sleep one after the other.
PUSHES_OF_EACH = {"postgresql": 320 if os.environ.get("SOAK") else 20, "sqlite": 4}
RECEPTION = {"mode": "phone", "needs": [], "first_help": []}


@dataclass
class Follower:
    """A phone that asks again and again for what follows its cursor in one stream."""

    phone: Phone
    stream: str
    story: Story
    cursor: int = 0
    seen: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def poll(self) -> None:
        reader = Reader(self.phone.bundle.member, self.phone.bundle.organisation)
        page = json.loads(feed.read(reader, [(self.stream, self.cursor)], self.story.now))["streams"][self.stream]
        for entry in page["entries"]:
            self.seen.append(entry["jws"])
            self.positions.append(entry["position"])
        self.cursor = page["next"]

    def missed(self, written: list[Json]) -> int:
        return len({entry["jws"] for entry in written} - set(self.seen))

    @property
    def disordered(self) -> int:
        return sum(later <= sooner for sooner, later in zip(self.positions, self.positions[1:], strict=False))


def received(story: Story, phone: Phone, team: str) -> Json:
    acts.record_reception(phone, team, RECEPTION, story.now)
    return last(phone).entry


@pytest.fixture
def followers(story: Story) -> list[Follower]:
    """Three circles of two organisations, each with a first line already read."""
    places = [(story.bruno, "nord", story.nord), (story.david, "sud", story.sud), (story.amina, "halles", story.halles)]
    made = []
    for phone, name, team in places:
        story.doors.push(received(story, phone, team))
        made.append(Follower(phone, f"circle:{story.circles[f'{name}.open']}", story))
        made[-1].poll()
    return made


@pytest.fixture
def serial_ids(followers: list[Follower], monkeypatch: pytest.MonkeyPatch) -> None:
    """What must not be: positions from a sequence. They are given in one order, and committed in another. (SQLite has
    one writer at a time: there they cannot cross.)"""
    known = {name: id for id, name in rows(Stream.select(Stream.id, Stream.name))}
    for id in known.values():
        database.database.execute_sql(f"CREATE SEQUENCE serial_{id} START 2")

    def show(entries: list[Any], statements: object) -> dict[str, dict[str, int]]:
        shown: dict[str, dict[str, int]] = {}
        for entry in entries:
            id = known[entry.stream]
            position = database.database.execute_sql(f"SELECT nextval('serial_{id}')").fetchone()[0]
            insert(Entry, [(id, position, entry.event, entry.side, None)])
            shown.setdefault(entry.event, {})[entry.stream] = position
        return shown

    monkeypatch.setattr(writing, "_show", show)
    monkeypatch.setattr(feed, "_counters", lambda names: {name: (known[name], 10**9) for name in names})


def team_of(story: Story, follower: Follower) -> str:
    return {id(story.bruno): story.nord, id(story.david): story.sud, id(story.amina): story.halles}[id(follower.phone)]


def hesitant(chance: random.Random) -> Callable[..., Any]:
    """Writes, then sleeps for a random while before the commit."""
    honest = writing.write

    def write(*arguments: Any) -> Any:
        positions = honest(*arguments)
        time.sleep(chance.uniform(0, LONGEST_SLEEP_SECONDS))
        return positions

    return write


def push_each(entries: list[Json], story: Story) -> None:
    for entry in entries:
        [verdict] = ledger.append([entry], story.now)
        assert verdict["verdict"] == "accepted", verdict


def race(
    story: Story, followers: list[Follower], pushes: int, chance: random.Random, patch: pytest.MonkeyPatch
) -> list[int]:
    """Sixteen writers at once, each reader polling until they are done and once more. [missed, disordered]."""
    queues = []
    for number in range(WRITERS):
        follower = followers[number % len(followers)]
        queue = [received(story, follower.phone, team_of(story, follower)) for _ in range(pushes)]
        queues.append((follower, queue))
    patch.setattr(writing, "write", hesitant(chance))
    writers = [Writer(partial(push_each, queue, story)) for _, queue in queues]
    while any(writer.is_alive() for writer in writers):
        for follower in followers:
            follower.poll()
    for writer in writers:
        writer.done()
    missed = 0
    for follower in followers:
        follower.poll()
        written = [entry for one, queue in queues if one is follower for entry in queue]
        missed += follower.missed(written)
    return [missed, sum(follower.disordered for follower in followers)]


def test_nothing_is_missed_nor_disordered_while_sixteen_write(
    story: Story, followers: list[Follower], seeded: random.Random, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T23, I4"""
    assert race(story, followers, PUSHES_OF_EACH[engine], seeded, monkeypatch) == [0, 0]


@pytest.mark.postgresql
def test_an_id_from_a_sequence_misses_lines_while_sixteen_write(
    story: Story, followers: list[Follower], serial_ids: None, seeded: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T23: the same test, with the cursor that must fail."""
    missed, disordered = race(story, followers, PUSHES_OF_EACH["postgresql"], seeded, monkeypatch)
    assert missed > 0
    assert disordered == 0  # what comes late is not shown late: it is never shown


def crossed(story: Story, follower: Follower, patch: pytest.MonkeyPatch) -> tuple[list[Json], list[str], bool]:
    """The first writer takes its place, the second commits, a page is read, the first commits, a page is read.

    What was written, what was seen of it, in the order of reading, and whether the second had to wait.
    """
    entries = [received(story, follower.phone, team_of(story, follower)) for _ in range(2)]
    follower.seen.clear()
    with stopped(patch, pushing(story.now, entries[0]), written=True) as first:
        second = Writer(pushing(story.now, entries[1]))
        second.join(0.3)
        waited = second.is_alive()
        follower.poll()
    for writer in (first, second):
        assert writer.done()[0]["verdict"] == "accepted"
    follower.poll()
    return entries, follower.seen, waited


def test_who_takes_a_place_first_commits_first(
    story: Story, followers: list[Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T23: the counter is moved last and kept until the commit, so the second writer waits."""
    entries, seen, waited = crossed(story, followers[0], monkeypatch)
    assert (seen, waited) == ([entry["jws"] for entry in entries], True)


@pytest.mark.postgresql
def test_with_an_id_from_a_sequence_who_commits_last_is_never_read(
    story: Story, followers: list[Follower], serial_ids: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T23: the same interleaving, with the cursor that must fail."""
    entries, seen, waited = crossed(story, followers[0], monkeypatch)
    assert (seen, waited) == ([entries[1]["jws"]], False)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, doors: Any, database_url: str) -> None:
    """Writers wait for half a second instead of ten."""
    database.close()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.5)
    monkeypatch.setitem(database.POSTGRESQL_SETTINGS, "lock_timeout", "500ms")
    database.bind(database_url)


def test_a_transaction_that_lasts_delays_its_writers_and_no_reader(
    story: Story, followers: list[Follower], impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T25: nothing is skipped. Who would write after it is told to come back, and their push is then taken whole."""
    follower = followers[0]
    entries = [received(story, follower.phone, team_of(story, follower)) for _ in range(2)]
    follower.seen.clear()
    with stopped(monkeypatch, pushing(story.now, entries[0]), written=True) as lasting:
        late = Writer(pushing(story.now, entries[1]))
        late.join(10)
        assert isinstance(late.result, Problem)
        assert (late.result.code, late.result.retry) == ("unavailable", True)
        for _ in range(20):
            follower.poll()
        assert follower.seen == []
    assert lasting.done()[0]["verdict"] == "accepted"
    follower.poll()
    assert ledger.append([entries[1]], story.now)[0]["verdict"] == "accepted"
    follower.poll()
    assert follower.seen == [entry["jws"] for entry in entries]
    assert follower.positions == [1, 2, 3]
