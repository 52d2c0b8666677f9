"""A file arrives: its rows are laid beside the directory as they are, and its columns looked at. Nothing else moves."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, Final

from models.database import available, insert, rows, transaction
from models.directory.columns import ROW_COLUMNS
from models.directory.keepers import Keeper
from models.directory.reading import Record, records
from models.directory.runs import (
    CHUNK,
    OTHER,
    RECEIVED,
    RECEIVING,
    V0,
    V1,
    Run,
    bind_source,
    expiry,
    forget,
    run_of,
    save,
)  # fmt: skip
from models.problems import Problem
from models.projections.instants import written
from models.reference import column_spellings
from models.rules import columns
from models.rules.cells import as_text, cleaned
from models.rules.directory_row import PLACE, SERVICE
from models.tables import ImportRow, ImportRun, ImportSource

Tell = Callable[[int, int], None]
"""Told now and then how many rows are done, of how many (0: not known yet)."""

SAMPLES: Final = 3
MAX_HEADINGS: Final = 1_000  # of a JSON file, whose rows may each name others: a person has to look at them all


def receive(
    file: BinaryIO, name: str, source: str, who: Keeper, now: datetime, tell: Tell = lambda done, total: None
) -> Run:
    """Lay the rows of a file aside for `source`, and say what they are (`look`). Nothing of the directory changes.

    `file` can be read from its start again. Raises Problem(import_kind | import_too_large | import_unreadable |
    forbidden), and then nothing is kept.
    """
    run_id = secrets.token_urlsafe(16)
    with transaction():
        keeper = bind_source(source, who)
        ImportRun.insert(
            id=run_id, source=source, member=who.member or None, keeper=keeper,
            file_name=as_text(cleaned(name) or "")[-200:], form=OTHER, columns="{}", whole=False, state=RECEIVING,
            total=0, done=0, counts="{}", notes="{}", at=written(now), expires_at=expiry(now),
        ).execute()  # fmt: skip
    reading = _Reading(run_id)
    try:
        for rows_ in _chunks(reading.kept(records(file))):
            with transaction():
                insert(ImportRow, rows_)
                save(run_id, done=reading.count)
            tell(reading.count, 0)
        if not reading.count:
            raise Problem("import_kind", kind="empty")
    except Problem:
        with transaction():
            forget(run_id)
        raise
    with transaction():
        save(run_id, state=RECEIVED, total=reading.count, done=0, form=reading.form(), columns=reading.headings,
             notes={"unread": reading.unread})  # fmt: skip
    return run_of(run_id, who, now)


@dataclass(slots=True)
class _Reading:
    """What was seen of a file while its rows went by. `headings` are in the order of the file."""

    run: str
    count: int = 0
    headings: dict[str, list[str]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _first: str | None = None

    def kept(self, found: Iterable[Record]) -> Iterator[tuple[Any, ...]]:
        """The rows of the table, as tuples. Of a file with columns of its own, the first sheet alone is read."""
        for record in found:
            self._first = record.table if self._first is None else self._first
            if record.table != self._first and self.form() == OTHER:
                table = as_text(cleaned(record.table))[:100]
                self.unread[table] = self.unread.get(table, 0) + 1
                continue
            self.count += 1
            clean = cleaned(record.given)  # of what no database keeps
            of = _sort_of(record.table, clean)
            self._note_headings(of, clean)
            given = json.dumps(clean, default=as_text)
            values = {"run": self.run, "number": self.count, "line": record.line, "of": of, "state": "read",
                      "given": given, "conflicts": "{}", "notes": "[]"}  # fmt: skip
            yield tuple(values.get(column) for column in ROW_COLUMNS)

    def _note_headings(self, of: str, given: Any) -> None:
        if isinstance(given, Mapping):
            seen = self._seen.setdefault(of, set())
            new = [name for name in given if name not in seen]
            seen.update(new)
            self.headings.setdefault(of, []).extend(new)
            if len(seen) > MAX_HEADINGS:
                raise Problem("import_too_large", columns=MAX_HEADINGS)

    def form(self) -> str:
        if not self.headings or not all(map(columns.is_standard, self.headings.values())):
            return OTHER
        return V0 if any(map(columns.is_older, self.headings.values())) else V1


def _sort_of(table: str, given: Any) -> str:
    """A service names its structure, or is in a table of services."""
    is_service = table.lower().startswith("service")
    return SERVICE if is_service or (isinstance(given, Mapping) and "structure_id" in given) else PLACE


def _chunks(found: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while chunk := list(islice(found, CHUNK)):
        yield chunk


# --- columns -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown before anything is compared. `mapping` is what a person confirmed for this source (`remembered`),
    completed by a guess; `samples` the first values of each heading; `fields` what a column may be."""

    of: str
    headings: list[str]
    samples: Mapping[str, list[str]]
    mapping: Mapping[str, str]
    remembered: bool
    needs_mapping: bool
    fields: tuple[str, ...]


def look(run_id: str, who: Keeper, now: datetime) -> Look:
    """The columns of a file that was received. Raises Problem(not_found)."""
    run = run_of(run_id, who, now)
    of = PLACE if PLACE in run.columns or not run.columns else SERVICE
    headings = run.columns.get(of, [])
    with available():
        query = ImportRow.select(ImportRow.given).where(ImportRow.run == run_id, ImportRow.of == of)
        found = rows(query.order_by(ImportRow.number).limit(columns.SAMPLE_ROWS))
    first = [given for (text,) in found if isinstance(given := json.loads(text), dict)]
    samples = {name: [as_text(row[name])[:100] for row in first if name in row][:SAMPLES] for name in headings}
    known = {name: to for name, to in mapping_of(run.source).items() if name in headings}
    guessed = columns.guess(headings, first, column_spellings(), of)
    taken = {to for to in known.values() if to not in columns.JOINED}
    mapping = {name: to for name, to in guessed.items() if to not in taken} | known
    return Look(of, headings, samples, mapping, bool(known), run.form == OTHER, columns.FIELDS[of])


def confirm(run_id: str, mapping: Mapping[str, str], who: Keeper, now: datetime) -> None:
    """A person looked at the columns: remember them for this source. Raises Problem(not_found | import_columns)."""
    shown = look(run_id, who, now)
    if why := columns.fault(mapping, shown.headings, shown.of):
        raise Problem("import_columns", why=why)
    run = run_of(run_id, who, now)
    with transaction():
        ImportSource.update(
            mapping=json.dumps(dict(mapping)), confirmed_by=who.member or None, confirmed_at=written(now)
        ).where(ImportSource.name == run.source).execute()


def mapping_of(source: str) -> dict[str, str]:
    """What a person confirmed of the columns of this source; empty when nobody did."""
    with available():
        found = rows(ImportSource.select(ImportSource.mapping).where(ImportSource.name == source))
    mapping: dict[str, str] = json.loads(found[0][0]) if found and found[0][0] else {}
    return mapping
