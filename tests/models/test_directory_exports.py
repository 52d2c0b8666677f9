"""What is handed to others, checked with the published schemas; nothing confidential; read again it changes nothing."""

from __future__ import annotations

import csv
import io
import json
import random
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from models import database
from models.directory import OPERATOR, apply, extract, import_places, plan, receive
from models.directory.changes import changing, dumped
from models.directory.exports import FORMATS, export
from models.directory.exports.hsds_tables import TABLES
from models.problems import Problem
from models.reference import published_schemas
from models.rules.directory_row import UNSAID
from models.rules.published import words
from models.rules.sheet import STARTS_A_FORMULA, unsafe
from models.tables import Place, Service
from tests.databases import Databases
from tests.models.test_confidential import LEADING, SAID, traces
from tests.models.test_directory import HALLES

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
THEMES = sorted(words(published_schemas()["service"], "thematiques"))
HSDS = json.loads((Path(__file__).parent / "hsds_3_1.json").read_text("utf-8"))
PORT: dict[str, Any] = {
    "id": "essai--port",
    "source": "essai",
    "nom": "Permanence du Port",
    "date_maj": "2026-10-02",
    "commune": "Port-Breizh",
    "thematiques": ["mobilite--acceder-a-un-vehicule"],
    "horaires_accueil": "sur demande",
    "site_web": "https://port.example",
    "siret": "21290000000017",
    "kind": "ccas",
}
SERVICE: dict[str, Any] = {
    "id": "essai--colis",
    "source": "essai",
    "structure_id": "essai--halles",
    "nom": "Colis du jeudi",
    "description": "Un colis pour la semaine.",
    "date_maj": "2026-10-03",
    "thematiques": ["equipement-et-alimentation--alimentation"],
    "publics": ["familles", "tous-publics"],
    "frais": "gratuit",
    "langues": ["français", "arabe"],
    "justificatifs": ["Attestation de la CAF"],
    "horaires_accueil": "Th 14:00-17:00; PH off",
}


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def offer(service: dict[str, Any], active: bool = True) -> None:
    known = Place.select(Place.id).where(Place.id == service["structure_id"]).exists()
    Service.insert(
        id=service["id"], source=service["source"], structure=service["structure_id"] if known else None,
        content=dumped(service), active=active, changed_at="2026-11-22T10:00Z",
    ).execute()  # fmt: skip


def a_directory() -> None:
    import_places([HALLES, PORT], NOW)
    offer(SERVICE)


def content(code: str, now: datetime = NOW) -> bytes:
    return export(code, now).content


def files(code: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content(code))) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def sheet(text: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)
    return [f"{list(each.path)}: {each.message}" for each in found]


# --- data·inclusion ----------------------------------------------------------------------------------------------


def test_each_record_is_what_the_published_schema_asks() -> None:
    a_directory()
    exported = json.loads(content("data-inclusion-json"))
    assert [len(exported[name]) for name in ("structures", "services")] == [2, 1]
    schemas = published_schemas()
    for name in ("structure", "service"):
        assert [fault for each in exported[f"{name}s"] for fault in faults(schemas[name], each)] == []


def test_the_schema_would_say_what_is_wrong() -> None:
    assert faults(published_schemas()["structure"], HALLES | {"siret": "12"}) != []
    assert faults(published_schemas()["service"], SERVICE | {"frais": "cher"}) != []


def test_what_was_typed_here_and_no_schema_takes_is_left_out_of_the_file() -> None:
    a_directory()
    with changing(NOW, None) as change:
        change.set("essai--halles", {"siret": "12", "site_web": "pas une adresse", "telephone": "+33 2 00"}, "edited")
    offer(SERVICE | {"id": "essai--muet", "description": "", "frais": "cher"})
    exported = json.loads(content("data-inclusion-json"))
    schemas = published_schemas()
    for name in ("structure", "service"):
        assert [fault for each in exported[f"{name}s"] for fault in faults(schemas[name], each)] == []
    halles, silent = exported["structures"][0], exported["services"][1]
    assert halles["telephone"] == "+33 2 00"
    assert not {"siret", "site_web"} & halles.keys()
    assert silent["description"] == UNSAID


