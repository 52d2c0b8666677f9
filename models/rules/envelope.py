"""The door to signed objects: read one without trusting it, and check its shape against the vocabulary's tables.

Pure. Nothing is serialised again: the bytes signed are the bytes kept (docs/protocol.md §1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

TYP_STATEMENT = "accord.statement"
TYP_EVENT = "accord.event"
TYP_SESSION = "accord.session"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed object as read: nothing about it is verified. `digest` is that of `signing_input`; `signature` is r‖s."""

    jws: str
    typ: str
    kid: str
    payload: dict[str, Any]
    digest: str
    signing_input: bytes
    signature: bytes


def read(jws: object, typ: str) -> Signed:
    """Read a compact JWS of this `typ`. Raises Problem(malformed | unknown_suite | too_large)."""
    raise NotImplementedError


def digest_of(jws: object) -> str | None:
    """The digest of anything that looks like a compact JWS, even if nothing in it can be read; None otherwise."""
    raise NotImplementedError


def check_statement(signed: Signed) -> None:
    """Shape of a statement. Raises Problem(malformed | unknown_suite | unknown_field)."""
    raise NotImplementedError


def check_event(signed: Signed) -> None:
    """Shape of an event. Raises Problem(malformed | unknown_suite | unknown_field | too_large)."""
    raise NotImplementedError


def check_sections(signed: Signed, sections: object) -> None:
    """The sealed strings against what was signed: `{name: {"core", "wraps": {"own", "other"?}}}`. Raises Problem(sections)."""
    raise NotImplementedError


def event_level(payload: Mapping[str, Any]) -> int:
    """The highest declared level of an event's sections and of its own `level`, at least 1. Categories are the caller's."""
    raise NotImplementedError


def audience_circle(audience: str) -> tuple[str, int] | None:
    """(circle id, epoch) of `<circle id>.<epoch>`; None for `member:<id>`."""
    raise NotImplementedError


def parse_instant(text: str) -> datetime:
    """An aware UTC instant of `YYYY-MM-DDTHH:MMZ` or, for receipts, `YYYY-MM-DDTHH:MM:SSZ`. Raises ValueError."""
    raise NotImplementedError


def digest(content: str | bytes) -> str:
    """b64u(SHA-256) of the bytes, or of the UTF-8 bytes of a string."""
    raise NotImplementedError


def is_id(value: object) -> bool:
    """UUID version 7, lower case, its time floored to the minute."""
    raise NotImplementedError
