"""Workload W of the figures: what a territory writes, sealed beforehand by device/ and kept on disk by size.

55 % receptions, 15 % consents, 20 % orientation acts, 10 % dossier changes; one to four sections of 256 B or 1 KiB, of
which about a third are wrapped for a second team. Three writers at two organisations, and one recipient who answers.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.frame import VAR, tell
from device import acts, signed
from device.demonstration.persons import load
from device.demonstration.stories import how_asked
from device.demonstration.territory import BANK, CCAS, TEAMS, Territory, build
from device.phone import Phone
from device.primitives import SUITE, VERSION, instant
from device.push import Queued
from device.transport import WsgiTransport

SEED = 20_261_122
BATCH = 50
BLOCK = 200  # events that hang together: later ones name only what the same block holds
KEPT = timedelta(days=14)  # orientations must reach the server before their deadline
WRITERS = ("bruno", "louise", "bruno", "david")
TEAM_OF = {"bruno": "nord", "david": "sud", "louise": "ccas"}
OPENED, CONSENTS, SENT, ANSWERED = 14, 30, 24, 8  # of a block; a reception or a correction for each of the rest
ORIGIN = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads: enough to open a session and to ask for the circles held."""

    member: str
    device: str
    key: dict[str, str]
    circles: list[str]

    def assertion(self, nonce: str, now: datetime) -> str:
        payload = {"v": VERSION, "suite": SUITE, "device": self.device, "nonce": nonce}
        payload |= {"origin": ORIGIN, "at": instant(now)}
        return signed.sign(signed.SESSION, self.device, payload, self.key).jws


class Workload:
    """One folder: `territory.sqlite` where all its authors are members, and the batches in the order of writing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def database(self) -> Path:
        return self.folder / "territory.sqlite"

    @cached_property
    def about(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "about.json").read_text("utf-8"))
        return told

    @cached_property
    def readers(self) -> dict[str, Reader]:
        return {name: Reader(**one) for name, one in self.about["readers"].items()}

    @cached_property
    def bodies(self) -> list[bytes]:
        """The JSON of each push of 50."""
        return gzip.decompress((self.folder / "bodies.gz").read_bytes()).splitlines()

    def entries(self) -> Iterator[dict[str, Any]]:
        for body in self.bodies:
            yield from json.loads(body)["entries"]

    def copy_database(self, folder: Path) -> Path:
        """The territory before any event, for one run."""
        return Path(shutil.copy(self.database, folder / "accord.sqlite"))


def prepare(events: int) -> Workload:
    """The workload of this size, sealed now unless it was lately: the same mix each time, never the same bytes."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    folder = VAR / f"workload-{events}-{key}"
    now = datetime.now(UTC)
    about = folder / "about.json"
    if about.exists() and now - datetime.fromisoformat(json.loads(about.read_text("utf-8"))["sealed_at"]) < KEPT:
        return Workload(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"sealing {events} events, once")
    _seal(folder, events, now)
    return Workload(folder)


def territory_in(folder: Path, now: datetime) -> Territory:
    """The demonstration's organisations and members, through the real protocol, in `folder`/territory.sqlite."""
    from bench.serving import founded  # models and web: only for whoever seals anew

    with founded(folder / "territory.sqlite", now) as (app, founding):
        return build(WsgiTransport(app.test_client()), ORIGIN, founding, now)


def _seal(folder: Path, events: int, now: datetime) -> None:
    territory = territory_in(folder, now)
    made: list[Queued] = []
    chance = random.Random(SEED)
    number = 0
    while len(made) < events:
        made += _block(territory, WRITERS[number % len(WRITERS)], chance, now)
        number += 1
    made = made[:events]
    _write_bodies(folder / "bodies.gz", made)
    about = {"sealed_at": now.isoformat(), "mix": _mix(made), "readers": _readers(territory), "keys": _keys(territory)}
    about["authority"] = territory.phones["gwenaelle"].bundle.authority
    (folder / "about.json").write_text(json.dumps(about, indent=1), "utf-8")


def _write_bodies(path: Path, made: list[Queued]) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for start in range(0, len(made), BATCH):
            body = {"entries": [queued.entry for queued in made[start : start + BATCH]]}
            file.write(json.dumps(body, separators=(",", ":")).encode() + b"\n")


