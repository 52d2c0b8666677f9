"""A minimal client of docs/protocol.md: reads every stream to its end, records, delivers what it recorded.

It imports nothing of the product: the page, the standard library and `cryptography` only.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .connection import Connection, instant, new_id, today
from .events import Sides, Words, compose
from .jose import SUITE, Json, Refused, Signed, public_of, sign
from .reading import Event, Keyring, read, receipts_of
from .rules import Circle
from .states import check_purge, state_of


class Stranger(Connection):
    """One member's device, what it read and what it has yet to deliver."""

    def __init__(self, base: str, origin: str | None = None) -> None:
        super().__init__(base, origin)
        self.keyring: Keyring | None = None
        self.epoch = ""
        self.cursors: dict[str, int] = {}
        self.events: dict[str, list[Event]] = {}
        self.purged: set[tuple[str, str]] = set()
        self.refused: list[tuple[str, int, str]] = []
        self.counters: dict[tuple[str, str | None], tuple[int, str | None]] = {}
        self.outbox: dict[str, tuple[Signed, Json]] = {}
        self.accepted: dict[str, tuple[Signed, Json]] = {}
        self.to_correct: dict[str, Json] = {}

    # §8 Feed

    def sync(self) -> None:
        """Reads every stream to its end: the chains first, then what our keys open."""
        self.pull(["network"])
        while missing := [name for name in self._chains() if name not in self.cursors]:
            self.pull(missing)
        self.pull(["network", *self._chains()])
        for stream, head in self.told.items():
            self.roster.knows(stream, head)
        if self.roster.lacking(self.me["member"]):
            self._strings_again()
        self.keyring = Keyring(self.roster, self.me["member"], self.me["encryption"])
        self.pull([f"circle:{circle.id}" for circle in self.keyring.circles] + [f"member:{self.me['member']}"])

    def _chains(self) -> list[str]:
        return [f"organisation:{name}" for name in self.roster.organisations]

    def pull(self, streams: Sequence[str]) -> None:
        """Reads until no stream has more. A page that goes back is refused whole."""
        waiting = list(streams)
        while waiting:
            query = urllib.parse.urlencode([("after", f"{name}:{self.cursors.get(name, 0)}") for name in waiting])
            answer = self.call("GET", f"/api/feed?{query}")
            if self.epoch and answer["epoch"] != self.epoch:
                raise Refused("fork", "the server was restored: read again from zero")
            self.epoch = answer["epoch"]
            for name in waiting:
                self._page(name, answer["streams"][name])
            waiting = [name for name in waiting if answer["streams"][name]["more"]]

    def _strings_again(self) -> None:
        """§8: a new holder reads its organisation's stream again, for the strings it now may have."""
        stream = f"organisation:{self.me['organisation']}"
        position, more = 0, True
        while more:
            page = self.call("GET", f"/api/feed?after={stream}:{position}")["streams"][stream]
            for entry in page["entries"]:
                self.roster.again(stream, entry["jws"], entry["beside"])
            position, more = page["next"], page["more"]

    def _page(self, stream: str, page: Json) -> None:
        for entry in page["entries"]:
            if entry["position"] <= self.cursors.get(stream, 0):
                raise Refused("malformed", "positions go back")
            self._line(stream, entry)
            self.cursors[stream] = entry["position"]
        if page["next"] < self.cursors.get(stream, 0):
            raise Refused("malformed", "next goes back")
        self.cursors[stream] = page["next"]

    def _line(self, stream: str, entry: Json) -> None:
        if stream.partition(":")[0] in ("network", "organisation"):
            if entry["position"] <= len(self.roster.digests.get(stream, [])):
                self.roster.again(stream, entry["jws"], entry["beside"])
                return
            self.roster.add(stream, entry["jws"], entry["beside"], entry["received_at"][:10])
        elif "purge" in entry:
            self._destroy(stream, entry)
        else:
            known = self.events.setdefault(stream, [])
            try:
                known.append(self._read(stream, entry, known))
            except Refused as refusal:
                self.refused.append((stream, entry["position"], refusal.code))
            except (KeyError, TypeError, AttributeError):  # not of the page's shape: refused alone
                self.refused.append((stream, entry["position"], "malformed"))

    def _read(self, stream: str, entry: Json, known: Sequence[Event]) -> Event:
        """Heads we do not know yet may have come since the chains were read: they are read once more."""
        assert self.keyring is not None
        try:
            return read(entry, stream, self.roster, self.keyring, receipts_of(known))
        except Refused as refusal:
            if refusal.code not in ("held", "unknown_key"):
                raise
        self.pull(["network", *self._chains()])
        return read(entry, stream, self.roster, self.keyring, receipts_of(known))

    def _destroy(self, stream: str, entry: Json) -> None:
        """Forgets the words of a purge line, once its cause was verified."""
        known = self.events.get(stream, [])
        try:
            check_purge(entry["purge"], known, instant(today()))
        except Refused as refusal:
            self.refused.append((stream, entry["position"], refusal.code))
            return
        for event_id, section in entry["purge"]["wraps"]:
            next(event for event in known if event.id == event_id).words.pop(section, None)
            self.purged.add((event_id, section))

    # What was read

    def all(self, *kinds: str) -> list[Event]:
        return [event for events in self.events.values() for event in events if event.body["type"] in kinds]

    def dossiers(self) -> dict[str, dict[str, Json]]:
        """The newest item of each category, by dossier."""
        found: dict[str, dict[str, Json]] = {}
        for event in sorted(self.all("dossier.opened", "dossier.corrected"), key=lambda event: event.body["at"]):
            items = [words for words in event.words.values() if words["kind"] == "item"]
            found.setdefault(event.body["dossier"], {}).update({item["category"]: item for item in items})
        return found

    def orientations(self, now: datetime) -> dict[str, tuple[Event, str, str, bool]]:
        """By id: the event, its state, its last transition, whether it was sent to us."""
        found = {}
        for stream, events in self.events.items():
            for event in events:
                if event.body["type"] == "orientation.sent":
                    state, last = state_of(event, events, instant(now))
                    received = event.body["audience"]["other"].rpartition(".")[0] == stream.partition(":")[2]
                    found[event.id] = (event, state, last, received)
        return found

    def circle_of(self, organisation: str, team: str, level: int) -> Circle:
        """§3 Levels and circles: where a level goes in a team."""
        circles = {
            circle.kind: circle
            for circle in self.roster.circles.values()
            if (circle.organisation, circle.team) == (organisation, team)
        }
        found = circles.get("bound" if level > 1 else "open") or circles.get("bound" if level == 1 else "open")
        if found is None or (level > 2 and found.kind != "bound"):
            raise Refused("level")
        return found

    # Acts

    def record(
        self,
        kind: str,
        own: Circle | str,
        now: datetime,
        *,
        clear: Mapping[str, Any] | None = None,
        words: Sequence[Words] = (),
        other: Circle | None = None,
        parents: Sequence[str] = (),
    ) -> str:
        """Seals and signs an event into the outbox; returns its id."""
        assert self.keyring is not None
        event_id = new_id(now)
        organisations = dict.fromkeys(
            [self.me["organisation"], other.organisation if other else self.me["organisation"]]
        )
        streams = ["network", *(f"organisation:{id}" for id in organisations)]
        track = (own if isinstance(own, str) else own.id, other.id if other else None)
        n, prev = self.counters.get(track, (0, None))
        signed, entry = compose(
            kind,
            event_id,
            Sides(own, other, self.keyring.keys, public_of(self.me["encryption"][0])),
            heads={name: self.roster.head(name) for name in streams},
            at=instant(now),
            parents=parents,
            counter=(n + 1, prev),
            clear=clear or {},
            words=words,
            device=self.device,
            key=self.key,
        )
        self.counters[track] = (n + 1, signed.digest)
        self.outbox[event_id] = (signed, entry)
        return event_id

    def withdraw(self, consents: Sequence[str], now: datetime) -> str:
        """`consent.withdrawn`: no audience, no counter, no section."""
        event_id = new_id(now)
        body = {**SUITE, "id": event_id, "type": "consent.withdrawn", "at": instant(now), "parents": []}
        signed = sign({**body, "consents": list(consents)}, self.device, "accord.event", self.key)
        self.outbox[event_id] = (signed, {"jws": signed.jws, "sections": {}})
        return event_id

    def start_over(self) -> None:
        """§8: the server was restored. Keeps everything, offers again what was accepted, reads from zero."""
        self.epoch, self.cursors, self.events = "", {}, {}
        self.outbox = {**self.accepted, **self.outbox}

    def deliver(self) -> dict[str, str]:
        """Offers the outbox; what was accepted leaves it, what was rejected is kept apart, the rest waits."""
        told = {}
        batch = dict(list(self.outbox.items())[:50])
        for verdict in self.push(batch) if batch else []:
            told[verdict["id"]] = verdict["verdict"]
            if verdict["verdict"] in ("accepted", "duplicate"):
                self.accepted[verdict["id"]] = self.outbox.pop(verdict["id"])
            elif verdict["verdict"] == "rejected":
                del self.outbox[verdict["id"]]
                self.to_correct[verdict["id"]] = verdict
        return told
