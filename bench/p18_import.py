"""P18: a real directory comes in: 3,811 structures and 4,261 services, read, compared and applied, then a second time.

The files are public and never committed: they are looked for beside the clone (`../shared/data/directory`), and without
them there is nothing to measure. The floor reads the same JSON and writes each row as it is, in one transaction, with
nothing looked at. Memory is the most this process ever had, Python and the whole application included.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench.frame import LEAST_RUNS, ROOT, Row, finish, in_turn, median, noise, tell
from models import database, directory, schema
from models.directory import OPERATOR, Run

FOLDER = ROOT.parent / "shared" / "data" / "directory"
FILES = ("structures-data-inclusion-2023-02.json", "services-data-inclusion-v0-2022-12.json")
MOST_SECONDS, MOST_MEGABYTES = 10.0, 300.0
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def measure() -> list[Row]:
    missing = [name for name in FILES if not (FOLDER / name).exists()]
    if missing:
        tell(f"p18: not measured, {', '.join(missing)} not beside the clone")
        return [Row("P18", "import of the real directory", "its files are not at hand", "", None, "s", 10, None, "")]
    with TemporaryDirectory() as name:
        folder = Path(name)
        busy: list[float] = []
        seen = in_turn(LEAST_RUNS, ours=lambda: busy.append(import_all(folder)), floor=lambda: floor(folder))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        runs = [brought(folder / "accord.sqlite", name, again=True) for name in FILES]
        first = [json.loads((folder / f"{name}.counts").read_text()) for name in FILES]
    ours, least = median(seen["ours"]), median(seen["floor"])
    taken = f"{ours:.1f} s, of which processor {median(busy):.1f} s"
    spread = f"{noise(seen['ours'])}, floor {noise(seen['floor'])}"
    return [
        Row("P18", f"import: {told(first)}", taken, f"floor {least:.2f} s", ours, "s", MOST_SECONDS, None, spread),
        Row("P18", "memory of the process", f"{memory:.0f} MB", "none", memory, "MB", MOST_MEGABYTES, None, "the most"),
        Row("P18", f"again: {told([run.counts for run in runs])}", f"{writes(runs)} rows change something", "none",
            float(writes(runs)), "rows", 0, None, "exact"),
    ]  # fmt: skip


def writes(runs: list[Run]) -> int:
    states = ("added", "changed", "conflict", "gone")
    return sum(number for run in runs for name, number in run.counts.items() if name.split(".")[1] in states)


def import_all(folder: Path) -> float:
    """Both files into an empty directory. Returns the seconds of processor it took, whoever else was at work."""
    began = process_time()
    database.close()
    for leftover in folder.glob("accord.sqlite*"):
        leftover.unlink()
    for name in FILES:
        run = brought(folder / "accord.sqlite", name)
        (folder / f"{name}.counts").write_text(json.dumps(dict(run.counts) | refusals(run)))
    return process_time() - began


def brought(path: Path, name: str, again: bool = False) -> Run:
    if not path.exists():
        database.bind(f"sqlite:///{path}")
        schema.up()
    with (FOLDER / name).open("rb") as file:
        run = directory.receive(file, name, "data-inclusion", OPERATOR, NOW)
    return directory.apply(directory.plan(run.id, OPERATOR, NOW, whole=again).id, {}, OPERATOR, NOW)


def refusals(run: Run) -> dict[str, int]:
    """{why: how many rows were refused for it}."""
    refused = directory.lines(run.id, OPERATOR, NOW, ("refused",), limit=run.total)
    return dict(Counter(f"refused ({line.notes[0].why})" for line in refused))


def told(counts: list[dict[str, int]]) -> str:
    """`place.added 3,810, …`: every count of both files."""
    named = ((name, number) for each in counts for name, number in sorted(each.items()))
    return ", ".join(f"{name} {number:,}" for name, number in named if not name.endswith(".refused"))


def floor(folder: Path) -> None:
    path = folder / "floor.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "CREATE TABLE row (file TEXT, source TEXT, id TEXT, content TEXT, PRIMARY KEY (file, source, id))"
        )
        for name in FILES:
            rows = json.loads((FOLDER / name).read_text("utf-8"))
            values = ((name, row["source"], row["id"], json.dumps(row, ensure_ascii=False)) for row in rows)
            connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", values)


if __name__ == "__main__":
    sys.exit(finish(measure))
