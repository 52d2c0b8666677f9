"""Hands that sign: members with a device, chains of statements, and events whose ciphertext is noise nobody opens.

Everything signed and every digest is real; nothing is checked before it is signed, so that any cell can be written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from device import jose, signed
from device.circles import EpochKey, create_epoch, wrap_for
from device.jose import Jwk
from device.primitives import b64u, digest, instant, new_id
from device.signed import Signed

Json = dict[str, Any]
BATCH = 50
_COMMON = {"v": 1, "suite": "P256-A256GCM"}
_EPHEMERAL = jose.public_of(jose.generate_pair())
_NOISE = ".".join(b64u(letter * size) for letter, size in ((b"i", 12), (b"c", 256), (b"t", 16)))


@dataclass(slots=True)
class Hand:
    """A member: their keys, their device, and the member object last said of them."""

    organisation: str
    described: Json
    signing: Jwk
    device: str
    device_key: Jwk = field(default_factory=jose.generate_pair)
    card: str = ""

    @property
    def id(self) -> str:
        return str(self.described["id"])


@dataclass(slots=True)
class Ring:
    """A circle as the roster knows it; `keys` are its epochs."""

    id: str
    organisation: str
    team: str
    kind: str
    holders: list[Hand]
    keys: list[EpochKey] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.id}.{len(self.keys)}"


class Scribe:
    """Writes statements and events at `now`, and pushes them. `heads` are the newest statements accepted."""

    def __init__(self, push: Callable[[list[Json], datetime], list[Json]], now: datetime) -> None:
        self._push, self.now = push, now
        self.heads: dict[str, list[Any]] = {}
        self._waiting: list[Json] = []
        self.authority = jose.generate_pair()

    def described_authority(self) -> Jwk:
        """Its public half, as `network.founded` carries it."""
        return jose.public_of(self.authority)

    # --- statements

    def state(self, stream: str, kind: str, fields: Json, kid: str, key: Jwk, beside: Iterable[str] = ()) -> Json:
        """The verdict of one statement, signed on the newest heads; the chain moves when it is accepted."""
        made, entry = self._statement(stream, kind, fields, kid, key, beside)
        [verdict] = self.push([entry])
        if verdict["verdict"] == "accepted":
            self.heads[stream] = [made.payload["number"], made.digest]
        return verdict

    def _statement(
        self, stream: str, kind: str, fields: Json, kid: str, key: Jwk, beside: Iterable[str]
    ) -> tuple[Signed, Json]:
        number, prev = self.heads.get(stream, [0, None])
        heads = {} if stream == "network" else {"network": self.heads["network"]}
        said = _COMMON | {"type": kind, "stream": stream, "number": number + 1, "prev": prev, "heads": heads}
        said |= {"at": instant(self.now)} | fields
        made = signed.sign(signed.STATEMENT, kid, said, key)
        return made, {"jws": made.jws, "beside": list(beside)}

    def _must(self, stream: str, kind: str, fields: Json, kid: str, key: Jwk, beside: Iterable[str]) -> None:
        """A statement that will be accepted: it waits for others, since a transaction each costs a disk its breath."""
        made, entry = self._statement(stream, kind, fields, kid, key, beside)
        self.heads[stream] = [made.payload["number"], made.digest]
        self._waiting.append(entry)
        if len(self._waiting) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Push what waits."""
        waiting, self._waiting = self._waiting, []
        for verdict in self._push(waiting, self.now) if waiting else ():
            accepted(verdict)

    def push(self, entries: list[Json]) -> list[Json]:
        """One verdict each, in batches."""
        self.flush()
        verdicts = []
        for start in range(0, len(entries), BATCH):
            verdicts += self._push(entries[start : start + BATCH], self.now)
        return verdicts

    def declare(self, hand: Hand, kind: str, fields: Json, beside: Iterable[str] = ()) -> None:
        """A statement of the hand's organisation that must be accepted."""
        self._must(f"organisation:{hand.organisation}", kind, fields, hand.id, hand.signing, beside)

    def decree(self, kind: str, fields: Json, beside: Iterable[str] = ()) -> None:
        """A statement of the network that must be accepted."""
        self._must("network", kind, fields, "authority", self.authority, beside)

    def new_hand(self, organisation: str, role: str, profile: str, ground: str | None = None, teams: Iterable[str] = (),
                 may_admit: bool = False) -> Hand:  # fmt: skip
        """A member nobody admitted yet."""
        signing = jose.generate_pair()
        card = json.dumps({"salt": b64u(b"s" * 16), "name": f"{role} {profile}"})
        described: Json = {"id": new_id(self.now), "signing": jose.public_of(signing), "role": role, "profile": profile}
        described |= {"encryption": jose.public_of(jose.generate_pair()), "teams": list(teams), "card": digest(card)}
        described |= {"permissions": ["member.admit"] if may_admit else []} | ({"ground": ground} if ground else {})
        return Hand(organisation, described, signing, new_id(self.now), card=card)

    def recovery(self, organisation: str, ground: str | None) -> Hand:
        """A printed key."""
        hand = self.new_hand(organisation, "recovery", "A", ground)
        del hand.described["signing"], hand.described["profile"]
        return hand

    def enrol(self, hand: Hand) -> None:
        fields = {"device": hand.device, "member": hand.id, "signing": jose.public_of(hand.device_key)}
        self.declare(hand, "device.enrolled", fields)

    def epoch(self, ring: Ring, holders: list[Hand]) -> tuple[Json, list[str], EpochKey]:
        """(fields of the next epoch, strings beside, its key); the ring is not changed."""
        members = {hand.id: hand.described["encryption"] for hand in holders}
        made = create_epoch(ring.id, len(ring.keys) + 1, members, ring.keys[-1] if ring.keys else None)
        fields = {"circle": ring.id, "epoch": made.key.epoch, "public": made.public, "holders": made.holders}
        return fields | {"blob": made.blob}, made.beside, made.key

    def create(self, by: Hand, team: str, kind: str, others: list[Hand]) -> Ring:
        ring = Ring(new_id(self.now), by.organisation, team, kind, [by, *others])
        fields, beside, key = self.epoch(ring, ring.holders)
        self.declare(by, "circle.created", fields | {"team": team, "class": kind}, beside)
        ring.keys.append(key)
        return ring

    def rotate(self, by: Hand, ring: Ring, holders: list[Hand]) -> None:
        fields, beside, key = self.epoch(ring, holders)
        self.declare(by, "circle.rotated", fields, beside)
        ring.keys.append(key)
        ring.holders = holders

    def grant(self, by: Hand, ring: Ring, hand: Hand) -> None:
        wrap = wrap_for(ring.keys[-1], hand.id, hand.described["encryption"])
        fields = {"circle": ring.id, "epoch": len(ring.keys), "member": hand.id, "wrap": digest(wrap)}
        self.declare(by, "circle.granted", fields, [wrap])
        ring.holders.append(hand)

    # --- events

    def event(self, hand: Hand, kind: str, fields: Json, own: str, sections: Iterable[tuple[str | None, int]] = (),
              other: str | None = None, their: str | None = None, parents: Iterable[str] = (),
              at: datetime | None = None) -> tuple[str, Json]:  # fmt: skip
        """(id, entry) of one event. A section with a category is also sealed to `other`, of organisation `their`."""
        event = new_id(self.now)
        sealed = seal(event, sections, own, other)
        streams = ["network", f"organisation:{hand.organisation}", *([f"organisation:{their}"] if their else [])]
        said = _COMMON | {"id": event, "type": kind, "audience": {"own": own} | ({"other": other} if other else {})}
        said |= {"heads": {stream: self.heads[stream] for stream in streams}, "at": instant(at or self.now)}
        said |= {"parents": list(parents), "n": 1, "prev": None, "skipped": []}
        said |= {"sections": {name: claim for name, (claim, _) in sealed.items()}} | fields
        made = signed.sign(signed.EVENT, hand.device, said, hand.device_key)
        return event, {"jws": made.jws, "sections": {name: strings for name, (_, strings) in sealed.items()}}

    def withdrawal(self, kid: str, key: Jwk, consents: list[str], codes: Iterable[str] | None = None) -> Json:
        """The entry of one `consent.withdrawn`."""
        said = _COMMON | {"id": new_id(self.now), "type": "consent.withdrawn", "at": instant(self.now), "parents": []}
        said |= {"consents": consents} | ({"categories": sorted(codes)} if codes is not None else {})
        return {"jws": signed.sign(signed.EVENT, kid, said, key).jws, "sections": {}}


