"""app.py, web/workers.py: several processes on one database, and processes that are killed while they write."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from device import acts, admission
from models import feed
from models.database import rows
from models.projections.readers import Reader
from models.tables import Event, Section
from tests.models.serving import Served
from tests.models.writing import Story, last

Json = dict[str, Any]
EVENTS = 500  # each pushed twice
KILLS = 4
RECEPTION = {"mode": "phone", "needs": [], "first_help": []}


@pytest.fixture
def served(story: Story, database_url: str, tmp_path: Path, engine: str) -> Iterator[Served]:
    """The cast's server: two workers on PostgreSQL, the one process of SQLite."""
    server = Served(database_url, tmp_path, workers=2 if engine == "postgresql" else 1)
    yield server
    if server.process.poll() is None:
        server.kill()


def pushed(served: Served, *entries: Json) -> list[Json] | None:
    """The verdicts, or None when no answer came."""
    answer = served.ask("POST", "/api/events", {"entries": list(entries)})
    return answer["verdicts"] if answer is not None else None


def reception(story: Story, phone: Any, team: str) -> Json:
    acts.record_reception(phone, team, RECEPTION, story.now)
    return last(phone).entry


def everything(story: Story, stream: str) -> list[Json]:
    """The whole stream, page by page, as Bruno reads it."""
    reader = Reader(story.bruno.bundle.member, story.bruno.bundle.organisation)
    found: list[Json] = []
    cursor, more = 0, True
    while more:
        page = json.loads(feed.read(reader, [(stream, cursor)], story.now))["streams"][stream]
        found += page["entries"]
        cursor, more = page["next"], page["more"]
    return found


def test_what_one_worker_wrote_the_others_know(story: Story, served: Served, engine: str) -> None:
    """Rosters are remembered by each process: each finds out by itself that a member has left."""
    first = [reception(story, story.amina, story.halles) for _ in range(20)]
    assert {pushed(served, entry)[0]["verdict"] for entry in first} == {"accepted"}  # type: ignore[index]
    admission.end_member(story.chloe, story.amina.bundle.member, story.now)
    assert pushed(served, last(story.chloe).entry)[0]["verdict"] == "accepted"  # type: ignore[index]
    then = [reception(story, story.amina, story.halles) for _ in range(20)]
    with ThreadPoolExecutor(4) as clients:
        told = [verdicts[0] for verdicts in clients.map(lambda entry: pushed(served, entry) or [], then)]
    assert {(verdict["verdict"], verdict["reason"]) for verdict in told} == {("held", "ended_member")}
    assert len(served.workers()) == (2 if engine == "postgresql" else 0)
    assert served.end() == 0
    assert pushed(served, then[0]) is None


class Client:
    """Pushes an entry until it has its verdict, as a phone does, and remembers every verdict."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.verdicts: list[Json] = []
        self.unanswered = 0

    def push(self, entry: Json) -> None:
        while not (verdicts := pushed(self.served, entry)) or verdicts[0]["verdict"] == "retry":
            self.unanswered += 1
            time.sleep(0.05)
        self.verdicts += verdicts


def kill_now_and_then(served: Served, client: Client, pushes: int, chance: random.Random) -> None:
    """Kills a worker (on SQLite the one process, which is started again) at random moments of the run."""
    for share in sorted(chance.uniform(0.05, 0.9) for _ in range(KILLS)):
        while len(client.verdicts) < share * pushes:
            time.sleep(0.005)
        if workers := served.workers():
            os.kill(chance.choice(workers), signal.SIGKILL)
        else:
            served.kill()
            served.start()


def test_a_worker_killed_during_a_thousand_pushes_loses_and_repeats_nothing(
    story: Story, served: Served, seeded: random.Random
) -> None:
    """T109, T1: what was acknowledged is there, once, at the position that was told (I1, I2, I3)."""
    entries = [reception(story, story.bruno, story.nord) for _ in range(EVENTS)]
    twice = entries * 2
    seeded.shuffle(twice)
    client = Client(served)
    killer = threading.Thread(target=kill_now_and_then, args=(served, client, len(twice), seeded))
    killer.start()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(client.push, twice))
    killer.join()
    assert client.unanswered >= 1  # it did interrupt something
    assert {verdict["verdict"] for verdict in client.verdicts} == {"accepted", "duplicate"}
    stream = f"circle:{story.circles['nord.open']}"
    lines = everything(story, stream)
    assert [line["position"] for line in lines] == list(range(1, EVENTS + 1))
    assert {line["jws"] for line in lines} == {entry["jws"] for entry in entries}
    assert all(line["sections"] for line in lines)
    at = {id: position for position, id in enumerate(_ids(lines), 1)}
    assert all(verdict["position"] == {stream: at[verdict["id"]]} for verdict in client.verdicts)
    assert len(rows(Event.select(Event.id))) == EVENTS == len(rows(Section.select(Section.event)))


def _ids(lines: list[Json]) -> list[str]:
    known = dict(rows(Event.select(Event.jws, Event.id)))
    return [known[line["jws"]] for line in lines]
