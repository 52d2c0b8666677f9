"""Instants as the database and the wire write them: `YYYY-MM-DDTHH:MM:SSZ`. As text they sort as they follow."""

from __future__ import annotations

from datetime import UTC, datetime

from models.rules.envelope import parse_instant


def written(instant: datetime) -> str:
    """An aware instant, to the second. Not `strftime`: it writes the year 1 as `1`, which cannot be read back."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def read(text: str) -> datetime:
    """The aware instant of what `written` wrote, or of a minute as devices write it."""
    return parse_instant(text)