def test_the_sheets_say_the_same_as_the_json() -> None:
    a_directory()
    found = files("data-inclusion-csv")
    assert list(found) == ["structures.csv", "services.csv"]
    exported = json.loads(content("data-inclusion-json"))
    for name, table in exported.items():
        rows = sheet(found[f"{name}.csv"], ";")
        flat = [
            {key: "|".join(value) if isinstance(value, list) else str(value) for key, value in row.items()}
            for row in table
        ]
        assert [{key: unsafe(value) for key, value in row.items() if value} for row in rows] == flat


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
@pytest.mark.parametrize(("code", "delimiter"), [("data-inclusion-csv", ";"), ("hsds-csv", ",")])
def test_no_cell_is_a_formula(code: str, delimiter: str, start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    import_places([HALLES], NOW)
    with changing(NOW, None) as change:
        change.set("essai--halles", {"nom": evil, "description": f"{evil} et la suite"}, "edited")
    cells = [
        cell for name, text in files(code).items() if name.endswith(".csv")
        for row in sheet(text, delimiter) for cell in row.values()
    ]  # fmt: skip
    assert any(cell == f"'{evil}" for cell in cells)
    assert [cell for cell in cells if cell.startswith(STARTS_A_FORMULA) and not _is_number(cell)] == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# --- HSDS --------------------------------------------------------------------------------------------------------


def hsds() -> list[dict[str, Any]]:
    services: list[dict[str, Any]] = json.loads(content("hsds-json"))
    return services


def test_each_service_is_what_hsds_asks_with_all_that_hangs_on_it() -> None:
    a_directory()
    services = hsds()
    assert [fault for each in services for fault in faults({**HSDS, "$ref": "#/$defs/service"}, each)] == []
    assert sorted(each["name"] for each in services) == ["Centre des Halles", "Colis du jeudi", "Permanence du Port"]
    [parcel] = [each for each in services if each["name"] == "Colis du jeudi"]
    assert parcel["organization"]["name"] == "Centre des Halles"
    location = parcel["service_at_locations"][0]["location"]
    assert location["addresses"][0] | {"id": "", "location_id": ""} == {
        "id": "", "location_id": "", "address_1": "3 place des Halles", "city": "Port-Breizh", "state_province": "29",
        "postal_code": "29999", "country": "FR", "address_type": "physical",
    }  # fmt: skip
    assert [(each["byday"], each["opens_at"], each["closes_at"]) for each in location["schedules"]] == [
        ("MO,TU,WE,TH,FR", "09:00", "12:00")
    ]
    assert [(each["byday"], each["opens_at"]) for each in parcel["schedules"]] == [("TH", "14:00")]
    assert sorted(each["name"] for each in parcel["languages"]) == ["arabe", "français"]
    assert {each["taxonomy_term"]["code"] for each in parcel["attributes"]} == {
        "equipement-et-alimentation--alimentation", "familles", "tous-publics", "gratuit",
    }  # fmt: skip


def test_hours_that_are_a_text_stay_one() -> None:
    import_places([PORT], NOW)
    [schedule] = hsds()[0]["service_at_locations"][0]["location"]["schedules"]
    assert (schedule["description"], "byday" in schedule) == ("sur demande", False)


def test_the_package_says_what_its_files_hold_and_each_link_has_its_row() -> None:
    a_directory()
    found = files("hsds-csv")
    package = json.loads(found["datapackage.json"])
    rows = {each["name"]: sheet(found[each["path"]], ",") for each in package["resources"]}
    assert {*found} == {"datapackage.json", *(each["path"] for each in package["resources"])}
    for resource in package["resources"]:
        name, schema = resource["name"], resource["schema"]
        header = found[resource["path"]].splitlines()[0].split(",")
        assert header == [field["name"] for field in schema["fields"]]
        assert {*header} <= {*HSDS["$defs"][name]["properties"]}, name
        ids = [row["id"] for row in rows[name]]
        assert len(ids) == len({*ids}) and ids == sorted(ids)
        required = [field["name"] for field in schema["fields"] if field.get("constraints")]
        assert all(row[column] for row in rows[name] for column in required), name
        for link in schema["foreignKeys"]:
            there = {row["id"] for row in rows[link["reference"]["resource"]]}
            assert {row[link["fields"]] for row in rows[name] if row[link["fields"]]} <= there, (name, link)
    assert all(rows[name] for name in TABLES), "each table was tried"


def test_both_forms_of_hsds_hold_the_same_rows() -> None:
    a_directory()
    in_files = {row["id"] for name, text in files("hsds-csv").items() if name != "datapackage.json"
                for row in sheet(text, ",")}  # fmt: skip
    taxonomy = {row["id"] for row in sheet(files("hsds-csv")["taxonomies.csv"], ",")}
    assert set(_ids(hsds())) == in_files - taxonomy


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)
    elif isinstance(value, dict):
        yield value["id"]
        for each in value.values():
            yield from _ids(each)


