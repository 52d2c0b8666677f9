"""A file imported at a desk: looked at before it is applied, by who keeps the places, whatever the file is."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from waitress.adjustments import Adjustments
from werkzeug.test import TestResponse

from app import MAX_FILE_WIRE_BYTES, MAX_WIRE_BYTES, Parser
from models import database
from models.directory.reading import MAX_FILE_BYTES
from models.directory.runs import PLANNING
from models.tables import ImportRun
from tests.device.territory import Territory
from tests.web.conftest import ask, code
from tests.web.test_desk_directory import BROWSER, EDIT, HALLES, LIST, edit, on_phones, post, sign_in, text, token
from web import background

IMPORTS = LIST + "imports"
SHEET = "Structure;Ville;CP;Tél.;Aide\nÉpicerie du Port;Port-Breizh;29000;0298000001;colis\nVestiaire;Lanvrac;29300;;\n"


def upload(client: FlaskClient, content: bytes | str, name: str = "lieux.csv", **fields: str) -> TestResponse:
    octets = content.encode() if isinstance(content, str) else content
    data = {"csrf_token": token(client), "source": "Essai", "fichier": (io.BytesIO(octets), name), **fields}
    return client.post(IMPORTS, data=data, headers=BROWSER, content_type="multipart/form-data")


def standard(*places: dict[str, Any]) -> str:
    return json.dumps({"structures": [*places]})


def settled(client: FlaskClient, path: str) -> str:
    """The page of an import once its comparison is over."""
    path = path.partition("?")[0]
    page = text(client, path)
    for _ in range(200):
        if "http-equiv" not in page:
            return page
        if thread := background._running.get(path.rpartition("/")[2]):
            thread.join()
        page = text(client, path)
    raise AssertionError("the comparison never ended")


def names(client: FlaskClient, territory: Territory) -> set[str]:
    places = ask(client, "GET", "/api/directory", territory.amina).get_json()["places"]
    return {place["nom"] for place in places if place.get("active", True)}


def test_any_spreadsheet_comes_in_by_its_columns_its_difference_then_a_button(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, SHEET).headers["Location"]
    page = text(client, here)
    assert "Que contient chaque colonne" in page
    assert "Port-Breizh" in page
    for heading, field in (("Structure", "nom"), ("Ville", "commune"), ("CP", "code_postal"), ("Tél.", "telephone")):
        select = page[page.index(f">{heading}<") :]
        assert re.search(r'value="(\w+)" selected', select)[1] == field  # type: ignore[index]
    columns = {"c0": "nom", "c1": "commune", "c2": "code_postal", "c3": "telephone", "c4": "-"}
    assert post(client, here + "/colonnes", **columns).status_code == 303
    page = settled(client, here)
    assert "Ce qui va changer" in page
    assert "Vestiaire" in page
    assert names(client, territory) == set()
    assert post(client, here + "/appliquer").status_code == 303
    assert "Import appliqué" in text(client, here)
    assert names(client, territory) == {"Épicerie du Port", "Vestiaire"}


def test_a_value_set_aside_is_said_above_the_difference(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES | {"code_postal": "99999"}), "lieux.json").headers["Location"]
    page = settled(client, here)
    assert "1 ligne a une valeur mise de côté</a>" in page
    here = upload(client, standard(HALLES), "lieux.json").headers["Location"]
    assert "mise de côté" not in settled(client, here)


def test_a_long_comparison_says_how_far_it_is_and_one_that_stopped_is_begun_again(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES), "lieux.json").headers["Location"]
    settled(client, here)
    run = here.rpartition("/")[2]
    with database.transaction():
        ImportRun.update(state=PLANNING, total=5000, done=1500).where(ImportRun.id == run).execute()
    page = text(client, here)
    assert "1500 lignes sur 5000" in page
    assert 'max="5000" value="1500"' in page
    assert "http-equiv" in page, "it shows itself again without a script"
    assert "Cela n’avance plus" in page, "nothing in this process is at it"
    assert post(client, here + "/comparer").status_code == 303
    assert "Ce qui va changer" in settled(client, here)


def test_the_columns_are_remembered_for_the_next_file_of_that_source(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, SHEET).headers["Location"]
    post(client, here + "/colonnes", c0="nom", c1="commune", c4="conditions_acces")
    page = text(client, upload(client, SHEET).headers["Location"])
    assert "dernière fois" in page
    assert 'value="conditions_acces" selected' in page


def test_a_mapping_that_cannot_serve_is_said_and_keeps_what_was_chosen(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, SHEET).headers["Location"]
    answer = post(client, here + "/colonnes", c0="commune", c1="", c4="conditions_acces")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "quelle colonne est le nom" in page
    assert 'value="conditions_acces" selected' in page
    assert post(client, here + "/colonnes", c0="nom", c1="nom").status_code == 422
    assert post(client, here + "/colonnes", c0="<script>").status_code == 422


def test_a_file_of_the_standard_is_compared_at_once_and_shows_before_and_after(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES), "s.json").headers["Location"]
    settled(client, here)
    post(client, here + "/appliquer")
    changed = HALLES | {"telephone": "02 98 77 77 77", "date_maj": "2026-03-01"}
    here = upload(client, standard(changed), "s.json").headers["Location"]
    settled(client, here)
    page = text(client, here, voir="modifies")
    assert "77 77 77" in page
    assert "00 00 01" in page
    assert "<del>" in page


def test_what_was_verified_here_is_chosen_one_by_one_or_all_at_once(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)

    def imported(**changes: str) -> str:
        here = upload(client, standard(HALLES | changes), "s.json").headers["Location"].partition("?")[0]
        settled(client, here)
        return here

    post(client, imported() + "/appliquer")
    edit(client, HALLES["id"], telephone="02 98 11 11 11", adresse="1 rue Vraie")
    here = imported(telephone="02 98 22 22 22", adresse="2 rue du Fichier")
    page = text(client, here)
    assert "Qui croire" in page
    number = re.findall(r'name="(\d+)\.telephone"', page)[0]
    post(client, here + "/appliquer", choix="")
    assert "11" in on_phones(client, territory, HALLES["id"])["telephone"]
    here = imported(telephone="02 98 33 33 33", adresse="3 rue du Fichier")
    number = re.findall(r'name="(\d+)\.telephone"', text(client, here))[0]
    post(client, here + "/appliquer", **{f"{number}.telephone": "fichier"})
    place = on_phones(client, territory, HALLES["id"])
    assert place["telephone"].replace(" ", "").endswith("333333")
    assert place["adresse"] == "1 rue Vraie"
    edit(client, HALLES["id"], telephone="02 98 11 11 11")
    post(client, imported(telephone="02 98 44 44 44", adresse="4 rue du Fichier") + "/appliquer", choix="fichier")
    place = on_phones(client, territory, HALLES["id"])
    assert place["adresse"] == "4 rue du Fichier"


def test_an_import_applied_twice_changes_nothing_and_one_overtaken_is_compared_again(
    client: FlaskClient, territory: Territory
) -> None:
    """T13's neighbour: the button pressed ten times. And what was looked at is what is written, or nothing is."""
    sign_in(client, territory.gwenaelle)
    first = upload(client, standard(HALLES), "s.json").headers["Location"]
    settled(client, first)
    for _ in range(3):
        assert post(client, first + "/appliquer").status_code == 303
    second = upload(client, standard(HALLES | {"nom": "Du fichier"}), "s.json").headers["Location"]
    settled(client, second)
    edit(client, HALLES["id"], telephone="02 98 11 11 11")
    answer = post(client, second + "/appliquer")
    assert answer.status_code == 409
    assert "Relancez la comparaison" in answer.get_data(as_text=True)
    assert on_phones(client, territory, HALLES["id"])["nom"] == HALLES["nom"]
    post(client, second + "/comparer")
    settled(client, second)
    assert post(client, second + "/appliquer").status_code == 303
    assert on_phones(client, territory, HALLES["id"])["nom"] == "Du fichier"


