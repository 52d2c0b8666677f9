"""Files of the directory, whatever wrote them: JSON, CSV or XLSX, row by row, in bounded memory.

Nothing here knows what a row means. What cannot be read is a Problem: import_kind (`kind` says what the file looks
like), import_too_large, import_unreadable (`line`, where it is known).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from models.directory.reading.delimited import delimited_rows
from models.directory.reading.json_rows import json_rows
from models.directory.reading.kinds import CSV, JSON, MAX_FILE_BYTES, Record, kind_of
from models.directory.reading.workbook import workbook_rows

__all__ = ["CSV", "JSON", "MAX_FILE_BYTES", "Record", "kind_of", "records"]


def records(file: BinaryIO) -> Iterator[Record]:
    """The rows of a file that can be read from its start again. Raises Problem, maybe after some rows."""
    kind = kind_of(file)
    file.seek(0)
    if kind == JSON:
        return json_rows(file)
    return delimited_rows(file) if kind == CSV else workbook_rows(file)
