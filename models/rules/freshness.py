"""How fresh an entry of the directory is: when it was last sure, whether somebody should look at it again, and until
when the place takes nobody.

Pure. `place` is an entry's fields (models/directory/changes.py, `fields_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

VERIFY_DAYS: Final = 183  # six months: who keeps the entry is asked to look
OLD_DAYS: Final = 365  # phones say so beside its hours


def sure_on(place: Mapping[str, Any]) -> date:
    """The day somebody verified the entry, or its source changed it, whichever is later."""
    days = [str(place[name])[:10] for name in ("date_maj", "verified_at") if place.get(name)]
    return date.fromisoformat(max(days)) if days else date.min


def is_due(place: Mapping[str, Any], today: date) -> bool:
    """Whether an open place was not sure for six months. A closed one is nobody's to verify."""
    return bool(place.get("active")) and (today - sure_on(place)).days > VERIFY_DAYS


def is_old(place: Mapping[str, Any], today: date) -> bool:
    """Whether a place was not sure for a year: whoever goes there is told to call first."""
    return (today - sure_on(place)).days > OLD_DAYS


def is_full(place: Mapping[str, Any], today: date) -> bool:
    """Whether the place said that it is full, the day given included."""
    return str(place.get("full_until") or "") >= today.isoformat()
