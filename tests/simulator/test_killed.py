"""The server in a process of its own, killed for good in the middle of pushes: what schedules model, done once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from device import acts
from device.api import Api
from device.phone import Phone
from device.transport import HttpTransport
from models import database
from models.tables import Entry, Event
from tests.device import territory
from tests.models.serving import Served
from tests.simulator.server import Server
from tests.simulator.town import STARTED, Town

ROUNDS, RECEPTIONS = 5, 20  # a kill in each round; receptions of each of two phones between two kills


@pytest.fixture
def apart(town: Town, server: Server, tmp_path: Path) -> Iterator[Served]:
    """`python app.py` on the town's database."""
    server.begin()
    database.close()
    running = Served(server.engine.url, tmp_path, origin=territory.ORIGIN)
    yield running
    if running.process.poll() is None:
        running.kill()


def test_a_server_killed_during_pushes_loses_nothing_and_doubles_nothing(
    town: Town, server: Server, apart: Served, seeded: random.Random
) -> None:
    """T109: kill -9 at any moment; I1, I2 and I3 once it is back."""
    phones = [town.devices()[name] for name in ("bruno", "amedee")]
    for phone in phones:
        phone.api = Api(HttpTransport(f"http://127.0.0.1:{apart.port}", 5))
    for _ in range(ROUNDS):
        for phone in phones:
            _record(town, phone)
        pushing = [threading.Thread(target=phone.push) for phone in phones]
        for thread in pushing:
            thread.start()
        time.sleep(seeded.uniform(0.005, 0.15))
        apart.kill()
        for thread in pushing:
            thread.join()
        apart.start()
    for phone in phones:
        assert phone.push() == []
    apart.kill()
    _check(server, phones)


def _record(town: Town, phone: Phone) -> None:
    for _ in range(RECEPTIONS):
        told = {"mode": "passage", "needs": ["alimentation"]}
        acts.record_reception(phone, town.teams["nord"], told, STARTED)


def _check(server: Server, phones: list[Phone]) -> None:
    sealed = {queued.id: queued.signed.digest for phone in phones for queued in phone.settled}
    assert len(sealed) == len(phones) * ROUNDS * RECEPTIONS
    database.bind(server.engine.url)
    assert dict(database.rows(Event.select(Event.id, Event.digest))) == sealed
    assert sorted(id for (id,) in database.rows(Entry.select(Entry.event))) == sorted(sealed)
    database.close()
