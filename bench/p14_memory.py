"""P14: memory of the server's process (resident), as `python app.py` runs it, after 50,000 events and 1,000 sessions.

Pushed, then read whole by one phone, over loopback. Flat: how much the second half of the events added to the first.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import waitress

from bench.frame import Row, finish, size
from bench.serving import Line, accord_process, await_listening, floor_for
from bench.workload import Reader, Workload, prepare

TARGET, STRETCH = 200.0, 120.0
SESSIONS_PER_EVENTS = 50
PORT = 15_987


def measure() -> list[Row]:
    work = prepare(5 * size())
    sessions = 5 * size() // SESSIONS_PER_EVENTS
    with TemporaryDirectory() as name:
        folder = Path(name)
        with accord_process(f"sqlite:///{work.copy_database(folder)}", PORT, folder) as pid:
            seen = _load(pid, PORT, work, sessions)
        with _floor(work, folder) as pid:
            least = _load(pid, PORT + 1, work, 0)
    last, half = seen[-1], seen[1] - seen[0]
    what = f"memory after {5 * size():,} events, {sessions:,} sessions, a full read"
    steps = " → ".join(f"{one:.0f}" for one in seen)
    return [
        Row("P14", what, f"{steps} MB (idle, half, all, end)", f"floor {least[-1]:.0f} MB", last, "MB", TARGET, STRETCH,
            f"second half {seen[2] - seen[1]:+.0f} MB, first {half:+.0f}")
    ]  # fmt: skip


def _load(pid: int, port: int, work: Workload, sessions: int) -> list[float]:
    """Resident megabytes: idle, after half of the events, after all, after sessions and a full read."""
    line = Line(port)
    seen = [_resident(pid)]
    bodies = work.bodies
    for half in (bodies[: len(bodies) // 2], bodies[len(bodies) // 2 :]):
        for body in half:
            line.ask("POST", "/api/events", body)
        seen.append(_resident(pid))
    people = [work.readers[name] for name in ("bruno", "louise", "david", "amina", "helene")]
    for number in range(sessions):
        line.sign_in(people[number % len(people)])
        line.ask("GET", f"/api/feed?after=member:{people[number % len(people)].member}:0")
    if sessions:
        line.sign_in(people[0])
        _read_all(line, people[0])
    return [*seen, _resident(pid)]


def _read_all(line: Line, reader: Reader) -> None:
    for circle in reader.circles:
        position, more = 0, True
        while more:
            page = json.loads(line.ask("GET", f"/api/feed?after=circle:{circle}:{position}"))["streams"]
            position, more = page[f"circle:{circle}"]["next"], page[f"circle:{circle}"]["more"]


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def _floor(work: Workload, folder: Path) -> Iterator[int]:
    spawned = multiprocessing.get_context("spawn")
    server = spawned.Process(target=_serve_floor, args=(work.folder, folder / "floor.sqlite"), daemon=True)
    server.start()
    try:
        await_listening(PORT + 1)
        yield server.pid or 0
    finally:
        server.terminate()
        server.join(10)


def _serve_floor(work: Path, path: Path) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one thread on purpose: it has one database
    waitress.serve(floor_for(Workload(work), path), host="127.0.0.1", port=PORT + 1, threads=1, _quiet=True)


if __name__ == "__main__":
    sys.exit(finish(measure))
