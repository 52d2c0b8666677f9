"""data·inclusion v1 (schema 1.0.8): structures and services, as one JSON object or as two CSV files in a zip.

Beside what the schema names, a record keeps our additions under our own names, so that importing our own export
changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from models.directory.exports.records import Records
from models.directory.exports.zipped import zipped
from models.rules.directory_row import UNSAID
from models.rules.sheet import written

LIST_SEPARATOR: Final = "|"


def as_json(records: Records) -> bytes:
    """`{"structures": […], "services": […]}`, in the order of ids."""
    structures, services = _tables(records)
    text = json.dumps({"structures": structures, "services": services}, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode("utf-8")


def as_csv(records: Records) -> bytes:
    """`structures.csv` and `services.csv`, for Excel in France; no cell is a formula. What waits to be sorted stays."""
    structures, services = (
        [{name: value for name, value in row.items() if name != "a_classer"} for row in table]
        for table in _tables(records)
    )
    return zipped({"structures.csv": _sheet(structures), "services.csv": _sheet(services)})


def _tables(records: Records) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    structures = [{**place.fields, **place.ours} for place in records]
    services = [{"description": UNSAID, **service.fields} for place in records for service in place.services]
    return structures, services


def _sheet(table: Sequence[Mapping[str, Any]]) -> str:
    columns = sorted({name for row in table for name in row} - {"id"}, key=_order)
    rows: Iterable[Sequence[object]] = ([_cell(row.get(name)) for name in ("id", *columns)] for row in table)
    return "".join(written([("id", *columns), *rows]))


def _order(name: str) -> tuple[int, str]:
    first = ("source", "structure_id", "nom")
    return (first.index(name) if name in first else len(first), name)


def _cell(value: object) -> object:
    if isinstance(value, list):
        return LIST_SEPARATOR.join(str(each) for each in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
