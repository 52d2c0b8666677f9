"""The door to the directory: places come in from files with a report that loses none, and go out to phones whole.

Rows are deactivated, never deleted. What a network sets on a place (organisation, team, kind, confidential address)
stays when a file that says nothing of it comes again. Words of places: data·inclusion v1 (models/rules/place_row.py).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from models.database import available, insert, rows, transaction
from models.projections.instants import written
from models.reference import REFERENCE, directory_words
from models.rules.place_row import OURS, PlaceRow, RowRefused, read_row
from models.tables.place import Place

# The last two lead to it: a public register gives the address of a SIRET, and the source's own page shows it.
HIDDEN_WHEN_CONFIDENTIAL: Final = (
    "adresse", "complement_adresse", "code_postal", "code_insee", "latitude", "longitude", "accessibilite_lieu",
    "siret", "lien_source",
)  # fmt: skip
KEPT_WHEN_CLOSED: Final = ("id", "nom", "commune")
VERIFY_AFTER_DAYS: Final = 365


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
    with transaction():
        known = _known()
        insert(Place, [_row(place, known.get(place.id), now) for place in _new(places, known, report)])
        for place, names in _different(places, known, report):
            report.changed[place.id] = names
            _update(_row(place, known[place.id], now))
        if whole:
            _deactivate(places, listed, known, now, report)
    return report


def extract(now: datetime) -> dict[str, Any]:
    """`{"version", "places"}` for phones. `version` changes exactly when a place does (an ETag).

    A confidential place never shows where it is. A closed one keeps its name, because orientations point to it.
    `a_verifier` marks what its source did not touch for a year.
    """
    with available():
        found = rows(Place.select().order_by(Place.id))
    places = [_shown(dict(zip(_columns(), row, strict=True)), now.date()) for row in found]
    canonical = json.dumps(places, ensure_ascii=False, sort_keys=True).encode("utf-8")
    version = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode("ascii")
    return {"version": version, "places": places}


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


def _columns() -> list[str]:
    return [column.column_name for column in Place._meta.sorted_fields]


def _known() -> dict[str, dict[str, Any]]:
    return {row[0]: dict(zip(_columns(), row, strict=True)) for row in rows(Place.select())}


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
        if names := _differences(place, known[place.id]):
            different.append((place, names))
        else:
            report.unchanged += 1
    return different


def _differences(place: PlaceRow, known: Mapping[str, Any]) -> list[str]:
    before: dict[str, Any] = json.loads(known["content"])
    after = json.loads(json.dumps(place.content))
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    names += [name for name, value in place.ours.items() if known[name] != value]
    return names if known["active"] else [*names, "active"]


def _row(place: PlaceRow, known: Mapping[str, Any] | None, now: datetime) -> tuple[Any, ...]:
    """The row of a place: what the file says, and of Accord's own fields those it does not mention, as they were."""
    ours = {name: place.ours.get(name, (known or {}).get(name)) for name in OURS}
    ours["kind"] = ours["kind"] or _kind(place.content.get("reseaux_porteurs", ()))
    content = json.dumps(place.content, ensure_ascii=False, sort_keys=True)
    values = {
        **ours, "id": place.id, "source": place.source, "content": content, "active": True,
        "confidential_address": bool(ours["confidential_address"]), "changed_at": written(now),
    }  # fmt: skip
    return tuple(values[name] for name in _columns())


def _kind(networks: Iterable[str]) -> str | None:
    """The kind of organisation that runs these networks: the most sensitive one when there are several."""
    kinds = [kind for kind in REFERENCE.organisation_kinds.values() if set(kind["reseaux_porteurs"]) & set(networks)]
    return str(max(kinds, key=lambda kind: int(kind["level"]))["code"]) if kinds else None


def _update(row: tuple[Any, ...]) -> None:
    values = dict(zip(_columns(), row, strict=True))
    Place.update(values).where(Place.id == values.pop("id")).execute()


def _deactivate(
    places: list[PlaceRow], listed: set[str], known: Mapping[str, dict[str, Any]], now: datetime, report: Report
) -> None:
    sources = {place.source for place in places}
    report.deactivated = [
        id_ for id_, row in known.items() if row["active"] and row["source"] in sources and id_ not in listed
    ]
    for id_ in report.deactivated:
        Place.update(active=False, changed_at=written(now)).where(Place.id == id_).execute()


# --- showing -----------------------------------------------------------------------------------------------------


def _shown(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(row["content"])
    if not row["active"]:
        return {name: content[name] for name in KEPT_WHEN_CLOSED if name in content} | {"active": False}
    hidden = {"a_classer", *(HIDDEN_WHEN_CONFIDENTIAL if row["confidential_address"] else ())}
    place = {name: value for name, value in content.items() if name not in hidden}
    place |= {name: row[name] for name in ("organisation", "team", "kind") if row[name]}
    if row["confidential_address"]:
        place["confidential_address"] = True
    if (today - date.fromisoformat(content["date_maj"])).days > VERIFY_AFTER_DAYS:
        place["a_verifier"] = True
    return place
