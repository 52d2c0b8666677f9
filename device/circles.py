"""The keys of a circle: one epoch's key and pair, wrapped to its holders, chained to the epoch before by a blob."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from device import jose
from device.jose import Jwk
from device.primitives import b64u, compact_json, digest, read_json, unb64u
from device.refusal import Refusal
from device.sections import Addressee


@dataclass(frozen=True, slots=True)
class EpochKey:
    """What a holder of one epoch has: the symmetric key K and the private half of the pair."""

    circle: str
    epoch: int
    key: bytes
    private: Jwk

    @property
    def name(self) -> str:
        return f"{self.circle}.{self.epoch}"

    def own(self) -> Addressee:
        """To read or write as this circle."""
        return Addressee(self.name, self.key)

    def other(self) -> Addressee:
        """To read what another team sealed to this circle."""
        return Addressee(self.name, self.private)


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """A fresh epoch and the fields of the `circle.created` or `circle.rotated` that announces it."""

    key: EpochKey
    public: Jwk
    holders: dict[str, str]
    blob: str
    beside: list[str]


def create_epoch(circle: str, epoch: int, members: dict[str, Jwk], previous: EpochKey | None = None) -> NewEpoch:
    """A new key wrapped to each member's public encryption key; the previous one is sealed inside the blob."""
    made = EpochKey(circle, epoch, secrets.token_bytes(32), jose.generate_pair())
    before = {"key": b64u(previous.key), "private": previous.private} if previous else None
    blob = jose.seal_compact(
        {"alg": "dir", "enc": "A256GCM", "cir": made.name},
        compact_json({"private": made.private, "previous": before}).encode(),
        made.key,
    )
    wraps = {member: wrap_for(made, member, public) for member, public in members.items()}
    holders = {member: digest(wrap) for member, wrap in wraps.items()}
    return NewEpoch(made, jose.public_of(made.private), holders, digest(blob), [*wraps.values(), blob])


def wrap_for(key: EpochKey, member: str, encryption: Jwk) -> str:
    """The wrap that gives this epoch to a member: the one thing that lets a circle key leave a device."""
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "cir": key.name, "kid": member}
    return jose.seal_compact(header, key.key, jose.public_of(encryption))


def open_wrap(wrap: str, circle: str, epoch: int, member: str, private_keys: list[Jwk]) -> bytes:
    """The 32 bytes of K, tried with each encryption key of the member. Refusal(cannot_open)."""
    expected = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "cir": f"{circle}.{epoch}", "kid": member}
    for private in private_keys:
        try:
            header, key = jose.open_compact(wrap, private)
        except Refusal:
            continue
        if {name: value for name, value in header.items() if name != "epk"} == expected and len(key) == 32:
            return key
    raise Refusal("cannot_open")


def walk(circle: str, epoch: int, key: bytes, blobs: dict[int, str]) -> dict[int, EpochKey]:
    """Every epoch from this one back to 1, through the blobs. Refusal(cannot_open) when a link does not hold."""
    found: dict[int, EpochKey] = {}
    while True:
        content = _open_blob(circle, epoch, key, blobs.get(epoch, ""))
        found[epoch] = EpochKey(circle, epoch, key, content["private"])
        previous = content["previous"]
        if previous is None:
            break
        key, epoch = unb64u(previous["key"]), epoch - 1
    if epoch != 1:
        raise Refusal("cannot_open")
    return found


def _open_blob(circle: str, epoch: int, key: bytes, blob: str) -> dict[str, Any]:
    header, plaintext = jose.open_compact(blob, key)
    if header != {"alg": "dir", "enc": "A256GCM", "cir": f"{circle}.{epoch}"}:
        raise Refusal("cannot_open")
    content = read_json(plaintext)
    if set(content) != {"private", "previous"}:
        raise Refusal("cannot_open")
    return content
