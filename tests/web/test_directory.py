"""The directory and the founding, as HTTP."""

from __future__ import annotations

import json

import brotli
import pytest
from flask.testing import FlaskClient

from device import admission
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


def test_a_phone_asks_for_a_territory_then_for_what_changed(client: FlaskClient, territory: Territory) -> None:
    directory.import_places([PLACE, PLACE | {"id": "demo--rennes", "code_postal": "35000"}], NOW)
    first = ask(client, "GET", "/api/directory?territory=29,35", territory.amina).get_json()
    assert (first["territory"], len(first["places"])) == (["29", "35"], 2)
    directory.import_places([PLACE | {"nom": "Épicerie du Port"}], NOW)
    address = f"/api/directory?territory=35,29&after={first['version']}"
    answer = ask(client, "GET", address, territory.amina)
    assert [place["nom"] for place in answer.get_json()["places"]] == ["Épicerie du Port"]
    assert answer.get_json()["gone"] == []
    assert answer.get_json()["after"] == first["version"]


def test_what_is_proposed_is_the_caller_s_own_affair(client: FlaskClient, territory: Territory) -> None:
    directory.import_places([PLACE], NOW)
    mine = ask(client, "GET", "/api/directory?territory=mine", territory.amina).get_json()
    assert mine == ask(client, "GET", "/api/directory", territory.amina).get_json()


@pytest.mark.parametrize(
    "query",
    ["territory=", "territory=35,", "territory=mine,35", "territory=Rennes", "territory=35&territory=29",
     "territory=200043123", "territory=" + ",".join(["35238"] * 301), "after=1&after=2", "after=" + "x" * 201],
    ids=["empty", "end", "both", "name", "twice", "siren", "many", "two", "long"],
)  # fmt: skip
def test_a_territory_that_is_none_is_refused(client: FlaskClient, territory: Territory, query: str) -> None:
    assert code(ask(client, "GET", f"/api/directory?{query}", territory.amina)) == "malformed"


def test_what_can_be_chosen_is_for_members(client: FlaskClient, territory: Territory) -> None:
    directory.import_places([PLACE], NOW)
    assert code(ask(client, "GET", "/api/directory/territories")) == "session_expired"
    assert code(ask(client, "GET", "/api/directory/territories?q=Rennes", territory.amina)) == "unknown_field"
    answer = ask(client, "GET", "/api/directory/territories", territory.amina).get_json()
    assert answer == {"departements": [{"code": "29", "places": 1}], "communes": []}


def test_the_places_travel_small(client: FlaskClient, territory: Territory) -> None:
    places = [PLACE | {"id": f"demo--{number}", "nom": f"Épicerie {number}"} for number in range(200)]
    directory.import_places(places, NOW)
    headers = {"Authorization": f"Bearer {territory.amina.api.token}", "Accept-Encoding": "br"}
    answer = client.get("/api/directory", headers=headers)
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 5_000
    assert len(json.loads(brotli.decompress(answer.data))["places"]) == 200


def test_places_where_a_team_receives_come_with_every_territory(client: FlaskClient, territory: Territory) -> None:
    """An orientation may name them, and the teams that receive are shown by where they are."""
    admission.create_team(territory.chloe, "Centre du Port", NOW, ["demo--port"])
    territory.chloe.deliver()
    directory.import_places(
        [PLACE | {"id": "demo--port"}, PLACE, PLACE | {"id": "demo--rennes", "code_postal": "35000"}], NOW
    )
    answer = ask(client, "GET", "/api/directory?territory=35", territory.amina).get_json()
    assert [place["id"] for place in answer["places"]] == ["demo--port", "demo--rennes"]
