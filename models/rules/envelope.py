"""The door to signed objects: read one without trusting it, and check its shape against the vocabulary's tables.

Pure. Nothing is serialised again: the bytes signed are the bytes kept (docs/protocol.md §1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.rules.event_shape import check_event
from models.rules.formats import (
    digest,
    from_b64u,
    is_date,
    is_digest,
    is_id,
    is_instant,
    is_public_key,
    parse_circle_epoch,
    parse_instant,
    strict_json,
)
from models.rules.sections import check_sections
from models.rules.signed import Signed, check_suite, digest_of, read
from models.rules.statement_shape import check_statement
from models.vocabulary import TYP_EVENT, TYP_SESSION, TYP_STATEMENT


def event_level(payload: Mapping[str, Any]) -> int:
    """The highest declared level of an event's sections and of its own `level`, at least 1.

    What its categories, need and recipient require is for the caller to add.
    """
    levels: list[int] = [section["level"] for section in payload.get("sections", {}).values()]
    levels.append(payload.get("level", 1))
    return max(levels)


def audience_circle(audience: str) -> tuple[str, int] | None:
    """(circle id, epoch) of `<circle id>.<epoch>`; None for `member:<id>`."""
    return parse_circle_epoch(audience)


__all__ = [
    "TYP_EVENT", "TYP_SESSION", "TYP_STATEMENT", "Signed", "audience_circle", "check_event", "check_sections",
    "check_statement", "check_suite", "digest", "digest_of", "event_level", "from_b64u", "is_date", "is_digest",
    "is_id", "is_instant", "is_public_key", "parse_circle_epoch", "parse_instant", "read", "strict_json",
]  # fmt: skip
