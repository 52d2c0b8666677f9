"""An import from the file to the places: what is shown is what is applied, by whom it may be, and twice is once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import database, directory
from models.directory import OPERATOR, Run, apply, editing, extract, import_places, lines, plan, receive, run_of
from models.directory.keepers import Keeper
from models.problems import Problem
from models.tables import ImportRow, ImportRun, Place, PlaceChange, Service
from tests.databases import Databases
from tests.models.test_directory import HALLES, REAL

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
GWEN = Keeper("gwen", "departement", keeps_all=True)
CHLOE = Keeper("chloe", "banque", keeps_all=False)
DAVID = Keeper("david", "secours", keeps_all=False)
COLIS = {
    "id": "essai--colis", "structure_id": "essai--halles", "source": "essai", "nom": "Colis du vendredi",
    "description": "Un colis par semaine.", "date_maj": "2026-10-01",
    "thematiques": ["equipement-et-alimentation--alimentation"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def received(content: object, who: Keeper = OPERATOR, source: str = "essai") -> Run:
    data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return receive(io.BytesIO(data), "fichier", source, who, NOW)


def planned(content: object, who: Keeper = OPERATOR, source: str = "essai", whole: bool = False) -> Run:
    return plan(received(content, who, source).id, who, NOW, whole=whole)


def brought(content: object, who: Keeper = OPERATOR, source: str = "essai", whole: bool = False) -> Run:
    return apply(planned(content, who, source, whole).id, {}, who, NOW)


def place(id_: str = "essai--halles") -> dict[str, Any]:
    return {one["id"]: one for one in extract(NOW)["places"]}[id_]


def states(run: Run, who: Keeper = OPERATOR) -> list[tuple[str | None, str]]:
    return [(line.target, line.state) for line in lines(run.id, who, NOW)]


def refusal(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Problem) as problem:
        call(*arguments, **named)
    return problem.value.code


# --- looked at, then applied -----------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_says_before_and_after() -> None:
    brought([HALLES])
    run = planned([HALLES | {"telephone": "0200000002"}, HALLES | {"id": "port"}])
    [changed, added] = lines(run.id, OPERATOR, NOW)
    assert changed.changes == [("telephone", "0200000001", "0200000002")]
    assert (added.state, added.target, added.line) == ("added", "essai--port", 2)
    assert place()["telephone"] == "0200000001"
    assert run.counts == {"place.changed": 1, "place.added": 1}
    assert (run.state, run.done, run.total) == ("planned", 2, 2)


def test_what_is_applied_is_what_was_shown_and_twice_is_once() -> None:
    brought([HALLES])
    run = planned([HALLES | {"telephone": "0200000002"}])
    version = extract(NOW)["version"]
    assert apply(run.id, {}, OPERATOR, NOW).state == "applied"
    assert place()["telephone"] == "0200000002"
    after = extract(NOW)["version"]
    assert after != version
    apply(run.id, {}, OPERATOR, NOW)
    assert extract(NOW)["version"] == after
    [history] = database.rows(
        PlaceChange.select(PlaceChange.before, PlaceChange.after).where(PlaceChange.before != "{}")
    )
    assert history == ('{"telephone": "0200000001"}', '{"telephone": "0200000002"}')


def test_what_changed_since_it_was_looked_at_is_not_written_over() -> None:
    brought([HALLES, HALLES | {"id": "port"}])
    run = planned([HALLES | {"telephone": "0200000002"}, HALLES | {"id": "port", "telephone": "0200000003"}])
    version = database.rows(Place.select(Place.version).where(Place.id == "essai--port"))[0][0]
    editing.edit(GWEN, "essai--port", {"nom": "Centre du Port"}, version, NOW)
    assert refusal(apply, run.id, {}, OPERATOR, NOW) == "directory_changed"
    assert place()["telephone"] == "0200000001", "all or nothing"
    again = plan(run.id, OPERATOR, NOW)
    assert apply(again.id, {}, OPERATOR, NOW).state == "applied"
    assert (place("essai--port")["telephone"], place("essai--port")["nom"]) == ("0200000003", "Centre du Port")


def test_a_place_that_appeared_since_is_a_change_too() -> None:
    run = planned([HALLES])
    brought([HALLES])
    assert refusal(apply, run.id, {}, OPERATOR, NOW) == "directory_changed"


def test_an_import_that_nobody_compared_is_not_applied() -> None:
    assert refusal(apply, received([HALLES]).id, {}, OPERATOR, NOW) == "directory_changed"
    assert refusal(apply, "unknown", {}, OPERATOR, NOW) == "not_found"
    done = brought([HALLES])
    assert refusal(plan, done.id, OPERATOR, NOW) == "directory_changed"


def test_the_same_file_again_has_nothing_to_write() -> None:
    rows = [HALLES, COLIS, {"id": "x"}, HALLES | {"id": "y", "reseaux_porteurs": ["ccas-cias"], "kind": "ccas"}]
    brought(rows)
    version = extract(NOW)["version"]
    again = plan(received(rows).id, OPERATOR, NOW + timedelta(days=3), whole=True)
    assert again.counts == {"place.unchanged": 2, "service.unchanged": 1, "place.refused": 1}
    assert database.rows(ImportRow.select().where(ImportRow.run == again.id, ImportRow.after.is_null(False))) == []
    apply(again.id, {}, OPERATOR, NOW)
    assert extract(NOW)["version"] == version


def test_an_import_is_forgotten_after_a_week_and_what_it_did_is_not() -> None:
    run = brought([HALLES])
    later = NOW + timedelta(days=7)
    assert refusal(run_of, run.id, OPERATOR, later) == "not_found"
    assert directory.forget_imports(NOW) == 0
    assert directory.forget_imports(later) == 1
    assert database.rows(ImportRow.select()) == database.rows(ImportRun.select()) == []
    assert place()["nom"] == "Centre des Halles"
    assert len(database.rows(PlaceChange.select())) == 1


def test_progress_is_told_and_can_be_read_meanwhile() -> None:
    rows = [HALLES | {"id": str(number)} for number in range(1200)]
    told: list[tuple[int, int]] = []
    run = receive(io.BytesIO(json.dumps(rows).encode()), "f", "essai", OPERATOR, NOW, lambda *at: told.append(at))
    assert told == [(500, 0), (1000, 0), (1200, 0)]
    seen: list[int] = []
    plan(run.id, OPERATOR, NOW, tell=lambda done, total: seen.append(run_of(run.id, OPERATOR, NOW).done))
    assert seen == [500, 1000, 1200]


# --- what was verified here ------------------------------------------------------------------------------------------


def conflicting() -> Run:
    brought([HALLES])
    editing.edit(GWEN, "essai--halles", {"telephone": "0299999999"}, 1, NOW)
    return planned([HALLES | {"telephone": "0200000002"}])


def test_a_verified_field_waits_for_a_choice_and_stays_without_one() -> None:
    run = conflicting()
    [line] = lines(run.id, OPERATOR, NOW)
    assert (line.state, line.changes) == ("conflict", [])
    assert line.conflicts == [("telephone", "0299999999", "0200000002")]
    version = extract(NOW)["version"]
    apply(run.id, {}, OPERATOR, NOW)
    assert place()["telephone"] == "0299999999"
    assert extract(NOW)["version"] == version
    assert states(planned([HALLES | {"telephone": "0200000002"}])) == [("essai--halles", "unchanged")], "asked once"
    assert states(planned([HALLES | {"telephone": "0200000003"}])) == [("essai--halles", "conflict")], (
        "a new value is news"
    )


def test_a_choice_believes_the_file() -> None:
    run = conflicting()
    apply(run.id, {1: ["telephone"], 2: ["nom"], 99: []}, OPERATOR, NOW)
    assert place()["telephone"] == "0200000002"
    brought([HALLES | {"telephone": "0200000003"}])
    assert place()["telephone"] == "0200000003"


def test_a_field_that_is_no_conflict_cannot_be_chosen() -> None:
    run = conflicting()
    apply(run.id, {1: ["nom", "keeper", "active"]}, OPERATOR, NOW)
    assert place()["telephone"] == "0299999999"


def test_a_file_hides_an_address_and_never_shows_it_again_by_itself() -> None:
    brought([HALLES | {"confidential_address": True}])
    run = planned([HALLES | {"confidential_address": False, "adresse": "9 rue Neuve"}])
    [line] = lines(run.id, OPERATOR, NOW)
    assert line.conflicts == [("confidential_address", True, False)]
    assert "9 rue Neuve" not in str(line) + "".join(directory.sheet_of(run.id, OPERATOR, NOW))
    apply(run.id, {}, OPERATOR, NOW)
    assert "adresse" not in place()


# --- services --------------------------------------------------------------------------------------------------------


def test_services_come_with_their_place_in_one_file_and_hang_on_it() -> None:
    run = brought({"structures": [HALLES], "services": [COLIS]})
    assert run.counts == {"place.added": 1, "service.added": 1}
    [service] = place()["services"]
    assert service["nom"] == "Colis du vendredi"


def test_services_may_come_before_their_place_in_a_file() -> None:
    run = brought({"services": [COLIS], "structures": [HALLES]}, CHLOE)
    assert run.counts == {"place.added": 1, "service.added": 1}
    assert [line.of for line in lines(run.id, CHLOE, NOW)] == ["service", "place"], "in the order of the file"


def resemblances(run: Run) -> list[str]:
    return [note.why for line in lines(run.id, OPERATOR, NOW) for note in line.notes if "ressemble" in note.why]


def test_an_added_row_that_looks_like_a_place_here_says_so_before_it_is_applied() -> None:
    brought([HALLES])
    again = {**HALLES, "id": "autre--1", "source": "autre"}
    other = {"id": "autre--2", "source": "autre", "nom": "Vestiaire du Port", "commune": "Lanvrac"}
    run = planned([again, other], source="autre")
    assert resemblances(run) == ["ressemble à Centre des Halles : après l’import, voyez Doublons"]
    assert resemblances(plan(run.id, OPERATOR, NOW)) == resemblances(run), "compared anew, it is said once"


@pytest.mark.parametrize(
    ("here", "row"),
    [
        ({}, {"nom": "Vestiaire"}),
        ({}, {"id": "essai--halles", "source": "essai", "nom": "Centre des Halles rénové"}),
        ({}, {"confidential_address": True}),
        ({"confidential_address": True}, {"nom": "Les Halles", "commune": "Lanvrac", "code_insee": "29300"}),
        ({}, {"nom": "x"}),
    ],
    ids=["another name", "the same row", "a row that hides its place", "a hidden place", "refused"],
)
def test_nothing_is_said_to_look_like_another_without_reason(here: dict[str, Any], row: dict[str, Any]) -> None:
    brought([HALLES | here])
    assert resemblances(planned([{**HALLES, "id": "autre--1", "source": "autre", **row}], source="autre")) == []


def test_two_rows_of_a_file_and_a_closed_place_are_compared_with_nothing() -> None:
    twins = [{**HALLES, "id": f"autre--{number}", "source": "autre"} for number in range(2)]
    assert resemblances(planned(twins, source="autre")) == []
    brought([HALLES])
    brought([HALLES | {"id": "essai--2", "nom": "Vestiaire"}], whole=True)
    assert resemblances(planned(twins, source="autre")) == []


def test_rows_with_a_value_set_aside_are_counted_each_once() -> None:
    bad = [HALLES | {"id": f"essai--{number}", "code_postal": "99999", "publics": ["=Tri"]} for number in range(2)]
    said = directory.sentences(planned([*bad, HALLES | {"telephone": "298000001"}]))
    assert "2 lignes ont une valeur mise de côté" in said
    assert "1 ligne a une valeur mise de côté" in directory.sentences(planned(bad[:1]))


@pytest.mark.parametrize("row", [HALLES, HALLES | {"telephone": "298000001"}, HALLES | {"nom": "x"}])
def test_what_is_repaired_or_refused_whole_is_no_value_set_aside(row: dict[str, Any]) -> None:
    assert not [said for said in directory.sentences(planned([row])) if "mise de côté" in said]


def test_an_orphan_waits_and_is_found_the_day_its_place_arrives() -> None:
    run = brought([COLIS])
    assert run.counts == {"service.added": 1, "service.orphan": 1}
    assert "services dont l’annuaire n’a pas encore le lieu : 1" in directory.sentences(run)
    brought([HALLES])
    assert [service["nom"] for service in place()["services"]] == ["Colis du vendredi"]


def test_a_service_that_changes_or_goes_makes_phones_read_its_place_again() -> None:
    brought([HALLES])
    brought([COLIS])
    version = extract(NOW)["version"]
    brought([COLIS | {"nom": "Colis du samedi"}])
    assert extract(NOW)["version"] != version
    version = extract(NOW)["version"]
    run = brought([COLIS | {"id": "essai--autre"}], whole=True)
    assert run.counts == {"service.added": 1, "service.gone": 1}
    assert extract(NOW)["version"] != version
    assert place()["nom"], "a file of services closes no place"
    assert [service["nom"] for service in place()["services"]] == ["Colis du vendredi"]
    assert database.rows(Service.select(Service.id).where(Service.active).order_by(Service.id)) == [("essai--autre",)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"structure_id": ""}, "il manque structure_id"),
        ({"nom": "AB"}, "nom fait moins de 3 signes"),
        ({"id": None}, "il manque id"),
    ],
)
def test_a_service_that_names_nothing_is_refused(change: dict[str, Any], why: str) -> None:
    run = planned({"services": [COLIS | change, COLIS]})
    line = lines(run.id, OPERATOR, NOW)[0]
    assert (line.of, line.state, [note.why for note in line.notes]) == ("service", "refused", [why])


# --- columns of any sheet --------------------------------------------------------------------------------------------

SHEET = (
    "Structure;Ville;CP;Tél;Remarque\nÉpicerie du Port;Port-Breizh;01000;200000001;le jeudi\nRelais;Lanvrac;29998;;\n"
)


def test_any_sheet_is_guessed_confirmed_and_remembered_for_its_source() -> None:
    run = received(SHEET, source="ville")
    assert refusal(plan, run.id, OPERATOR, NOW) == "import_columns"
    shown = directory.look(run.id, OPERATOR, NOW)
    assert shown.mapping == {"Structure": "nom", "Ville": "commune", "CP": "code_postal", "Tél": "telephone"}
    assert (shown.samples["Ville"], shown.remembered, shown.needs_mapping) == (["Port-Breizh", "Lanvrac"], False, True)
    directory.confirm(run.id, shown.mapping, OPERATOR, NOW)
    apply(plan(run.id, OPERATOR, NOW).id, {}, OPERATOR, NOW)
    port = place("ville--epicerie-du-port-01000")
    assert (port["telephone"], port["code_postal"], port["commune"]) == ("0200000001", "01000", "Port-Breizh")
    again = planned(SHEET.replace("Lanvrac", "Lanvrac-sur-Mer"), source="ville")
    assert directory.look(again.id, OPERATOR, NOW).remembered
    assert states(again) == [("ville--epicerie-du-port-01000", "unchanged"), ("ville--relais-29998", "changed")]


def test_what_a_sheet_has_no_column_for_is_not_taken_away() -> None:
    import_places([HALLES], NOW)
    text = "id;Structure\nhalles;Centre des Grandes Halles\n"
    run = received(text)
    directory.confirm(run.id, {"id": "id", "Structure": "nom"}, OPERATOR, NOW)
    apply(plan(run.id, OPERATOR, NOW).id, {}, OPERATOR, NOW)
    assert (place()["nom"], place()["telephone"]) == ("Centre des Grandes Halles", "0200000001")


@pytest.mark.parametrize(
    "mapping", [{}, {"Ville": "commune"}, {"Structure": "nom", "Ville": "nom"}, {"Structure": "nom", "Ville": "keeper"}]
)
def test_columns_that_cannot_serve_are_refused_with_the_reason(mapping: dict[str, str]) -> None:
    run = received(SHEET)
    with pytest.raises(Problem) as problem:
        directory.confirm(run.id, mapping, OPERATOR, NOW)
    assert (problem.value.code, len(str(problem.value.details["why"])) > 20) == ("import_columns", True)


# --- who -------------------------------------------------------------------------------------------------------------


def test_a_supervisor_brings_in_places_that_their_organisation_keeps() -> None:
    brought([HALLES], CHLOE)
    assert database.rows(Place.select(Place.keeper)) == [("banque",)]
    assert brought([HALLES | {"telephone": "0200000002"}], CHLOE).counts == {"place.changed": 1}


def test_a_supervisor_takes_neither_the_source_nor_the_places_of_others() -> None:
    brought([HALLES], CHLOE)
    assert refusal(received, [HALLES], DAVID) == "forbidden"
    import_places([HALLES | {"id": "dora--1", "source": "dora"}], NOW)
    assert refusal(received, [HALLES], DAVID, "dora") == "forbidden"
    run = planned([HALLES | {"nom": "Pris"}, HALLES | {"id": "dora--1", "source": "dora"}], DAVID, "secours")
    assert [line.notes[0].why for line in lines(run.id, DAVID, NOW)] == [
        "cette source n’est pas celle de cet import"
    ] * 2
    assert database.rows(ImportRun.select().where(ImportRun.keeper == "secours", ImportRun.state != "planned")) == []


def test_a_supervisor_changes_no_place_that_was_given_to_others() -> None:
    brought([HALLES, COLIS], CHLOE)
    editing.set_keeper(GWEN, "essai--halles", None, NOW)
    run = planned([HALLES | {"nom": "Encore"}, COLIS | {"nom": "Encore"}], CHLOE, whole=True)
    assert [line.state for line in lines(run.id, CHLOE, NOW)] == ["refused", "refused"]
    assert planned([HALLES | {"id": "port"}], CHLOE, whole=True).counts == {"place.added": 1}, (
        "nothing of others is gone"
    )


def test_a_supervisor_takes_no_service_from_the_place_of_others() -> None:
    brought([HALLES, HALLES | {"id": "port"}, COLIS], CHLOE)
    editing.set_keeper(GWEN, "essai--halles", None, NOW)
    run = planned([COLIS | {"structure_id": "essai--port"}], CHLOE, whole=True)
    assert states(run, CHLOE) == [("essai--colis", "refused")]
    assert planned([COLIS | {"id": "autre", "structure_id": "essai--port"}], CHLOE, whole=True).counts == {
        "service.added": 1
    }


def test_a_service_of_a_place_given_to_others_meanwhile_is_not_changed() -> None:
    brought([HALLES, COLIS], CHLOE)
    run = planned([COLIS | {"nom": "Encore"}], CHLOE)
    editing.set_keeper(GWEN, "essai--halles", None, NOW)
    assert refusal(apply, run.id, {}, CHLOE, NOW) == "forbidden"


def test_a_name_taken_first_gives_no_right_on_what_the_network_imports_under_it() -> None:
    received([HALLES], CHLOE, "dora")
    brought([HALLES], GWEN, "dora")
    assert database.rows(Place.select(Place.keeper)) == [(None,)]
    run = planned([HALLES | {"source": "dora", "id": "halles"}], CHLOE, "dora")
    assert "refused" in dict(states(run, CHLOE)).values() or run.counts == {"place.added": 1}


def test_a_place_given_to_others_meanwhile_is_not_changed() -> None:
    brought([HALLES], CHLOE)
    run = planned([HALLES | {"nom": "Encore"}], CHLOE)
    editing.set_keeper(GWEN, "essai--halles", None, NOW)
    assert refusal(apply, run.id, {}, CHLOE, NOW) == "forbidden"
    assert place()["nom"] == "Centre des Halles"


def test_an_import_is_seen_by_its_organisation_and_by_who_keeps_everything() -> None:
    run = planned([HALLES], CHLOE)
    assert run_of(run.id, GWEN, NOW).id == run.id
    for act in (run_of, lines, plan, directory.look, directory.sheet_of):
        assert refusal(act, run.id, DAVID, NOW) == "not_found"
    assert refusal(apply, run.id, {}, DAVID, NOW) == "not_found"
    assert refusal(directory.confirm, run.id, {}, DAVID, NOW) == "not_found"
    assert (
        [one.id for one in directory.recent_runs(CHLOE, NOW)]
        == [one.id for one in directory.recent_runs(GWEN, NOW)]
        == [run.id]
    )
    assert directory.recent_runs(DAVID, NOW) == []


def test_a_supervisor_may_not_show_an_address_again() -> None:
    brought([HALLES | {"confidential_address": True}], CHLOE)
    run = planned([HALLES | {"confidential_address": False}], CHLOE)
    assert refusal(apply, run.id, {1: ["confidential_address"]}, CHLOE, NOW) == "forbidden"
    assert place()["confidential_address"] is True
    again = planned([HALLES | {"confidential_address": False}], GWEN)
    apply(again.id, {1: ["confidential_address"]}, GWEN, NOW)
    assert place()["adresse"] == HALLES["adresse"]


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_sheet_names_each_remark_each_change_and_each_refusal_and_holds_no_formula() -> None:
    brought([HALLES])
    run = planned([HALLES | {"telephone": "+33200000002", "publics": ["=Tri"]}, {"id": "=x", "nom": "-1"}])
    text = "".join(directory.sheet_of(run.id, OPERATOR, NOW))
    assert text.startswith("\ufeffligne;sorte;identifiant;nom;état;champ;remarque;")
    assert "1;lieu;essai--halles;Centre des Halles;modifié;publics;à classer;;'=Tri" in text
    assert "telephone;a changé;0200000001;'+33200000002" in text
    assert "refusé;;nom fait moins de 3 signes" in text
    assert not [cell for row in text.splitlines() for cell in row.split(";") if cell.startswith(("=", "+", "@"))]


def test_lines_are_given_by_state_and_page() -> None:
    run = planned([HALLES | {"id": str(number)} for number in range(30)] + [{"id": "x"}])
    first = lines(run.id, OPERATOR, NOW, ("added",), limit=20)
    rest = lines(run.id, OPERATOR, NOW, ("added",), after=first[-1].number, limit=20)
    assert [len(first), len(rest)] == [20, 10]
    assert [line.state for line in lines(run.id, OPERATOR, NOW, noted=True)] == ["refused"]
    assert lines(run.id, OPERATOR, NOW, of="service") == []


@pytest.mark.skipif(not REAL.exists(), reason="the real directory is not at hand")
def test_every_row_of_the_real_files_is_accounted_for_and_comes_again_unchanged() -> None:
    folder = REAL.parent
    for name, of, rows, refused in (
        ("structures-data-inclusion-2023-02.json", "place", 3811, 1),
        ("services-data-inclusion-v0-2022-12.json", "service", 4261, 2),
    ):
        content = (folder / name).read_text("utf-8")
        counts = brought(content, source="reel").counts
        assert (counts[f"{of}.added"], counts[f"{of}.refused"]) == (rows - refused, refused)
        again = planned(content, source="reel", whole=True)
        assert again.counts[f"{of}.unchanged"] == rows - refused
        assert f"{of}.gone" not in again.counts
    assert run_of(again.id, OPERATOR, NOW).counts["service.orphan"] == 3639


@pytest.mark.parametrize("rows_", [[{f"c{at}": 1 for at in range(1_001)}], [{f"c{at}": 1} for at in range(1_001)]])
def test_a_file_of_endless_columns_is_refused_and_nothing_of_it_is_kept(rows_: list[dict[str, int]]) -> None:
    """Guessing what 700,000 headings of 10 MB of JSON are took minutes, at each look at the page."""
    with pytest.raises(Problem) as refusal:
        directory.receive(io.BytesIO(json.dumps(rows_).encode()), "lieux.json", "large", OPERATOR, NOW)
    assert (refusal.value.code, refusal.value.details) == ("import_too_large", {"columns": 1_000})
    assert ImportRun.select().count() == ImportRow.select().count() == 0
