"""Applying an import: exactly what was looked at, in one transaction, or nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from models.database import insert, rows
from models.directory.changes import Changing, changing, dumped
from models.directory.columns import PLACE_COLUMNS, SERVICE_COLUMNS
from models.directory.keepers import Keeper
from models.directory.known import Known, known
from models.directory.receiving import Tell
from models.directory.runs import APPLIED, CHUNK, PLANNED, Run, run_of, save
from models.problems import Problem
from models.projections.instants import written
from models.rules.directory_row import PLACE, SERVICE
from models.rules.place_merge import HIDES, chosen
from models.tables import ImportRow, ImportRun, ImportSource, Place, Service

Choices = Mapping[int, Collection[str]]
"""{number of a row: the fields, among its conflicts, for which the file is believed}; any other stays as it is."""

IMPORTED: Final = "imported"


class _Change(NamedTuple):
    number: int
    target: str
    before: Known | None
    after: Known
    conflicts: Mapping[str, Any]


def apply(run_id: str, choices: Choices, who: Keeper, now: datetime, tell: Tell = lambda done, total: None) -> Run:
    """Write what the dry run showed. An import that was applied already is left as it is.

    Raises Problem(not_found | forbidden), or directory_changed when it was not compared yet, or when anything that it
    touches changed since: then nothing is written, and it is to be compared again.
    """
    run = run_of(run_id, who, now)
    with changing(now, who.member or None, run_id) as change:
        state = rows(ImportRun.select(ImportRun.state).where(ImportRun.id == run_id))
        if state == [(APPLIED,)]:
            return run
        if state != [(PLANNED,)]:
            raise Problem("directory_changed")
        applying = _Applying(change, who, choices)
        for of in (PLACE, SERVICE):
            for chunk in _to_write(run_id, of):
                applying.write(of, chunk)
                tell(chunk[-1].number, run.total)
        change.touch(sorted(applying.touched))
        save(run_id, state=APPLIED)
        ImportSource.update(imported_at=written(now)).where(ImportSource.name == run.source).execute()
    return run_of(run_id, who, now)


def _to_write(run_id: str, of: str) -> Iterator[list[_Change]]:
    columns = (ImportRow.number, ImportRow.target, ImportRow.before, ImportRow.after, ImportRow.conflicts)
    mine = (ImportRow.run == run_id) & (ImportRow.of == of) & ImportRow.after.is_null(False)
    number = 0
    while found := rows(
        ImportRow.select(*columns).where(mine, ImportRow.number > number).order_by(ImportRow.number).limit(CHUNK)
    ):
        yield [_change(row) for row in found]
        number = found[-1][0]


def _change(row: tuple[Any, ...]) -> _Change:
    number, target, before, after, conflicts = row
    return _Change(number, target, json.loads(before) if before else None, json.loads(after), json.loads(conflicts))


def _owners(one: _Change) -> set[str]:
    """The places of a service, before and after."""
    return {str(side["fields"]["structure_id"]) for side in (one.before, one.after) if side is not None}


class _Applying:
    """`touched` are the places whose services changed: phones read them again."""

    def __init__(self, change: Changing, who: Keeper, choices: Choices) -> None:
        self.change, self.who, self.choices = change, who, choices
        self.touched: set[str] = set()

    def write(self, of: str, chunk: list[_Change]) -> None:
        there = known(of, {one.target for one in chunk})
        places = there if of == PLACE else known(PLACE, set().union(*map(_owners, chunk)))
        self._require(places)
        for one in chunk:
            here = there.get(one.target)
            if here != one.before or self._bares(one, places):
                raise Problem("directory_changed")
        new = [one for one in chunk if one.before is None]
        if of == PLACE:
            insert(Place, [self._place(one) for one in new])
        else:
            insert(Service, [self._service(one) for one in new])
            self.touched.update(*map(_owners, chunk))
        for one in chunk:
            if one.before is not None:
                self._update_place(one) if of == PLACE else self._update_service(one)

    def _require(self, places: Mapping[str, Known]) -> None:
        for place in places.values():
            self.who.require(place["fields"])

    def _bares(self, one: _Change, places: Mapping[str, Known]) -> bool:
        """Whether a service leaves a place that was hidden since it was compared, by who may not show it again."""
        if one.before is None or "structure_id" not in one.before["fields"]:
            return False
        owner = places.get(one.before["fields"]["structure_id"])
        is_hidden = owner is not None and owner["fields"][HIDES]
        return is_hidden and len(_owners(one)) > 1 and not self.who.keeps_all

    def _place(self, one: _Change) -> tuple[Any, ...]:
        self.change.note(one.target, {}, {"active": True}, IMPORTED)
        fields, imported = one.after["fields"], one.after["imported"]
        said = {"id": one.target, "source": fields["source"], "imported": dumped(imported)}
        values = self.change.columns(fields) | said
        return tuple(values[name] for name in PLACE_COLUMNS)

    def _update_place(self, one: _Change) -> None:
        before = one.before["fields"] if one.before else {}
        fields = chosen(one.after["fields"], one.conflicts, self._taken(one, before))
        said = {"imported": dumped(one.after["imported"])} if "imported" in one.after else {}
        is_changed = self.change.note(one.target, before, fields, IMPORTED)
        # What the source says now is remembered even when it changes nothing here: no phone has to read it again.
        values = (self.change.columns(fields) if is_changed else {}) | said
        if values:
            Place.update(values).where(Place.id == one.target).execute()

    def _taken(self, one: _Change, before: Mapping[str, Any]) -> list[str]:
        taken = [name for name in self.choices.get(one.number, ()) if name in one.conflicts]
        shows = HIDES in taken and before.get(HIDES) and not one.conflicts[HIDES][1]
        if shows and not self.who.keeps_all:
            raise Problem("forbidden")
        return taken

    def _service(self, one: _Change) -> tuple[Any, ...]:
        values = {"id": one.target, "source": one.after["fields"]["source"]} | self._service_columns(one)
        return tuple(values[name] for name in SERVICE_COLUMNS)

    def _update_service(self, one: _Change) -> None:
        Service.update(self._service_columns(one)).where(Service.id == one.target).execute()

    def _service_columns(self, one: _Change) -> dict[str, Any]:
        fields = one.after["fields"]
        content = {name: value for name, value in fields.items() if name != "active"}
        return {
            "structure": fields["structure_id"], "content": dumped(content), "active": fields["active"],
            "changed_at": written(self.change.now),
        }  # fmt: skip
