"""Hours in the directory: read when a place is written, whoever writes it; read again before a year has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import database
from models.directory import extract, import_places, renew_hours
from models.directory.changes import changing, dumped
from models.tables import Place, Service
from tests.databases import Databases
from tests.models.test_directory import HALLES

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DATED = {"horaires_accueil": "Mo-Fr 09:00-12:00; We[1] off"}


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def place(now: datetime = NOW) -> dict[str, Any]:
    [found] = extract(now)["places"]
    return dict(found)


def test_hours_written_by_hand_are_read_as_those_of_a_file() -> None:
    import_places([HALLES], NOW)
    with changing(NOW, None) as change:
        change.set("essai--halles", {"horaires_accueil": "Sa 10:00-12:00"}, "edited")
    assert place()["week"] == [[]] * 5 + [[["10:00", "12:00"]], []]
    with changing(NOW, None) as change:
        change.set("essai--halles", {"horaires_accueil": "sonner"}, "edited")
    assert "week" not in place()
    with changing(NOW, None) as change:
        change.set("essai--halles", {"horaires_accueil": None}, "edited")
    assert not {"week", "horaires_accueil"} & place().keys()


def test_the_same_file_another_month_changes_nothing() -> None:
    import_places([HALLES | DATED], NOW)
    version = extract(NOW)["version"]
    later = NOW + timedelta(days=60)
    assert import_places([HALLES | DATED], later).unchanged == 1
    assert extract(later)["version"] == version


def test_what_a_source_says_is_read_is_not_believed() -> None:
    """`week` and the like are ours to make: a file that brings them brings a column to sort."""
    import_places([HALLES | {"week": [[["00:00", "24:00"]]] * 7, "hours_until": "2099-01-01", "timezone": "x"}], NOW)
    assert place()["week"] == [[["09:00", "12:00"]]] * 5 + [[], []]
    assert not {"hours_until", "timezone"} & place().keys()


def test_dated_hours_are_read_again_after_three_months_and_phones_get_them() -> None:
    import_places([HALLES | DATED], NOW)
    version = extract(NOW)["version"]
    assert place()["hours_until"] == "2027-11-30"
    assert renew_hours(NOW + timedelta(days=89)) == 0
    assert extract(NOW)["version"] == version
    later = NOW + timedelta(days=91)
    assert renew_hours(later) == 1
    assert renew_hours(later) == 0
    answer = extract(later, (), version)
    assert [each["hours_until"] for each in answer["places"]] == ["2028-02-29"]


def test_hours_that_are_the_same_every_week_are_never_read_again() -> None:
    import_places([HALLES], NOW)
    version = extract(NOW)["version"]
    assert renew_hours(NOW + timedelta(days=400)) == 0
    assert extract(NOW)["version"] == version


def test_a_closed_place_is_left_alone() -> None:
    import_places([HALLES | DATED], NOW)
    with changing(NOW, None) as change:
        change.set("essai--halles", {"active": False}, "closed")
    assert renew_hours(NOW + timedelta(days=400)) == 0


def test_a_service_says_its_own_hours_and_its_place_is_told_again_for_them() -> None:
    import_places([HALLES], NOW)
    told = {"id": "essai--colis", "nom": "Colis", **DATED, "horaires_accueil": "Th 14:00-17:00; PH off"}
    row = {"id": "essai--colis", "source": "essai", "structure": "essai--halles", "active": True, "changed_at": ""}
    Service.insert(content=dumped(told), **row).execute()
    [service] = place()["services"]
    assert service["week"][3] == [["14:00", "17:00"]]
    assert {"on": "2026-12-25", "slots": []} in service["exceptions"]
    assert renew_hours(NOW + timedelta(days=91)) == 1
    assert Place.get_by_id("essai--halles").version == 2


def test_a_service_with_the_hours_of_its_place_does_not_repeat_them() -> None:
    import_places([HALLES], NOW)
    told = {"id": "essai--colis", "nom": "Colis", "horaires_accueil": HALLES["horaires_accueil"]}
    row = {"id": "essai--colis", "source": "essai", "structure": "essai--halles", "active": True, "changed_at": ""}
    Service.insert(content=dumped(told), **row).execute()
    assert place()["services"] == [{"nom": "Colis"}]
