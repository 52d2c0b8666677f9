"""P13: what an event costs at a million events over ten thousand; and what a push costs, every permission checked, at
1,000 organisations and a million consents over ten organisations and a thousand.

Each size has a process and a file of its own, kept under var/; they take turns with the same batches.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.frame import Row, finish, median, noise, runs, size, tell, timed, us
from bench.growing import admit_organisations, multiply, multiply_consents
from bench.serving import Direct, accord
from bench.workload import BATCH, Reader, Workload, prepare

TARGET, STRETCH = 1.25, 1.1
SEED_EVENTS, MEASURED = 2_000, 2_000
FEW_CONSENTS, FEW_ORGANISATIONS = 1_000, 10


class Side:
    """A server of one size, in a process of its own so that its caches stay its own."""

    def __init__(self, path: Path) -> None:
        spawned = multiprocessing.get_context("spawn")
        self._line, theirs = spawned.Pipe()
        self._process = spawned.Process(target=_serve, args=(path, theirs), daemon=True)
        self._process.start()

    def ask(self, act: str, given: Any) -> Any:
        self._line.send((act, given))
        return self._line.recv()

    def stop(self) -> None:
        self._line.send(("stop", None))
        self._process.join(10)


def _serve(path: Path, line: Connection) -> None:
    server = Direct(accord(path))
    while True:
        act, given = line.recv()
        if act == "stop":
            return
        line.send(ACTS[act](server, given))


def _push(server: Direct, body: bytes) -> float:
    return timed(lambda: server.push(body))


def _sign_in(server: Direct, reader: Reader) -> None:
    server.sign_in(reader)


def _pull(server: Direct, query: str) -> float:
    return timed(lambda: server.ask("GET", f"/api/feed?{query}"))


def _newest(server: Direct, circle: str) -> int:
    from models.database import database

    sql = "SELECT position FROM stream WHERE name = ?"
    return int(database.execute_sql(sql, (f"circle:{circle}",)).fetchone()[0])


ACTS: dict[str, Callable[[Direct, Any], Any]] = {"push": _push, "sign_in": _sign_in, "pull": _pull, "newest": _newest}


def measure() -> list[Row]:
    work = prepare(SEED_EVENTS + MEASURED)
    events = 100 * size()
    with TemporaryDirectory() as name:
        first, last = Path(name) / "first.sqlite", Path(name) / "last.sqlite"
        _events_in(work, first, size())
        _events_in(work, last, events)
        rows = _compare(work, first, last, f"{events:,} events over {size():,}")
    with TemporaryDirectory() as name:
        first, last = Path(name) / "first.sqlite", Path(name) / "last.sqlite"
        _signatories_in(work, first, FEW_ORGANISATIONS, FEW_CONSENTS)
        _signatories_in(work, last, events // 1_000, events)
        told = f"{events // 1_000:,} organisations × {events:,} consents over {FEW_ORGANISATIONS} × {FEW_CONSENTS:,}"
        return rows + _compare(work, first, last, told)[:1]


def _seeded(work: Workload, path: Path) -> Direct:
    """The workload's first events, really pushed."""
    shutil.copy(work.database, path)
    server = Direct(accord(path))
    for body in work.bodies[: SEED_EVENTS // BATCH]:
        server.push(body)
    return server


def _events_in(work: Workload, path: Path, events: int) -> None:
    copies = max(0, events // SEED_EVENTS - 1)
    _kept(work, path, f"events-{events}", lambda: (_seeded(work, path), multiply(path, copies)))


def _signatories_in(work: Workload, path: Path, organisations: int, consents: int) -> None:
    def build() -> None:
        admit_organisations(_seeded(work, path), work, organisations, datetime.now(UTC))
        multiply_consents(path, consents // 300)

    _kept(work, path, f"consents-{consents}", build)


def _kept(work: Workload, path: Path, name: str, build: Callable[[], object]) -> None:
    """Builds the file at `path`, or copies the one built before for this workload."""
    from models import database

    before = work.folder / f"{name}.sqlite"
    if not before.exists():
        tell(f"building {name}, once")
        build()
        database.close()
        shutil.move(path, before)
    shutil.copy(before, path)
    with path.open("rb") as file:
        os.fsync(file)  # or the disk would still be writing the copy while a push waits for its own page


def _compare(work: Workload, first: Path, last: Path, what: str) -> list[Row]:
    sides = [Side(first), Side(last)]
    reader = work.readers["bruno"]
    pushed: list[list[float]] = [[], []]
    for body in work.bodies[SEED_EVENTS // BATCH :]:
        for side, seen in zip(sides, pushed, strict=True):
            seen.append(side.ask("push", body))
    queries = []
    for side in sides:
        side.ask("sign_in", reader)
        ends = [(circle, side.ask("newest", circle)) for circle in reader.circles]
        queries.append("&".join(f"after=circle:{circle}:{max(0, end - 100)}" for circle, end in ends))
    pulled: list[list[float]] = [[], []]
    for _ in range(runs(30)):
        for side, query, seen in zip(sides, queries, pulled, strict=True):
            seen.append(side.ask("pull", query))
    for side in sides:
        side.stop()
    return [_row("push", what, pushed, BATCH), _row("page of the newest", what, pulled, 200)]


def _row(act: str, what: str, seen: list[list[float]], events: int) -> Row:
    few, many = (median(side[2:]) / events for side in seen)  # the first two fill caches
    return Row("P13", f"{act}: {what}", us(many), us(few), many / few, "×", TARGET, STRETCH, noise(seen[1][2:]))


if __name__ == "__main__":
    sys.exit(finish(measure))
