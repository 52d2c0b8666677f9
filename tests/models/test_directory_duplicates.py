"""Two entries that may be one: proposed once, merged field by field, undone exactly, whatever happened in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import database, directory
from models.database import rows
from models.directory import duplicates, editing, places
from models.directory.keepers import Keeper
from models.problems import Problem
from models.tables import Place, PlaceChange
from tests.databases import Databases

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ALL = Keeper("m-all", "o-charter", keeps_all=True)
BANK, OTHER = (Keeper(f"m-{one}", f"o-{one}", keeps_all=False) for one in ("bank", "other"))
ONE: dict[str, Any] = {
    "id": "a--1", "source": "a", "nom": "Épicerie sociale du Port", "date_maj": "2026-10-01", "commune": "Port-Breizh",
    "telephone": "0298010203", "adresse": "4 quai des Brumes",
    "thematiques": ["equipement-et-alimentation--alimentation"],
}  # fmt: skip
TWO: dict[str, Any] = {
    "id": "b--1", "source": "b", "nom": "EPICERIE SOCIALE DU PORT", "date_maj": "2026-01-01", "commune": "Port-Breizh",
    "telephone": "0298010203", "courriel": "port@exemple.fr", "adresse": "4, quai des Brumes",
}  # fmt: skip
FAR = ONE | {"id": "c--1", "source": "c", "nom": "Garage solidaire", "telephone": "0298999999", "commune": "Lanvrac"}


@pytest.fixture(autouse=True)
def two_sources(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    directory.import_places([ONE, TWO, FAR], NOW)
    yield
    database.close()


def kept(id_: str) -> dict[str, Any]:
    """Everything the row of a place says, but when and at which version it was written."""
    columns = [field.column_name for field in Place._meta.sorted_fields]
    row = dict(zip(columns, rows(Place.select().where(Place.id == id_))[0], strict=True))
    return {name: value for name, value in row.items() if name not in ("version", "changed_at")}


def proposed(who: Keeper = ALL) -> list[tuple[str, str]]:
    return [(line["first"], line["second"]) for line in duplicates.pairs(who, duplicates.PROPOSED)]


def phones() -> dict[str, dict[str, Any]]:
    return {place["id"]: place for place in directory.extract(LATER)["places"]}


def refused(act: Any, *arguments: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*arguments)
    return problem.value.code


def test_what_looks_alike_is_proposed_once_with_its_reasons() -> None:
    assert duplicates.propose(NOW) == 1
    assert duplicates.propose(NOW) == 1
    [line] = duplicates.pairs(ALL, duplicates.PROPOSED)
    assert (line["first"], line["second"]) == ("a--1", "b--1")
    assert "même téléphone" in line["reasons"]
    assert duplicates.count_proposed(ALL) == 1


def test_merging_closes_one_into_the_other_and_takes_what_was_chosen() -> None:
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", {"nom"}, LATER)
    place = phones()["a--1"]
    assert place["nom"] == TWO["nom"]
    assert place["adresse"] == ONE["adresse"]
    assert place["courriel"] == TWO["courriel"]
    assert place["thematiques"] == ONE["thematiques"]
    assert phones()["b--1"]["active"] is False
    assert proposed() == []


def test_an_orientation_that_names_the_merged_entry_still_finds_its_place() -> None:
    """Through a second merge as well: each closed entry says which one took it in."""
    third = ONE | {"id": "d--1", "source": "d"}
    directory.import_places([third], NOW)
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    duplicates.merge(ALL, "d--1", "a--1", set(), LATER)
    id_ = "b--1"
    while (place := phones()[id_]).get("merged_into"):
        assert place["nom"]
        id_ = place["merged_into"]
    assert id_ == "d--1"
    assert phones()["d--1"].get("active", True)


def test_undoing_gives_back_both_exactly() -> None:
    editing.verify(ALL, "b--1", NOW)
    editing.set_full(ALL, "a--1", "2026-12-01", NOW)
    before = kept("a--1"), kept("b--1")
    duplicates.propose(NOW)
    duplicates.merge(ALL, "b--1", "a--1", {"nom", "adresse"}, LATER)
    assert (kept("a--1"), kept("b--1")) != before
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    assert (kept("a--1"), kept("b--1")) == before
    acts = rows(PlaceChange.select(PlaceChange.act).where(PlaceChange.place == "b--1").order_by(PlaceChange.id.desc()))
    assert acts[:2] == [("unmerged",), ("merged",)]


def test_any_choice_of_fields_is_undone_exactly(seeded: random.Random) -> None:
    before = kept("a--1"), kept("b--1")
    duplicates.propose(NOW)
    for _ in range(12):
        ids = seeded.sample(["a--1", "b--1"], 2)
        taken = {name for name in {**ONE, **TWO} if seeded.random() < 0.5}
        duplicates.merge(ALL, *ids, taken, LATER)
        duplicates.undo(ALL, "a--1", "b--1", LATER)
        assert (kept("a--1"), kept("b--1")) == before


def test_undoing_keeps_what_somebody_changed_since() -> None:
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", {"nom"}, LATER)
    version = places.entry(ALL, "a--1", LATER).version
    editing.edit(ALL, "a--1", {"telephone": "0298777777", "nom": "Nouveau nom"}, version, LATER)
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    assert phones()["a--1"]["telephone"] == "0298777777"
    assert phones()["a--1"]["nom"] == "Nouveau nom"
    assert "courriel" not in phones()["a--1"]
    assert phones()["b--1"]["nom"] == TWO["nom"]


def test_the_same_file_again_does_not_bring_a_merged_entry_back() -> None:
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    directory.import_places([ONE, TWO, FAR], LATER)
    directory.import_places([TWO | {"date_maj": "2026-11-01", "telephone": "0298010204"}], LATER)
    assert phones()["b--1"]["active"] is False
    assert kept("b--1")["merged_into"] == "a--1"


def test_kept_apart_is_remembered_until_it_is_asked_again() -> None:
    duplicates.propose(NOW)
    duplicates.keep_apart(ALL, "b--1", "a--1", LATER)
    duplicates.propose(LATER)
    assert proposed() == []
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    assert proposed() == [("a--1", "b--1")]


def test_a_merge_undone_is_not_proposed_again_by_itself() -> None:
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    duplicates.propose(LATER)
    assert proposed() == []
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    assert phones()["b--1"]["active"] is False


def test_only_who_keeps_both_judges() -> None:
    duplicates.propose(NOW)
    Place.update(keeper=BANK.organisation).where(Place.id == "a--1").execute()
    for who in (BANK, OTHER):
        assert proposed(who) == []
        assert refused(duplicates.merge, who, "a--1", "b--1", set(), LATER) == "forbidden"
        assert refused(duplicates.keep_apart, who, "a--1", "b--1", LATER) == "forbidden"
        assert refused(duplicates.pair, who, "a--1", "b--1", LATER) == "forbidden"
    Place.update(keeper=BANK.organisation).where(Place.id == "b--1").execute()
    assert proposed(BANK) == [("a--1", "b--1")]
    duplicates.merge(BANK, "a--1", "b--1", set(), LATER)
    assert refused(duplicates.undo, OTHER, "a--1", "b--1", LATER) == "forbidden"


def test_what_is_closed_or_was_never_compared_is_not_merged() -> None:
    duplicates.propose(NOW)
    assert refused(duplicates.merge, ALL, "a--1", "c--1", set(), LATER) == "not_found"
    assert refused(duplicates.undo, ALL, "a--1", "b--1", LATER) == "stale_entry"
    editing.set_open(ALL, "b--1", False, LATER)
    assert refused(duplicates.merge, ALL, "a--1", "b--1", set(), LATER) == "stale_entry"
    editing.set_open(ALL, "b--1", True, LATER)
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    assert refused(duplicates.merge, ALL, "a--1", "b--1", set(), LATER) == "stale_entry"
    assert refused(duplicates.keep_apart, ALL, "a--1", "b--1", LATER) == "stale_entry"
    assert refused(editing.set_open, ALL, "b--1", True, LATER) == "merged_entry"


def test_a_confidential_place_is_compared_by_what_everyone_sees_and_stays_confidential() -> None:
    secret = {"confidential_address": True, "latitude": 48.1, "longitude": -4.2, "siret": "1" * 14}
    where = {"latitude": 48.1, "longitude": -4.2, "siret": "1" * 14, "adresse": ONE["adresse"]}
    directory.import_places([ONE | secret, TWO | where], LATER)
    duplicates.propose(LATER)
    [line] = duplicates.pairs(ALL, duplicates.PROPOSED)
    assert not {"même SIRET", "même adresse", "au même point"} & set(line["reasons"])
    shown = duplicates.pair(ALL, "a--1", "b--1", LATER)
    assert not {"adresse", "siret", "latitude"} & {name for name, *_ in shown.fields}
    duplicates.merge(ALL, "b--1", "a--1", {"adresse"}, LATER)
    assert phones()["b--1"]["confidential_address"] is True
    assert "adresse" not in phones()["b--1"]


def test_services_are_shown_with_the_entry_that_took_theirs_in() -> None:
    service = {"id": "b--s1", "source": "b", "structure_id": "b--1", "nom": "Colis du jeudi", "date_maj": "2026-01-01",
               "description": "Un colis par semaine.", "type": "aide-materielle"}  # fmt: skip
    directory.import_places([TWO, service], NOW)
    duplicates.propose(NOW)
    duplicates.merge(ALL, "a--1", "b--1", set(), LATER)
    assert [one["nom"] for one in places.services(places.entry(ALL, "a--1", LATER))] == ["Colis du jeudi"]
    assert [one["nom"] for one in phones()["a--1"].get("services", [])] == ["Colis du jeudi"]
