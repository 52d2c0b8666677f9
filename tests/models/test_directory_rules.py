"""The pure rules of imports: what a cell meant, which column is what, the published schema, what a sheet may hold."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference import column_spellings, published_schemas
from models.rules import cells, columns, published, sheet
from models.rules.directory_row import PLACE, SERVICE
from models.rules.letters import plain
from models.rules.place_merge import chosen, merge

SCHEMAS = published_schemas()
SPELLINGS = column_spellings()


# --- cells -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repair", "value", "meant"),
    [
        (cells.postal_code, "29000", "29000"),
        (cells.postal_code, 1000, "01000"),
        (cells.postal_code, 75001.0, "75001"),
        (cells.postal_code, "75001.0", "75001"),
        (cells.postal_code, "75 001", "75001"),
        (cells.postal_code, "F-75001", "75001"),
        (cells.postal_code, "97410", "97410"),
        (cells.postal_code, "99138", None),
        (cells.postal_code, "00100", None),
        (cells.postal_code, "750011", None),
        (cells.postal_code, "Rennes", None),
        (cells.postal_code, "٢٩٠٠٠", None),
        (cells.insee_code, "2a004", "2A004"),
        (cells.insee_code, "2B033", "2B033"),
        (cells.insee_code, 1004, "01004"),
        (cells.insee_code, "97411", "97411"),
        (cells.insee_code, "20004", None),
        (cells.insee_code, "2C004", None),
        (cells.insee_code, "96001", None),
        (cells.insee_code, "97999", None),
        (cells.siret, "130 030 133 00016", "13003013300016"),
        (cells.siret, 13003013300016.0, "13003013300016"),
        (cells.siret, "1.3003013300016E+13", "13003013300016"),
        (cells.siret, "1,30030E+13", None),
        (cells.siret, "5520134300016", None),  # thirteen digits, and no zero makes them agree
        (cells.siret, "1300301330001", None),
        (cells.siret, "00000000000000", None),
        (cells.telephone, "299000001", "0299000001"),
        (cells.telephone, 299000001.0, "0299000001"),
        (cells.telephone, "299000001.0", "0299000001"),
        (cells.telephone, "02 99 00 00 01", "02 99 00 00 01"),
        (cells.telephone, "33299000001", "+33299000001"),
        (cells.telephone, "+594694020905", "+594694020905"),
        (cells.telephone, 115, "115"),
        (cells.telephone, "à venir", None),
        (cells.as_number, "48,1383", 48.1383),
        (cells.as_number, " -1.95 ", -1.95),
        (cells.as_number, "nord", None),
        (cells.as_number, "1e999", None),
        (cells.as_number, True, None),
        (cells.as_date, "2026-03-04T10:00:00+02:00", "2026-03-04"),
        (cells.as_date, "4/3/2026", "2026-03-04"),
        (cells.as_date, 45000, "2023-03-15"),
        (cells.as_date, 45000.5, "2023-03-15"),
        (cells.as_date, date(2026, 3, 4), "2026-03-04"),
        (cells.as_date, "31/02/2026", None),
        (cells.as_date, "2026", None),
        (cells.as_flag, "Oui", True),
        (cells.as_flag, 0, False),
        (cells.as_flag, "peut-être", None),
        (cells.cleaned, " a\u00a0 b\n", "a b"),
        (cells.cleaned, "#N/A", None),
        (cells.cleaned, "\ud800\x00", None),
        (cells.cleaned, float("nan"), None),
    ],
    ids=range(54),
)  # fmt: skip
def test_a_cell_says_what_was_typed_before_a_spreadsheet_spoiled_it(
    repair: Callable[[Any], Any], value: Any, meant: Any
) -> None:
    assert repair(value) == meant


def test_a_lost_zero_of_a_postal_code_is_not_put_back_against_its_commune() -> None:
    assert cells.postal_code("1000", "01053") == "01000"
    assert cells.postal_code("1000", "29019") is None


def test_a_lost_zero_of_a_siret_is_put_back_when_its_digits_agree() -> None:
    with_zero = next(code for n in range(10, 20) if cells.has_check_digit(code := f"055201343000{n}"))
    assert cells.siret(with_zero[1:]) == cells.siret(float(with_zero)) == with_zero


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.text()), st.none(), st.dates()))
def test_no_cell_stops_the_reading(value: Any) -> None:
    clean = cells.cleaned(value)
    repairs = (cells.postal_code, cells.insee_code, cells.siret, cells.telephone, cells.as_number, cells.as_date,
               cells.as_flag, cells.as_values)  # fmt: skip
    for repair in repairs:
        repair(clean)  # type: ignore[operator]
    json.dumps(cells.as_text(clean)).encode()


# --- columns -----------------------------------------------------------------------------------------------------


def table(heads: str, *rows: str) -> tuple[list[str], list[dict[str, str]]]:
    names = heads.split("|")
    return names, [dict(zip(names, row.split("|"), strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("heads", "rows", "mapping"),
    [
        ("Nom de la structure|CP|VILLE|Tél.", ["Relais|29000|Brest|0298000001"] * 3,
         {"Nom de la structure": "nom", "CP": "code_postal", "VILLE": "commune", "Tél.": "telephone"}),
        ("Dénomination|Numéro et voie|Complément d’adresse|N° SIRET", ["Relais|3 rue|2e|13003013300016"] * 3,
         {"Dénomination": "nom", "Numéro et voie": "adresse", "Complément d’adresse": "complement_adresse",
          "N° SIRET": "siret"}),
        ("structure|contact|mail|Horaires d’ouverture", ["R|Yann Le Goff|a@b.fr|lundi 9h-12h"] * 3,
         {"structure": "nom", "contact": "contact_nom_prenom", "mail": "courriel",
          "Horaires d’ouverture": "horaires_accueil"}),
        ("A|B|C|D|E", ["Relais|accueil@relais.fr|02 99 00 00 01|48,1383|https://relais.fr"] * 3,
         {"B": "courriel", "C": "telephone", "D": "latitude", "E": "site_web"}),
        ("nom|code postal", ["Relais|voir le site"] * 3, {"nom": "nom"}),  # a heading may lie
        ("nom|tel|tel (2)", ["Relais|0299000001|0299000002"] * 3, {"nom": "nom", "tel": "telephone"}),
        ("rien|de|connu", ["a|b|c"] * 3, {}),
        ("", [""], {}),
    ],
    ids=range(8),
)  # fmt: skip
def test_columns_are_guessed_from_their_names_and_from_what_they_hold(
    heads: str, rows: list[str], mapping: dict[str, str]
) -> None:
    assert columns.guess(*table(heads, *rows), SPELLINGS) == mapping


def test_each_spelling_leads_to_a_field_that_exists_and_to_one_only() -> None:
    known = {*columns.FIELDS[PLACE], *columns.FIELDS[SERVICE]}
    assert set(SPELLINGS) <= known
    every = [plain(name) for names in SPELLINGS.values() for name in names]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize(
    ("mapping", "of", "why"),
    [
        ({"a": "nom"}, PLACE, None),
        ({"a": "nom", "b": "adresse", "c": "adresse"}, PLACE, None),
        ({"a": "nom", "b": "-"}, PLACE, None),
        ({}, PLACE, "Il faut dire quelle colonne est le nom du lieu."),
        ({"a": "adresse"}, PLACE, "Il faut dire quelle colonne est le nom du lieu."),
        ({"a": "nom", "b": "nom"}, PLACE, "Le champ nom est choisi pour deux colonnes."),
        ({"a": "nom", "b": "keeper"}, PLACE, "Un champ choisi n’existe pas."),
        ({"a": "nom", "b": "team"}, PLACE, "Un champ choisi n’existe pas."),
        ({"a": "nom", "z": "adresse"}, PLACE, "Une colonne choisie n’est pas dans le fichier."),
        ({"a": "nom"}, SERVICE, "Il faut dire de quelle structure est chaque service."),
    ],
    ids=range(10),
)
def test_a_mapping_that_cannot_serve_says_why(mapping: dict[str, str], of: str, why: str | None) -> None:
    assert columns.fault(mapping, ["a", "b", "c"], of) == why


def test_a_mapped_row_keeps_what_nobody_sorted_and_never_takes_a_field_unasked() -> None:
    row = {"Lieu": "Relais", "N°": 3, "Rue": "rue du Four", "Ville": "Lanvrac", "CP": 1000, "kind": "ccas", "Note": "x"}
    mapping = {"Lieu": "nom", "N°": "adresse", "Rue": "adresse", "Ville": "commune", "CP": "code_postal", "Note": "-"}
    assert columns.mapped(row, mapping) == {
        "nom": "Relais", "adresse": "3 rue du Four", "commune": "Lanvrac", "code_postal": 1000,
        "kind (colonne)": "ccas", "id": "relais-01000",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Relais du Cœur de l’Étang", "RELAIS DU COEUR DE L'ETANG", "relais du cœur de l e\u0301tang"], ids=range(3)
)
def test_a_name_spelled_in_another_way_makes_the_same_id(name: str) -> None:
    assert columns.mapped({"nom": name}, {"nom": "nom"})["id"] == "relais-du-coeur-de-l-etang"


@pytest.mark.parametrize(
    ("headings", "is_standard"),
    [
        (["id", "nom", "source", "date_maj", "adresse"], True),
        (["id", "nom", "pivot", "horaires", "services"], True),
        (["id", "structure_id", "nom", "types"], True),
        (["id", "nom", "Ville", "CP", "Tél", "Remarque"], False),
        (["nom", "source", "date_maj"], False),
        ([], False),
    ],
)
def test_the_columns_of_the_standard_are_known_without_asking(headings: list[str], is_standard: bool) -> None:
    assert columns.is_standard(headings) is is_standard


# --- the published schema ------------------------------------------------------------------------------------------


def _values(chance: random.Random, schema: Any, name: str) -> Any:
    words = sorted(published.words(schema, name))
    kinds: list[Callable[[], Any]] = [
        lambda: None, lambda: True, lambda: chance.randint(-3, 40), lambda: chance.random() * 40, lambda: "",
        lambda: "x" * chance.choice([1, 2, 3, 5, 14, 150, 151, 2083, 10_001]), lambda: "0" * chance.randint(1, 15),
        lambda: chance.choice(["2026-03-04", "2026-02-30", "hier", "2A", "2A004", "france", "200093201"]),
        list, dict, lambda: [1], lambda: ["x"], lambda: ["2A", "2A"],
    ]  # fmt: skip
    if words:
        kinds += [lambda: chance.choice(words), lambda: chance.sample(words, 2), lambda: [words[0]] * 2] * 3
    return chance.choice(kinds)()


@pytest.mark.parametrize("of", ["structure", "service"])
def test_our_reading_of_the_published_schema_is_that_of_a_whole_validator(of: str, seeded: random.Random) -> None:
    """Formats apart: which addresses are valid is not JSON Schema's to say."""
    schema = SCHEMAS[of]
    checked = {name: jsonschema.Draft202012Validator({**node, "$defs": schema["$defs"]})
               for name, node in schema["properties"].items()}  # fmt: skip
    seen = {True: 0, False: 0}
    for _ in range(20_000):
        name = seeded.choice(sorted(checked))
        if name in ("site_web", "lien_source", "lien_mobilisation", "accessibilite_lieu", "courriel", "date_maj"):
            continue
        value = _values(seeded, schema, name)
        is_good = published.fault(schema, name, value) is None
        assert is_good == checked[name].is_valid(value), (name, value)
        seen[is_good] += 1
    assert min(seen.values()) > 1000


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("site_web", ["https://relais.fr", "http://a.b/c?d=é"], ["relais.fr", "https://", "https://a b", "voir"]),
        ("courriel", ["accueil@relais.fr"], ["accueil", "a@b", "a b@c.fr", "a@b.fr, c@d.fr", "@c.fr"]),
        ("date_maj", ["2026-03-04"], ["2026-02-30", "4 mars"]),
    ],
)
def test_formats(name: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if published.fault(SCHEMAS["structure"], name, value)] == []
    assert [value for value in bad if not published.fault(SCHEMAS["structure"], name, value)] == []


