"""P2: the same pushes by eight clients at once, on PostgreSQL with two workers, and on SQLite with its one process.

Both servers run `app.py` and take turns; what is timed is how long eight clients need for their shares, over loopback.
PostgreSQL is the tests' own, made to keep what it acknowledges (`fsync` on). Servers, clients and database share the
cores.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.frame import LEAST_RUNS, Row, finish, median, noise, timed
from bench.serving import Line, accord, accord_process
from bench.workload import BATCH, BLOCK, Workload, prepare
from models import database
from models.tables import ALL, Server

TARGET, STRETCH = 1.0, 0.5
CLIENTS, EVENTS = 8, 10_000
BLOCKS = BLOCK // BATCH  # batches that one client must push in their order
PORTS = {"sqlite": 15_985, "postgresql": 15_986}


def measure() -> list[Row]:
    from tests.postgres import fresh_database, stop

    work = prepare(EVENTS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = fresh_database()
        _keep_promises(url)
        path = work.copy_database(folder)
        accord(path)  # a workload kept from before a migration gets its tables
        fill(url, path)
        with (
            accord_process(f"sqlite:///{path}", PORTS["sqlite"], folder),
            accord_process(url, PORTS["postgresql"], folder, workers=2),
        ):
            seen = _rounds(work)
    stop()
    cost = {side: [seconds / (CLIENTS * BLOCK) for seconds in times] for side, times in seen.items()}
    mine, reference = median(cost["postgresql"]), median(cost["sqlite"])
    return [
        Row("P2", "push by 8 clients, PostgreSQL, 2 workers: time per event", f"{1 / mine:,.0f} events/s",
            f"SQLite, one process: {1 / reference:,.0f} events/s", mine / reference, "× P1's time", TARGET, STRETCH,
            f"{noise(cost['postgresql'])}, SQLite {noise(cost['sqlite'])}")
    ]  # fmt: skip


def _rounds(work: Workload) -> dict[str, list[float]]:
    """Seconds of each round, in which every client pushes one block of 200 events; the first, which warms, left out."""
    lines = {side: [Line(port) for _ in range(CLIENTS)] for side, port in PORTS.items()}
    blocks = [work.bodies[start : start + BLOCKS] for start in range(0, len(work.bodies), BLOCKS)]
    seen: dict[str, list[float]] = {side: [] for side in PORTS}
    with ThreadPoolExecutor(CLIENTS) as clients:
        for number in range(min(LEAST_RUNS + 1, len(blocks) // CLIENTS)):
            shares = blocks[number * CLIENTS : (number + 1) * CLIENTS]
            for side, times in seen.items():
                times.append(timed(partial(_share_out, clients, lines[side], shares)))
    return {side: times[1:] for side, times in seen.items()}


def _share_out(clients: ThreadPoolExecutor, lines: Sequence[Line], shares: Sequence[Sequence[bytes]]) -> None:
    list(clients.map(push, lines, shares))


def push(line: Line, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        answer = line.ask("POST", "/api/events", body)
        assert answer.count(b'"accepted"') == BATCH, answer[:300]  # noqa: S101


def fill(url: str, source: Path) -> None:
    """Copy every row of an SQLite file into a database with the same schema."""
    read = sqlite3.connect(source)
    database.close()
    database.bind(url)
    with database.transaction():
        Server.delete().execute()  # each database was given its own epoch
        for table in ALL:
            fields = table._meta.sorted_fields
            columns = ", ".join(field.column_name for field in fields)
            flags = [field.field_type == "BOOL" for field in fields]
            rows = read.execute(f'SELECT {columns} FROM "{table._meta.table_name}"')  # noqa: S608 - our own names
            database.insert(table, [_typed(row, flags) for row in rows])
        newest = "SELECT setval(pg_get_serial_sequence('stream', 'id'), (SELECT max(id) FROM stream))"
        database.database.execute_sql(newest)
    database.close()
    read.close()


def _typed(row: Sequence[object], flags: Sequence[bool]) -> list[object]:
    """SQLite keeps truth as a number; PostgreSQL does not."""
    return [bool(value) if is_flag else value for value, is_flag in zip(row, flags, strict=True)]


def _keep_promises(url: str) -> None:
    """The tests' server may lose what it acknowledged; an operator's may not."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = on")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(finish(measure))
