"""The directory handed to others, in published formats: data·inclusion v1 and HSDS 3.1.

What is confidential is in none of them, neither the place nor what it offers; nor is what closed or was merged away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from models.directory.exports import data_inclusion, hsds
from models.directory.exports.records import Records, exported
from models.problems import Problem

_JSON: Final = "application/json"
_ZIP: Final = "application/zip"


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand over: the same bytes for the same directory on the same day."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Format:
    label: str
    name: str
    media_type: str
    write: Callable[[Records], bytes]


_FORMATS: Final = {
    "data-inclusion-json": _Format(
        "data·inclusion v1, en JSON", "annuaire-data-inclusion.json", _JSON, data_inclusion.as_json
    ),
    "data-inclusion-csv": _Format(
        "data·inclusion v1, en CSV (un dossier zip)", "annuaire-data-inclusion.zip", _ZIP, data_inclusion.as_csv
    ),
    "hsds-json": _Format("HSDS 3.1, en JSON", "annuaire-hsds.json", _JSON, hsds.as_json),
    "hsds-csv": _Format("HSDS 3.1, en tableaux (un dossier zip)", "annuaire-hsds.zip", _ZIP, hsds.as_package),
}
FORMATS: Final = {code: each.label for code, each in _FORMATS.items()}
"""{code: what people call it}"""


def export(code: str, now: datetime) -> Export:
    """The whole directory in one of FORMATS. Raises Problem(not_found) for another one."""
    wanted = _FORMATS.get(code)
    if wanted is None:
        raise Problem("not_found")
    return Export(wanted.name, wanted.media_type, wanted.write(exported(_day(now))))


def _day(now: datetime) -> date:
    return now.date()
