"""What once was confidential stays so, by whatever road one comes: a merge undone, a service moved, an old line."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import directory
from models.directory import applying, duplicates, editing, places, planning, receiving, report
from models.directory.exports import export
from models.directory.keepers import Keeper
from models.problems import Problem
from models.tables import ImportSource, PlacePair
from tests.device.territory import Territory

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ALL = BANK = Keeper("", "", keeps_all=False)
SECRET = "7 impasse Cachée"
OPEN: dict[str, Any] = {
    "id": "a--1", "source": "a", "nom": "Accueil du Port", "date_maj": "2026-10-01", "commune": "Port-Breizh",
    "telephone": "0298010203",
}  # fmt: skip
HIDDEN: dict[str, Any] = OPEN | {
    "id": "b--1", "source": "b", "adresse": SECRET, "code_postal": "29000", "latitude": 48.1, "longitude": -4.2,
    "confidential_address": True,
}  # fmt: skip
OTHER = HIDDEN | {"id": "c--1", "source": "c", "adresse": "9 venelle Tue"}
SERVICE = {
    "id": "b--s", "source": "b", "structure_id": "b--1", "nom": "Hébergement de nuit", "date_maj": "2026-10-01",
    "adresse": SECRET,
}  # fmt: skip


@pytest.fixture(autouse=True)
def keepers(territory: Territory) -> None:
    """ALL keeps the whole directory; BANK, the food bank's supervisor, what is theirs."""
    global ALL, BANK
    for_all, bank = territory.gwenaelle.bundle, territory.chloe.bundle
    ALL = Keeper(for_all.member, for_all.organisation, keeps_all=True)
    BANK = Keeper(bank.member, bank.organisation, keeps_all=False)


def said(id_: str) -> str:
    """All that phones, exports, and any desk are told of a place."""
    shown = places.entry(BANK, id_, LATER)
    history = places.history(BANK, shown)
    given = [directory.extract(LATER)["places"], places.services(shown), [str(one.fields) for one in history]]
    handed = export("data-inclusion-json", LATER).content.decode()
    return json.dumps([given, dict(shown.fields)], ensure_ascii=False, default=str) + handed


def refused(act: Any, *arguments: Any) -> str:
    with pytest.raises(Problem) as caught:
        act(*arguments)
    return caught.value.code


def compared(*pairs: tuple[str, str]) -> None:
    """Pairs that somebody may judge, whatever they look like."""
    for first, second in pairs:
        PlacePair.insert(first=first, second=second, score=80, reasons="[]", state="proposed").execute()


def test_the_history_of_a_place_says_nothing_of_the_hidden_one_that_it_took_in_once() -> None:
    directory.import_places([OPEN, HIDDEN], NOW)
    compared(("a--1", "b--1"))
    duplicates.merge(ALL, "a--1", "b--1", set(), NOW)
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    assert not places.entry(BANK, "a--1", LATER).fields["confidential_address"]
    assert SECRET not in said("a--1")


def test_undoing_one_of_two_merges_of_hidden_places_shows_nothing_of_the_other() -> None:
    directory.import_places([OPEN, HIDDEN, OTHER], NOW)
    compared(("a--1", "b--1"), ("a--1", "c--1"))
    duplicates.merge(ALL, "a--1", "b--1", set(), NOW)
    duplicates.merge(ALL, "a--1", "c--1", {"adresse"}, NOW)
    duplicates.undo(ALL, "a--1", "b--1", LATER)
    assert "9 venelle Tue" not in said("a--1")
    duplicates.undo(ALL, "a--1", "c--1", LATER)
    assert "9 venelle Tue" not in said("a--1")


def test_a_merged_place_that_its_source_hides_afterwards_is_hidden_in_what_it_offered() -> None:
    directory.import_places([OPEN, HIDDEN | {"confidential_address": False}, SERVICE], NOW)
    compared(("a--1", "b--1"))
    duplicates.merge(ALL, "a--1", "b--1", set(), NOW)
    directory.import_places([HIDDEN], LATER)
    assert SECRET not in said("a--1")


def test_a_service_of_a_hidden_place_is_moved_to_a_shown_one_by_who_keeps_everything_alone() -> None:
    directory.import_places([OPEN | {"id": "b--2", "source": "b"}, HIDDEN, SERVICE], NOW)
    for id_ in ("b--1", "b--2"):
        editing.set_keeper(ALL, id_, BANK.organisation, NOW)
    ImportSource.insert(name="b", keeper=BANK.organisation).execute()
    file = b"id;structure_id;libelle\nb--s;b--2;Nuit\n"
    run = receiving.receive(io.BytesIO(file), "services.csv", "b", BANK, LATER)
    receiving.confirm(run.id, {"id": "id", "structure_id": "structure_id", "libelle": "nom"}, BANK, LATER)
    planning.plan(run.id, BANK, LATER)
    assert [line.state for line in report.lines(run.id, BANK, LATER)] == ["refused"]
    applying.apply(run.id, {}, BANK, LATER)
    assert SECRET not in said("b--2")


