"""Imports that wait: who may see them, what they hold, and when they are forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from models.database import available, rows, transaction
from models.directory.changes import dumped
from models.directory.columns import RUN_COLUMNS
from models.directory.keepers import Keeper
from models.problems import Problem
from models.projections.instants import read, written
from models.tables import ImportRow, ImportRun, ImportSource, Place

RECEIVING, RECEIVED, PLANNING, PLANNED, APPLIED = "receiving", "received", "planning", "planned", "applied"
V1, V0, OTHER = "v1", "v0", "other"
KEPT_DAYS: Final = 7
OPERATOR: Final = Keeper("", "", keeps_all=True)
"""Who types a command on the server: no member, every right on the directory."""

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Run:
    """An import as it stands. `done` of `total` rows are read; `counts` is {"place.added": n…} and `read`, `blank`;
    `columns` {sort of row: headings}; `notes` says what was kept aside: `to_sort`, `set_aside`, `left_out`, `aside`,
    each {what: how often}, and `unread`, the sheets that were not read. `keeper`: the organisation it is bound to."""

    id: str
    source: str
    member: str | None
    keeper: str | None
    file_name: str
    form: str
    columns: Mapping[str, list[str]]
    whole: bool
    state: str
    total: int
    done: int
    counts: Mapping[str, int]
    notes: Mapping[str, Mapping[str, int]]
    at: datetime
    expires_at: datetime


def run_of(id_: str, who: Keeper, now: datetime) -> Run:
    """Raises Problem(not_found) when there is none, when it expired, and when it is another organisation's."""
    with available():
        found = rows(ImportRun.select().where(ImportRun.id == id_))
    run = _read(found[0]) if found else None
    if run is None or run.expires_at <= now or not (who.keeps_all or run.keeper == who.organisation):
        raise Problem("not_found")
    return run


def recent_runs(who: Keeper, now: datetime, limit: int = 20) -> list[Run]:
    """The imports of the last week that they may see, the newest first."""
    query = ImportRun.select().where(ImportRun.expires_at > written(now))
    if not who.keeps_all:
        query = query.where(ImportRun.keeper == who.organisation)
    with available():
        return [_read(row) for row in rows(query.order_by(ImportRun.at.desc(), ImportRun.id).limit(limit))]


def save(run_id: str, **values: Any) -> None:
    """Write these columns of a run; what is JSON there is given as objects."""
    json_columns = {name: dumped(value) for name, value in values.items() if name in ("columns", "counts", "notes")}
    ImportRun.update(values | json_columns).where(ImportRun.id == run_id).execute()


def forget_imports(now: datetime) -> int:
    """Delete the imports whose week is over, applied or not: the history of places keeps what they did."""
    with transaction():
        expired = [row[0] for row in rows(ImportRun.select(ImportRun.id).where(ImportRun.expires_at <= written(now)))]
        for id_ in expired:
            forget(id_)
    return len(expired)


def forget(run_id: str) -> None:
    ImportRow.delete().where(ImportRow.run == run_id).execute()
    ImportRun.delete().where(ImportRun.id == run_id).execute()


def bind_source(name: str, who: Keeper) -> str | None:
    """The organisation that keeps what an import adds; None when it is for the whole network, whoever uses the name.

    A supervisor's source becomes their organisation's at its first use. Raises Problem(forbidden) for a source of
    others, and for a name that others' places already carry. Within a transaction.
    """
    known = rows(ImportSource.select(ImportSource.keeper).where(ImportSource.name == name))
    if not known:
        of_others = (Place.source == name) & (Place.keeper.is_null() | (Place.keeper != who.organisation))
        if not who.keeps_all and rows(Place.select(Place.id).where(of_others).limit(1)):
            raise Problem("forbidden")
        ImportSource.insert(name=name, keeper=None if who.keeps_all else who.organisation).execute()
    elif not who.keeps_all and known[0][0] != who.organisation:
        raise Problem("forbidden")
    return None if who.keeps_all else who.organisation


def expiry(now: datetime) -> str:
    return written(now + timedelta(days=KEPT_DAYS))


def _read(row: tuple[Any, ...]) -> Run:
    values = dict(zip(RUN_COLUMNS, row, strict=True))
    values |= {name: json.loads(values[name]) for name in ("columns", "counts", "notes")}
    values |= {name: read(values[name]) for name in ("at", "expires_at")}
    return Run(**values | {"whole": bool(values["whole"])})
