"""The events of docs/protocol.md §3: their shape, and how one is sealed and signed."""

from __future__ import annotations

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
        required, optional = WITHDRAWN, {"categories"}
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


def compose(
    kind: str,
    event_id: str,
    *,
    own: Circle | str,
    other: Circle | None,
    keys: Mapping[str, bytes],
    heads: Json,
    at: str,
    parents: Sequence[str],
    counter: tuple[int, str | None],
    clear: Mapping[str, Any],
    words: Sequence[Words],
    device: str,
    key: Json,
    author_key: Json,
) -> tuple[Signed, Json]:
    """The signed event and the entry that carries it. `own` is a circle, or `member:<id>` for a private note;
    `keys` are epoch keys by `<circle>.<epoch>`."""
    sections: Json = {}
    travelling: Json = {}
    neutral = 0
    for each in words:
        neutral += each.category is None
        name = each.category or f"s{neutral}"
        content_key, plain = os.urandom(32), padded(each.content)
        core = ".".join(seal({"enc": "A256GCM", "evt": event_id, "sec": name}, content_key, plain))
        if isinstance(own, str):
            wraps = {"own": dumps(wrap_with({"kid": own.partition(":")[2]}, content_key, public=author_key))}
        else:
            wraps = {"own": dumps(wrap_with({"kid": own.at_epoch}, content_key, key=keys[own.at_epoch]))}
        if each.category and other:
            public = other.publics[other.epoch]
            wraps["other"] = dumps(wrap_with({"kid": other.at_epoch}, content_key, public=public))
        travelling[name] = {"core": core, "wraps": wraps}
        sections[name] = {
            "core": digest(core),
            "wraps": {side: digest(wrap) for side, wrap in wraps.items()},
            "size": len(plain),
            "level": each.level,
            **({"category": each.category} if each.category else {}),
        }
    audience = {"own": own if isinstance(own, str) else own.at_epoch, **({"other": other.at_epoch} if other else {})}
    body = {
        **SUITE,
        "id": event_id,
        "type": kind,
        "audience": audience,
        "heads": heads,
        "at": at,
        "parents": list(parents),
        "n": counter[0],
        "prev": counter[1],
        "skipped": [],
        "sections": sections,
        **clear,
    }
    signed = sign(body, device, "accord.event", key)
    return signed, {"jws": signed.jws, "sections": travelling}