def test_a_pair_that_was_seen_before_one_was_hidden_says_no_more_how_near_they_are() -> None:
    near = HIDDEN | {"confidential_address": False}
    directory.import_places([near, near | {"id": "a--1", "source": "a"}], NOW)
    duplicates.propose(NOW)
    assert "même adresse" in str(duplicates.pairs(ALL, duplicates.PROPOSED))
    editing.set_confidential(ALL, "b--1", True, LATER)
    assert "adresse" not in str([line["reasons"] for line in duplicates.pairs(ALL, duplicates.PROPOSED)])
    assert "adresse" not in str(duplicates.pair(ALL, "a--1", "b--1", LATER).reasons)


def test_a_merged_entry_is_not_opened_by_taking_an_older_closing_back() -> None:
    directory.import_places([OPEN, HIDDEN], NOW)
    compared(("a--1", "b--1"))
    editing.set_open(ALL, "b--1", False, NOW)
    [line, *_] = places.history(ALL, places.entry(ALL, "b--1", NOW))
    editing.set_open(ALL, "b--1", True, NOW)
    duplicates.merge(ALL, "a--1", "b--1", set(), NOW)
    assert refused(editing.revert, ALL, "b--1", line.id, LATER) == "merged_entry"


def test_a_move_that_was_compared_before_the_place_was_hidden_is_not_applied() -> None:
    directory.import_places([OPEN | {"id": "b--2", "source": "b"}, HIDDEN | {"confidential_address": False}], NOW)
    directory.import_places([SERVICE], NOW)
    for id_ in ("b--1", "b--2"):
        editing.set_keeper(ALL, id_, BANK.organisation, NOW)
    ImportSource.insert(name="b", keeper=BANK.organisation).execute()
    file = json.dumps([SERVICE | {"structure_id": "b--2"}]).encode()
    run = receiving.receive(io.BytesIO(file), "services.json", "b", BANK, NOW)
    assert planning.plan(run.id, BANK, NOW).counts["service.changed"] == 1
    editing.set_confidential(BANK, "b--1", True, LATER)
    assert refused(applying.apply, run.id, {}, BANK, LATER) == "directory_changed"


@pytest.mark.parametrize("by", ["hand", "file", "an old line"])
def test_a_place_is_not_shown_while_it_stands_for_one_that_hides(by: str) -> None:
    directory.import_places([OPEN, HIDDEN | {"confidential_address": False}, SERVICE], NOW)
    compared(("a--1", "b--1"))
    duplicates.merge(ALL, "a--1", "b--1", set(), NOW)
    directory.import_places([HIDDEN], LATER)
    if by == "hand":
        assert refused(editing.set_confidential, ALL, "a--1", False, LATER) == "merged_entry"
    elif by == "file":
        directory.import_places([OPEN | {"confidential_address": False}], LATER)
    else:
        line = next(one.id for one in places.history(ALL, places.entry(ALL, "a--1", LATER)) if one.act == "hidden")
        editing.revert(ALL, "a--1", line, LATER)
    assert SECRET not in said("a--1")


def kept_by_the_bank(kind: str) -> int:
    """A place of this kind that BANK keeps; its version."""
    directory.import_places([OPEN | {"kind": kind}], NOW)
    editing.set_keeper(ALL, "a--1", BANK.organisation, NOW)
    return places.entry(BANK, "a--1", NOW).version


@pytest.mark.parametrize("kind", [None, "banque_alimentaire", "cada_huda_cph"])
def test_who_keeps_a_place_does_not_make_it_reveal_less(kind: str | None) -> None:
    version = kept_by_the_bank("csapa_caarud")
    assert refused(editing.edit, BANK, "a--1", {"kind": kind}, version, LATER) == "forbidden"
    editing.edit(ALL, "a--1", {"kind": kind}, version, LATER)
    assert places.entry(ALL, "a--1", LATER).fields.get("kind") == kind


def test_who_keeps_a_place_makes_it_reveal_more_and_does_not_take_that_back() -> None:
    version = kept_by_the_bank("banque_alimentaire")
    editing.edit(BANK, "a--1", {"kind": "csapa_caarud"}, version, LATER)
    line = places.history(BANK, places.entry(BANK, "a--1", LATER))[0].id
    assert refused(editing.revert, BANK, "a--1", line, LATER) == "forbidden"
    assert places.entry(BANK, "a--1", LATER).fields["kind"] == "csapa_caarud"


def test_a_file_of_who_keeps_a_place_does_not_make_it_reveal_less() -> None:
    kept_by_the_bank("csapa_caarud")
    ImportSource.delete().where(ImportSource.name == "a").execute()
    ImportSource.insert(name="a", keeper=BANK.organisation).execute()
    file = json.dumps([OPEN | {"kind": "banque_alimentaire", "telephone": "0298999999"}]).encode()
    run = receiving.receive(io.BytesIO(file), "places.json", "a", BANK, LATER)
    planning.plan(run.id, BANK, LATER)
    applying.apply(run.id, {}, BANK, LATER)
    fields = places.entry(ALL, "a--1", LATER).fields
    assert (fields["telephone"], fields["kind"]) == ("0298999999", "csapa_caarud")
