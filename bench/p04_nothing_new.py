"""P4: one round trip of a phone that has everything: seven streams asked, nothing to tell. Over loopback, waitress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.frame import Row, finish, in_turn, median, ms, noise
from bench.serving import Direct, accord, floor_for, listening
from bench.workload import prepare
from device.demonstration.territory import BANK, CCAS, DEPARTEMENT

TARGET, STRETCH = 3.0, 1.5
EVENTS, ROUNDS = 1_000, 300
FAR = 100_000_000


def asking(connection: HTTPConnection, query: str, token: str) -> Callable[[], None]:
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def ask() -> None:
        connection.request("GET", f"/api/feed?{query}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status  # noqa: S101

    return ask


def measure() -> list[Row]:
    work = prepare(EVENTS)
    reader = work.readers["bruno"]
    organisations = [f"organisation:{one['id']}" for one in (DEPARTEMENT, CCAS, BANK)]
    streams = ["network", *organisations, *(f"circle:{one}" for one in reader.circles), f"member:{reader.member}"]
    query = "&".join(f"after={stream}:{FAR}" for stream in streams)
    with TemporaryDirectory() as name:
        folder = Path(name)
        app, least = accord(work.copy_database(folder)), floor_for(work, folder / "floor.sqlite")
        ours = Direct(app)
        for body in work.bodies:
            ours.push(body)
            Direct(least).push(body)
        ours.sign_in(reader)
        with listening(app) as first, listening(least, threads=1) as second:
            seen = in_turn(ROUNDS, accord=asking(first, query, ours.token), floor=asking(second, query, reader.device))
    mine, reference = median(seen["accord"]), median(seen["floor"])
    return [
        Row("P4", f"sync with nothing new, {len(streams)} streams, one round trip", ms(mine), f"floor {ms(reference)}",
            mine * 1000, "ms", TARGET, STRETCH, f"{noise(seen['accord'])}, floor {noise(seen['floor'])}")
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(finish(measure))
