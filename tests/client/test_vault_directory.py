"""The directory on the device: what a server that lies may do to it, and mistakes told until the server has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.phones import Phone, answering

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser
PhoneOf = Callable[..., Phone]
PLACES = [
    {"id": f"p{number}", "source": "x", "nom": f"Lieu {number}", "date_maj": "2026-01-01", "code_postal": "35000",
     "commune": "Rennes", "latitude": 48.1 + number / 100, "longitude": -1.6}
    for number in range(3)
]  # fmt: skip
WHOLE = {"version": "e.1.3.t", "territory": [], "places": PLACES}
KEEP = "return vault.keepDirectory(answer, Date.now())"
IDS = "return (await vault.findPlaces()).rows.map(({ place }) => place.id)"


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    phone = phone_of("bruno")
    assert phone.run(KEEP, answer=WHOLE) is True
    return phone


def test_what_changed_replaces_what_left_goes_and_the_rest_stays(bruno: Phone) -> None:
    changed = [PLACES[1] | {"nom": "Nouveau nom"}, {"id": "p2", "nom": "Lieu 2", "active": False}]
    later = {"version": "e.1.5.t", "after": "e.1.3.t", "gone": ["p0", "never"], "places": changed}
    assert bruno.run(KEEP, answer=later) is True
    assert bruno.run(IDS) == ["p1"]
    assert bruno.run("return (await vault.place('p1')).name") == "Nouveau nom"
    assert bruno.run("return (await vault.place('p2')).active") is False, "orientations still name it"
    assert bruno.run("return vault.directoryAsked()") == {"territory": None, "after": "e.1.5.t"}


def test_a_place_merged_into_another_leads_to_it(bruno: Phone) -> None:
    merged = {"id": "p0", "nom": "Lieu 0", "active": False, "merged_into": "p1"}
    bruno.run(KEEP, answer={"version": "e.1.6.t", "after": "e.1.3.t", "gone": [], "places": [merged]})
    assert bruno.run("return (await vault.place('p0')).id") == "p1"


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"version": "v"}, {"places": PLACES}, {"version": 7, "places": []}, {"version": "v", "places": {}},
        {"version": "v", "places": []}, {"version": "v", "places": [None, 7, {"id": 3}]},
        {"version": "x" * 201, "places": PLACES}, {"version": "v", "places": PLACES, "territory": "35"},
        {"version": "v", "places": PLACES, "territory": [3]}, {"version": "v", "after": 3, "places": PLACES},
        {"version": "v", "after": "another", "places": [], "gone": ["p0", "p1", "p2"]},
        {"version": "v", "after": "e.1.3.t", "places": [], "gone": "p0"},
        {"version": "v", "after": "e.1.3.t", "places": [], "gone": [None]},
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_directory_loses_none_of_the_one_that_is_here(bruno: Phone, answer: dict[str, Any]) -> None:
    assert bruno.run(KEEP, answer=answer) is False
    assert bruno.run(IDS) == ["p0", "p1", "p2"]
    assert bruno.run("return (await vault.directoryAsked()).after") == "e.1.3.t"


def test_a_place_of_any_shape_stops_neither_a_search_nor_a_distance(bruno: Phone) -> None:
    bent: list[Any] = [7, True, {}, [], [None], "x" * 300, -1]
    names = ("commune", "code_postal", "code_insee", "latitude", "week", "exceptions", "timezone", "full_until",
             "publics", "thematiques", "langues", "frais", "telephone", "kind", "horaires_accueil")  # fmt: skip
    places = [{"id": f"{name}-{at}", "nom": "Lieu", name: value} for name in names for at, value in enumerate(bent)]
    places += [{"id": f"service-{at}", "services": [{name: value}]} for name in names for at, value in enumerate(bent)]
    assert bruno.run(KEEP, answer={"version": "v", "places": [*places, *PLACES]}) is True
    for asked in ({}, {"openNow": True}, {"free": True}, {"from": {"latitude": 48, "longitude": -1}, "withinKm": 50},
                  {"need": "alimentation", "audience": "familles"}, {"query": "rennes"}):  # fmt: skip
        assert isinstance(bruno.run("return (await vault.findPlaces(asked)).total", asked=asked), int)
    near = "return (await vault.findPlaces({ from: { latitude: 48, longitude: -1.6 } })).rows[0].place.id"
    assert bruno.run(near) == "p0"


OFFERED = [
    {"id": "free", "nom": "Gratuit", "frais": "gratuit", "publics": ["tous-publics"]},
    {"id": "paid", "nom": "Payant", "frais": "payant", "publics": ["familles"], "langues": ["uk"]},
    {"id": "parcel", "nom": "Au comptoir", "publics": ["jeunes"], "services": [
        {"nom": "Colis", "frais": "gratuit", "langues": ["uk", "fr"],
         "thematiques": ["equipement-et-alimentation--alimentation"]}]},
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"free": True}, {"free", "parcel"}),
        ({"language": "uk"}, {"paid", "parcel"}),
        ({"language": "breton"}, set()),
        ({"audience": "familles"}, {"free", "paid"}),
        ({"audience": "jeunes"}, {"free", "parcel"}),
        ({"need": "alimentation"}, {"parcel"}),
        ({"free": True, "language": "uk", "audience": "familles"}, set()),
    ],
    ids=range(7),
)
def test_places_are_found_by_what_they_and_their_services_offer(
    bruno: Phone, asked: dict[str, Any], found: set[str]
) -> None:
    """Free, a language spoken, a public (a place that says none, or all, is for everyone), a need."""
    assert bruno.run(KEEP, answer={"version": "v", "places": OFFERED}) is True
    ids = bruno.run("return (await vault.findPlaces(asked)).rows.map(({ place }) => place.id)", asked=asked)
    assert set(ids) == found


def test_a_place_too_large_and_a_list_too_long_are_left_out(bruno: Phone) -> None:
    large = {"id": "large", "nom": "Lieu", "description": "x" * 100_001}
    assert bruno.run(KEEP, answer={"version": "v", "places": [large, *PLACES]}) is True
    assert bruno.run(IDS) == ["p0", "p1", "p2"]
    flood = "const places = Array.from({ length: 50001 }, (_, id) => ({ id: String(id) })); "
    assert bruno.run(flood + "return vault.keepDirectory({ version: 'w', places }, 0)") is False


# --- mistakes ----------------------------------------------------------------------------------------------------

TELL = "return vault.reportMistake({ place: 'p0', field: 'telephone', text })"
WAITING = "return (await vault.mistakes()).map(({ id, text, refused }) => [id, text, refused])"


def lie(phone: Phone, answer: dict[str, Any] | Callable[[Route], None]) -> None:
    route = answer if callable(answer) else answering(answer)
    phone.page.route("**/api/directory/mistakes", route, times=1)
    phone.sync()


def test_a_report_waits_sealed_until_the_server_answered_for_it(bruno: Phone) -> None:
    """Whatever a network says in between: no answer but a verdict on this very report drops it."""
    id = bruno.run("sync.stop(); " + TELL, text="Le numéro sonne dans le vide.")
    kept = json.dumps(bruno.run("return rows(member, 'drafts')", member=bruno.member))
    assert "sonne" not in kept and id in kept
    json_type = {"content_type": "application/json"}
    for answer in (
        {"status": 200, "content_type": "text/html", "body": "portail"},
        {"status": 502, "body": ""},
        {"status": 200, **json_type, "body": "{}"},
        {"status": 200, **json_type, "body": json.dumps({"verdicts": "accepted"})},
        {"status": 200, **json_type, "body": json.dumps({"verdicts": [None, 7, {"verdict": "accepted"}]})},
        {"status": 200, **json_type, "body": json.dumps({"verdicts": [{"id": "another", "verdict": "accepted"}]})},
        {"status": 200, **json_type, "body": json.dumps({"verdicts": [{"id": id, "verdict": "retry"}]})},
    ):
        lie(bruno, answer)
        assert bruno.run(WAITING) == [[id, "Le numéro sonne dans le vide.", None]]


def test_a_report_the_server_refuses_stays_until_a_person_looked(bruno: Phone) -> None:
    id = bruno.run(TELL, text="")
    bruno.sync()
    assert bruno.run(WAITING) == [[id, "", "not_found"]], "this server has no such place"
    bruno.sync()
    assert bruno.run(WAITING) == [[id, "", "not_found"]]
    bruno.run("sync.stop()")
    other = bruno.run(TELL, text="un autre")
    told = json.dumps({"verdicts": [{"id": id, "verdict": "accepted"}]})
    lie(bruno, {"status": 200, "content_type": "application/json", "body": told})
    assert {row[0] for row in bruno.run(WAITING)} == {id, other}, "what was not sent is not answered for"
    bruno.run("await vault.dropMistake(id)", id=other)
    bruno.run("await vault.dropMistake(id)", id=id)
    assert bruno.run(WAITING) == []


def test_a_number_of_social_security_is_refused_and_a_long_text_too(bruno: Phone) -> None:
    refused = "return refused(() => vault.reportMistake({ place: 'p0', field: 'autre', text }))"
    assert bruno.run(refused, text="voir 1 85 05 35 238 001") == "nir"
    assert bruno.run(refused, text="x" * 301) == "malformed"
    assert bruno.run(WAITING) == []
