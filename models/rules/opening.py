"""What the hours of a place say at one moment, and in which words: open until when, or when next.

Pure. Twin of static/app/rules/opening.js, run over tests/vectors/opening.json. Nobody's clock is read here: a moment is
the date and the time ("HH:MM") where the place is. Fields of a place: docs/protocol.md, Place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from models.rules.holidays import department_of, holidays

SOON_MINUTES: Final = 30
DAYS_AHEAD: Final = 14
MIDNIGHT: Final = "24:00"
WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
Slots = list[list[str]]


@dataclass(frozen=True, slots=True)
class Opening:
    """`code`: `none` (nothing known), `appointment` (no hours without one), `check` (a holiday nobody spoke of, or past
    what is known), `always`, `open` (until `clock`), `opens` (on `on` at `clock`), `holiday` (closed for one, then like
    `opens`), `closed` (nothing in the coming days: `on` and `clock` are None)."""

    code: str
    on: date | None = None
    clock: str | None = None


def opening(place: Mapping[str, Any], on: date, clock: str) -> Opening:
    """Where the hours of this place stand at that moment, by its own clock."""
    if not _has_week(place):
        return Opening("appointment" if place.get("by_appointment") else "none")
    today = slots_on(place, on)
    if today is None:
        return Opening("check")
    now_in = next((slot for slot in today if slot[0] <= clock < slot[1]), None)
    if now_in:
        until, is_endless = _until(place, on, now_in[1])
        return Opening("always") if is_endless else Opening("open", clock=until)
    later = next((slot for slot in today if slot[0] > clock), None)
    if later:
        return Opening("opens", on, later[0])
    next_on, next_clock = _next(place, on)
    if not today and is_holiday(place, on):
        return Opening("holiday", next_on, next_clock)
    return Opening("opens", next_on, next_clock) if next_on else Opening("closed")


def slots_on(place: Mapping[str, Any], on: date) -> Slots | None:
    """The hours of that day; None when they are not known: a holiday of which nothing is said, or too far ahead."""
    day = on.isoformat()
    stated: dict[str, Slots] = {each["on"]: each["slots"] for each in place.get("exceptions", ())}
    if day in stated:
        return stated[day]
    usual: Slots = place["week"][on.weekday()]
    is_day_and_night = usual == [["00:00", MIDNIGHT]]
    if "hours_until" in place and day > place["hours_until"]:
        return None
    return None if usual and not is_day_and_night and is_holiday(place, on) else usual


def is_holiday(place: Mapping[str, Any], on: date) -> bool:
    return on in holidays(on.year, department_of(place.get("code_insee"), place.get("code_postal")))


def opening_words(place: Mapping[str, Any], on: date, clock: str) -> str:
    """One clause in French, without capital or full stop; empty when nothing is known."""
    found = opening(place, on, clock)
    if found.code == "none":
        return ""
    words = _WORDS.get(found.code) or _timed_words(found, on, clock)
    if found.code == "check" and is_holiday(place, on):
        return f"férié, {words}"
    if place.get("by_appointment") and found.code not in ("appointment", "check"):
        words = words.replace("ouvert jusqu’à", "sur rendez-vous jusqu’à") if found.code == "open" else words
        words = words if "rendez-vous" in words else f"{words}, sur rendez-vous"
    is_old = place.get("a_verifier") and found.code not in ("appointment", "check")
    return f"{words} (horaires à vérifier)" if is_old else words


_WORDS: Final = {
    "appointment": "sur rendez-vous",
    "check": "horaires à vérifier",
    "always": "ouvert jour et nuit",
    "closed": "fermé en ce moment",
}


def _timed_words(found: Opening, on: date, clock: str) -> str:
    """`open`, `opens` and `holiday`."""
    if found.code == "open":
        left = _minutes(found.clock) - _minutes(clock)
        return f"ferme dans {left} min" if 0 < left <= SOON_MINUTES else f"ouvert jusqu’à {hour(found.clock)}"
    if found.code == "holiday":
        return "fermé aujourd’hui (férié)"
    if found.on == on and _minutes(found.clock) - _minutes(clock) <= SOON_MINUTES:
        return f"ouvre dans {_minutes(found.clock) - _minutes(clock)} min"
    return f"ouvre {_day(found.on, on)}à {hour(found.clock)}"


def _day(on: date | None, today: date) -> str:
    """When, with a space after it; nothing for today."""
    days = (on - today).days if on else 0
    if on is None or days == 0:
        return ""
    if days == 1:
        return "demain "
    return f"{WEEKDAYS[on.weekday()]} " if days < 7 else f"le {day_and_month(on)} "


def day_and_month(on: date) -> str:
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]}"


def hour(clock: str | None) -> str:
    """ "12:30" is "12 h 30", and the end of the day is midnight."""
    if clock in (None, MIDNIGHT, "00:00"):
        return "minuit"
    hours, minutes = str(clock).split(":")
    return f"{int(hours)} h" if minutes == "00" else f"{int(hours)} h {minutes}"


def week_lines(place: Mapping[str, Any]) -> list[str]:
    """The usual week in lines, equal days together: "lundi à vendredi : 9 h – 12 h"; the text when it has no week."""
    if not _has_week(place):
        return [str(place["horaires_accueil"])] if place.get("horaires_accueil") else []
    said = [said_slots(slots) for slots in place["week"]]
    starts = [day for day in range(7) if day == 0 or said[day] != said[day - 1]]
    return [f"{_span(start, end - 1)} : {said[start]}" for start, end in zip(starts, [*starts[1:], 7], strict=True)]


def exception_lines(place: Mapping[str, Any], on: date) -> list[str]:
    """The days of the next two weeks that differ: "mercredi 11 novembre : fermé"."""
    if not _has_week(place):
        return []
    lines = []
    for day in (on + timedelta(days=step) for step in range(DAYS_AHEAD)):
        slots = slots_on(place, day)
        if slots != place["week"][day.weekday()]:
            said = "horaires à vérifier" if slots is None else said_slots(slots)
            holiday = " (férié)" if is_holiday(place, day) else ""
            lines.append(f"{WEEKDAYS[day.weekday()]} {day_and_month(day)}{holiday} : {said}")
    return lines


def said_slots(slots: Slots) -> str:
    if slots == [["00:00", MIDNIGHT]]:
        return "jour et nuit"
    return ", ".join(f"{_from(start)} – {hour(end)}" for start, end in slots) or "fermé"


# --- within ------------------------------------------------------------------------------------------------------


def _has_week(place: Mapping[str, Any]) -> bool:
    return len(place.get("week") or ()) == 7


def _until(place: Mapping[str, Any], on: date, end: str) -> tuple[str, bool]:
    """When what is open now closes, past midnight too; and whether it never does, as far as is known."""
    tomorrow = (slots_on(place, on + timedelta(days=1)) or []) if end == MIDNIGHT else []
    if not tomorrow or tomorrow[0][0] != "00:00":
        return end, False
    return tomorrow[0][1], tomorrow[0][1] == MIDNIGHT


def _next(place: Mapping[str, Any], on: date) -> tuple[date | None, str | None]:
    """The next day with known hours, after this one."""
    for day in (on + timedelta(days=step) for step in range(1, DAYS_AHEAD + 1)):
        slots = slots_on(place, day)
        if slots:
            return day, slots[0][0]
    return None, None


def _minutes(clock: str | None) -> int:
    hours, minutes = (clock or "0:0").split(":")
    return int(hours) * 60 + int(minutes)


def _from(clock: str) -> str:
    return "0 h" if clock == "00:00" else hour(clock)


def _span(first: int, last: int) -> str:
    if last - first == 6:
        return "tous les jours"
    if first == last:
        return WEEKDAYS[first]
    return f"{WEEKDAYS[first]} {'et' if last == first + 1 else 'à'} {WEEKDAYS[last]}"
