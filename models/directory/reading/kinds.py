"""What a file is, by its first bytes: its name proves nothing."""

from __future__ import annotations

import io
import zipfile
from typing import Any, BinaryIO, Final, NamedTuple

from models.problems import Problem

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
MAX_ROWS: Final = 100_000  # a country's directory; more is a mistake, or an attack
MAX_COLUMNS: Final = 200
JSON, CSV, XLSX = "json", "csv", "xlsx"
_HEAD_BYTES: Final = 4096
_SIGNATURES: Final = (
    (b"%PDF", "pdf"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"RIFF", "image"),
    (b"\xd0\xcf\x11\xe0", "xls"), (b"\x1f\x8b", "zip"), (b"7z\xbc\xaf", "zip"), (b"Rar!", "zip"),
    (b"BZh", "zip"), (b"{\\rtf", "text"), (b"SQLite format 3", "other"), (b"\x7fELF", "other"), (b"MZ", "other"),
)  # fmt: skip
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class Record(NamedTuple):
    """One row. `table` is the sheet or the list it is in ("" when there is one), `line` its number there, from 1."""

    table: str
    line: int
    given: Any


def kind_of(file: BinaryIO) -> str:
    """JSON, CSV or XLSX. Raises Problem(import_kind | import_too_large)."""
    if file.seek(0, io.SEEK_END) > MAX_FILE_BYTES:
        raise Problem("import_too_large", megabytes=MAX_FILE_BYTES // 1024 // 1024)
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK"):
        return _zip_kind(file)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise Problem("import_kind", kind=kind)
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Problem("import_kind", kind="empty")
    if head.startswith(_UTF16):
        return CSV
    if b"\0" in head:
        raise Problem("import_kind", kind="other")
    if start.startswith((b"{", b"[")):
        return JSON
    if start[:1] == b"<":
        raise Problem("import_kind", kind="html")
    return CSV


def _zip_kind(file: BinaryIO) -> str:
    """A workbook is a zip with `xl/workbook.xml` in it, or something the like under another name."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError, LookupError):
        raise Problem("import_kind", kind="zip") from None
    if "mimetype" in names and "content.xml" in names:
        raise Problem("import_kind", kind="ods")
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return XLSX
    raise Problem("import_kind", kind="text" if any(name.startswith("word/") for name in names) else "zip")
