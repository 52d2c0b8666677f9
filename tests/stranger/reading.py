"""Reading what docs/protocol.md §8 gives: every signature and digest verified, then what our keys open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .events import check_event
from .jose import Json, Refused, Signed, digest, loads, thumbprint, unb64u
from .roster import Roster
from .rules import Device
from .sealing import open_compact, unseal, unwrap


@dataclass
class Event:
    """A verified event; `words` holds the sections this reader could open."""

    signed: Signed
    position: int
    received_at: str
    organisation: str | None
    words: dict[str, Json] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        return self.signed.payload

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Keyring:
    """The epoch keys and private keys a member holds, by `<circle>.<epoch>`, walked back through the blobs."""

    def __init__(self, roster: Roster, member: str, encryption: Sequence[Json]) -> None:
        self.member = member
        self.encryption = encryption
        self.keys: dict[str, bytes] = {}
        self.privates: dict[str, Json] = {}
        self.circles = [circle for circle in roster.circles.values() if member in circle.holders]
        for circle in self.circles:
            wrap = roster.beside[circle.wraps[circle.epoch, member]]
            key = self._first(wrap, {"cir": circle.at_epoch, "kid": member})
            for epoch in range(circle.epoch, 0, -1):
                name = f"{circle.id}.{epoch}"
                blob = loads(open_compact(roster.beside[circle.blobs[epoch]], key=key, expect={"cir": name}))
                private = blob["private"]
                if {part: private[part] for part in ("x", "y")} != {
                    part: circle.publics[epoch][part] for part in ("x", "y")
                }:
                    raise Refused("cannot_open", "the blob's key is not the circle's")
                self.keys[name], self.privates[name] = key, private
                if epoch > 1:
                    key = unb64u(blob["previous"]["key"])

    def _first(self, wrap: str, expect: Json) -> bytes:
        for private in self.encryption:
            try:
                return open_compact(wrap, private=private, expect=expect)
            except Refused:
                continue
        raise Refused("cannot_open", "wrap")

    def content_key(self, recipient: Json) -> bytes:
        header, encrypted = recipient["header"], unb64u(recipient["encrypted_key"])
        if header["kid"] == self.member:
            for private in self.encryption:
                try:
                    return unwrap(header, encrypted, private=private)
                except Refused:
                    continue
        elif header["kid"] in self.keys:
            return unwrap(header, encrypted, key=self.keys[header["kid"]], private=self.privates[header["kid"]])
        raise Refused("cannot_open", "no key")


def read(entry: Json, stream: str, roster: Roster, keyring: Keyring, receipts: Mapping[str, Json]) -> Event:
    """One line of a feed, verified then opened as far as our keys go. `receipts`: withdrawal keys by thumbprint."""
    signed = Signed(entry["jws"], "accord.event")
    body = signed.payload
    withdrawn = body.get("type") == "consent.withdrawn"
    check_event(body, withdrawn)
    if withdrawn and signed.kid in receipts:
        signed.verify(receipts[signed.kid])
        return Event(signed, entry["position"], entry["received_at"], None)
    author = _author(roster, signed, None if withdrawn else body["heads"])
    signed.verify(author.signing)
    event = Event(signed, entry["position"], entry["received_at"], author.organisation)
    if withdrawn:
        return event
    for name, head in body["heads"].items():
        roster.knows(name, head)
    side = _side(body, stream)
    for name, strings in entry["sections"].items():
        event.words[name] = _section(body, name, strings, side, keyring)
    return event


def _author(roster: Roster, signed: Signed, heads: Json | None) -> Device:
    if heads is not None:
        return roster.author(signed.kid, heads)
    if signed.kid not in roster.devices:
        raise Refused("unknown_key")
    return roster.devices[signed.kid]


def _side(body: Json, stream: str) -> str:
    kind, _, name = stream.partition(":")
    for side, place in body["audience"].items():
        if place == stream or (kind == "circle" and place.rpartition(".")[0] == name):
            return str(side)
    raise Refused("malformed", "not of this stream")


def _section(body: Json, name: str, strings: Json, side: str, keyring: Keyring) -> Json:
    told = body["sections"].get(name)
    if told is None or digest(strings["core"]) != told["core"] or digest(strings["wrap"]) != told["wraps"].get(side):
        raise Refused("sections", name)
    parts = strings["core"].split(".")
    expected = {"enc": "A256GCM", "evt": body["id"], "sec": name}
    if len(parts) != 4 or loads(unb64u(parts[0])) != expected:
        raise Refused("sections", "protected")
    recipient = loads(strings["wrap"])
    place = body["audience"][side]
    if recipient["header"]["kid"] != place.removeprefix("member:"):
        raise Refused("cannot_open", "another reader's wrap")
    plain = unseal(parts[0], parts[1], parts[2], parts[3], keyring.content_key(recipient))
    if len(plain) != told["size"]:
        raise Refused("sections", "size")
    return loads(plain)


def receipts_of(events: Sequence[Event]) -> dict[str, Json]:
    """The withdrawal keys these events carry, by thumbprint."""
    keys = [event.body["withdrawal_key"] for event in events if "withdrawal_key" in event.body]
    return {thumbprint(key): key for key in keys}
