"""The directory and the founding, as HTTP."""

from __future__ import annotations

from flask.testing import FlaskClient

from models import directory, schema
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code
from web.cli import new_id

PLACE = {
    "id": "demo--halles", "source": "demo", "nom": "Épicerie des Halles", "date_maj": "2026-02-01",
    "commune": "Port-Breizh", "code_postal": "29000",
}  # fmt: skip


def test_a_member_takes_the_places_once_and_is_told_when_nothing_changed(
    client: FlaskClient, territory: Territory
) -> None:
    directory.import_places([PLACE], NOW)
    first = ask(client, "GET", "/api/directory", territory.amina)
    assert [place["nom"] for place in first.get_json()["places"]] == ["Épicerie des Halles"]
    headers = {"Authorization": f"Bearer {territory.amina.api.token}", "If-None-Match": first.headers["ETag"]}
    again = client.get("/api/directory", headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    directory.import_places([PLACE | {"nom": "Épicerie du Port"}], NOW)
    assert client.get("/api/directory", headers=headers).status_code == 200
    assert "no-cache" in first.headers["Cache-Control"]
    assert "private" in first.headers["Cache-Control"]


def test_places_are_for_members(client: FlaskClient, territory: Territory) -> None:
    assert code(ask(client, "GET", "/api/directory")) == "session_expired"
    assert code(ask(client, "GET", "/api/directory?q=faim", territory.amina)) == "unknown_field"


def test_anyone_may_ask_whether_the_network_can_be_founded_and_only_that(client: FlaskClient) -> None:
    assert client.get("/api/founding").get_json() == {"open": False}
    founding = new_id(NOW)
    schema.await_founding(founding)
    answer = client.get("/api/founding")
    assert answer.get_json() == {"open": True}
    assert founding not in answer.get_data(as_text=True)


def test_a_founded_network_is_no_longer_open(client: FlaskClient, territory: Territory) -> None:
    assert client.get("/api/founding").get_json() == {"open": False}
