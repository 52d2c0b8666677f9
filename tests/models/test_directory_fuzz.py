"""Whatever bytes and whatever rows: an import ends in a refusal with nothing kept, or in a report that loses no row."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database, directory
from models.directory import OPERATOR, Run
from models.problems import CATALOGUE, Problem
from models.rules.columns import FIELDS
from models.rules.directory_row import PLACE, RENAMED, SERVICE, SORTED
from models.tables import ImportRow, ImportRun, ImportSource, Place, PlaceChange, Service
from tests.databases import Databases
from tests.models.test_directory import HALLES, OLD
from tests.models.test_directory_files import HEAD, ROWS, as_csv, as_xlsx
from tests.models.test_directory_imports import COLIS

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SHARED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TABLES = (ImportRow, ImportRun, ImportSource, Place, Service, PlaceChange)
GOOD = {
    "json": json.dumps({"structures": [HALLES, OLD], "services": [COLIS]}).encode(),
    "csv": as_csv(";").encode("cp1252"),
    "standard": "\n".join([";".join(HALLES), ";".join(str(value) for value in HALLES.values())]).encode(),
    "xlsx": as_xlsx(
        structures=[list(OLD), list(OLD.values())], services=[list(COLIS), [str(v) for v in COLIS.values()]]
    ),
    "sheet": as_xlsx(lieux=[HEAD, *ROWS]),
}


TROUBLE = [b'"', b";", b"\n", b"\xff", b"]", b"}", b"\\ud800", b"\\u0000", b"<!"]


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def emptied() -> None:
    with database.transaction():
        for table in TABLES:
            table.delete().execute()


def everything() -> list[list[tuple[Any, ...]]]:
    return [database.rows(table.select()) for table in TABLES if table is not ImportSource]


def imported(content: bytes) -> Run | None:
    """The import of these bytes, or None when they were refused: then nothing is kept of them."""
    before = everything()
    try:
        run = directory.receive(io.BytesIO(content), "f", "essai", OPERATOR, NOW)
    except Problem as problem:
        assert problem.code in ("import_kind", "import_unreadable", "import_too_large"), CATALOGUE[problem.code]
        assert everything() == before
        return None
    shown = directory.look(run.id, OPERATOR, NOW)
    try:
        if shown.needs_mapping:
            directory.confirm(run.id, shown.mapping, OPERATOR, NOW)
        run = directory.plan(run.id, OPERATOR, NOW, whole=True)
    except Problem as problem:
        assert problem.code == "import_columns"
        return None
    run = directory.apply(run.id, {}, OPERATOR, NOW)
    counted = sum(number for name, number in run.counts.items() if not name.endswith((".gone", ".orphan")))
    kept = ImportRow.select().where(ImportRow.run == run.id, ImportRow.line.is_null(False))
    assert counted == run.total == len(database.rows(kept))
    "".join(directory.sheet_of(run.id, OPERATOR, NOW))
    directory.sentences(run)
    json.dumps(directory.extract(NOW)).encode()
    return run


def comes_again_unchanged(content: bytes) -> None:
    """The same file a second time: whatever was accepted the first time is now unchanged."""
    emptied()
    first = imported(content)
    if first is not None:
        again = imported(content)
        assert again is not None
        states = {name.split(".")[1] for name, number in again.counts.items() if number}
        assert states <= {"unchanged", "refused", "orphan"}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_comes_in(name: str) -> None:
    assert imported(GOOD[name]) is not None
    comes_again_unchanged(GOOD[name])


@pytest.mark.parametrize("name", GOOD)
def test_a_file_whose_bytes_were_spoilt_is_refused_or_reported(name: str, seeded: random.Random) -> None:
    for _ in range(40):
        content = bytearray(GOOD[name])
        for _ in range(seeded.choice([1, 1, 2, 20])):
            at = seeded.randrange(len(content))
            match seeded.randrange(4):
                case 0:
                    content[at] = seeded.randrange(256)
                case 1:
                    del content[at:]
                    content += b"\0"
                case 2:
                    content[at:at] = seeded.choice(
                        [b'"', b";", b"\n", b"\xff", b"]", b"}", b"\\ud800", b"\\u0000", b"<!"]
                    )
                case _:
                    content[at:at] = content[max(0, at - 200) : at]
        emptied()
        imported(bytes(content))


@pytest.mark.parametrize(
    "row",
    [
        '"\\ud800": "x"', '"\\u0000": "x"', '"": "x"', '"commune": "\\udfff\\u0000"', '"nom": "\\u0000"',
        '"id": "\\ud83d"', '"source": "\\u0000"', '"a": ' + "[" * 400 + "]" * 400,
        '"a": ' + '{"a":' * 400 + "1" + "}" * 400,
        '"siret": ' + "9" * 4000, '"latitude": 1e308, "longitude": -1e308', '"date_maj": 99999999999',
        '"id": {"a": []}', '"structure_id": null', '"structure_id": [[]]', '"confidential_address": []', '"kind": {}',
        '"kind": ["ccas"]',
        '"food_aid": [1, null, {}]', '"thematiques": {"a": 1}', '"horaires_accueil": ["Mo"]', '"nom": ["a", "b", "c"]',
    ],
    ids=range(22),
)  # fmt: skip
def test_a_row_made_to_hurt_is_refused_or_reported(row: str) -> None:
    good = json.dumps(HALLES)
    comes_again_unchanged(f'[{good}, {good[:-1]}, "id": "essai--2", {row}}}]'.encode())


@SHARED
@given(content=st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    emptied()
    imported(content)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
              st.sampled_from(["29000", "2A004", "13003013300016", "tous-publics", "ccas-cias", "oui", "x" * 3000])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(
        sorted({*FIELDS[PLACE], *FIELDS[SERVICE], *RENAMED, *SORTED, "categories", "types", "team", "a_classer"})
    ),
    st.text(max_size=8),
)
ROWS_OF_ANYTHING = st.lists(st.one_of(st.dictionaries(NAMES, JSON, max_size=8), JSON), max_size=4)


@SHARED
@given(rows=ROWS_OF_ANYTHING, as_good=st.booleans())
def test_any_rows(rows: list[Any], as_good: bool) -> None:
    known = [HALLES | row if isinstance(row, dict) and as_good else row for row in rows]
    comes_again_unchanged(json.dumps([HALLES, *known]).encode())


CELLS = st.one_of(st.text(max_size=12), st.sampled_from(["=1+1", "'+33", '"', "\n", "48,1", "75001.0", "2A", ""]))


@SHARED
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=6), head=st.booleans())
def test_any_cells(rows: list[list[str]], head: bool) -> None:
    lines = [["id", "nom", "source", "date_maj", "code_postal", "publics"], *rows] if head else rows
    text = as_csv(";", lines)
    comes_again_unchanged(text.encode("utf-8", "replace"))
