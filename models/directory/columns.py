"""The columns of the tables that the directory reads and writes as tuples, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from models.tables import ImportRow, ImportRun, Place, PlaceChange, Service

PLACE_COLUMNS: Final = tuple(field.column_name for field in Place._meta.sorted_fields)
SERVICE_COLUMNS: Final = tuple(field.column_name for field in Service._meta.sorted_fields)
RUN_COLUMNS: Final = tuple(field.column_name for field in ImportRun._meta.sorted_fields)
ROW_COLUMNS: Final = tuple(field.column_name for field in ImportRow._meta.sorted_fields)
# Its id is the database's to give.
CHANGE_COLUMNS: Final = tuple(field.column_name for field in PlaceChange._meta.sorted_fields if field.name != "id")


def place_row(values: Sequence[Any]) -> dict[str, Any]:
    """A row of `place`, its values by the names of its columns."""
    return dict(zip(PLACE_COLUMNS, values, strict=True))


def place_rows(found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """The same, of each."""
    return [place_row(values) for values in found]
