"""Opening hours as OpenStreetMap writes them → a week, and the days that differ from it: what a phone reads alone.

The one importer of opening_hours, which knows the grammar. It is told of no country: its calendar has neither Alsace
and Moselle nor overseas. Ours does (models/rules/holidays.py), see `_on_holiday`.
Grammar: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from models.rules.french_hours import osm_of
from models.rules.holidays import PARIS, department_of, holidays, timezone_of

HOURS_FIELDS: Final = ("week", "exceptions", "hours_until", "by_appointment", "timezone")
"""What `hours_of` may give, all of it read again from the text and the date: nobody edits it, no source brings it."""

MAX_CHARACTERS: Final = 500  # twice what OpenStreetMap allows
MONTHS_AHEAD: Final = 12
USUAL_DAYS: Final = 28
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT: Final = "24:00"
Slots = tuple[tuple[str, str], ...]
"""The (from, to) of one day as "HH:MM", in order; to is at most "24:00"."""

_APPOINTMENT: Final = re.compile(r"(?<!sans )\b(?:rendez[- ]?vous|r\.?d\.?v|appointment)\b", re.IGNORECASE)
_TYPED: Final = str.maketrans("–—", "--")
_COMMENT: Final = re.compile(r'"[^"]*"')
_LONE_COMMENT: Final = re.compile(r'(?:;|\|\||^)\s*"[^"]*"\s*(?=;|\|\||$)')
# Nothing but days and times: the same every week, so that one week says it all.
_PLAIN: Final = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|closed|24/7|[\d:;,\s-])*")
# What the grammar allows and a table cannot tell: hours of the sun, no end, holidays of schools (decided year by year).
_UNTOLD: Final = re.compile(r"sunrise|sunset|dawn|dusk|\d\+|\bSH\b|unknown")
_EMPTY_SPAN: Final = re.compile(r"(\d?\d:\d\d)\s*-\s*\1(?!\d)")
_HOLIDAY_AND_DAY: Final = re.compile(r"\bPH\s+(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")


def hours_of(content: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a phone is told of the hours of a place or service, in the fields of docs/protocol.md (Place).

    `content` has the names of data·inclusion: `horaires_accueil`, and the codes of the commune for holidays and clock.
    Without `week`, the hours could not be read and people are shown the text. The days that differ are said from the
    first of this month until `hours_until`, a year on. Never raises: whatever was typed is at least a text.
    """
    text = " ".join(str(content.get("horaires_accueil") or "").translate(_TYPED).split()).strip(" ;")
    department = department_of(content.get("code_insee"), content.get("code_postal"))
    first = today.replace(day=1)
    found = dict(_told(text, department, first)) if 0 < len(text) <= MAX_CHARACTERS else {}
    if "week" not in found and text and len(text) <= MAX_CHARACTERS and (french := osm_of(text)):
        found = dict(_told(french, department, first))
    if "week" in found and (clock := timezone_of(department)) != PARIS:
        found["timezone"] = clock
    return found


def hours_of_service(service: Mapping[str, Any], place: Mapping[str, Any], today: date) -> dict[str, Any]:
    """`hours_of` what a place offers, by the holidays and the clock of its own commune, else of the place's."""
    codes = {name: place.get(name) for name in ("code_insee", "code_postal")}
    return hours_of(codes | {**service}, today)


@lru_cache(maxsize=4096)
def _told(text: str, department: str | None, first: date) -> Mapping[str, Any]:
    told: dict[str, Any] = {"by_appointment": True} if _is_by_appointment(text) else {}
    read = _days(_LONE_COMMENT.sub("", text).strip(" ;|"), department, first)
    if read is None or not any(slots for days in read for slots in days.values()):
        return told
    ordinary, around_holidays = read
    usual = [_usual(ordinary, weekday) for weekday in range(7)]
    days = ordinary | around_holidays
    stated = set(_holidays(first, department)) if "PH" in _COMMENT.sub("", text) else set()
    differing = [day for day, slots in sorted(days.items()) if slots != usual[day.weekday()] or day in stated]
    told["week"] = [[list(slot) for slot in slots] for slots in usual]
    if differing:
        told["exceptions"] = [{"on": day.isoformat(), "slots": [list(slot) for slot in days[day]]} for day in differing]
        told["hours_until"] = (_end(first) - timedelta(days=1)).isoformat()
    return told


def _is_by_appointment(text: str) -> bool:
    """Whether nobody is received without one. Where only some hours are, people read it in the text."""
    timed = [rule for rule in re.split(r";|\|\|", text) if re.search(r"\d", _COMMENT.sub("", rule))]
    asked = [rule for rule in timed if any(_APPOINTMENT.search(comment) for comment in _COMMENT.findall(rule))]
    return asked == timed and bool(asked or _APPOINTMENT.search(text))


