"""The server in a process of its own, killed for good in the middle of pushes: what schedules model, done once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
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
from tests.conftest import bind_apart
from tests.simulator.server import Server
from tests.simulator.town import STARTED, Town
from web.config import ROOT

ROUNDS, RECEPTIONS = 5, 20  # a kill in each round; receptions of each of two phones between two kills


class Apart:
    """`python app.py` on a copy of the town's database."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            self._port = bind_apart(free)
        self.url = f"sqlite:///{folder}/served.sqlite"
        self.address = f"http://127.0.0.1:{self._port}"
        self._environment = os.environ | {
            "DATABASE_URL": self.url, "SECRET_KEY": "only for tests, and long enough to be a key", "HOST": "127.0.0.1",
            "ACCORD_ORIGIN": "http://localhost:8000", "ACCORD_END_LOG": f"{folder}/ends.log", "PORT": str(self._port),
            "ACCORD_DEMONSTRATION": "1", "ACCORD_RATE_FACTOR": "1000",
        }  # fmt: skip
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        started = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=self._environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        while HttpTransport(self.address, 5).send("GET", "/healthz", None, {}).status != 200:
            assert started.poll() is None, "the server did not start"
            time.sleep(0.05)
        return started

    def kill(self) -> None:
        """SIGKILL: nothing is told, nothing is tidied."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        self.process = self._start()


@pytest.fixture
def apart(town: Town, server: Server, tmp_path: Path) -> Iterator[Apart]:
    server.begin()
    database.close()
    shutil.copyfile(server.engine.url.removeprefix("sqlite:///"), tmp_path / "served.sqlite")
    running = Apart(tmp_path)
    yield running
    running.kill()


def test_a_server_killed_during_pushes_loses_nothing_and_doubles_nothing(
    town: Town, apart: Apart, seeded: random.Random
) -> None:
    """T109: kill -9 at any moment; I1, I2 and I3 once it is back."""
    phones = [town.devices()[name] for name in ("bruno", "amedee")]
    for phone in phones:
        phone.api = Api(HttpTransport(apart.address, 5))
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
        apart.start_again()
    for phone in phones:
        assert phone.push() == []
    apart.kill()
    _check(apart, phones)


def _record(town: Town, phone: Phone) -> None:
    for _ in range(RECEPTIONS):
        told = {"mode": "passage", "needs": ["alimentation"]}
        acts.record_reception(phone, town.teams["nord"], told, STARTED)


def _check(apart: Apart, phones: list[Phone]) -> None:
    sealed = {queued.id: queued.signed.digest for phone in phones for queued in phone.settled}
    assert len(sealed) == len(phones) * ROUNDS * RECEPTIONS
    database.bind(apart.url)
    assert dict(database.rows(Event.select(Event.id, Event.digest))) == sealed
    assert sorted(id for (id,) in database.rows(Entry.select(Entry.event))) == sorted(sealed)
    database.close()
