"""Files of the directory as people make them: encodings, separators, workbooks, and what is none of these."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from models.directory.reading import kinds, records, workbook
from models.problems import Problem

HEAD = ["Nom", "Ville", "CP", "Remarque"]
ROWS = [
    ["Épicerie du Port", "Port-Breizh", "01000", "deux\nlignes; et un point-virgule"],
    ["Relais", "Lanvrac", "29998", ""],
]
GIVEN = [
    {"Nom": "Épicerie du Port", "Ville": "Port-Breizh", "CP": "01000", "Remarque": "deux\nlignes; et un point-virgule"},
    {"Nom": "Relais", "Ville": "Lanvrac", "CP": "29998"},
]


def read(content: bytes) -> list[Any]:
    return [record.given for record in records(io.BytesIO(content))]


def refused(content: bytes) -> Problem:
    with pytest.raises(Problem) as refusal:
        read(content)
    return refusal.value


def as_csv(delimiter: str, rows: list[list[str]] | None = None) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEAD, *ROWS] if rows is None else rows)
    return text.getvalue()


def as_xlsx(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- CSV ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "bar"])
def test_each_encoding_and_separator_gives_the_same_rows(encoding: str, delimiter: str) -> None:
    assert read(as_csv(delimiter).encode(encoding)) == GIVEN


def test_a_letter_that_comes_late_does_not_change_the_encoding() -> None:
    rows = [["nom", "ville"], *([f"Lieu {number}", "Lanvrac"] for number in range(9000)), ["Évry", "Évry"]]
    assert read(as_csv(";", rows).encode("utf-8"))[-1] == {"nom": "Évry", "ville": "Évry"}
    assert read(as_csv(";", rows).encode("cp1252"))[-1] == {"nom": "Évry", "ville": "Évry"}


def test_titles_above_the_headings_and_blank_rows_are_passed_over_and_lines_keep_their_number() -> None:
    content = b"Annuaire 2026;;\n;;\nNom;Ville;\n;;\nRelais;Lanvrac;\n"
    [record] = records(io.BytesIO(content))
    assert (record.line, record.given) == (5, {"Nom": "Relais", "Ville": "Lanvrac"})


def test_repeated_nameless_and_missing_headings_keep_their_values_apart() -> None:
    assert read("Tél;Tél;;Nom\n1;2;3;Relais;de trop\n".encode()) == [
        {"Tél": "1", "Tél (2)": "2", "colonne 3": "3", "Nom": "Relais", "colonne 5": "de trop"}
    ]


def test_the_apostrophe_that_keeps_a_cell_from_being_a_formula_is_not_its_text() -> None:
    assert read(b"nom;tel\nRelais;'+33200000001\n'Ti Kozh;'\n") == [
        {"nom": "Relais", "tel": "+33200000001"},
        {"nom": "'Ti Kozh", "tel": "'"},
    ]


def test_a_quote_that_is_never_closed_says_where() -> None:
    problem = refused(b'nom;ville\n"Relais;Lanvrac\n' + b"autre;ligne\n" * 20_000)
    assert (problem.code, problem.details["kind"]) == ("import_unreadable", "csv")


# --- workbooks ---------------------------------------------------------------------------------------------------


def test_a_workbook_gives_numbers_dates_and_texts_as_they_are() -> None:
    rows = [["nom", "cp", "lat", "date_maj", "ouvert"], ["Relais", 1000, 48.1, date(2026, 3, 4), True], [None] * 5]
    assert read(as_xlsx(lieux=rows)) == [
        {"nom": "Relais", "cp": 1000, "lat": 48.1, "date_maj": datetime(2026, 3, 4), "ouvert": True}  # noqa: DTZ001 (a sheet has no zone)
    ]


def test_each_sheet_that_is_shown_is_a_table() -> None:
    content = as_xlsx(structures=[["id", "nom"], ["1", "Relais"]], vide=[], services=[["id", "nom"], ["2", "Colis"]])
    found = list(records(io.BytesIO(content)))
    assert [(record.table, record.line, record.given["id"]) for record in found] == [
        ("structures", 2, "1"),
        ("services", 2, "2"),
    ]


def test_a_cell_at_the_far_corner_costs_no_more_than_the_rows_before_it() -> None:
    book = openpyxl.Workbook()
    book.active.append(["nom", "ville"])
    book.active.append(["Relais", "Lanvrac"])
    book.active["XFD1048576"] = "loin"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()) == [{"nom": "Relais", "ville": "Lanvrac"}]


def repacked(content: bytes, name: str, data: bytes) -> bytes:
    """The same workbook with one of its parts replaced or added."""
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            if part != name:
                archive.writestr(part, source.read(part))
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("said", ["A1", "A1:B1", "A1:XFD1048576", "Z9:Z9"])
def test_what_a_sheet_says_of_its_own_size_is_not_believed(said: str) -> None:
    content = as_xlsx(lieux=[HEAD, *ROWS])
    name = "xl/worksheets/sheet1.xml"
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
    lying = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{said}"', sheet)
    assert lying != sheet
    assert len(read(repacked(content, name, lying.encode()))) == len(ROWS)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"<sheetData>", b"<sheetData><row>" + b"<c/>" * 500_000 + b"</row>"), (b"</sheetData>", b"<a/>" * 500_000)],
)
def test_a_row_of_endless_empty_cells_is_counted_before_it_is_read(before: bytes, after: bytes) -> None:
    """Four bytes of a cell are 300 in memory: 400 MB of them, half a megabyte of zip, ended the server."""
    content, name = as_xlsx(lieux=[HEAD, *ROWS]), "xl/worksheets/sheet1.xml"
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(name)
    assert before in sheet
    bomb = repacked(content, name, sheet.replace(before, after))
    assert len(bomb) < 20_000
    assert refused(bomb).code == "import_too_large"


def test_a_bomb_is_weighed_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_WHOLE_BYTES", 1_000_000)
    bomb = repacked(as_xlsx(lieux=[HEAD, *ROWS]), "xl/sharedStrings.xml", b"<sst>" + b" " * 2_000_000 + b"</sst>")
    assert len(bomb) < 20_000
    problem = refused(bomb)
    assert (problem.code, problem.details) == ("import_too_large", {"unpacked": True})


def test_entities_that_multiply_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    sheet = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "haha">{entities}]><worksheet>&e8;</worksheet>'
    bomb = repacked(as_xlsx(lieux=[HEAD, *ROWS]), "xl/worksheets/sheet1.xml", sheet.encode())
    assert refused(bomb).code == "import_unreadable"


# --- what is none of these -----------------------------------------------------------------------------------------


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \r\n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0....", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "xls"),
        (b"\x1f\x8b\x08....", "zip"),
        (b"PK\x03\x04 cut", "zip"),
        (archive("lisez-moi.txt"), "zip"),
        (archive("[Content_Types].xml", "word/document.xml"), "text"),
        (archive("mimetype", "content.xml"), "ods"),
        (b"<!DOCTYPE html><table>", "html"),
        (b"{\\rtf1 ...", "text"),
        (b"nom;ville\0\0\0", "other"),
    ],
    ids=range(14),
)
def test_what_no_directory_is_written_in_is_called_by_its_name(content: bytes, kind: str) -> None:
    problem = refused(content)
    assert (problem.code, problem.details) == ("import_kind", {"kind": kind})


def test_what_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MAX_FILE_BYTES", 100)
    assert refused(b"nom;ville\n" + b"Relais;Lanvrac\n" * 10).code == "import_too_large"


@pytest.mark.parametrize("module", ["json_rows", "headings"])
def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(sys.modules[f"models.directory.reading.{module}"], "MAX_ROWS", 20)
    rows = [{"nom": f"Lieu {number}", "ville": "Lanvrac"} for number in range(50)]
    content = json.dumps(rows) if module == "json_rows" else "nom;ville\n" + "Relais;Lanvrac\n" * 50
    assert refused(content.encode()).code == "import_too_large"


# --- JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ('[{"id": 1}, 2, null]', [("", 1), ("", 2), ("", 3)]),
        (
            '{"version": {"a": [1]}, "structures": [{}], "services": [{}, {}]}',
            [("structures", 1), ("services", 1), ("services", 2)],
        ),
        ('\ufeff { "structures" : [ ] , "services":[{}]}', [("services", 1)]),
    ],
    ids=["list", "object", "spaced"],
)
def test_lists_of_json_are_tables(text: str, tables: list[tuple[str, int]]) -> None:
    found = records(io.BytesIO(text.encode()))
    assert [(record.table, record.line) for record in found] == tables


@pytest.mark.parametrize(
    "text",
    [
        "[1,]",
        "[1 2]",
        "[1",
        '{"a": [1}',
        '{"a" [1]}',
        '{"a": 1}',
        "[1]]",
        '[{"a": 1e}]',
        "[\x01]",
        "{1: [2]}",
        "[" * 5000,
    ],
    ids=range(11),
)
def test_json_that_is_broken_is_unreadable(text: str) -> None:
    assert refused(text.encode()).code == "import_unreadable"


def test_numbers_that_are_none_become_nothing() -> None:
    assert read(b'[{"latitude": NaN, "longitude": Infinity}]') == [{"latitude": None, "longitude": None}]
