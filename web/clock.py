"""The server's clock: a route reads it once and hands it down, so that no rule below has one of its own."""

from __future__ import annotations

from datetime import datetime

from web.config import current


def now() -> datetime:
    """This instant, UTC."""
    return current().clock()
