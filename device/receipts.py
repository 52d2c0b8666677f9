"""What the person takes away (docs/protocol.md §4): issued by a member, opened by whoever holds the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from device import jose, paper
from device.events import Draft, write
from device.jose import Jwk
from device.keys import derive
from device.phone import Phone
from device.primitives import Json, b64u, compact_json, digest, instant, new_id, pad, read_json
from device.refusal import Refusal
from device.signed import Signed, sign

LOCATE, OPEN, CODE = "accord receipt locate 1", "accord receipt open 1", "accord receipt code 1"
SECRET_BYTES = 16
CODE_BYTES = 5
_HEADER: Json = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True)
class Opened:
    """What one receipt of a paper says, and the key that takes back what it names."""

    key: Jwk
    content: Json


def locate(secret: bytes) -> str:
    """What is shown to the server to find the receipt; it keeps its digest."""
    return b64u(derive(secret, LOCATE))


def code(secret: bytes) -> str:
    """Eight characters that are said aloud, so that a worker finds the consent again. They open nothing."""
    bits = "".join(f"{octet:08b}" for octet in derive(secret, CODE)[:CODE_BYTES])
    characters = "".join(paper.CHARACTERS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    return f"{characters[:4]}-{characters[4:]}"


def issue(phone: Phone, consents: list[str], key: Jwk, secret: bytes, content: Json, now: datetime) -> str:
    """A receipt of these consents of one dossier, under `secret`, whose `key` takes them back. Its event's id.

    It goes to the circle of the last one, which is the most closed when they were given in order.
    `content`: organisation, team, language and, for each consent, what the person must be able to read of it.
    """
    given = [phone.known[id] for id in consents]
    circle = phone.roster.circle(given[-1]["audience"]["own"].partition(".")[0])[1]
    told = compact_json({"v": 1, "key": key} | content).encode()
    fields: Json = {
        "dossier": given[0]["dossier"],
        "consents": consents,
        "withdrawal_key": jose.public_of(key),
        "locator": digest(locate(secret)),
        "sealed": jose.seal_compact(_HEADER, pad(told), derive(secret, OPEN)),
    }
    draft = Draft({"kind": "receipt", "code": code(secret), "language": content.get("language", "fr")}, 1)
    return write(phone, "receipt.issued", fields, phone.own(circle), now, [draft], parents=consents).id


def open_sealed(sealed: str, secret: bytes) -> Opened:
    """Refusal(cannot_open): of another paper, or altered."""
    header, plaintext = jose.open_compact(sealed, derive(secret, OPEN))
    if header != _HEADER:
        raise Refusal("cannot_open")
    content = read_json(plaintext)
    if content.pop("v", None) != 1:
        raise Refusal("unknown_suite")
    return Opened(content.pop("key"), content)


def take_back(key: Jwk, consents: list[str], now: datetime, categories: list[str] | None = None) -> Signed:
    """The person's own withdrawal, signed by the key of their receipt: to be pushed as it is."""
    said: Json = {"v": 1, "suite": "P256-A256GCM", "id": new_id(now), "type": "consent.withdrawn", "at": instant(now)}
    said |= {"parents": [], "consents": consents} | ({"categories": categories} if categories else {})
    return sign("accord.event", jose.thumbprint(key), said, key)