def test_ids_are_ours_for_ever_whatever_else_is_there() -> None:
    import_places([HALLES], NOW)
    before = set(_ids(hsds()))
    assert {uuid.UUID(id_).version for id_ in before} == {5}
    import_places([PORT, HALLES | {"nom": "Autre nom", "telephone": "0200000077"}], NOW + timedelta(days=400))
    offer(SERVICE)
    assert before <= set(_ids(hsds()))


# --- what goes out, and what does not ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", FORMATS)
def test_the_same_directory_gives_the_same_bytes(code: str) -> None:
    a_directory()
    assert content(code) == content(code, NOW + timedelta(hours=5))


@pytest.mark.parametrize("code", FORMATS)
def test_an_empty_directory_is_an_empty_file(code: str) -> None:
    assert content(code)


@pytest.mark.parametrize("code", ["", "xlsx", "data-inclusion", "../hsds-json", "HSDS-JSON"])
def test_a_format_nobody_knows_is_not_found(code: str) -> None:
    with pytest.raises(Problem, match="not_found"):
        export(code, NOW)


def everything(code: str) -> str:
    return "".join(files(code).values()) if code.endswith("csv") else content(code).decode()


@pytest.mark.parametrize("code", FORMATS)
def test_a_confidential_place_is_in_no_file_nor_what_it_offers(code: str) -> None:
    import_places([SAID | LEADING | {"confidential_address": True}, HALLES], NOW)
    offer(
        SERVICE
        | {"id": "essai--nuit", "nom": "Dormir ici", "structure_id": "essai--refuge", "adresse": LEADING["adresse"]}
    )
    text = everything(code)
    assert traces(text) == []
    assert [word for word in ("Refuge de la Côte", "essai--refuge", "Dormir ici", "0200000009") if word in text] == []
    assert "Centre des Halles" in text


@pytest.mark.parametrize("code", FORMATS)
def test_what_a_confidential_place_offered_stays_out_where_it_was_merged(code: str) -> None:
    import_places([SAID | {"confidential_address": True}, HALLES], NOW)
    offer(SERVICE | {"id": "essai--nuit", "nom": "Dormir ici", "structure_id": "essai--refuge"})
    with changing(NOW, None) as change:
        change.set("essai--refuge", {"active": False, "merged_into": "essai--halles"}, "merged")
    assert "Dormir ici" not in everything(code)


