"""What waits for a person who keeps the directory: two entries side by side, mistakes seen from phones."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from models import directory
from models.directory import duplicates, editing
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code
from tests.web.test_desk_directory import BROWSER, EDIT, ENTRY, HALLES, LIST, keeps_all, on_phones, post, sign_in, text
from tests.web.test_mistakes import seen

PAIRS, PAIR, MISTAKES = LIST + "doublons", LIST + "doublon", LIST + "erreurs"
TWIN: dict[str, Any] = HALLES | {
    "id": "dep--1", "source": "dep", "nom": "EPICERIE DES HALLES", "courriel": "halles@exemple.fr",
    "adresse": "3 pl. des Halles",
}  # fmt: skip
BOTH = {"un": HALLES["id"], "autre": TWIN["id"]}


@pytest.fixture(autouse=True)
def twins(territory: Territory) -> None:
    directory.import_places([HALLES, TWIN], NOW)
    duplicates.propose(NOW)


def give_both(territory: Territory) -> None:
    for place in (HALLES, TWIN):
        editing.set_keeper(keeps_all(territory), place["id"], territory.chloe.bundle.organisation, NOW)


def test_two_entries_are_seen_side_by_side_merged_and_undone(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    page = text(client, PAIRS)
    assert "même téléphone" in page
    page = text(client, PAIR, **BOTH)
    for shown in (HALLES["nom"], TWIN["nom"], TWIN["courriel"]):
        assert shown in page
    answer = post(client, PAIR, **BOTH, decision="fusion", garde=HALLES["id"], **{"champ.nom": TWIN["id"]})
    assert answer.status_code == 303
    assert TWIN["nom"] in text(client, answer.headers["Location"])
    assert on_phones(client, territory, TWIN["id"])["merged_into"] == HALLES["id"]
    assert "fusionnée dans" in text(client, ENTRY, id=TWIN["id"])
    assert post(client, EDIT, id=TWIN["id"], version="1", nom="Autre").status_code == 409
    assert "Fusionnés" in text(client, PAIRS)
    assert post(client, PAIR, **BOTH, decision="defait").status_code == 303
    assert on_phones(client, territory, TWIN["id"])["nom"] == TWIN["nom"]
    assert on_phones(client, territory, HALLES["id"])["nom"] == HALLES["nom"]


def test_two_places_are_said_to_be_two_and_asked_no_more(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    post(client, PAIR, **BOTH, decision="distincts")
    assert post(client, PAIRS).status_code == 303
    page = text(client, PAIRS)
    assert "Aucun doublon à regarder" in page
    assert "Deux lieux" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "fusion"}, {"decision": "fusion", "garde": "other"}, {"decision": "x"}, {},
        {"decision": "fusion", "garde": HALLES["id"], "champ.nom": "other"},
        {"decision": "distincts", "autre": HALLES["id"]}, {"decision": "distincts", "un": ""},
    ],
    ids=["no-choice", "another", "no-decision", "nothing", "a-field-of-another", "with-itself", "one"],
)  # fmt: skip
def test_a_form_that_was_bent_judges_nothing(client: FlaskClient, territory: Territory, fields: dict[str, str]) -> None:
    sign_in(client, territory.gwenaelle)
    assert post(client, PAIR, **{**BOTH, **fields}).status_code == 400
    assert duplicates.count_proposed(keeps_all(territory)) == 1


def test_a_supervisor_judges_their_own_entries_only(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.chloe)
    assert "Aucun doublon" in text(client, PAIRS)
    assert client.get(PAIR, query_string=BOTH, headers=BROWSER).status_code == 403
    for decision in ("fusion", "distincts", "defait"):
        assert post(client, PAIR, **BOTH, decision=decision, garde=HALLES["id"]).status_code == 403
    give_both(territory)
    assert post(client, PAIR, **BOTH, decision="fusion", garde=HALLES["id"]).status_code == 303
    sign_in(client, territory.helene)
    assert post(client, PAIR, **BOTH, decision="defait").status_code == 403


def test_two_entries_that_nobody_compared_are_not_found(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    assert client.get(PAIR, query_string={"un": HALLES["id"], "autre": "x"}, headers=BROWSER).status_code == 404
    assert client.get(PAIR, headers=BROWSER).status_code == 404


# --- mistakes -----------------------------------------------------------------------------------------------------


def report(client: FlaskClient, territory: Territory, **said: Any) -> str:
    mistake = seen(**{"place": HALLES["id"], **said})
    answer = ask(client, "POST", "/api/directory/mistakes", territory.amina, {"mistakes": [mistake]})
    assert answer.get_json()["verdicts"][0]["verdict"] == "accepted"
    return str(mistake["id"])


def test_a_report_waits_for_who_keeps_the_entry_and_is_closed_once(client: FlaskClient, territory: Territory) -> None:
    give_both(territory)
    id_ = report(client, territory, text="Le rideau est baissé <b>depuis mars</b>.")
    sign_in(client, territory.helene)
    assert "rideau" not in text(client, MISTAKES) + text(client, ENTRY, id=HALLES["id"])
    assert post(client, MISTAKES, id=id_, etat="done").status_code == 404
    sign_in(client, territory.chloe)
    page = text(client, MISTAKES)
    assert "Le rideau est baissé &lt;b&gt;" in page
    assert "Amina" not in page
    assert "rideau" in text(client, ENTRY, id=HALLES["id"])
    answer = post(client, MISTAKES, id=id_, etat="done", lieu=HALLES["id"])
    assert answer.headers["Location"].startswith(ENTRY)
    assert "Aucune erreur à regarder" in text(client, MISTAKES)
    assert post(client, MISTAKES, id=id_, etat="not_right").status_code == 303
    assert "Corrigé" in text(client, MISTAKES)


@pytest.mark.parametrize("fields", [{"etat": "new"}, {"etat": ""}, {}, {"etat": "deleted"}])
def test_a_report_has_two_ends_and_no_other(client: FlaskClient, territory: Territory, fields: dict[str, str]) -> None:
    sign_in(client, territory.gwenaelle)
    assert post(client, MISTAKES, id=report(client, territory), **fields).status_code == 400
    assert post(client, MISTAKES, id="nothing", etat="done").status_code == 404


@pytest.mark.parametrize("path", [PAIRS, PAIR, MISTAKES])
def test_these_pages_are_for_who_keeps_the_directory_and_their_forms_are_ours(
    client: FlaskClient, territory: Territory, path: str
) -> None:
    assert client.get(path, headers=BROWSER).status_code == 401
    for who in (territory.amina, territory.bruno, territory.david):
        assert code(ask(client, "GET", path, who)) == "session_expired"
    sign_in(client, territory.gwenaelle)
    for forged in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}):
        assert (
            code(client.post(path, data={**BOTH, "decision": "distincts", "etat": "done", **forged})) == "form_expired"
        )
    assert duplicates.count_proposed(keeps_all(territory)) == 1
