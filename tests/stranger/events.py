"""The events of docs/protocol.md §3: their shape, and how one is sealed and signed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .jose import SUITE, Json, Refused, Signed, digest, dumps, sign
from .rules import Circle
from .sealing import seal, wrap_with

COMMON = {"v", "suite", "id", "type", "audience", "heads", "at", "parents", "n", "prev", "skipped", "sections"}
CLEAR: dict[str, tuple[set[str], set[str]]] = {
    "dossier.opened": ({"dossier"}, set()),
    "dossier.corrected": ({"dossier"}, set()),
    "reception.recorded": (set(), {"dossier"}),
    "note.recorded": (set(), {"dossier"}),
    "consent.given": (
        {"dossier", "recipient", "categories", "purpose", "basis", "duration"},
        {"withdrawal_key"},
    ),
    "consent.refused": ({"dossier", "recipient", "categories"}, set()),
    "consent.deferred": ({"dossier", "recipient", "categories"}, set()),
    "receipt.issued": ({"dossier", "consents", "withdrawal_key", "locator", "sealed"}, set()),
    "orientation.sent": (
        {"ground", "purpose", "until", "deadline", "level"},
        {"reply_by", "follows", "withdrawal_key"},
    ),
    "orientation.opened": ({"orientation"}, set()),
    "orientation.answered": ({"orientation", "state", "previous"}, set()),
    "orientation.cancelled": ({"orientation", "state", "previous"}, set()),
}
WITHDRAWN = {"v", "suite", "id", "type", "at", "parents", "consents"}


@dataclass(frozen=True)
class Words:
    """One section to seal; `category` is given when the other side reads it too."""

    content: Json
    level: int = 1
    category: str | None = None


def check_event(body: Json, withdrawn: bool) -> None:
    """Exactly the members of the page's tables."""
    if withdrawn:
        required, optional = WITHDRAWN, {"categories", "why"}
    elif body.get("type") in CLEAR:
        needed, optional = CLEAR[body["type"]]
        required = COMMON | needed
    else:
        raise Refused("malformed", "type")
    if set(body) - required - optional:
        raise Refused("unknown_field")
    if required - set(body):
        raise Refused("malformed", "a member is missing")


def padded(content: Json) -> bytes:
    """UTF-8 padded with trailing spaces to 256 bytes, 1 KiB, then multiples of 4 KiB."""
    text = dumps(content).encode()
    if len(text) > 69632:
        raise Refused("too_large")
    return text.ljust(256 if len(text) <= 256 else 1024 if len(text) <= 1024 else -(-len(text) // 4096) * 4096)


@dataclass(frozen=True)
class Sides:
    """Who reads an event: `own` is a circle, or `member:<id>` for a private note; `keys` are epoch keys by
    `<circle>.<epoch>`."""

    own: Circle | str
    other: Circle | None
    keys: Mapping[str, bytes]
    author_key: Json

    def audience(self) -> Json:
        own = self.own if isinstance(self.own, str) else self.own.at_epoch
        return {"own": own, **({"other": self.other.at_epoch} if self.other else {})}

    def wraps(self, content_key: bytes, has_other: bool) -> Json:
        if isinstance(self.own, str):
            own = wrap_with({"kid": self.own.partition(":")[2]}, content_key, public=self.author_key)
        else:
            own = wrap_with({"kid": self.own.at_epoch}, content_key, key=self.keys[self.own.at_epoch])
        if not (has_other and self.other):
            return {"own": dumps(own)}
        public = self.other.publics[self.other.epoch]
        return {"own": dumps(own), "other": dumps(wrap_with({"kid": self.other.at_epoch}, content_key, public=public))}


def compose(
    kind: str,
    event_id: str,
    sides: Sides,
    *,
    heads: Json,
    at: str,
    parents: Sequence[str],
    counter: tuple[int, str | None],
    clear: Mapping[str, Any],
    words: Sequence[Words],
    device: str,
    key: Json,
) -> tuple[Signed, Json]:
    """The signed event and the entry that carries it."""
    told = {name: sealed(event_id, name, each, sides) for name, each in named(words).items()}
    n, prev = counter
    body = {
        **SUITE, "id": event_id, "type": kind, "audience": sides.audience(), "heads": heads, "at": at,
        "parents": list(parents), "n": n, "prev": prev, "skipped": [],
        "sections": {name: described for name, (_, described) in told.items()}, **clear,
    }  # fmt: skip
    signed = sign(body, device, "accord.event", key)
    return signed, {"jws": signed.jws, "sections": {name: travelling for name, (travelling, _) in told.items()}}


def named(words: Sequence[Words]) -> dict[str, Words]:
    """Sections by name: the category, or `s1`, `s2`… for what our side alone reads."""
    neutral = (f"s{number}" for number in itertools.count(1))
    return {each.category or next(neutral): each for each in words}


def sealed(event_id: str, name: str, words: Words, sides: Sides) -> tuple[Json, Json]:
    """What travels of a section, and what is signed of it."""
    content_key, plain = os.urandom(32), padded(words.content)
    core = ".".join(seal({"enc": "A256GCM", "evt": event_id, "sec": name}, content_key, plain))
    wraps = sides.wraps(content_key, has_other=words.category is not None)
    described = {
        "core": digest(core),
        "wraps": {side: digest(wrap) for side, wrap in wraps.items()},
        "size": len(plain),
        "level": words.level,
        **({"category": words.category} if words.category else {}),
    }
    return {"core": core, "wraps": wraps}, described
