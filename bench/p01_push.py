"""P1: what a push costs the server for each event, all rules on, SQLite, one process; the floor takes every other turn.

Both are called without a network, with the same batches of 50, uncompressed. The median batch is divided by 50.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.frame import Row, finish, in_turn, median, noise, size, us
from bench.serving import Direct, accord, floor_for
from bench.workload import BATCH, prepare

TARGET, STRETCH = 5.0, 2.5


def measure() -> list[Row]:
    work = prepare(size())
    bodies = work.bodies
    with TemporaryDirectory() as name:
        folder = Path(name)
        ours, least = Direct(accord(work.copy_database(folder))), Direct(floor_for(work, folder / "floor.sqlite"))
        turns = iter(bodies)
        shared: list[bytes] = []

        def push_ours() -> None:
            shared[:] = [next(turns)]
            ours.push(shared[0])

        seen = in_turn(len(bodies), accord=push_ours, floor=lambda: least.push(shared[0]))
    mine, reference = (median(seen[side]) / BATCH for side in ("accord", "floor"))
    what = f"push, server cost per event ({len(bodies) * BATCH:,} events)"
    return [
        Row("P1", what, us(mine), f"floor {us(reference)}", mine / reference, "× floor", TARGET, STRETCH,
            f"{noise(seen['accord'])}, floor {noise(seen['floor'])}")
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(finish(measure))