def _days(text: str, department: str | None, first: date) -> tuple[dict[date, Slots], dict[date, Slots]] | None:
    """The slots of the days to come, holidays unheard of; and, if the text names them, of these and the days after.

    None for what is not of the grammar or cannot be told by a table. What is the same every week is said for one.
    """
    bare = _COMMENT.sub("", text)
    if _UNTOLD.search(bare) or _EMPTY_SPAN.search(bare):
        return None
    week_end = first + timedelta(days=7)
    try:
        days = _read(_without_holidays(text), first, week_end if _PLAIN.fullmatch(bare) else _end(first))
        around_holidays = _on_holidays(text, department, first) if "PH" in bare else {}
    except ParserError:
        return None
    # "Mo-Fr" alone: the grammar reads day and night, who wrote it meant the days.
    day_and_night = any(slots == (("00:00", MIDNIGHT),) for slots in days.values())
    return None if day_and_night and not re.search(r"24/7|:00\s*-\s*24:00", bare) else (days, around_holidays)


def _read(text: str, first: date, end: date) -> dict[date, Slots]:
    """The slots of each day from `first` to the eve of `end`. Raises ParserError."""
    expression = OpeningHours(text, auto_country=False, auto_timezone=False)
    opens = datetime.combine(first, time())
    days: dict[date, list[tuple[str, str]]] = {first + timedelta(days=step): [] for step in range((end - first).days)}
    for start, stop, state, comment in expression.intervals(opens, datetime.combine(end, time())):
        if state != State.OPEN or _is_any_time(start, stop, comment):
            continue
        while start < stop:
            midnight = datetime.combine(start.date() + timedelta(days=1), time())
            until = min(stop, midnight)
            days[start.date()].append((f"{start:%H:%M}", MIDNIGHT if until == midnight else f"{until:%H:%M}"))
            start = until
    return {day: tuple(slots) for day, slots in days.items()}


def _is_any_time(start: datetime, stop: datetime, comment: str) -> bool:
    """`Sa "sur rendez-vous"` is no opening of a whole day: there is no time without an appointment."""
    return bool(_APPOINTMENT.search(comment)) and stop - start >= timedelta(days=1)


# --- holidays ----------------------------------------------------------------------------------------------------


def _on_holidays(text: str, department: str | None, first: date) -> dict[date, Slots]:
    """The holidays, and the mornings after them: what began at night on a holiday goes on past midnight."""
    days: dict[date, Slots] = {}
    dates = set(_holidays(first, department))
    for holiday in sorted(dates):
        for day in (holiday, holiday + timedelta(days=1)):
            if day >= _end(first):
                continue
            meant = sorted({DAYS[each.weekday()] for each in (day - timedelta(days=1), day) if each in dates})
            rules = text if day in dates else _without_holidays(text)
            days |= _read(_on_holiday(rules, ",".join(meant)), day, day + timedelta(days=1))
    return days


def _on_holiday(text: str, weekdays: str) -> str:
    """The text as it reads on a holiday that falls on these days of the week: `PH` becomes their name.

    So `Mo-Fr,PH 10:00-12:00; Su off` is judged with the order and the overriding of the grammar itself.
    """
    return _outside_comments(text, lambda part: _HOLIDAY_AND_DAY.sub("", part).replace("PH", weekdays))


def _without_holidays(text: str) -> str:
    """`PH Mo-Fr` (a holiday that is a weekday) opens no ordinary day; the library would take it for any weekday."""
    return ";".join(rule for rule in text.split(";") if not _HOLIDAY_AND_DAY.search(rule)) or "off"


def _outside_comments(text: str, change: Any) -> str:
    parts = re.split(r'("[^"]*")', text)
    return "".join(part if part.startswith('"') else change(part) for part in parts)


def _holidays(first: date, department: str | None) -> list[date]:
    end = _end(first)
    return [day for year in range(first.year, end.year + 1) for day in holidays(year, department) if first <= day < end]


def _end(first: date) -> date:
    """The first day of which nothing is said: `MONTHS_AHEAD` whole months after this one."""
    months = first.month + MONTHS_AHEAD
    return date(first.year + months // 12, months % 12 + 1, 1)


def _usual(days: Mapping[date, Slots], weekday: int) -> Slots:
    """What these days of the coming weeks have most often; of two as often, the one that opens.

    Not of the year: a place with summer hours would be shown in winter as what it is in summer.
    """
    coming = sorted(days)[:USUAL_DAYS]
    same = [days[day] for day in coming if day.weekday() == weekday]
    return max(Counter(same).items(), key=lambda each: (each[1], bool(each[0]), each[0]))[0]
