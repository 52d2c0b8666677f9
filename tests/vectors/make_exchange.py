"""Writes tests/vectors/exchange.json: `python -m tests.vectors.make_exchange`.

One orientation as it really travels: what a phone posts, what the server answers, what the recipient's phone reads, and
the two keys that open it. The keys are made for this file and serve nowhere else.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import create_app
from device import acts
from device.primitives import b64u, new_id
from device.read import pull
from device.transport import Reply, WsgiTransport
from models import database, schema
from tests.device.territory import ORIGIN, TOLD, Territory, build
from web.config import Config

TARGET = Path(__file__).with_name("exchange.json")


class Recorder:
    """A transport that remembers the last answer of each path."""

    def __init__(self, inner: WsgiTransport) -> None:
        self._inner, self.answers = inner, {}  # type: ignore[var-annotated]

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        reply = self._inner.send(method, path, body, headers)
        self.answers[path.partition("?")[0]] = json.loads(reply.body) if reply.body else None
        return reply


def make(folder: Path, now: datetime) -> dict[str, Any]:
    """The exchange, on an empty server of its own."""
    app = create_app(Config(f"sqlite:///{folder}/accord.sqlite", "k" * 40, ORIGIN, folder / "ends.log", True, 1000))
    schema.up()
    founding = new_id(now)
    schema.await_founding(founding)
    recorder = Recorder(WsgiTransport(app.test_client()))
    try:
        return _tell(build(recorder, founding, now), recorder, now)
    finally:
        database.close()


def _tell(people: Territory, recorder: Recorder, now: datetime) -> dict[str, Any]:
    bruno, amina = people.bruno, people.amina
    name = acts.item("C01", {"called": "Zoé"}, now)
    need = acts.item("C14", {"request": "un colis pour trois"}, now)
    dossier = acts.open_dossier(bruno, people.nord, [name], now)
    recipient = people.chloe.bundle.organisation
    consent = acts.give_consent(bruno, people.nord, dossier, recipient, ["C01", "C14"], TOLD, now)
    orientation = acts.send_orientation(
        bruno, people.nord, consent, people.halles, {"need": "alimentation"}, [name, need], now
    )
    entry = bruno.outbox[-1].entry
    bruno.push()
    verdict = recorder.answers["/api/events"]["verdicts"][-1]
    pull(amina, now)
    stream = f"circle:{people.circles['halles.open']}"
    page = recorder.answers["/api/feed"]["streams"][stream]
    [read] = [one for one in page["entries"] if one["jws"] == entry["jws"]]
    own = max(bruno.keys[people.circles["nord.open"]].values(), key=lambda key: key.epoch)
    other = max(amina.keys[people.circles["halles.open"]].values(), key=lambda key: key.epoch)
    return {
        "orientation": orientation,
        "device": {"id": bruno.device, "public": {part: bruno.device_key[part] for part in ("kty", "crv", "x", "y")}},
        "entry": entry,
        "verdict": verdict,
        "read": {"stream": stream, "entry": read},
        "keys": {own.name: b64u(own.key), other.name: other.private},
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder), datetime.now(UTC))
    TARGET.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
