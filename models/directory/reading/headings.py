"""The first rows of a table: which one heads it, and a name for each column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from models.directory.reading.kinds import MAX_COLUMNS, MAX_ROWS, Record
from models.problems import Problem
from models.rules import cells

TITLE_ROWS: Final = 20  # above the headings, at most: a title, a date, a blank line
BLANK_ROWS: Final = 5_000  # in a row: what comes after is not a table any more


def table_rows(rows: Iterable[Sequence[Any]], table: str = "") -> Iterator[Record]:
    """Each row as {heading: value}, its number that of the sheet. Blank rows are passed over; values beyond the last
    heading get a heading of their own. Raises Problem(import_too_large) past what a directory can be."""
    names: list[str] = []
    blank = 0
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS + TITLE_ROWS:
            raise Problem("import_too_large", rows=MAX_ROWS)
        filled = sum(1 for value in row if cells.cleaned(value) is not None)
        blank = 0 if filled else blank + 1
        if blank > BLANK_ROWS:
            return
        if not names and (filled >= 2 or (filled and number > TITLE_ROWS)):
            names = headings(row)
        elif names and filled:
            yield Record(table, number, _named(names, row))


def headings(row: Sequence[Any]) -> list[str]:
    """A name for each column: a repeated one is numbered, one without a name says where it is."""
    names: list[str] = []
    for number, value in enumerate(_trimmed(row), 1):
        name = cells.as_text(cells.cleaned(value) or f"colonne {number}")[:100]
        unique, again = name, 1
        while unique in names:
            again += 1
            unique = f"{name} ({again})"
        names.append(unique)
    return names


def _named(names: list[str], row: Sequence[Any]) -> dict[str, Any]:
    for number in range(len(names) + 1, min(len(_trimmed(row)), MAX_COLUMNS) + 1):
        names.append(f"colonne {number}")
    return {name: value for name, value in zip(names, row, strict=False) if cells.cleaned(value) is not None}


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    last = max((place for place, value in enumerate(row, 1) if cells.cleaned(value) is not None), default=0)
    return row[: min(last, MAX_COLUMNS)]
