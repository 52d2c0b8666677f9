"""What an import did or would do: line by line for a page, as a sheet for who corrects the file, in sentences."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.database import available, rows
from models.directory.keepers import Keeper
from models.directory.planning import ADDED, CHANGED, CONFLICT, GONE, REFUSED, UNCHANGED
from models.directory.runs import CHUNK, Run, run_of
from models.rules import cells, sheet
from models.rules.confidential import KEPT_FROM_EVERYONE
from models.rules.directory_row import PLACE, SERVICE, Note
from models.rules.place_merge import HIDES
from models.tables import ImportRow, Place, Service

LABELS: Final = {
    ADDED: "ajouté", CHANGED: "modifié", CONFLICT: "à choisir", UNCHANGED: "inchangé", GONE: "plus dans le fichier",
    REFUSED: "refusé", "read": "pas encore comparé",
}  # fmt: skip
SORTS: Final = {PLACE: "lieu", SERVICE: "service"}
PLURALS: Final = {PLACE: "lieux", SERVICE: "services"}
HEADINGS: Final = (
    "ligne", "sorte", "identifiant", "nom", "état", "champ", "remarque", "dans l’annuaire", "dans le fichier",
)  # fmt: skip
HIDDEN: Final = "(adresse confidentielle)"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an import. `line` is where the file has it, None for what it no longer lists. `changes` are (field,
    before, after), `conflicts` (field, here, in the file), None where there is no value."""

    number: int
    line: int | None
    of: str
    state: str
    target: str | None
    name: str | None
    changes: list[tuple[str, Any, Any]]
    conflicts: list[tuple[str, Any, Any]]
    notes: list[Note]


def lines(
    run_id: str, who: Keeper, now: datetime, states: Collection[str] = (), after: int = 0, limit: int = 50,
    of: str | None = None, noted: bool = False,
) -> list[Line]:  # fmt: skip
    """The rows of an import after number `after`, in order. `states` empty: all; `noted`: only those that say something
    (a note, or a refusal). Raises Problem(not_found)."""
    run_of(run_id, who, now)
    return _lines(run_id, states, after, limit, of, noted)


def sheet_of(run_id: str, who: Keeper, now: datetime) -> Iterator[str]:
    """The whole report as CSV for Excel: a row for each remark, change or refusal. Raises Problem(not_found)."""
    run_of(run_id, who, now)
    return sheet.written(_sheet_rows(run_id))


def sentences(run: Run) -> list[str]:
    """The counts in French, one line each: rows, then what was kept aside, the most frequent first."""
    counts = [_counted(run, of) for of in (PLACE, SERVICE) if run.columns.get(of) or of == PLACE]
    aside = run.notes.get("aside", {}).get("rows", 0)
    orphans = run.counts.get("service.orphan", 0)
    notes = run.notes
    return [
        *counts,
        *([f"{aside} {'lignes ont' if aside > 1 else 'ligne a'} une valeur mise de côté"] if aside else []),
        *([f"services dont l’annuaire n’a pas encore le lieu : {orphans}"] if orphans else []),
        *(f"à classer, gardé de côté : {value} ({times})" for value, times in _most(notes.get("to_sort", {}))),
        *(f"{what} ({times})" for what, times in _most(notes.get("set_aside", {}))),
        *(f"donnée personnelle laissée de côté : {name} ({times})" for name, times in _most(notes.get("left_out", {}))),
        *(f"feuille non lue : {name} ({times} lignes)" for name, times in _most(notes.get("unread", {}))),
    ]


