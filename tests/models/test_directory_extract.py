"""What phones are given: a territory, then what changed since, exactly, without a clock."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from models import database, directory, schema
from models.directory.changes import changing, dumped
from models.directory.extract import SMALL_PLACES, extract, proposed, territories
from models.tables import Service
from tests.databases import Databases
from tests.models.test_directory import HALLES, NOW

RENNES = HALLES | {"id": "essai--rennes", "nom": "Relais de Rennes", "commune": "Rennes", "code_postal": "35000",
                   "code_insee": "35238"}  # fmt: skip
REDON = RENNES | {"id": "essai--redon", "nom": "Relais de Redon", "commune": "Redon", "code_insee": "35236"}
Answer = dict[str, Any]


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def ids(answer: Answer) -> list[str]:
    return [place["id"] for place in answer["places"]]


def set_(id_: str, **changes: Any) -> None:
    with changing(NOW, None) as change:
        change.set(id_, changes, "edited")


# --- territory ---------------------------------------------------------------------------------------------------


def test_a_territory_is_some_departements_or_communes_and_nothing_asked_is_everything() -> None:
    directory.import_places([HALLES, RENNES, REDON], NOW)
    assert ids(extract(NOW)) == ["essai--halles", "essai--redon", "essai--rennes"]
    assert ids(extract(NOW, ["35"])) == ["essai--redon", "essai--rennes"]
    assert ids(extract(NOW, ["35238", "29"])) == ["essai--halles", "essai--rennes"]
    assert ids(extract(NOW, ["44"])) == []
    assert extract(NOW, ["35", "29", "35"])["territory"] == ["29", "35"]


def test_asking_commune_by_commune_does_not_tell_where_a_confidential_place_is() -> None:
    directory.import_places([RENNES | {"confidential_address": True}, REDON], NOW)
    for commune in ("35238", "35236", "35051"):
        assert "essai--rennes" in ids(extract(NOW, [commune]))
    assert all(each["code"] != "35238" for each in territories()["communes"])


def test_what_can_be_chosen_comes_from_the_places_themselves() -> None:
    directory.import_places([HALLES, RENNES, RENNES | {"id": "essai--autre"}, REDON], NOW)
    set_("essai--redon", active=False)
    assert territories() == {
        "departements": [{"code": "29", "places": 1}, {"code": "35", "places": 2}],
        "communes": [
            {"code": "29999", "nom": "Port-Breizh", "places": 1},
            {"code": "35238", "nom": "Rennes", "places": 2},
        ],
    }


def test_a_small_directory_is_proposed_whole_and_a_large_one_by_departement(monkeypatch: pytest.MonkeyPatch) -> None:
    directory.import_places([HALLES, RENNES, REDON], NOW)
    set_("essai--rennes", keeper="organisation-a")
    assert SMALL_PLACES > 3
    assert proposed("organisation-a") == []
    monkeypatch.setattr(sys.modules[extract.__module__], "SMALL_PLACES", 2)
    assert proposed("organisation-a") == ["35"]
    assert proposed("nobody") == [], "everything, rather than nothing"


# --- what changed ------------------------------------------------------------------------------------------------


def test_after_a_version_only_what_changed_comes() -> None:
    directory.import_places([HALLES, RENNES, REDON], NOW)
    first = extract(NOW, ["35"])
    assert "gone" not in first
    nothing = extract(NOW, ["35"], first["version"])
    assert (nothing["places"], nothing["gone"]) == ([], [])
    assert (nothing["version"], nothing["after"]) == (first["version"], first["version"])
    set_("essai--rennes", telephone="0299000000")
    then = extract(NOW, ["35"], first["version"])
    assert [place["telephone"] for place in then["places"]] == ["0299000000"]
    assert then["version"] != first["version"]
    assert extract(NOW, ["35"], then["version"])["places"] == []


def test_what_leaves_the_territory_is_gone_and_what_closes_keeps_its_name() -> None:
    directory.import_places([HALLES, RENNES, REDON], NOW)
    version = extract(NOW, ["35"])["version"]
    set_("essai--rennes", code_insee="29019", code_postal="29200")
    set_("essai--redon", active=False, merged_into="essai--rennes")
    answer = extract(NOW, ["35"], version)
    assert answer["gone"] == ["essai--rennes"]
    assert answer["places"] == [
        {"id": "essai--redon", "nom": "Relais de Redon", "commune": "Redon", "active": False,
         "merged_into": "essai--rennes"}
    ]  # fmt: skip


def test_a_service_that_changed_brings_its_place_again() -> None:
    directory.import_places([RENNES], NOW)
    version = extract(NOW)["version"]
    told = {"id": "essai--colis", "structure_id": "essai--rennes", "nom": "Colis", "telephone": HALLES["telephone"]}
    told |= {"thematiques": HALLES["thematiques"], "date_maj": "2026-01-01"}
    with changing(NOW, None) as change:
        Service.insert(id="essai--colis", source="essai", structure="essai--rennes", content=dumped(told), active=True,
                       changed_at="").execute()  # fmt: skip
        change.touch(["essai--rennes"])
    [place] = extract(NOW, (), version)["places"]
    assert place["services"] == [{"nom": "Colis"}], "what the place says already is not said twice"


def test_full_and_verified_are_seen_at_the_next_reading() -> None:
    directory.import_places([RENNES], NOW)
    version = extract(NOW)["version"]
    set_("essai--rennes", full_until="2026-12-03", verified_at="2026-11-22T10:00Z")
    [place] = extract(NOW, (), version)["places"]
    assert (place["full_until"], place["verified_at"]) == ("2026-12-03", "2026-11-22T10:00Z")
    [later] = extract(NOW + timedelta(days=364), ())["places"]
    assert "a_verifier" not in later, "someone looked since its source did"


def test_what_its_source_touched_since_someone_looked_is_not_old() -> None:
    directory.import_places([RENNES], NOW)
    set_("essai--rennes", verified_at="2024-01-08T10:00Z")
    [place] = extract(NOW)["places"]
    assert "a_verifier" not in place


def test_a_service_of_a_confidential_place_hides_what_the_place_hides() -> None:
    directory.import_places([RENNES | {"confidential_address": True}], NOW)
    told = {"id": "essai--nuit", "nom": "Une nuit", "adresse": "8 rue Cachée", "latitude": 48.5, "code_insee": "35236"}
    Service.insert(id="essai--nuit", source="essai", structure="essai--rennes", content=dumped(told), active=True,
                   changed_at="").execute()  # fmt: skip
    sent = json.dumps(extract(NOW), ensure_ascii=False)
    assert "Une nuit" in sent
    assert "Cachée" not in sent and "48.5" not in sent and "35236" not in sent


@pytest.mark.parametrize(
    "bent", ["", "x", "1", "..", "{}.1.99999999999999999.{}", "{}.1.-1.{}", "{}.1.٣.{}", "{}.1..{}"]
)
def test_a_version_that_means_nothing_is_answered_whole(bent: str) -> None:
    directory.import_places([HALLES, RENNES], NOW)
    epoch, _, _, mark = extract(NOW)["version"].split(".")
    answer = extract(NOW, (), bent.format(epoch, mark))
    assert len(answer["places"]) == 2
    assert "after" not in answer and "gone" not in answer


def test_another_territory_and_a_restored_server_are_answered_whole() -> None:
    directory.import_places([HALLES, RENNES], NOW)
    version = extract(NOW, ["35"])["version"]
    assert "after" not in extract(NOW, ["29"], version)
    assert "after" in extract(NOW, ["35"], version)
    schema.renew_epoch()  # numbers begin again from an older one: the same number may mean something else
    assert "after" not in extract(NOW, ["35"], version)


def test_whatever_happens_a_phone_that_follows_has_what_a_new_phone_is_given(seeded: random.Random) -> None:
    """Any changes in any order, read at any moment: the delta ends where the whole is."""
    places = [RENNES | {"id": f"essai--{number}", "nom": f"Relais {number}"} for number in range(8)]
    directory.import_places(places, NOW)
    first = extract(NOW, ["35"])
    held, version = {place["id"]: place for place in first["places"]}, first["version"]
    for step in range(60):
        id_ = f"essai--{seeded.randrange(8)}"
        changes = seeded.choice([
            {"nom": f"Relais du pas {step}"}, {"active": False}, {"active": True}, {"code_insee": "29019"},
            {"code_insee": "35238"}, {"confidential_address": True}, {"confidential_address": False},
            {"full_until": "2026-12-01"}, {"full_until": None},
        ])  # fmt: skip
        set_(id_, **changes)
        if seeded.random() < 0.4:
            answer = extract(NOW, ["35"], version)
            held = {key: place for key, place in held.items() if key not in answer["gone"]}
            held |= {place["id"]: place for place in answer["places"]}
            version = answer["version"]
            assert held == {place["id"]: place for place in extract(NOW, ["35"])["places"]}
