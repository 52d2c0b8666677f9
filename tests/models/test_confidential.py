"""A place whose address is confidential: each road on which it could be found again, tried with words only it has."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from models import database
from models.directory import (
    OPERATOR,
    apply,
    extract,
    import_places,
    lines,
    plan,
    receive,
    run_of,
    sentences,
    sheet_of,
)
from models.directory.changes import changing, dumped
from models.rules.confidential import KEPT_FROM_EVERYONE, WHERE
from models.tables import Service
from tests.databases import Databases
from tests.models.test_directory import HALLES

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET = "Zibeline"
SAID: dict[str, Any] = {
    "id": "essai--refuge",
    "source": "essai",
    "nom": "Refuge de la Côte",
    "date_maj": "2026-10-01",
    "commune": "Port-Breizh",
    "telephone": "0200000009",
    "thematiques": ["logement-hebergement--rechercher-une-solution-dhebergement-temporaire"],
}
LEADING: dict[str, Any] = {
    "adresse": f"9 rue {SECRET}",
    "complement_adresse": f"cour {SECRET}",
    "code_postal": "29998",
    "code_insee": "29998",
    "siret": "21290000000017",
    "latitude": 48.7654,
    "longitude": -4.5432,
    "horaires_accueil": "Mo-Fr 07:07-21:21; PH off",
    "description": f"Derrière l’église, rue {SECRET}.",
    "conditions_acces": f"Sonner rue {SECRET}.",
    "publics_precisions": f"Femmes du quartier {SECRET}",
    "mobilisation_precisions": f"Rendez-vous place {SECRET}",
    "courriel": f"{SECRET}@refuge.example",
    "site_web": f"https://{SECRET}.example",
    "lien_source": f"https://source.example/{SECRET}",
    "lien_mobilisation": f"https://source.example/rdv/{SECRET}",
    "accessibilite_lieu": f"https://acces.example/{SECRET}",
    "quartier": f"quartier {SECRET}",
}
TRACES = (SECRET, "29998", "21290000000017", "48.7654", "4.5432", "07:07", "21:21", "hours_until")
REFUGE = SAID | LEADING | {"confidential_address": True}


@pytest.fixture(autouse=True)
def a_database(database_url: str, databases: Databases) -> Iterator[None]:
    databases.copy(databases.empty, database_url)
    database.bind(database_url)
    yield
    database.close()


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def test_phones_are_given_its_name_its_commune_and_a_number_to_call() -> None:
    import_places([REFUGE, HALLES], NOW)
    place = next(each for each in extract(NOW)["places"] if each["id"] == "essai--refuge")
    assert place == SAID | {"confidential_address": True}
    assert traces(json.dumps(extract(NOW), ensure_ascii=False)) == []


def test_each_word_that_leads_there_is_shown_of_another_place() -> None:
    """Otherwise the test above would prove nothing."""
    import_places([SAID | LEADING], NOW)
    shown = json.dumps(extract(NOW), ensure_ascii=False)
    assert traces(shown) == list(TRACES)
    [place] = extract(NOW)["places"]
    assert set(LEADING) - set(place) == {"quartier"}


def test_its_services_say_no_more_than_the_place() -> None:
    import_places([REFUGE], NOW)
    service = {
        "id": "essai--nuit",
        "source": "essai",
        "structure_id": "essai--refuge",
        "nom": "Dormir ce soir",
        **{name: value for name, value in LEADING.items() if name != "quartier"},
        "a_classer": {"quartier": LEADING["quartier"]},
    }
    row = {"id": "essai--nuit", "source": "essai", "structure": "essai--refuge", "active": True, "changed_at": ""}
    Service.insert(content=dumped(service), **row).execute()
    shown = json.dumps(extract(NOW), ensure_ascii=False)
    assert "Dormir ce soir" in shown
    assert traces(shown) == []


def test_it_is_hidden_from_the_moment_it_is_said_confidential_and_closed_too() -> None:
    import_places([SAID | LEADING], NOW)
    with changing(NOW, None) as change:
        change.set("essai--refuge", {"confidential_address": True}, "hidden")
    assert traces(json.dumps(extract(NOW))) == []
    with changing(NOW, None) as change:
        change.set("essai--refuge", {"active": False}, "closed")
    assert extract(NOW)["places"] == [
        {"id": "essai--refuge", "nom": "Refuge de la Côte", "commune": "Port-Breizh", "active": False}
    ]


def test_a_source_that_forgets_to_say_so_does_not_reveal_it() -> None:
    import_places([REFUGE], NOW)
    import_places([SAID | LEADING | {"telephone": "0200000010"}], NOW)
    [place] = extract(NOW)["places"]
    assert (place["telephone"], place["confidential_address"]) == ("0200000010", True)
    assert traces(json.dumps(extract(NOW))) == []


def test_who_keeps_the_entry_sees_its_words_and_never_where_it_is() -> None:
    assert set(WHERE) < KEPT_FROM_EVERYONE
    assert {"description", "courriel"} <= KEPT_FROM_EVERYONE - set(WHERE)


def _sheet(file: dict[str, Any]) -> str:
    """The report of a dry run, as it is downloaded, and each line of it as it is shown."""
    run = receive(io.BytesIO(json.dumps(file).encode()), "annuaire.json", "essai", OPERATOR, NOW)
    plan(run.id, OPERATOR, NOW)
    shown = lines(run.id, OPERATOR, NOW, limit=500)
    text = "".join(sheet_of(run.id, OPERATOR, NOW)) + repr(shown) + "\n".join(sentences(run_of(run.id, OPERATOR, NOW)))
    apply(run.id, {}, OPERATOR, NOW)
    return text


@pytest.mark.parametrize("seen", ["added", "changed", "unchanged"])
def test_a_report_of_an_import_says_that_it_differs_and_no_more(seen: str) -> None:
    """Reports travel by mail: neither values, nor remarks about them, nor those of its services."""
    service = {"id": "essai--nuit", "source": "essai", "structure_id": "essai--refuge", "nom": "Dormir ce soir"}
    first = {"structures": [REFUGE], "services": [service | LEADING | {"code_postal": "2998"}]}
    second = {
        "structures": [REFUGE | {"adresse": f"10 rue {SECRET}", "code_insee": 2999.0, "siret": f"9{SECRET}"}],
        "services": [service | LEADING | {"adresse": f"12 rue {SECRET}", "code_postal": "2999"}],
    }
    if seen != "added":
        _sheet(first)
    text = _sheet(second if seen == "changed" else first)
    assert "Dormir ce soir" in text and "Refuge de la Côte" in text
    assert traces(text) == []
    assert "2999" not in text and "2998" not in text