def seal(
    event: str, sections: Iterable[tuple[str | None, int]], own: str, other: str | None
) -> dict[str, tuple[Json, Json]]:
    """{name: (what is signed of it, its strings)}."""
    sealed: dict[str, tuple[Json, Json]] = {}
    for category, level in sections:
        name = category or f"s{1 + sum(one.startswith('s') for one in sealed)}"
        header = _compact({"enc": "A256GCM", "evt": event, "sec": name})
        core = f"{b64u(header.encode())}.{_NOISE}"
        wraps = {"own": _wrap(own)} | ({"other": _wrap(other, shared_key=False)} if other and category else {})
        claim = {"core": digest(core), "wraps": {side: digest(wrap) for side, wrap in wraps.items()}, "size": 256}
        claim |= {"level": level} | ({"category": category} if category else {})
        sealed[name] = claim, {"core": core, "wraps": wraps}
    return sealed


def _wrap(reader: str, shared_key: bool = True) -> str:
    private = reader.startswith("member:")
    algorithm = {"alg": "A256KW"} if shared_key and not private else {"alg": "ECDH-ES+A256KW", "epk": _EPHEMERAL}
    return _compact({"header": algorithm | {"kid": reader.removeprefix("member:")}, "encrypted_key": b64u(b"k" * 40)})


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def accepted(verdict: Json) -> None:
    """Where a territory is being built, nothing less is borne."""
    assert verdict["verdict"] == "accepted", verdict


def said_of(verdict: Json) -> str:
    """A verdict as the oracle says it."""
    if verdict["verdict"] == "held":
        return f"held:{verdict['reason']}"
    return str(verdict["code"] if verdict["verdict"] == "rejected" else verdict["verdict"])
