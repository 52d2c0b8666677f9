"""The public pages of the directory: off unless chosen, and then nothing that is not exported, no cookie, no script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from models import directory
from tests.models.test_confidential import LEADING, SAID, traces
from tests.models.test_directory import HALLES
from tests.web.conftest import NOW
from web.config import Config

OFFICE: dict[str, Any] = HALLES | {
    "id": "essai--mairie", "nom": "Mairie de l’Île", "commune": "Sainte-Anne", "code_postal": "29998",
    "code_insee": "29998", "thematiques": ["numerique--acceder-a-une-connexion-internet"],
    "horaires_accueil": "sur demande <script>",
}  # fmt: skip


@pytest.fixture
def anyone(app: Flask, config: Config) -> FlaskClient:
    """`app` made the database."""
    return create_app(replace(config, public_directory=True)).test_client()


def search(client: FlaskClient, **asked: str) -> str:
    answer = client.post("/annuaire/", data=asked)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/annuaire/"), ("POST", "/annuaire/"), ("GET", "/annuaire/essai--halles")]
)
def test_without_a_choice_of_the_instance_there_is_no_such_page(client: FlaskClient, method: str, path: str) -> None:
    directory.import_places([HALLES], NOW)
    answer = client.open(path, method=method)
    assert answer.status_code == 404
    assert "Halles" not in answer.text


def test_the_first_page_asks_and_lists_nothing(anyone: FlaskClient) -> None:
    directory.import_places([HALLES], NOW)
    page = anyone.get("/annuaire/")
    assert page.status_code == 200
    assert "Centre des Halles" not in page.text
    assert '<html lang="fr">' in page.text
    for name in ("mots", "besoin", "commune"):
        assert f'<label for="{name}">' in page.text and f'id="{name}"' in page.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"mots": "halles"}, ["Centre des Halles"]),
        ({"mots": "ILE"}, ["Mairie de l’Île"]),
        ({"mots": "centre ile"}, []),
        ({"commune": "ste anne"}, ["Mairie de l’Île"]),
        ({"commune": "29998"}, ["Mairie de l’Île"]),
        ({"besoin": "alimentation"}, ["Centre des Halles"]),
        ({"besoin": "numerique"}, ["Mairie de l’Île"]),
        ({"besoin": "rien"}, []),
        ({"besoin": "alimentation", "commune": "Sainte-Anne"}, []),
        ({"mots": "x" * 3000}, []),
        ({"mots": "%' OR 1=1 --"}, []),
    ],
)
def test_one_finds_by_words_need_and_commune(anyone: FlaskClient, asked: dict[str, str], found: list[str]) -> None:
    directory.import_places([HALLES, OFFICE], NOW)
    page = search(anyone, **asked)
    names = [name for name in ("Centre des Halles", "Mairie de l’Île") if name in page]
    assert names == found
    assert ("Aucun lieu" in page) == (not found)


def test_many_places_come_page_by_page_and_a_page_of_no_sense_is_the_first_or_last(anyone: FlaskClient) -> None:
    directory.import_places([HALLES | {"id": f"essai--{n}", "nom": f"Lieu {n:03}"} for n in range(60)], NOW)
    seen = [search(anyone, mots="lieu", page=page) for page in ("1", "2", "3")]
    assert [[f"Lieu {n:03}" in page for n in (0, 24, 25, 49, 50, 59)] for page in seen] == [
        [True, True, False, False, False, False],
        [False, False, True, True, False, False],
        [False, False, False, False, True, True],
    ]
    assert "page 2 sur 3" in seen[1]
    for page in ("0", "-1", "x", "٢", "99999", ""):
        assert "page 1 sur 3" in search(anyone, mots="lieu", page=page)
    assert "page 3 sur 3" in search(anyone, mots="lieu", page="9999")


def test_a_place_says_where_when_and_how_and_its_text_is_text(anyone: FlaskClient) -> None:
    directory.import_places([HALLES, OFFICE], NOW)
    page = anyone.get("/annuaire/essai--halles").text
    for said in ("3 place des Halles", "lundi à vendredi : 9 h – 12 h", "tel:0200000001"):
        assert said in page
    assert "<script" not in anyone.get("/annuaire/essai--mairie").text
    assert "sur demande &lt;script&gt;" in anyone.get("/annuaire/essai--mairie").text


def test_a_site_is_a_link_only_where_it_leads_to_one(anyone: FlaskClient) -> None:
    sites = ["https://lieu.example", "javascript://%0aalert(1)", "data://x"]
    directory.import_places([HALLES | {"id": f"essai--{n}", "site_web": site} for n, site in enumerate(sites)], NOW)
    pages = [anyone.get(f"/annuaire/essai--{n}").text for n in range(len(sites))]
    assert [f'href="{site}"' in page for site, page in zip(sites, pages, strict=True)] == [True, False, False]


@pytest.mark.parametrize("id_", ["essai--rien", "", "x" * 300, "..", "essai--halles/plus"])
def test_a_place_that_is_not_there_is_not_found(anyone: FlaskClient, id_: str) -> None:
    directory.import_places([HALLES], NOW)
    answer = anyone.get(f"/annuaire/{id_}")
    assert answer.status_code == (200 if id_ == "" else 404)
    assert "Halles" not in answer.text


def test_a_confidential_place_is_found_by_nothing(anyone: FlaskClient) -> None:
    directory.import_places([SAID | LEADING | {"confidential_address": True}, HALLES], NOW)
    for asked in (
        {"mots": "refuge"},
        {"commune": "Port"},
        {"commune": "29998"},
        {"mots": "Zibeline"},
        {"besoin": "hebergement_urgence"},
    ):
        page = search(anyone, **asked)
        assert "Refuge de la Côte" not in page
        assert [trace for trace in traces(page) if trace not in asked.values()] == []
    refused, absent = anyone.get("/annuaire/essai--refuge"), anyone.get("/annuaire/essai--rien")
    assert (refused.status_code, refused.text) == (absent.status_code, absent.text)


def test_no_cookie_no_script_and_nothing_from_elsewhere(anyone: FlaskClient) -> None:
    directory.import_places([HALLES], NOW)
    for answer in (
        anyone.get("/annuaire/"),
        anyone.post("/annuaire/", data={"mots": "halles"}),
        anyone.get("/annuaire/essai--halles"),
    ):
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
        assert "src=" not in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_what_is_looked_for_is_in_no_address(anyone: FlaskClient) -> None:
    assert anyone.get("/annuaire/?mots=violences").status_code == 400
    assert 'method="post"' in anyone.get("/annuaire/").text


def test_a_body_that_is_too_large_is_refused(anyone: FlaskClient) -> None:
    assert anyone.post("/annuaire/", data={"mots": "x" * 5000}).status_code == 413


def test_who_asks_too_often_waits(app: Flask, config: Config) -> None:
    client = create_app(replace(config, public_directory=True, rate_factor=0.01)).test_client()
    assert [client.get("/annuaire/").status_code for _ in range(4)] == [200, 200, 429, 429]