def _counted(run: Run, of: str) -> str:
    counts = {state: run.counts.get(f"{of}.{state}", 0) for state in LABELS}
    read = sum(number for state, number in counts.items() if state != GONE)
    return (
        f"{PLURALS[of]} lus : {read} ; ajoutés : {counts[ADDED]}, modifiés : {counts[CHANGED]}, "
        f"à choisir : {counts[CONFLICT]}, inchangés : {counts[UNCHANGED]}, refusés : {counts[REFUSED]}, "
        f"plus dans le fichier : {counts[GONE]}"
    )


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _lines(
    run_id: str, states: Collection[str], after: int, limit: int, of: str | None = None, noted: bool = False
) -> list[Line]:
    query = ImportRow.select(
        ImportRow.number, ImportRow.line, ImportRow.of, ImportRow.state, ImportRow.target, ImportRow.name,
        ImportRow.before, ImportRow.after, ImportRow.conflicts, ImportRow.notes,
    ).where(ImportRow.run == run_id, ImportRow.number > after)  # fmt: skip
    if states:
        query = query.where(ImportRow.state.in_(list(states)))
    if of is not None:
        query = query.where(ImportRow.of == of)
    if noted:
        query = query.where(ImportRow.notes != "[]")
    with available():
        found = rows(query.order_by(ImportRow.number).limit(limit))
        hidden = _confidential(run_id, {each for row in found if (each := _place_of(row))})
    return [_line(row, _place_of(row) in hidden) for row in found]


def _place_of(row: tuple[Any, ...]) -> str | None:
    """The place that a row is about: itself, or the one that offers the service; an unchanged service stands for it."""
    if row[2] == PLACE:
        return str(row[4]) if row[4] else None
    before, after = _before_and_after(row)
    found: str | None = after.get("structure_id") or before.get("structure_id") or row[4]
    return found


def _confidential(run_id: str, places: set[str]) -> set[str]:
    """Those of these places that are confidential, or that the file says so; and the services offered there."""
    kept = Place.select(Place.id).where(Place.confidential_address, Place.id.in_(sorted(places)))
    here = (ImportRow.run == run_id) & (ImportRow.of == PLACE) & ImportRow.after.is_null(False)
    said = ImportRow.select(ImportRow.target, ImportRow.after).where(here, ImportRow.target.in_(sorted(places)))
    new = {id_ for id_, after in rows(said) if json.loads(after)["fields"].get(HIDES)}
    there = Service.structure.in_(Place.select(Place.id).where(Place.confidential_address))
    offered = Service.select(Service.id).where(there, Service.id.in_(sorted(places)))
    return new | {id_ for query in (kept, offered) for (id_,) in rows(query)}


def _before_and_after(row: tuple[Any, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = ((json.loads(text) or {}).get("fields", {}) if text else {} for text in row[6:8])
    return before, after


def _line(row: tuple[Any, ...], is_hidden: bool) -> Line:
    before, after = _before_and_after(row)
    notes = [Note(*note) for note in json.loads(row[9])]
    conflicts = [(name, here, file) for name, (here, file) in json.loads(row[8]).items()]
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    changes = [(name, before.get(name), after.get(name)) for name in names] if before else []
    if is_hidden:
        changes, conflicts = _hidden(changes), _hidden(conflicts)
        notes = [Note(note.field, note.why.split(" : ")[0]) for note in notes]  # what it says of a value may repeat it
    number, line, of, state, target, name = row[:6]
    return Line(number, line, of, state, target, name, changes, conflicts, notes)


def _hidden(values: list[tuple[str, Any, Any]]) -> list[tuple[str, Any, Any]]:
    """What a confidential place keeps to itself is said to differ, and no more: reports travel by mail."""
    return [(name, HIDDEN, HIDDEN) if name in KEPT_FROM_EVERYONE else (name, *both) for name, *both in values]


def _sheet_rows(run_id: str) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    number = 0
    while chunk := _lines(run_id, (), number, CHUNK):
        for line in chunk:
            yield from _rows_of(line)
        number = chunk[-1].number


def _rows_of(line: Line) -> Iterator[tuple[object, ...]]:
    """What Excel is told of a row: one line for each thing to say."""
    head = (line.line, SORTS[line.of], line.target, line.name, LABELS[line.state])
    said = [(note.field, note.why, "", note.value) for note in line.notes]
    said += [(name, "a changé", here, file) for name, here, file in line.changes]
    said += [(name, "vérifié ici : à choisir", here, file) for name, here, file in line.conflicts]
    if not said and line.state in (ADDED, GONE):
        said = [("", "", "", "")]
    for name, why, *values in said:
        yield (*head, name, why, *("" if value is None else cells.as_text(value) for value in values))
