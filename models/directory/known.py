"""What the directory has already, as imports compare it: {"fields", "imported"} of a place, {"fields"} of a service."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from models.database import available, rows
from models.directory.changes import fields_of
from models.directory.columns import SERVICE_COLUMNS, place_row
from models.rules.directory_row import PLACE, SERVICE
from models.tables import Place, Service

Known = dict[str, Any]
_TABLES: Final[dict[str, Any]] = {PLACE: Place, SERVICE: Service}
_CHUNK: Final = 500


def known(of: str, ids: Collection[str]) -> dict[str, Known]:
    """Those of these ids that exist, by id. At most some hundreds are asked for at once."""
    table = _TABLES[of]
    with available():
        found = rows(table.select().where(table.id.in_(sorted(ids)))) if ids else []
    return {row[0]: _place(row) if of == PLACE else _service(row) for row in found}


def open_ones(of: str, sources: Collection[str], but: Collection[str]) -> Iterator[tuple[str, Known]]:
    """What is open of these sources, those of `but` excepted, in the order of ids."""
    table = _TABLES[of]
    with available():
        query = table.select(table.id).where(table.source.in_(sorted(sources)), table.active).order_by(table.id)
        left = [row[0] for row in rows(query) if row[0] not in but] if sources else []
    for start in range(0, len(left), _CHUNK):
        yield from known(of, left[start : start + _CHUNK]).items()


def _place(row: tuple[Any, ...]) -> Known:
    values = place_row(row)
    return {"fields": fields_of(values), "imported": json.loads(values["imported"]) if values["imported"] else None}


def _service(row: tuple[Any, ...]) -> Known:
    values = dict(zip(SERVICE_COLUMNS, row, strict=True))
    return {"fields": json.loads(values["content"]) | {"active": bool(values["active"])}}
