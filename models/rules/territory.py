"""A territory: the départements and communes whose places a phone carries. Pure.

A code is a département's ("35", "2A", "974") or a commune's ("35238"), as the Code officiel géographique writes them.
No code at all is everything. Groups of communes (EPCI) have no code here: no directory says which commune is in which,
so that one is chosen as its communes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from models.rules import holidays

MAX_CODES: Final = 300
_CODE: Final = re.compile(r"(?:[0-9]{2}|2[AB])(?:[0-9]{3})?|9[78][0-9]")
CORSICA_OF_POSTCODES: Final = "20"
FIRST_OF_HAUTE_CORSE: Final = "20200"
COMMUNE_DIGITS: Final = 5


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def department_of(place: Mapping[str, Any]) -> str | None:
    """The département of a place by its commune's code, else by its postcode; None without either."""
    postcode = place.get("code_postal")
    code = holidays.department_of(place.get("code_insee"), postcode)
    if code != CORSICA_OF_POSTCODES:
        return code
    return "2A" if str(postcode) < FIRST_OF_HAUTE_CORSE else "2B"


def covers(codes: Collection[str], place: Mapping[str, Any], *, confidential: bool = False) -> bool:
    """Whether a place of the directory is in this territory.

    One that does not say its commune is in every commune of its département, and one that says nothing is everywhere:
    a place is rather carried for nothing than missed. So is a confidential one: asking commune by commune must not
    tell where it is.
    """
    if not codes:
        return True
    department = department_of(place)
    if department is None or department in codes:
        return True
    commune = None if confidential else place.get("code_insee")
    if commune:
        return commune in codes
    return any(len(code) == COMMUNE_DIGITS and department_of({"code_insee": code}) == department for code in codes)
