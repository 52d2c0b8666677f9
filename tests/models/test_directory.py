"""The door to the directory, on invented rows; on the real file too where it is at hand (it is never committed)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database, directory
from models.directory import extract, import_places
from models.directory.changes import Changing
from models.problems import Problem
from models.tables import ImportRow, ImportRun, Place
from tests.databases import Databases

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
REAL = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "directory" / "structures-bretagne.json"
HALLES: dict[str, Any] = {
    "id": "essai--halles",
    "source": "essai",
    "nom": "Centre des Halles",
    "date_maj": "2026-10-01",
    "adresse": "3 place des Halles",
    "commune": "Port-Breizh",
    "code_postal": "29999",
    "code_insee": "29999",
    "latitude": 48.1,
    "longitude": -4.2,
    "telephone": "0200000001",
    "horaires_accueil": "Mo-Fr 09:00-12:00",
    "reseaux_porteurs": ["banques-alimentaires"],
    "thematiques": ["equipement-et-alimentation--alimentation"],
}
OLD: dict[str, Any] = {
    "id": "17",
    "source": "ancien",
    "nom": "  Mairie de   Kerlouarn ",
    "date_maj": "2026-06-16",
    "pivot": "21290000000017",
    "commune": "KERLOUARN",
    "code_postal": "29998",
    "typologie": "MUNI",
    "labels_nationaux": "CNFS;France Services",
    "services": "Accéder à une connexion internet;Prendre en main un ordinateur",
    "publics_accueillis": "Adultes;Seniors (+ 65 ans)",
    "conditions_acces": "Gratuit : Je peux accéder gratuitement au lieu",
    "horaires": "le mardi, sur rendez-vous",
    "presentation_resume": "Une mairie…",
    "presentation_detail": "Une mairie, avec un accueil.",
}


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def one(id_: str) -> dict[str, Any]:
    return next(place for place in extract(NOW)["places"] if place["id"] == id_)


# --- what comes in -----------------------------------------------------------------------------------------------


def test_a_row_of_today_comes_in_and_goes_out_as_it_is() -> None:
    report = import_places([HALLES], NOW)
    assert (report.read, report.added, report.refused) == (1, ["essai--halles"], [])
    days = [[["09:00", "12:00"]]] * 5 + [[], []]
    assert one("essai--halles") == HALLES | {"week": days, "kind": "banque_alimentaire"}


def test_a_row_of_the_older_form_is_said_in_the_words_of_today() -> None:
    report = import_places([OLD], NOW)
    assert one("ancien--17") == {
        "id": "ancien--17",
        "source": "ancien",
        "nom": "Mairie de Kerlouarn",
        "date_maj": "2026-06-16",
        "siret": "21290000000017",
        "commune": "KERLOUARN",
        "code_postal": "29998",
        "reseaux_porteurs": ["communes", "conseillers-numeriques", "france-service"],
        "thematiques": [
            "numerique--acceder-a-une-connexion-internet",
            "numerique--maitriser-les-fondamentaux-du-numerique",
        ],
        "publics": ["seniors"],
        "conditions_acces": OLD["conditions_acces"],
        "frais": "gratuit",
        "horaires_accueil": "le mardi, sur rendez-vous",
        "by_appointment": True,
        "description": "Une mairie, avec un accueil.",
        "kind": "commune",
    }
    assert report.to_sort == {"publics_accueillis : Adultes": 1}


def test_a_value_nobody_knows_refuses_nothing_and_is_kept_aside() -> None:
    report = import_places([HALLES | {"thematiques": ["Manger mieux"], "couleur": "vert"}], NOW)
    assert report.refused == []
    assert report.to_sort == {"thematiques : Manger mieux": 1}
    assert "couleur" not in one("essai--halles")
    assert import_places([HALLES], NOW).changed["essai--halles"] == ["a_classer", "thematiques"]


def test_two_sources_may_use_the_same_number() -> None:
    report = import_places([OLD, OLD | {"source": "autre"}], NOW)
    assert report.added == ["ancien--17", "autre--17"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nom": ""}, "il manque nom"),
        ({"nom": "   "}, "il manque nom"),
        ({"id": None}, "il manque id"),
        ({"id": "x" * 300}, "id fait plus de 200 signes"),
        ({"nom": "AB"}, "nom fait moins de 3 signes"),
        ({"nom": "\x00\x07"}, "il manque nom"),
    ],
)
def test_a_row_that_names_nothing_is_refused_with_the_reason_and_the_others_come_in(
    change: dict[str, Any], why: str
) -> None:
    report = import_places([OLD, HALLES | change, HALLES | {"id": "essai--port"}], NOW)
    assert [(each.row, each.why) for each in report.refused] == [(2, why)]
    assert report.added == ["ancien--17", "essai--port"]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("description", "x" * 10_001, "fait plus de 10000 signes"),
        ("description", "?", "fait moins de 5 signes"),
        ("date_maj", "hier", "n’est pas une date"),
        ("date_maj", "2026-02-30", "n’est pas une date"),
        ("code_postal", "29", "est impossible"),
        ("code_postal", "99123", "est impossible"),
        ("code_postal", "٢٩٠٠٠", "est impossible"),
        ("code_postal", 1000, "est impossible"),  # 01000, when the commune is of the Finistère
        ("code_insee", "2C001", "est impossible"),
        ("code_insee", "00123", "est impossible"),
        ("siret", "123", "est impossible"),
        ("siret", "3,82189E+13", "est impossible"),
        ("siret", "00000000000000", "est impossible"),
        ("telephone", "à venir", "est impossible"),
        ("latitude", 148.1, "les coordonnées sont impossibles"),
        ("longitude", -190.0, "les coordonnées sont impossibles"),
        ("latitude", "nord", "n’est pas un nombre"),
        ("site_web", "voir la mairie", "n’est pas une adresse de site"),
        ("courriel", "accueil chez mairie", "n’est pas une adresse électronique"),
        ("frais", "parfois", "n’est pas un mot de la liste"),
        ("kind", "banque", "n’est pas une sorte d’organisation connue"),
        ("couleur", "vert", "colonne à classer"),
    ],
)
def test_a_value_that_cannot_be_is_kept_aside_and_named_and_the_place_comes_in(
    name: str, value: object, why: str
) -> None:
    report = import_places([HALLES | {name: value}], NOW)
    assert report.refused == []
    [line] = directory.lines(report.run.id, directory.OPERATOR, NOW)
    assert why in [note.why for note in line.notes if note.field == name]
    kept = json.loads(database.rows(Place.select(Place.content))[0][0])
    assert str(kept["a_classer"][name]) == str(value)
    assert name not in kept or name == "date_maj"
    assert "a_classer" not in one("essai--halles")


@pytest.mark.parametrize("value", ["peut-être", 2, "?"])
def test_in_doubt_an_address_is_confidential(value: object) -> None:
    import_places([HALLES | {"confidential_address": value}], NOW)
    assert one("essai--halles")["confidential_address"] is True


def test_a_name_that_is_too_long_is_shortened_and_kept_whole_aside() -> None:
    report = import_places([HALLES | {"nom": "Centre " * 30}], NOW)
    assert report.refused == [] and len(one("essai--halles")["nom"]) <= 150


def test_a_row_without_a_date_gets_the_day_it_came_and_keeps_it() -> None:
    undated = {name: value for name, value in HALLES.items() if name != "date_maj"}
    import_places([undated], NOW)
    assert one("essai--halles")["date_maj"] == "2026-11-22"
    assert import_places([undated], NOW + timedelta(days=9)).unchanged == 1
    import_places([undated | {"telephone": "0200000009"}], NOW + timedelta(days=9))
    assert one("essai--halles")["date_maj"] == "2026-12-01"


def test_who_receives_at_a_place_is_not_for_a_file_to_say() -> None:
    report = import_places([HALLES | {"team": "t", "organisation": "o", "keeper": "o"}], NOW)
    [line] = directory.lines(report.run.id, directory.OPERATOR, NOW)
    assert {note.field for note in line.notes} == {"team", "organisation", "keeper"}
    assert database.rows(Place.select(Place.keeper)) == [(None,)]


@pytest.mark.parametrize("row", [None, "une ligne", 7, ["id"], []])
def test_what_is_not_a_row_is_counted_and_refused(row: object) -> None:
    report = import_places([row, HALLES], NOW)
    assert [(each.row, each.id) for each in report.refused] == [(1, None)]
    assert report.read == 2


def test_a_repeated_id_is_refused_and_says_where_it_was_read_first() -> None:
    report = import_places([HALLES, OLD, HALLES | {"nom": "Autre nom"}], NOW)
    assert [(each.row, each.id, each.why) for each in report.refused] == [(3, "essai--halles", "déjà lue ligne 1")]
    assert one("essai--halles")["nom"] == "Centre des Halles"


def test_every_row_read_is_in_exactly_one_count() -> None:
    import_places([HALLES, OLD], NOW)
    report = import_places([HALLES, OLD | {"nom": "Mairie"}, HALLES, None, HALLES | {"id": "essai--port"}], NOW)
    counts = [report.unchanged, len(report.changed), len(report.refused), len(report.added)]
    assert counts == [1, 1, 2, 1]
    assert sum(counts) == report.read
    told = "\n".join(report.lines())
    assert all(f"ligne {each.row} " in told for each in report.refused)
    assert all(value in told for value in report.to_sort)


def test_a_named_contact_is_left_out_and_said() -> None:
    report = import_places([HALLES | {"contact_nom_prenom": "Yann Le Goff"}], NOW)
    assert report.left_out == {"contact_nom_prenom": 1}
    assert "Goff" not in json.dumps(extract(NOW))
    assert "Goff" not in "".join(report.lines())


# --- what comes again ----------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing() -> None:
    import_places([HALLES, OLD], NOW)
    version = extract(NOW)["version"]
    report = import_places([HALLES, OLD], NOW + timedelta(days=1))
    assert (report.unchanged, report.added, report.changed) == (2, [], {})
    assert extract(NOW)["version"] == version


def test_a_changed_row_says_what_differs() -> None:
    import_places([HALLES], NOW)
    version = extract(NOW)["version"]
    without_phone = {name: value for name, value in HALLES.items() if name != "telephone"}
    report = import_places([without_phone | {"horaires_accueil": "Sa 10:00-12:00"}], NOW)
    assert report.changed == {"essai--halles": ["horaires_accueil", "telephone"]}
    assert extract(NOW)["version"] != version


def test_what_the_network_set_on_a_place_stays_when_the_file_says_nothing_of_it() -> None:
    import_places([HALLES | {"kind": "epicerie_sociale"}], NOW)
    assert import_places([HALLES], NOW).unchanged == 1
    import_places([HALLES | {"telephone": "0200000002"}], NOW)
    place = one("essai--halles")
    assert place["kind"] == "epicerie_sociale"
    assert place["telephone"] == "0200000002"


def test_a_place_a_file_no_longer_lists_stays_unless_the_file_is_whole() -> None:
    import_places([HALLES, HALLES | {"id": "essai--port", "nom": "Centre du Port"}, OLD], NOW)
    assert import_places([HALLES], NOW).deactivated == []
    report = import_places([HALLES], NOW, whole=True)
    assert report.deactivated == ["essai--port"]
    assert one("essai--port") == {
        "id": "essai--port", "nom": "Centre du Port", "commune": "Port-Breizh", "active": False,
    }  # fmt: skip
    assert "active" not in one("ancien--17")


def test_a_refused_row_does_not_close_its_place() -> None:
    import_places([HALLES, OLD], NOW)
    report = import_places([HALLES, OLD | {"nom": ""}], NOW, whole=True)
    assert report.deactivated == []
    assert "active" not in one("ancien--17")


def test_a_closed_place_that_is_listed_again_opens_again() -> None:
    import_places([HALLES, HALLES | {"id": "essai--port"}], NOW)
    import_places([HALLES], NOW, whole=True)
    report = import_places([HALLES, HALLES | {"id": "essai--port"}], NOW)
    assert report.changed == {"essai--port": ["active"]}
    assert "active" not in one("essai--port")


# --- what goes out -------------------------------------------------------------------------------------------------


def test_a_confidential_place_never_says_where_it_is() -> None:
    import_places([HALLES | {"confidential_address": True, "complement_adresse": "2e étage"}], NOW)
    place = one("essai--halles")
    assert place["confidential_address"] is True
    assert place["commune"] == "Port-Breizh"
    sent = json.dumps(extract(NOW), ensure_ascii=False)
    assert [word for word in ("place des Halles", "étage", "29999", "48.1", "-4.2") if word in sent] == []


def test_what_a_source_did_not_touch_for_a_year_is_marked() -> None:
    import_places([HALLES], NOW)
    assert "a_verifier" not in one("essai--halles")
    later = {place["id"]: place for place in extract(NOW + timedelta(days=400))["places"]}
    assert later["essai--halles"]["a_verifier"] is True


def test_an_empty_directory_has_a_version_too() -> None:
    assert extract(NOW)["places"] == []
    assert extract(NOW)["version"] == extract(NOW)["version"] != ""


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_file_is_a_list_or_holds_one(tmp_path: Path, wrapped: bool) -> None:
    path = tmp_path / "places.json"
    path.write_text(json.dumps({"structures": [HALLES]} if wrapped else [HALLES]), "utf-8-sig")
    assert import_places(path, NOW).added == ["essai--halles"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "import_kind"),
        ("  \n", "import_kind"),
        ("{", "import_unreadable"),
        ("{}", "import_unreadable"),
        ('{"structures": 3}', "import_unreadable"),
        ('{"structures": [', "import_unreadable"),
        ('[{"id": 1}] suite', "import_unreadable"),
        ("[" * 100_000, "import_unreadable"),
        ("[]", "import_kind"),
        ('"places"', "import_kind"),
        ("\xff\xfe", "import_kind"),
    ],
    ids=range(11),
)
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "places.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Problem) as refusal:
        import_places(path, NOW)
    assert refusal.value.code == code
    assert extract(NOW)["places"] == []
    assert database.rows(ImportRun.select()) == database.rows(ImportRow.select()) == []


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        import_places(tmp_path / "nowhere.json", NOW)


def test_an_import_that_fails_half_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import_places([HALLES], NOW)

    def fail(*what: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(Changing, "write_history", fail)
    with pytest.raises(RuntimeError):
        import_places([OLD, HALLES | {"nom": "Autre nom"}], NOW)
    assert [place["nom"] for place in extract(NOW)["places"]] == ["Centre des Halles"]


@pytest.mark.skipif(not REAL.exists(), reason="the real directory is not at hand")
def test_the_real_directory_comes_in_whole_and_again_unchanged() -> None:
    report = import_places(REAL, NOW)
    assert report.read == len(report.added) + len(report.refused) == 230
    assert len(extract(NOW)["places"]) == len(report.added)
    assert import_places(REAL, NOW).unchanged == len(report.added)


@pytest.mark.skipif(not REAL.exists(), reason="the real schema is not at hand")
def test_older_words_become_words_of_the_schema() -> None:
    folder = REAL.parent.parent / "schema-data-inclusion-v1.0.8"
    words = directory.directory_words()
    for column, listed in (
        ("services", "thematiques"),
        ("publics_accueillis", "publics"),
        ("labels_nationaux", "reseaux-porteurs"),
        ("typologie", "reseaux-porteurs"),
        ("frais", "frais"),
    ):
        known = {each["value"] for each in json.loads((folder / f"{listed}.json").read_text("utf-8"))}
        assert set(words[column].values()) <= known, column
    known = {each["value"] for each in json.loads((folder / "reseaux-porteurs.json").read_text("utf-8"))}
    kinds = directory.REFERENCE.organisation_kinds.values()
    assert {network for kind in kinds for network in kind["reseaux_porteurs"]} <= known
    themes = {each["value"] for each in json.loads((folder / "thematiques.json").read_text("utf-8"))}
    for need in directory.REFERENCE.needs.values():
        for prefix in need["thematiques"]:
            assert any(theme == prefix or theme.startswith(prefix + "--") for theme in themes), prefix