def test_a_complete_file_proposes_to_close_what_it_no_longer_lists(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    other = HALLES | {"id": "banque--autre", "nom": "L’autre épicerie"}
    here = upload(client, standard(HALLES, other), "s.json").headers["Location"]
    settled(client, here)
    post(client, here + "/appliquer")
    here = upload(client, standard(other), "s.json", tout="1").headers["Location"].partition("?")[0]
    settled(client, here)
    assert "Épicerie des Halles" in text(client, here, voir="partis")
    post(client, here + "/appliquer")
    assert names(client, territory) == {"L’autre épicerie"}


def test_the_report_is_a_sheet_where_no_formula_runs(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    nasty = HALLES | {"nom": "=cmd|' /C calc'!A0", "publics": ["martiens"], "siret": "12"}
    here = upload(client, standard(nasty), "s.json").headers["Location"]
    settled(client, here)
    answer = client.get(here + "/rapport.csv", headers=BROWSER)
    content = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert content.startswith("\ufeff")
    assert "martiens" in content
    assert not re.search(r'(^|;)"?[=+@-]', content, re.MULTILINE)


# --- wrong files --------------------------------------------------------------------------------------------------


def _zip() -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("lieux.csv", SHEET)
    return octets.getvalue()


WRONG = {
    "pdf": (b"%PDF-1.7\n...", "un PDF"),
    "image": (b"\x89PNG\r\n\x1a\n....", "une image"),
    "zip": (_zip(), "archive"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien classeur"),
    "html": (b"<!doctype html><title>Portail</title>", "une page web"),
    "empty": (b"", "vide"),
    "json-cut": (b'{"structures": [{"id": 1,', "abîmé"),
    "binary": (b"\0\1\2\3" * 100, "ne"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_kind_of_file_is_refused_in_plain_words(client: FlaskClient, territory: Territory, kind: str) -> None:
    sign_in(client, territory.gwenaelle)
    content, said = WRONG[kind]
    answer = upload(client, content, f"fichier.{kind}")
    assert 400 <= answer.status_code < 500
    page = answer.get_data(as_text=True)
    assert "Rien n’a changé" in page or "Choisissez un fichier" in page
    assert said in page
    assert "Aucun import cette semaine" in page


def test_a_file_too_large_is_refused_before_it_is_read(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)

    class Unread(io.RawIOBase):
        def readinto(self, buffer: Any) -> int:
            raise AssertionError("the body was read")

    sent = {"CONTENT_LENGTH": str(MAX_FILE_BYTES + 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = client.post(IMPORTS, headers=BROWSER, environ_overrides={**sent, "wsgi.input": Unread()})
    assert answer.status_code == 413
    assert "trop gros" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("path", "limit"), [(IMPORTS, MAX_FILE_WIRE_BYTES), ("/api/events", MAX_WIRE_BYTES),
                                             (LIST, MAX_WIRE_BYTES)])  # fmt: skip
def test_the_server_takes_a_large_body_on_one_address_only(path: str, limit: int) -> None:
    adjustments = Adjustments(max_request_body_size=MAX_FILE_WIRE_BYTES)
    for length, is_taken in ((limit - 1, True), (limit, False)):
        parser = Parser(adjustments)
        parser.received(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert (parser.error is None) is is_taken
    assert adjustments.max_request_body_size == MAX_FILE_WIRE_BYTES


def test_without_a_file_or_a_source_the_page_says_what_to_do(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    for answer in (upload(client, SHEET, name=""), upload(client, SHEET, source=" ?! "), post(client, IMPORTS)):
        assert answer.status_code == 422
        assert "Choisissez un fichier" in answer.get_data(as_text=True)


# --- who ----------------------------------------------------------------------------------------------------------


def test_a_supervisor_imports_their_own_places_and_nobody_else_s(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES), "s.json", source="banque").headers["Location"]
    settled(client, here)
    post(client, here + "/appliquer")
    sign_in(client, territory.chloe)
    assert upload(client, standard(HALLES), "s.json", source="banque").status_code == 403
    stolen = standard(
        HALLES | {"nom": "Volé"}, HALLES | {"id": "vestiaire--1", "source": "vestiaire", "nom": "Vestiaire"}
    )
    mine = upload(client, stolen, "s.json", source="vestiaire").headers["Location"]
    page = settled(client, mine)
    assert "refusé" in page
    post(client, mine + "/appliquer")
    assert names(client, territory) == {HALLES["nom"], "Vestiaire"}
    assert edit(client, "vestiaire--1", nom="Le vestiaire").status_code == 303
    sign_in(client, territory.helene)
    assert client.get(mine, headers=BROWSER).status_code == 404
    assert client.get(mine + "/rapport.csv", headers=BROWSER).status_code == 404
    for act in ("appliquer", "comparer", "colonnes"):
        assert post(client, f"{mine}/{act}").status_code == 404
    assert "vestiaire" not in text(client, IMPORTS)


def test_volunteers_and_workers_import_nothing(client: FlaskClient, territory: Territory) -> None:
    assert client.get(IMPORTS, headers=BROWSER).status_code == 401
    for who in (territory.amina, territory.bruno, territory.david):
        assert code(ask(client, "POST", "/desk/session", who, {})) == "forbidden"
        assert code(ask(client, "POST", IMPORTS, who, {})) == "session_expired"


@pytest.mark.parametrize("sent", [None, "", "wrong"])
def test_a_form_of_another_site_imports_nothing(client: FlaskClient, territory: Territory, sent: str | None) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES), "s.json").headers["Location"]
    settled(client, here)
    forged = {"csrf_token": sent} if sent is not None else {}
    file = {"source": "essai", "fichier": (io.BytesIO(SHEET.encode()), "x.csv")}
    assert code(client.post(IMPORTS, data=forged | file, content_type="multipart/form-data")) == "form_expired"
    for act in ("appliquer", "comparer", "colonnes"):
        assert code(client.post(f"{here}/{act}", data=forged)) == "form_expired"
    assert names(client, territory) == set()


@pytest.mark.parametrize("query", [{"voir": "x"}, {"apres": "-1"}, {"apres": "x"}, {"apres": "9" * 30}])
def test_an_address_that_was_bent_is_not_found(
    client: FlaskClient, territory: Territory, query: dict[str, str]
) -> None:
    sign_in(client, territory.gwenaelle)
    here = upload(client, standard(HALLES), "s.json").headers["Location"]
    settled(client, here)
    assert client.get(here, query_string=query, headers=BROWSER).status_code == 404
    assert client.get(IMPORTS + "/nothing", headers=BROWSER).status_code == 404


def test_where_a_confidential_place_is_is_on_no_page_of_an_import(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    secret = {"adresse": "7 impasse Cachée", "siret": "12345678901234", "description": "Derrière le cinéma Rex."}
    place = HALLES | secret | {"confidential_address": True}
    pages = ""
    for changes in ({}, {"adresse": "9 rue Secrète", "description": "Sonner au portail bleu."}):
        here = upload(client, standard(place | changes), "s.json").headers["Location"]
        pages += settled(client, here) + client.get(here + "/rapport.csv").get_data(as_text=True)
        post(client, here + "/appliquer")
        pages += text(client, here)
    for words in (*secret.values(), "9 rue Secrète", "portail bleu"):
        assert words not in pages
    for words in (secret["adresse"], secret["siret"], "9 rue Secrète"):
        assert words not in text(client, EDIT, id=HALLES["id"])