# --- sheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "＝1", "\r\n=1"])
def test_no_text_of_a_sheet_is_a_formula(text: str) -> None:
    assert sheet.safe(text).startswith("'")
    assert sheet.unsafe(sheet.safe(text)) == text


@given(st.text())
def test_what_made_a_cell_safe_is_taken_away_again(text: str) -> None:
    assert sheet.unsafe(sheet.safe(text)) == text


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))


@given(st.lists(st.tuples(CELL, CELL)))
def test_a_sheet_is_read_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    text = "".join(sheet.written(rows)).removeprefix(sheet.BOM)
    found = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert [tuple(sheet.unsafe(cell) for cell in row) for row in found] == rows


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert [sheet.safe(value) for value in (-1.5, 3, None, True)] == ["-1.5", "3", "", "True"]


# --- merging -------------------------------------------------------------------------------------------------------

HERE = {"id": "s--1", "source": "s", "nom": "Relais", "telephone": "1", "date_maj": "2026-01-01", "active": True,
        "confidential_address": False}  # fmt: skip
TODAY = "2026-11-23"


@pytest.mark.parametrize(
    ("file", "here", "last", "after", "conflicts"),
    [
        ({"telephone": "2"}, {}, {"telephone": "1"}, {"telephone": "2"}, {}),
        ({}, {}, {"telephone": "1"}, {"telephone": None}, {}),
        ({"telephone": "2"}, {"verified_fields": ["telephone"]}, {"telephone": "1"}, {}, {"telephone": ("1", "2")}),
        ({"telephone": "2"}, {"verified_fields": ["telephone"]}, {"telephone": "2"}, {}, {}),  # said already
        ({}, {"verified_fields": ["telephone"]}, {"telephone": "1"}, {}, {"telephone": ("1", None)}),
        ({"telephone": "1"}, {"verified_fields": ["telephone"]}, {"telephone": "2"}, {}, {}),
        ({"telephone": "1", "confidential_address": True}, {}, {}, {"confidential_address": True}, {}),
        ({"telephone": "1", "confidential_address": False}, {"confidential_address": True}, {}, {},
         {"confidential_address": (True, False)}),
        ({"telephone": "1"}, {"active": False}, {}, {"active": True}, {}),
        ({"telephone": "1"}, {"active": False, "merged_into": "s--2"}, {}, {}, {}),
        ({"telephone": "1", "kind": "ccas"}, {"kind": "caf", "verified_fields": ["kind"]}, {}, {},
         {"kind": ("caf", "ccas")}),
        ({"telephone": "1"}, {"kind": "caf", "keeper": "o", "full_until": "2026-12-01"}, {}, {}, {}),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_changed_at_the_source_is_taken_and_what_was_verified_here_is_asked(
    file: dict[str, Any], here: dict[str, Any], last: dict[str, Any], after: dict[str, Any], conflicts: dict[str, Any]
) -> None:
    before = HERE | here
    merged = merge({"nom": "Relais", "date_maj": "2026-01-01"} | file, before, {"nom": "Relais"} | last, None, TODAY)
    wanted = {name: value for name, value in (before | after).items() if value is not None}
    assert (merged.after, merged.conflicts) == (wanted, conflicts)


def test_a_file_that_cannot_speak_of_a_field_does_not_take_it_away() -> None:
    merged = merge({"nom": "Relais Bis"}, HERE, {}, {"nom"}, TODAY)
    assert merged.after == HERE | {"nom": "Relais Bis", "date_maj": TODAY}


def test_what_a_person_took_from_the_file_is_verified_no_more() -> None:
    place = HERE | {"verified_fields": ["nom", "telephone"]}
    after = chosen(place, {"telephone": ["1", None]}, ["telephone"])
    assert "telephone" not in after and after["verified_fields"] == ["nom"]
    assert chosen(place, {"telephone": ["1", "2"]}, []) == place