@pytest.mark.parametrize("code", FORMATS)
def test_what_closed_waits_or_was_merged_does_not_go_out(code: str) -> None:
    a_directory()
    import_places(
        [PORT | {"id": "essai--clos", "nom": "Lieu clos"}, PORT | {"id": "essai--bis", "nom": "Halles bis"}], NOW
    )
    with changing(NOW, None) as change:
        change.set("essai--clos", {"active": False}, "closed")
        change.set("essai--bis", {"active": False, "merged_into": "essai--halles"}, "merged")
    offer(SERVICE | {"id": "essai--fini", "nom": "Service fini"}, active=False)
    offer(SERVICE | {"id": "essai--seul", "nom": "Service orphelin", "structure_id": "essai--nulle-part"})
    offer(SERVICE | {"id": "essai--clos-1", "nom": "Service du clos", "structure_id": "essai--clos"})
    offer(SERVICE | {"id": "essai--bis-1", "nom": "Service repris", "structure_id": "essai--bis"})
    text = everything(code)
    gone = ("Lieu clos", "Halles bis", "Service fini", "Service orphelin", "Service du clos")
    assert [word for word in gone if word in text] == []
    assert "Service repris" in text, "what a merged place offered is offered where it was merged"


# --- and back ----------------------------------------------------------------------------------------------------


def test_our_own_file_read_again_changes_nothing(seeded: random.Random) -> None:
    import_places([_drawn(seeded, number) for number in range(60)], NOW)
    offers = [{"id": f"essai--s{number}", "structure_id": f"essai--{number}"} for number in range(40)]
    _import_whole({"structures": [], "services": [SERVICE | offer for offer in offers]}, "essai")
    exported = json.loads(content("data-inclusion-json"))
    assert len(exported["services"]) == 40
    before = extract(NOW)["version"]
    assert _import_whole(exported, "encore") == {"place.unchanged": 60, "service.unchanged": 40}
    assert extract(NOW)["version"] == before


def test_our_own_sheets_read_again_change_nothing(seeded: random.Random) -> None:
    import_places([_drawn(seeded, number) | {"couleur": None} for number in range(60)], NOW)
    run = receive(
        io.BytesIO(files("data-inclusion-csv")["structures.csv"].encode()), "structures.csv", "encore", OPERATOR, NOW
    )
    planned = plan(run.id, OPERATOR, NOW)
    assert _judged(planned.counts) == {"place.unchanged": 60}


def _import_whole(file: dict[str, Any], source: str) -> dict[str, int]:
    """Imports it, and says how many rows of each sort were what."""
    run = receive(io.BytesIO(json.dumps(file).encode()), f"{source}.json", source, OPERATOR, NOW)
    counts = _judged(plan(run.id, OPERATOR, NOW).counts)
    apply(run.id, {}, OPERATOR, NOW)
    return counts


def _judged(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if "." in name and count}


def _drawn(seeded: random.Random, number: int) -> dict[str, Any]:
    optional: dict[str, Any] = {
        "adresse": seeded.choice(
            ["1 rue du Port", "=1+1", "«\u00a0L’Écluse\u00a0»\u00a0; bât. B", '"entre guillemets"']
        ),
        "code_postal": seeded.choice(["01000", "29200", "2A004"[:0] or "20000"]),
        "code_insee": seeded.choice(["01004", "29019", "2A004"]),
        "latitude": seeded.uniform(42, 51),
        "telephone": "0298000000",
        "courriel": "accueil@lieu.example",
        "description": "Ligne une, avec une virgule ; un point-virgule.",
        "horaires_accueil": seeded.choice(["Mo-Fr 09:00-12:00", "demander", "Mo-Fr 09:00-12:00; PH off"]),
        "thematiques": seeded.sample(THEMES, 2),
        "frais": "gratuit",
        "kind": "ccas",
        "couleur": "vert",
    }
    chosen = {name: value for name, value in optional.items() if seeded.random() < 0.6}
    if "latitude" in chosen:
        chosen["longitude"] = seeded.uniform(-4, 7)
    return {"id": f"essai--{number}", "source": "essai", "nom": f"Lieu {number}", "date_maj": "2026-10-01"} | chosen
