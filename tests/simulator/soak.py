"""`make soak`: schedules until the time is out, then the same table. SOAK_MINUTES=10, SEED=…, ENGINE=sqlite|postgresql.

What breaks is printed with its seed and as few steps as still break it; the soak then goes on, and ends with status 1.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from models import database
from tests.databases import POSTGRESQL, SQLITE, Databases, Postgresql, Sqlite
from tests.simulator.counting import lines
from tests.simulator.schedule import compose, play, shrunk
from tests.simulator.server import Server

LENGTHS = (26, 40, 80)  # steps


def main() -> int:
    minutes = float(os.environ.get("SOAK_MINUTES", "10"))
    seed = int(os.environ.get("SEED") or secrets.randbelow(2**32))
    print(f"SEED={seed} ENGINE={os.environ.get('ENGINE', SQLITE)} SOAK_MINUTES={minutes:g}", flush=True)
    database.SQLITE_PRAGMAS["synchronous"] = "off"
    with tempfile.TemporaryDirectory(prefix="accord-soak-") as folder:
        failed, counts = _soak(Path(folder), seed, time.monotonic() + 60 * minutes)
        database.close()
    print("\n".join(lines(counts)))
    return 1 if failed else 0


def _soak(folder: Path, seed: int, until: float) -> tuple[int, Counter[str]]:
    server = Server(_engine(folder), folder)
    town = server.found()
    counts: Counter[str] = Counter()
    failed = 0
    for number in itertools.takewhile(lambda _: time.monotonic() < until, itertools.count()):
        one = seed * 100_000 + number
        outcome = play(town, server, compose(one, LENGTHS[number % len(LENGTHS)]), one)
        counts.update(outcome.counts)
        counts["schedules"] += 1
        if outcome.broken is not None:
            failed += 1
            outcome = shrunk(town, server, outcome, one)
            print(f"{outcome.broken}\nseed {one}:", *map(json.dumps, outcome.steps), sep="\n  ", flush=True)
    return failed, counts


def _engine(folder: Path) -> Databases:
    if os.environ.get("ENGINE", SQLITE) == POSTGRESQL:
        return Postgresql()
    (folder / "empty").mkdir()
    return Sqlite(folder / "empty")


if __name__ == "__main__":
    sys.exit(main())
