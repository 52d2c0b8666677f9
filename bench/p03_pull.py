"""P3: what a full pull costs the server for each entry; the floor, which joins stored bytes, takes every other turn.

Everything a worker's circles hold, in pages, called without a network. Building the pages is timed; counting is not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.frame import Row, finish, in_turn, median, noise, runs, size, us
from bench.serving import Direct, accord, floor_for
from bench.workload import Reader, prepare

TARGET, STRETCH = 5.0, 2.5


def pull(server: Direct, reader: Reader, headers: dict[str, str] | None = None) -> list[bytes]:
    """Every page of the reader's circles. Cursors are found in the bytes, so that parsing is not what is timed."""
    after = dict.fromkeys((f"circle:{circle}" for circle in reader.circles), 0)
    pages = []
    while after:
        query = "&".join(f"after={stream}:{position}" for stream, position in after.items())
        page = server.ask("GET", f"/api/feed?{query}", **(headers or {}))
        pages.append(page)
        after = {stream: cursor for stream in after if (cursor := _next(page, stream)) is not None}
    return pages


def _next(page: bytes, stream: str) -> int | None:
    """Where to go on in this stream, None at its end: what stands after its last `"next":`, before the next stream."""
    part = page[page.index(f'"{stream}":'.encode()) :]
    tail = part[part.index(b'],"next":') + len(b'],"next":') :]
    return int(tail.split(b",", 1)[0]) if tail.split(b'"more":', 1)[1].startswith(b"true") else None


def entries_in(pages: list[bytes]) -> int:
    found = (json.loads(page) for page in pages)
    return sum(
        len(part["entries"]) for page in found for part in page.get("streams", page).values() if isinstance(part, dict)
    )


def measure() -> list[Row]:
    work = prepare(size())
    reader = work.readers["bruno"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        ours, least = Direct(accord(work.copy_database(folder))), Direct(floor_for(work, folder / "floor.sqlite"))
        for body in work.bodies:
            ours.push(body)
            least.push(body)
        ours.sign_in(reader)
        least.token = reader.device
        mine, theirs = entries_in(pull(ours, reader)), entries_in(pull(least, reader))
        seen = in_turn(runs(9), accord=lambda: pull(ours, reader), floor=lambda: pull(least, reader))
    cost, reference = median(seen["accord"]) / mine, median(seen["floor"]) / theirs
    return [
        Row("P3", f"full pull, server cost per entry ({mine:,} entries)", us(cost), f"floor {us(reference)}",
            cost / reference, "× floor", TARGET, STRETCH, f"{noise(seen['accord'])}, floor {noise(seen['floor'])}")
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(finish(measure))
