"""The server's clock: a route reads it once and hands it down, so that no rule below has one of its own."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)
