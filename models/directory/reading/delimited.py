"""The rows of a CSV file: UTF-8, UTF-16 or Windows-1252; `;`, `,`, tab or `|`; line breaks within quotes."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from models.directory.reading.headings import table_rows
from models.directory.reading.kinds import Record
from models.problems import Problem
from models.rules.sheet import unsafe

DELIMITERS: Final = (";", ",", "\t", "|")
_SAMPLE_ROWS: Final = 30
_BLOCK_BYTES: Final = 1 << 16


def delimited_rows(file: BinaryIO) -> Iterator[Record]:
    """Raises Problem(import_unreadable | import_too_large), maybe after some rows."""
    encoding = _encoding(file)
    delimiter = _delimiter(file, encoding)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        yield from table_rows(_rows(text, delimiter))
    finally:
        text.detach()  # the file is its owner's to close


def _rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:  # a quote never closed makes one endless cell
            raise Problem("import_unreadable", kind="csv", line=reader.line_num) from error
        if row is None:
            return
        yield [unsafe(cell) for cell in row]


def _encoding(file: BinaryIO) -> str:
    """By the mark at the start; otherwise UTF-8 if every byte is, or else what Windows writes in France."""
    file.seek(0)
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(file: BinaryIO, encoding: str) -> str:
    """The one that cuts the first rows into the same number of cells, the most cells when several do."""
    file.seek(0)
    sample = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(_BLOCK_BYTES))
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> float:
    """How many cells most rows have, times the share of rows that have as many; 0 when it never cuts."""
    widths = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(row):
                widths.append(len(row))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0
    usual = max(set(wide), key=wide.count)
    return usual * wide.count(usual) / len(widths)
