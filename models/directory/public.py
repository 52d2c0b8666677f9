"""The directory as anyone may read it, without an account: what is exported, and no more. Who asks is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.directory.exports.records import Records, Structure, exported
from models.problems import Problem
from models.reference import REFERENCE, directory_labels
from models.rules.duplicates import spelled_out
from models.rules.holidays import PARIS
from models.rules.opening import exception_lines, opening_words, week_lines

PAGE: Final = 25
MOST_CHARACTERS: Final = 100
_SEARCHED: Final = ("nom", "commune", "description", "code_postal")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of places (fields as `shown` has them), from 1, and how many there are in all."""

    places: list[dict[str, Any]]
    total: int
    page: int
    pages: int


def search(words: str, need: str, commune: str, page: int, now: datetime) -> Found:
    """The places whose words, need and commune (or postcode) are those asked, by name; empty asks nothing.

    A need nobody knows finds nothing.
    """
    asked, where = spelled_out(words[:MOST_CHARACTERS]).split(), spelled_out(commune[:MOST_CHARACTERS])
    found = [place for place in _records(now) if _is_asked(place, asked, need, where)]
    found.sort(key=lambda place: (spelled_out(place.fields["nom"]), place.id))
    pages = max(1, -(-len(found) // PAGE))
    here = min(max(1, page), pages)
    return Found([_shown(each, now) for each in found[(here - 1) * PAGE : here * PAGE]], len(found), here, pages)


def place(id_: str, now: datetime) -> dict[str, Any]:
    """Raises Problem(not_found), for a confidential one as for one that does not exist."""
    found = next((each for each in _records(now) if each.id == id_), None)
    if found is None:
        raise Problem("not_found")
    return _shown(found, now)


def needs() -> list[tuple[str, str]]:
    """(code, label) of what one may look for."""
    return [(code, str(need["label"])) for code, need in REFERENCE.needs.items()]


def _records(now: datetime) -> Records:
    return exported(now.date())


def _is_asked(place: Structure, words: list[str], need: str, where: str) -> bool:
    if where and not _is_in(place.fields, where):
        return False
    if need and not _answers(place, need):
        return False
    if not words:
        return True
    said = spelled_out(" ".join(str(fields.get(name, "")) for fields in _all(place) for name in _SEARCHED))
    return all(word in said for word in words)


def _is_in(fields: Mapping[str, Any], where: str) -> bool:
    return spelled_out(str(fields.get("commune", ""))).startswith(where) or str(fields.get("code_postal")).startswith(
        where
    )


def _answers(place: Structure, need: str) -> bool:
    wanted = REFERENCE.needs[need]["thematiques"] if need in REFERENCE.needs else ()
    themes = [
        theme for fields in _all(place) for name in ("thematiques", "categories") for theme in fields.get(name, ())
    ]
    return any(theme == each or theme.startswith(f"{each}--") for theme in themes for each in wanted)


def _all(place: Structure) -> list[Mapping[str, Any]]:
    return [place.fields, *(service.fields for service in place.services)]


def _shown(place: Structure, now: datetime) -> dict[str, Any]:
    """What the pages say of a place: its fields, `opening` (one clause), `hours` (lines), `services`, `audience`."""
    timed = {**place.fields, **place.hours}
    there = now.astimezone(ZoneInfo(timed.get("timezone", PARIS)))
    lines = week_lines(timed) + exception_lines(timed, there.date())
    return {
        **place.fields,
        "opening": opening_words(timed, there.date(), f"{there:%H:%M}"),
        "hours": lines,
        "services": [service.fields for service in place.services],
        "audience": [directory_labels()["publics"].get(each, each) for each in place.fields.get("publics", ())],
    }