def _readers(territory: Territory) -> dict[str, Any]:
    return {
        name: {"member": phone.bundle.member, "device": phone.device, "key": phone.device_key, "circles": [*phone.keys]}
        for name, phone in territory.phones.items()
    }


def _keys(territory: Territory) -> dict[str, Any]:
    """Device → public key: what the floor judges signatures by."""
    return {one.device: {name: one.device_key[name] for name in "xy"} for one in territory.phones.values()}


def _mix(made: list[Queued]) -> dict[str, Any]:
    sections = [claim for one in made for claim in one.signed.payload.get("sections", {}).values()]
    return {
        "types": dict(Counter(one.signed.payload["type"] for one in made)),
        "sections": len(sections),
        "wrapped_twice": sum("other" in claim["wraps"] for claim in sections),
        "sizes": dict(Counter(claim["size"] for claim in sections)),
    }


# --- a block of events, by one writer and who answers them


def _block(territory: Territory, name: str, chance: random.Random, now: datetime) -> list[Queued]:
    """200 events in an order that could have happened. Nothing in it hangs on another block."""
    phone, team = territory.phones[name], TEAMS[TEAM_OF[name]].id
    people = [chance.choice(load()) for _ in range(OPENED)]
    dossiers = [acts.open_dossier(phone, team, [one.item(code, now) for code in ("C01", "C03")], now) for one in people]
    sent: list[str] = []
    for number in range(CONSENTS):
        who = chance.randrange(OPENED)
        codes = ["C01", "C14"] if number % 2 else ["C01", "C03", "C14"]
        to = "halles" if TEAM_OF[name] == "ccas" or number % 3 else "ccas"
        recipient = (BANK if to == "halles" else CCAS)["id"]
        consent = acts.give_consent(phone, team, dossiers[who], recipient, codes, how_asked(people[who]), now)
        if number < SENT:
            request = {"need": "alimentation", "text": _words(chance)}
            items = [people[who].item(code, now) for code in codes]
            deadline = now + timedelta(days=29)
            sent.append(
                acts.send_orientation(phone, team, consent, TEAMS[to].id, request, items, now, deadline=deadline)
            )
    for _ in range(BLOCK - OPENED - CONSENTS - SENT - 2 * ANSWERED):
        _reception_or_correction(phone, team, chance, dossiers, people, now)
    made = _taken(phone)
    return made + _answers(territory, phone, sent, chance, now)


def _reception_or_correction(
    phone: Phone, team: str, chance: random.Random, dossiers: list[str], people: list[Any], now: datetime
) -> None:
    who = chance.randrange(OPENED)
    if chance.random() < 0.05:
        acts.correct_dossier(phone, team, dossiers[who], [people[who].item("C14", now)], now)
        return
    told = {"mode": "home_visit", "needs": ["alimentation"], "first_help": ["ecoute"], "text": _words(chance)}
    told |= {"narrative": _words(chance)} if chance.random() < 0.15 else {}
    acts.record_reception(phone, team, told, now, dossiers[who] if chance.random() < 0.7 else None)


def _answers(
    territory: Territory, sender: Phone, sent: list[str], chance: random.Random, now: datetime
) -> list[Queued]:
    """The first orientations are opened and accepted by whoever received them."""
    receivers = {"halles": territory.phones["amina"], "ccas": territory.phones["louise"]}
    made = []
    for orientation in sent[:ANSWERED]:
        other = sender.known[orientation]["audience"]["other"].partition(".")[0]
        team = "halles" if other == territory.circles["halles.open"] else "ccas"
        phone = receivers[team]
        phone.known[orientation] = sender.known[orientation]
        acts.mark_opened(phone, orientation, now)
        acts.answer(phone, orientation, "acceptee", now, {"text": _words(chance)})
        made += _taken(phone)
    sender.known.clear()
    return made


def _taken(phone: Phone) -> list[Queued]:
    """What was written, out of the phone's outbox; what it knows is forgotten with the block."""
    made, phone.outbox = phone.outbox, []
    return made


def _words(chance: random.Random) -> str:
    """A sentence or a paragraph: sections of 256 B, or of 1 KiB for four in ten."""
    phrase = "La personne demande un colis et un rendez-vous pour la suite. "
    return phrase * (chance.randint(5, 10) if chance.random() < 0.4 else 1)
