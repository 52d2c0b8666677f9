"""Many phones load everything at once while others go on sending. How fast is measured in bench/, not here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from device import acts
from device.api import Api
from device.phone import Phone
from device.transport import HttpTransport
from tests.e2e.town import Town

PHONES = 24
PUSHES = 40


def test_first_loads_together_are_whole_and_let_others_send(town: Town) -> None:
    """T34, I4: each load has every line once and in order; each push is answered while the crowd reads."""
    bruno, reader = town.device("bruno"), town.device("helene")
    streams = [f"circle:{town.circles['nord.open']}", f"circle:{town.circles['nord.bound']}"]
    [team] = bruno.me.teams
    with ThreadPoolExecutor(PHONES) as crowd:
        loads = [crowd.submit(whole_reading, town, reader, streams) for _ in range(PHONES)]
        for number in range(PUSHES):
            told: dict[str, Any] = {"mode": "counter", "needs": ["alimentation"], "first_help": [], "text": f"{number}"}
            acts.record_reception(bruno, team, told, datetime.now(UTC))
            bruno.deliver()
        read = [load.result() for load in loads]
    newest = whole_reading(town, reader, streams)
    for found in read:
        for stream, positions in found.items():
            assert positions == list(range(1, len(positions) + 1))
            assert len(newest[stream]) - PUSHES <= len(positions) <= len(newest[stream])


def whole_reading(town: Town, reader: Phone, streams: list[str]) -> dict[str, list[int]]:
    """Every position of each stream, page after page from zero, as a phone that was just given to someone."""
    api = Api(HttpTransport(town.origin), reader.api.token)
    found: dict[str, list[int]] = {stream: [] for stream in streams}
    cursors = [(stream, 0) for stream in streams]
    while cursors:
        page = api.feed(cursors)["streams"]
        for stream, read in page.items():
            found[stream] += [line["position"] for line in read["entries"]]
        cursors = [(stream, read["next"]) for stream, read in page.items() if read["more"]]
    return found
