"""Dates as people say them, in French, at the hour of Paris."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
NBSP: Final = "\u00a0"  # a space that does not break
MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def say_when(instant: datetime, now: datetime) -> str:
    """« hier, 16 h 05 », « demain, 9 h », « 3 mars », « 3 mars 2025 »."""
    there, here = instant.astimezone(PARIS), now.astimezone(PARIS)
    days = (there.date() - here.date()).days
    near = {-1: "hier", 0: "aujourd’hui", 1: "demain"}.get(days)
    if near:
        return f"{near}, {say_hour(there)}"
    day = "1er" if there.day == 1 else str(there.day)
    year = "" if there.year == here.year else f" {there.year}"
    return f"{day} {MONTHS[there.month - 1]}{year}"


def say_hour(there: datetime) -> str:
    """« 16 h 05 », « 9 h », never cut at the end of a line."""
    return f"{there.hour}{NBSP}h{NBSP}{there.minute:02}" if there.minute else f"{there.hour}{NBSP}h"


def say_length(length: timedelta) -> str:
    """« 12 minutes », « 3 heures », « 5 jours »: whole units, rounded down, a minute at least."""
    minutes = max(1, int(length.total_seconds()) // 60)
    for size, name in ((24 * 60, "jour"), (60, "heure"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "1 minute"


def say_day(day: date, now: datetime) -> str:
    """« aujourd’hui », « hier », « 3 mars », « 1er mars 2025 »; « jamais » for a day that never was."""
    if day == date.min:
        return "jamais"
    here = now.astimezone(PARIS).date()
    if here - day <= timedelta(days=1) and day <= here:
        return "hier" if day < here else "aujourd’hui"
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {MONTHS[day.month - 1]}" + ("" if day.year == here.year else f" {day.year}")


def say_iso(written: str, now: datetime) -> str:
    """The same, for a day or an instant as it is kept (`2026-03-04`, `2026-03-04T09:41:00Z`)."""
    if "T" in written:
        return say_day(datetime.fromisoformat(written).astimezone(PARIS).date(), now)
    return say_day(date.fromisoformat(written), now)
