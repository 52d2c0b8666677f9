"""The door to the directory: places come in from files with a report that loses none, and go out to phones whole.

Rows are deactivated, never deleted. What a network sets on a place (organisation, team, kind, confidential address)
stays when a file that says nothing of it comes again. Words of places: data·inclusion v1 (models/rules/place_row.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from models.database import insert, rows
from models.directory.changes import OURS, Changing, changing, differences, dumped, fields_of
from models.directory.columns import PLACE_COLUMNS
from models.reference import REFERENCE, directory_words
from models.rules.place_row import PlaceRow, RowRefused, read_row
from models.tables import Place


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`row` counts from 1; `id` is as the file writes it, or None; `why` is one French clause."""

    row: int
    id: str | None
    why: str


@dataclass(slots=True)
class Report:
    """What an import did: every row read is added, changed (with the names of what differs), unchanged or refused.

    `to_sort` counts values that have no word yet (kept aside), `left_out` personal columns that were not kept.
    """

    read: int = 0
    unchanged: int = 0
    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    deactivated: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    to_sort: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """The report in French, one line each, for whoever typed the command."""
        counts = (
            f"lignes lues : {self.read} ; ajoutées : {len(self.added)}, modifiées : {len(self.changed)}, "
            f"inchangées : {self.unchanged}, refusées : {len(self.refused)}, désactivées : {len(self.deactivated)}"
        )
        return [
            counts,
            *(f"ligne {each.row} ({each.id or 'sans id'}) refusée : {each.why}" for each in self.refused),
            *(f"{id_} modifiée : {', '.join(names)}" for id_, names in self.changed.items()),
            *(f"{id_} désactivée" for id_ in self.deactivated),
            *(f"à classer, gardé de côté : {value} ({times})" for value, times in self.to_sort.most_common()),
            *(f"donnée personnelle laissée de côté : {name} ({times})" for name, times in self.left_out.items()),
        ]


def import_places(source: Path | Iterable[object], now: datetime, *, whole: bool = False) -> Report:
    """Import the rows of a JSON file (a list, or an object with `structures`), or rows already read; all or nothing.

    With `whole`, the file is all there is of its sources: their places it no longer lists are deactivated (a refused
    row still lists its place). Raises OSError or ValueError for a file that cannot be read; then nothing has changed.
    """
    given = _read_file(source) if isinstance(source, Path) else list(source)
    report = Report(read=len(given))
    places, listed = _sorted_out(given, report)
    with changing(now, None) as change:
        known = _known()
        insert(Place, [_row(place, None, change) for place in _new(places, known, report)])
        for place, names in _different(places, known, report):
            report.changed[place.id] = names
            _update(place, known[place.id], change)
        if whole:
            _deactivate(places, listed, known, change, report)
    return report


# --- reading -----------------------------------------------------------------------------------------------------


def _read_file(path: Path) -> list[object]:
    content = json.loads(path.read_text("utf-8-sig"))
    listed = content.get("structures") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise ValueError("a directory file is a list of places")
    return listed


def _sorted_out(given: list[object], report: Report) -> tuple[list[PlaceRow], set[str]]:
    """The places of the rows that are good, and every id the rows name, refused ones included."""
    words = directory_words()
    places: dict[str, PlaceRow] = {}
    first_seen: dict[str, int] = {}
    listed: set[str] = set()
    for number, row in enumerate(given, 1):
        listed |= _named(row)
        try:
            place = read_row(row, words, REFERENCE.organisation_kinds)
            if place.id in places:
                raise RowRefused(f"déjà lue ligne {first_seen[place.id]}")
        except RowRefused as refusal:
            report.refused.append(RefusedRow(number, _written_id(row), refusal.why))
            continue
        places[place.id], first_seen[place.id] = place, number
        report.left_out.update(place.left_out)
        for column, values in place.content.get("a_classer", {}).items():
            report.to_sort.update(f"{column} : {value}" for value in (values if isinstance(values, list) else ["…"]))
    return list(places.values()), listed


def _written_id(row: object) -> str | None:
    return str(row["id"])[:100] if isinstance(row, Mapping) and row.get("id") else None


def _named(row: object) -> set[str]:
    """The ids a row may stand for, whether it can be read or not."""
    id_ = _written_id(row)
    return {id_, f"{row.get('source')}--{id_}"} if id_ and isinstance(row, Mapping) else set()


# --- comparing and writing ---------------------------------------------------------------------------------------


def _known() -> dict[str, dict[str, Any]]:
    return {row[0]: dict(zip(PLACE_COLUMNS, row, strict=True)) for row in rows(Place.select())}


def _new(places: list[PlaceRow], known: Mapping[str, Any], report: Report) -> list[PlaceRow]:
    new = [place for place in places if place.id not in known]
    report.added = [place.id for place in new]
    return new


def _different(
    places: list[PlaceRow], known: Mapping[str, dict[str, Any]], report: Report
) -> list[tuple[PlaceRow, list[str]]]:
    different = []
    for place in places:
        if place.id not in known:
            continue
        if names := differences(fields_of(known[place.id]), _fields(place, known[place.id])):
            different.append((place, names))
        else:
            report.unchanged += 1
    return different


def _fields(place: PlaceRow, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the file says, and of Accord's own fields those it does not mention, as they were."""
    ours = {name: value for name, value in (fields_of(known) if known else {}).items() if name in OURS}
    fields = {**json.loads(dumped(place.content)), **ours, **place.ours, "active": True}
    fields.setdefault("confidential_address", False)
    if kind := fields.get("kind") or _kind(place.content.get("reseaux_porteurs", ())):
        fields["kind"] = kind
    return fields


def _row(place: PlaceRow, known: Mapping[str, Any] | None, change: Changing) -> tuple[Any, ...]:
    fields = _fields(place, known)
    said = {"id": place.id, "source": place.source, "imported": dumped(place.content)}
    change.note(place.id, {}, {"active": True}, "imported")
    values = change.columns(fields) | said
    return tuple(values[name] for name in PLACE_COLUMNS)


def _kind(networks: Iterable[str]) -> str | None:
    """The kind of organisation that runs these networks: the most sensitive one when there are several."""
    kinds = [kind for kind in REFERENCE.organisation_kinds.values() if set(kind["reseaux_porteurs"]) & set(networks)]
    return str(max(kinds, key=lambda kind: int(kind["level"]))["code"]) if kinds else None


def _update(place: PlaceRow, known: Mapping[str, Any], change: Changing) -> None:
    fields = _fields(place, known)
    change.note(place.id, fields_of(known), fields, "imported")
    values = change.columns(fields) | {"imported": dumped(place.content)}
    Place.update(values).where(Place.id == place.id).execute()


def _deactivate(
    places: list[PlaceRow], listed: set[str], known: Mapping[str, dict[str, Any]], change: Changing, report: Report
) -> None:
    sources = {place.source for place in places}
    report.deactivated = [
        id_ for id_, row in known.items() if row["active"] and row["source"] in sources and id_ not in listed
    ]
    for id_ in report.deactivated:
        change.set(id_, {"active": False}, "imported")
