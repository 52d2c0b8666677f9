"""Instants as the database and the wire write them: `YYYY-MM-DDTHH:MM:SSZ`. As text they sort as they follow."""

from __future__ import annotations

from datetime import UTC, datetime

from models.rules.envelope import parse_instant


def written(instant: datetime) -> str:
    """An aware instant, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """The aware instant of what `written` wrote, or of a minute as devices write it."""
    return parse_instant(text)
