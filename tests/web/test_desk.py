"""The supervisor's page: opened from a device, shut by a removal, showing states and dates and nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from device import acts, admission
from device.phone import Phone
from tests.device.territory import TOLD, Territory
from tests.web.conftest import NOW, Clock, ask, code
from web.config import Config

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import Live

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def visit(client: FlaskClient, path: str = "/desk/") -> Any:
    return client.get(path, headers=BROWSER)


def sign_in(client: FlaskClient, who: Phone) -> None:
    assert ask(client, "POST", "/desk/session", who, {}).get_json() == {}


def send_orientation(territory: Territory, **more: Any) -> str:
    """Bruno sends someone to the food bank."""
    bruno = territory.bruno
    dossier = acts.open_dossier(bruno, territory.nord, [acts.item("C01", {"label": "Awa"}, NOW)], NOW)
    bank = territory.chloe.bundle.organisation
    consent = acts.give_consent(bruno, territory.nord, dossier, bank, ["C01"], TOLD, NOW)
    items = [acts.item("C01", {"label": "Awa"}, NOW)]
    return acts.send_orientation(
        bruno, territory.nord, consent, territory.halles, {"need": "alimentation"}, items, NOW, **more
    )


def test_a_supervisor_sees_what_their_team_received_and_what_is_not_in_clear_is_not_there(
    client: FlaskClient, territory: Territory, clock: Clock
) -> None:
    send_orientation(territory)
    territory.bruno.deliver()
    clock.now = NOW + timedelta(days=3, hours=2)
    territory.chloe.open_session(clock.now)
    sign_in(client, territory.chloe)
    page = visit(client).get_data(as_text=True)
    for shown in ("Envoyée", "3 jours", "Centre des Halles", "Département d’Armorique", "1 orientation"):
        assert shown in page
    for sealed in ("Awa", "alimentation", "Bruno", territory.bruno.bundle.member):
        assert sealed not in page


def test_each_side_sees_its_own_direction(client: FlaskClient, territory: Territory) -> None:
    send_orientation(territory)
    territory.bruno.deliver()
    sign_in(client, territory.helene)
    assert "Aucune orientation ici" in visit(client).get_data(as_text=True)
    assert "Banque alimentaire du Littoral" in visit(client, "/desk/?sens=envoyees").get_data(as_text=True)
    assert "Aucune orientation ici" in visit(client, "/desk/?sens=envoyees&etat=refusee").get_data(as_text=True)
    assert "Banque alimentaire" in visit(client, "/desk/?sens=envoyees&etat=toutes").get_data(as_text=True)


@pytest.mark.parametrize("query", ["sens=x", "etat=x", "equipe=x", "equipe={halles}"])
def test_a_filter_that_is_not_offered_and_a_team_of_others_are_not_found(
    client: FlaskClient, territory: Territory, query: str
) -> None:
    sign_in(client, territory.helene)
    answer = visit(client, "/desk/?" + query.format(halles=territory.halles))
    assert answer.status_code == 404
    assert "ne peut pas s’ouvrir" in answer.get_data(as_text=True)


def test_only_supervisors_and_charter_administrators_open_the_desk(client: FlaskClient, territory: Territory) -> None:
    for who in (territory.amina, territory.bruno, territory.david):
        answer = ask(client, "POST", "/desk/session", who, {})
        assert (answer.status_code, code(answer)) == (403, "forbidden")
        assert "Set-Cookie" not in answer.headers
    sign_in(client, territory.gwenaelle)
    assert "sont montrées à ses responsables" in visit(client).get_data(as_text=True)


def test_the_cookie_is_for_these_pages_only_and_no_script_reads_it(client: FlaskClient, territory: Territory) -> None:
    cookie = ask(client, "POST", "/desk/session", territory.chloe, {}).headers["Set-Cookie"]
    assert cookie.startswith("accord-desk=")
    assert {"HttpOnly", "Path=/desk/", "SameSite=Strict"} <= set(cookie.split("; "))


def test_the_cookie_travels_only_over_tls_where_there_is_tls(config: Config, territory: Territory) -> None:
    secure = create_app(dataclasses.replace(config, origin="https://accord.example")).test_client()
    assert "Secure" in ask(secure, "POST", "/desk/session", territory.chloe, {}).headers["Set-Cookie"]


def test_what_opens_the_desk_opens_nothing_else_and_the_reverse(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.chloe)
    with client.session_transaction(base_url="http://localhost/desk/", path="/desk/") as kept:
        desk_token = kept["_user_id"]
    for path in ("/api/bundle", "/api/feed?after=network:0", "/api/directory"):
        assert code(ask(client, "GET", path, desk_token)) == "session_expired"
    assert code(ask(client, "POST", "/desk/session", desk_token, {})) == "session_expired"
    stranger = client.application.test_client()
    assert code(ask(stranger, "GET", "/desk/", territory.chloe)) == "session_expired"


def test_without_a_cookie_or_with_a_forged_one_the_page_says_how_to_come_in(client: FlaskClient, app: Flask) -> None:
    for cookie in (None, "forged", "eyJfdXNlcl9pZCI6IngifQ.aaa.bbb"):
        if cookie:
            client.set_cookie("accord-desk", cookie, path="/desk/")
        answer = visit(client)
        assert answer.status_code == 401
        assert "Ouvrir Accord" in answer.get_data(as_text=True)


def test_closing_ends_the_cookie_itself_not_only_this_copy(client: FlaskClient, territory: Territory) -> None:
    """Replay: a cookie kept from before opens nothing."""
    sign_in(client, territory.chloe)
    page = visit(client).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    kept = client.get_cookie("accord-desk", path="/desk/")
    assert client.post("/desk/sign-out", data={"csrf_token": token[1]}).status_code == 302
    assert kept
    client.set_cookie("accord-desk", kept.value, path="/desk/")
    assert visit(client).status_code == 401


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_page_of_another_site_cannot_close_it(client: FlaskClient, territory: Territory, token: str | None) -> None:
    sign_in(client, territory.chloe)
    answer = client.post("/desk/sign-out", data={"csrf_token": token} if token is not None else {})
    assert (answer.status_code, code(answer)) == (400, "form_expired")
    assert visit(client).status_code == 200


def test_a_supervisor_who_was_removed_sees_nothing_from_then_on(client: FlaskClient, territory: Territory) -> None:
    helene, gwenaelle = territory.helene, territory.gwenaelle
    sign_in(client, gwenaelle)
    admission.set_member(helene, gwenaelle.bundle.member, NOW, helene.strings[helene_card(territory)], role="worker",
                         permissions=[], profile="B")  # fmt: skip
    helene.deliver()
    assert visit(client).status_code == 403


def helene_card(territory: Territory) -> str:
    member = territory.helene.organisation.members[territory.gwenaelle.bundle.member]
    return str(member.card)


def test_the_twelve_hours_pass(client: FlaskClient, territory: Territory, clock: Clock) -> None:
    sign_in(client, territory.chloe)
    clock.now = NOW + timedelta(hours=12, seconds=1)
    assert visit(client).status_code == 401


@pytest.mark.browser
def test_the_page_reads_well_on_a_small_phone(
    serve: Callable[..., Live], territory: Territory, app: Flask, page: Page, clock: Clock
) -> None:
    """No sideways scrolling at 360 px, no complaint of the browser, and each state in words."""
    send_orientation(territory, reply_by=NOW + timedelta(hours=2))
    territory.bruno.deliver()
    clock.now = NOW + timedelta(hours=5)
    live = serve()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    token = territory.chloe.api.token
    page.context.request.post(live.origin + "/desk/session", headers={"Authorization": f"Bearer {token}"}, data={})
    page.goto(live.origin + "/desk/")
    assert page.title() == "Orientations reçues – Accord"
    assert page.get_by_text("En retard").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("Sens").select_option("Envoyées")
    page.get_by_role("button", name="Montrer").click()
    assert page.get_by_role("status").inner_text().startswith("Aucune orientation")
    page.get_by_role("button", name="Fermer cette vue").click()
    assert page.get_by_role("heading", name="Cette page est fermée").is_visible()
    assert [text for text in complaints if "401" not in text] == []
