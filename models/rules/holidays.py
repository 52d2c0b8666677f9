"""Public holidays of France by département, and the clock people live by there.

Pure. Twin of static/app/rules/holidays.js, run over tests/vectors/opening.json. A département is written as the code of
a commune begins: "29", "2A", "974". What custom alone keeps (Good Friday in the Antilles…) is not here.
Sources: the list of the labour code; the local law of Alsace and Moselle; for overseas the decrees that commemorate
the abolition of slavery, and each territory's own days.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

PARIS: Final = "Europe/Paris"
_FIXED: Final = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")
_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY, _GOOD_FRIDAY = 1, 39, 50, -2
_MOVING: Final = (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY)
_WITH_GOOD_FRIDAY: Final = ("57", "67", "68", "987")
_LOCAL: Final = {
    "57": ("12-26",), "67": ("12-26",), "68": ("12-26",),
    "971": ("05-27",), "972": ("05-22",), "973": ("06-10",), "974": ("12-20",), "976": ("04-27",),
    "977": ("10-09",), "978": ("05-28",),
    "986": ("04-28", "07-29"), "987": ("03-05", "11-20"), "988": ("09-24",),
}  # fmt: skip
_CLOCKS: Final = {
    "971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
    "975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/Guadeloupe", "978": "America/Guadeloupe",
    "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
}  # fmt: skip
_OWN_POSTCODES: Final = {"97133": "977", "97150": "978"}  # Saint-Barthélemy and Saint-Martin, once part of Guadeloupe


def department_of(code_insee: str | None, code_postal: str | None) -> str | None:
    """The département of a place: by its commune when it is known, else by its postcode; None without either.

    A Corsican postcode gives "20", which has the holidays and the clock of both halves.
    """
    if code_postal in _OWN_POSTCODES:
        return _OWN_POSTCODES[code_postal]
    code = code_insee or code_postal or ""
    if len(code) < 5:
        return None
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def timezone_of(department: str | None) -> str:
    """The name of the clock there, in the words of the IANA database; Paris when the département is unknown."""
    return _CLOCKS.get(department or "", PARIS)


@lru_cache(maxsize=1024)
def holidays(year: int, department: str | None) -> tuple[date, ...]:
    """The public holidays of a year there, in order; those of the whole country when the département is unknown."""
    local = department or ""
    moving = (*_MOVING, *((_GOOD_FRIDAY,) if local in _WITH_GOOD_FRIDAY else ()))
    fixed = (*_FIXED, *_LOCAL.get(local, ()))
    days = {date.fromisoformat(f"{year:04}-{day}") for day in fixed}
    return tuple(sorted(days | {easter(year) + timedelta(days=step) for step in moving}))


def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar (Meeus's rule: exact for every year, no table)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
