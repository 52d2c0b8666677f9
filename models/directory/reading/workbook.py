"""The rows of an XLSX workbook, a sheet after the other. The one importer of openpyxl.

A workbook is a zip of XML written by anyone: what it would unpack to is added up before anything is.
"""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

import openpyxl

from models.directory.reading.headings import table_rows
from models.directory.reading.kinds import MAX_COLUMNS, Record
from models.problems import Problem

MAX_UNPACKED_BYTES: Final = 400 * 1024 * 1024  # sheets are read as a stream
MAX_WHOLE_BYTES: Final = 60 * 1024 * 1024  # any other part: it is in memory at once (shared texts above all)
MAX_TAGS: Final = 12_000_000  # of the whole workbook: 100,000 rows of 30 cells, four to each
MAX_TAGS_OF_A_ROW: Final = 400_000  # a row is in memory at once, its cells some 300 bytes each, however short
MAX_SHEETS: Final = 20
_BATCH: Final = 500
_BLOCK_BYTES: Final = 1 << 16
_END_OF_ROW: Final = re.compile(rb"</(?:\w+:)?row>")
# openpyxl has many ways to say that a workbook is broken: flipping the bytes of a good one meets all of these.
_BROKEN: Final = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    ParseError, RuntimeError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def workbook_rows(file: BinaryIO) -> Iterator[Record]:
    """The rows of every sheet that is shown. Raises Problem(import_unreadable | import_too_large), maybe after some."""
    _weigh(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody asked for
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MAX_SHEETS]
    except _BROKEN as error:
        raise Problem("import_unreadable", kind="xlsx") from error
    for sheet in sheets:
        yield from table_rows(_rows(sheet), sheet.title)


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what it says of its own size may be false
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    count = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch = list(islice(rows, _BATCH))
        except _BROKEN as error:
            raise Problem("import_unreadable", kind="xlsx", line=count + 1) from error
        if not batch:
            return
        count += len(batch)
        yield from batch


def _weigh(file: BinaryIO) -> None:
    """zipfile never unpacks more of a part than it declares: what is declared is what it can cost."""
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
    except _BROKEN as error:
        raise Problem("import_unreadable", kind="xlsx") from error
    whole = [part.file_size for part in parts if not part.filename.startswith("xl/worksheets/sheet")]
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or sum(whole) > MAX_WHOLE_BYTES:
        raise Problem("import_too_large", unpacked=True)
    try:
        tags = sum(_tags(archive, part) for part in parts)
    except _BROKEN as error:
        raise Problem("import_unreadable", kind="xlsx") from error
    if tags > MAX_TAGS:
        raise Problem("import_too_large", unpacked=True)


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many there are: half a megabyte of zip unpacks to 100 million cells, each with objects of 300 bytes."""
    count = in_row = 0
    with archive.open(part) as content:
        while block := content.read(_BLOCK_BYTES):
            *ended, last = _END_OF_ROW.split(block)
            count += block.count(b"<")
            in_row = last.count(b"<") + (0 if ended else in_row)
            if count > MAX_TAGS or (in_row > MAX_TAGS_OF_A_ROW and part.filename.startswith("xl/worksheets/")):
                raise Problem("import_too_large", unpacked=True)
    return count
