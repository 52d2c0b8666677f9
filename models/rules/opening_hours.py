"""Opening hours in the syntax of OpenStreetMap → a table of the week a phone can read without a library.

Pure. The part of the grammar that directories use: days, ranges of days, times, `off`, `24/7`. Anything else (weeks of
the year, dates, "on appointment") gives no table, and people are shown the text as it was written.
Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from typing import Final

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAYS: Final = ("PH", "SH")
MIDNIGHT: Final = "24:00"
CLOSED: Final = ("off", "closed")
Week = list[list[tuple[str, str]]]
"""Seven days from Monday, each a list of (from, to) as "HH:MM"; to is at most "24:00"."""

_RULE: Final = re.compile(r"(?:(?P<days>[A-Z][A-Za-z,\- ]*?)\s+)?(?P<times>off|closed|\d{1,2}:\d\d[\d:,\- ]*)$")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)$")


def week_of(text: str) -> Week | None:
    """The week these hours describe, or None when they say more than a week can hold.

    A later rule replaces an earlier one on its days. Hours past midnight go on in the next day. What is said of public
    or school holidays is not in the table.
    """
    if text.strip() == "24/7":
        return [[("00:00", MIDNIGHT)] for _ in DAYS]
    days: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        found = _RULE.match(rule)
        chosen = _days(found["days"]) if found else None
        spans = _spans(found["times"]) if found else None
        if chosen is None or spans is None:
            return None
        for day in chosen:
            days[day] = spans
    return _cut_at_midnight(days) if any(days) else None


def _days(text: str | None) -> list[int] | None:
    """The days named (0 is Monday); all when none is named; none for holidays; None when this is not about days."""
    if text is None:
        return list(range(7))
    chosen: list[int] = []
    for part in (part.strip() for part in text.split(",")):
        if part in HOLIDAYS:
            continue
        first, _, last = part.partition("-")
        if first.strip() not in DAYS or (last or first).strip() not in DAYS:
            return None
        start, end = DAYS.index(first.strip()), DAYS.index((last or first).strip())
        chosen += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return chosen


def _spans(text: str) -> list[tuple[int, int]] | None:
    """Minutes of the day, (from, to); to is greater than 24 × 60 when it is on the next day. Closed: an empty list."""
    if text in CLOSED:
        return []
    spans = []
    for part in text.split(","):
        found = _SPAN.match(part.strip())
        if not found:
            return None
        hours = [int(number) for number in found.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if start >= 24 * 60 or end > 24 * 60 or hours[1] > 59 or hours[3] > 59 or start == end:
            return None
        spans.append((start, end if end > start else end + 24 * 60))
    return spans


def _cut_at_midnight(days: list[list[tuple[int, int]]]) -> Week:
    week: Week = [[] for _ in DAYS]
    for day, spans in enumerate(days):
        for start, end in spans:
            week[day].append((_clock(start), _clock(min(end, 24 * 60))))
            if end > 24 * 60:
                week[(day + 1) % 7].append(("00:00", _clock(end - 24 * 60)))
    return [sorted(spans) for spans in week]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
