"""One change of the directory at a time: what changed, who did it, and the version phones compare.

Everything that writes a place goes through `changing`: a phone that has version 7 asks for what is above 7, so versions
must be committed in their order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from peewee import fn

from models.database import hold, insert, rows, transaction
from models.directory.columns import CHANGE_COLUMNS, place_row
from models.directory.merged import closed_by, standing
from models.opening_hours import hours_of
from models.problems import Problem
from models.projections.instants import written
from models.tables import Place, PlaceChange

HELD: Final = "directory"
OURS: Final = (
    "kind", "food_aid", "confidential_address", "keeper", "active", "merged_into", "full_until", "verified_at",
    "verified_fields",
)  # fmt: skip
LISTS: Final = ("food_aid", "verified_fields")
_SAID_BY_THE_COLUMN: Final = ("id", "source")


@dataclass(slots=True)
class Changing:
    """A transaction that is alone in writing the directory. `version` is what every place it writes gets."""

    version: int
    now: datetime
    member: str | None
    run: str | None = None
    _history: list[tuple[Any, ...]] = field(default_factory=list)
    _turned: set[str] = field(default_factory=set)

    def place(self, id_: str) -> dict[str, Any]:
        """The fields of a place, as `fields_of` has them. Raises Problem(not_found)."""
        found = rows(Place.select().where(Place.id == id_))
        if not found:
            raise Problem("not_found")
        return fields_of(place_row(found[0]))

    def set(self, id_: str, changes: Mapping[str, Any], act: str) -> dict[str, Any]:
        """Give these fields these values (None: none), note it in the history, and return the place as it is now.

        What was so already is no change: nothing is written, and no version is used. Raises Problem(not_found).
        """
        before = self.place(id_)
        after = {name: value for name, value in {**before, **changes}.items() if value is not None}
        if self.note(id_, before, after, act):
            Place.update(self.columns(after)).where(Place.id == id_).execute()
        return after

    def note(self, id_: str, before: Mapping[str, Any], after: Mapping[str, Any], act: str) -> bool:
        """Write in the history the fields that differ; False when none does."""
        names = differences(before, after)
        if names:
            was = {name: before[name] for name in names if name in before}
            is_ = {name: after[name] for name in names if name in after}
            row = (id_, written(self.now), act, self.member, self.run, dumped(was), dumped(is_))
            self._history.append(row)
        if "confidential_address" in names:
            self._turned.add(id_)
        return bool(names)

    def hide_what_stands(self) -> None:
        """The entry that took a place in may have its address and services: it hides as long as that place does."""
        stands = standing() if self._turned else {}
        closed = closed_by(stands)
        for last in sorted({last for each, last in stands.items() if {each, last} & self._turned}):
            if any(self.place(each)["confidential_address"] for each in closed[last]):
                self.set(last, {"confidential_address": True}, "hidden")

    def touch(self, ids: list[str]) -> None:
        """These places changed by what hangs on them (a service): phones read them again."""
        for start in range(0, len(ids), 500):
            part = Place.id.in_(ids[start : start + 500])
            Place.update(version=self.version, changed_at=written(self.now)).where(part).execute()

    def columns(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that fields make, the version and the instant included. `imported` and the id are not in them."""
        ours = {name: fields.get(name) for name in OURS}
        ours |= {name: dumped(fields.get(name) or []) for name in LISTS}
        ours |= {name: bool(fields.get(name)) for name in ("active", "confidential_address")}
        content = {name: value for name, value in fields.items() if name not in OURS}
        hours = dumped(hours_of(content, self.now.date()))
        return {
            **ours,
            "content": dumped(content),
            "hours": hours,
            "changed_at": written(self.now),
            "version": self.version,
        }

    def write_history(self) -> None:
        insert(PlaceChange, self._history, CHANGE_COLUMNS)


@contextmanager
def changing(now: datetime, member: str | None, run: str | None = None) -> Iterator[Changing]:
    """A write transaction of the directory, alone until it is committed. `member` None: the operator."""
    with transaction():
        hold({HELD: True})
        newest = rows(Place.select(fn.MAX(Place.version)))[0][0] or 0
        change = Changing(newest + 1, now, member, run)
        yield change
        change.hide_what_stands()
        change.write_history()


def fields_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `place` as one flat object: the fields of data·inclusion and ours, those without value left out."""
    ours = {name: row[name] for name in OURS} | {name: json.loads(row[name]) for name in LISTS}
    ours |= {name: bool(row[name]) for name in ("active", "confidential_address")}
    content: dict[str, Any] = json.loads(row["content"])
    return content | {name: value for name, value in ours.items() if value not in (None, [])}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the fields whose values differ, in order."""
    names = sorted({*before, *after} - {*_SAID_BY_THE_COLUMN})
    return [name for name in names if before.get(name) != after.get(name)]


def dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
