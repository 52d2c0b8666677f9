"""The directory at a desk: listed, filtered, edited with its history, by who keeps each entry and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from device import admission
from device.phone import Phone
from models import directory
from models.directory import editing
from models.directory.keepers import Keeper
from tests.device.territory import Territory
from tests.web.conftest import NOW, Clock, ask, code

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import Live

LIST, ENTRY = "/desk/annuaire/", "/desk/annuaire/lieu"
EDIT = ENTRY + "/modifier"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HALLES: dict[str, Any] = {
    "id": "banque--halles", "source": "banque", "nom": "Épicerie des Halles", "date_maj": "2026-02-01",
    "commune": "Port-Breizh", "code_postal": "29000", "adresse": "3 place des Halles", "telephone": "02 98 00 00 01",
    "horaires_accueil": "Mo-Fr 09:00-12:00", "description": "Colis et conseils.",
}  # fmt: skip
REFUGE = HALLES | {
    "id": "banque--refuge", "nom": "Refuge des Dunes", "adresse": "7 impasse Cachée", "telephone": "02 98 00 00 02",
    "latitude": 48.123456, "longitude": -4.234567, "siret": "12345678901234", "confidential_address": True,
    "horaires_accueil": "Mo-Su 08:00-20:00",
}  # fmt: skip
MAIRIE = HALLES | {"id": "dep--29/mairie?a=1&b", "source": "dep", "nom": "Mairie de Lanvrac", "commune": "Lanvrac"}
WIDER = """() => [...document.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName}.${one.className}`)"""
WHERE = ("7 impasse Cachée", "48.123456", "4.234567", "12345678901234", "08:00-20:00", "20 h", "29000")


def keeps_all(territory: Territory) -> Keeper:
    who = territory.gwenaelle.bundle
    return Keeper(who.member, who.organisation, keeps_all=True)


@pytest.fixture(autouse=True)
def places(territory: Territory) -> None:
    """Two entries that the food bank keeps, and one of the Département's own source."""
    directory.import_places([HALLES, REFUGE, MAIRIE], NOW)
    for place in (HALLES, REFUGE):
        editing.set_keeper(keeps_all(territory), place["id"], territory.chloe.bundle.organisation, NOW)


def sign_in(client: FlaskClient, who: Phone) -> FlaskClient:
    assert ask(client, "POST", "/desk/session", who, {}).get_json() == {}
    return client


def visit(client: FlaskClient, path: str, **query: str) -> TestResponse:
    return client.get(path, query_string=query or None, headers=BROWSER)


def text(client: FlaskClient, path: str, **query: str) -> str:
    answer = visit(client, path, **query)
    assert answer.status_code == 200, re.findall(r"<p>.*", answer.get_data(as_text=True))[:2]
    return answer.get_data(as_text=True)


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text(client, LIST))
    assert found
    return found[1]


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """A form as the page sends it."""
    return client.post(path, data={"csrf_token": token(client), **fields}, headers=BROWSER)


def entry(client: FlaskClient, id_: str) -> str:
    return text(client, ENTRY, id=id_)


def version(client: FlaskClient, id_: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text(client, EDIT, id=id_))
    assert found
    return found[1]


def edit(client: FlaskClient, id_: str, **fields: Any) -> TestResponse:
    return post(client, EDIT, id=id_, version=version(client, id_), **fields)


def on_phones(client: FlaskClient, territory: Territory, id_: str) -> dict[str, Any]:
    """The entry as a volunteer's phone reads it."""
    places = ask(client, "GET", "/api/directory", territory.amina).get_json()["places"]
    found: dict[str, Any] = next(place for place in places if place["id"] == id_)
    return found


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_open_and_each_filter_narrows_it(
    client: FlaskClient, territory: Territory, clock: Clock
) -> None:
    sign_in(client, territory.chloe)
    names = ("Épicerie des Halles", "Refuge des Dunes", "Mairie de Lanvrac")

    def listed(**query: str) -> set[str]:
        page = text(client, LIST, **query)
        return {name for name in names if name in page}

    halles, refuge, mairie = ({name} for name in names)
    assert listed() == {*names}
    assert listed(q="epicerie HALLES") == halles
    assert listed(q="lanvrac") == listed(source="dep") == mairie
    assert listed(miens="1") == halles | refuge
    assert listed(confidentiels="1") == refuge
    assert listed(complets="1") == set()
    editing.set_full(keeps_all(territory), HALLES["id"], "2026-03-10", NOW)
    assert listed(complets="1") == halles
    editing.set_open(keeps_all(territory), MAIRIE["id"], False, NOW)
    assert listed() == halles | refuge
    assert listed(etat="fermes") == mairie
    assert listed(etat="tous") == {*names}
    assert listed(a_verifier="1") == set()
    assert "Aucun lieu ne correspond" in text(client, LIST, q="zzz")


def test_what_nobody_verified_for_six_months_is_listed_ones_own_first(
    client: FlaskClient, territory: Territory, clock: Clock
) -> None:
    directory.import_places([MAIRIE | {"date_maj": "2024-01-01"}], NOW)
    clock.now = NOW + timedelta(days=200)
    territory.chloe.open_session(clock.now)
    sign_in(client, territory.chloe)
    page = text(client, LIST, a_verifier="1")
    assert page.index("Épicerie des Halles") < page.index("Mairie de Lanvrac")
    post(client, ENTRY + "/exact", id=HALLES["id"])
    assert "Épicerie des Halles" not in text(client, LIST, a_verifier="1")


def test_what_to_bring_is_on_the_entry(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    directory.import_places([HALLES | {"justificatifs": ["pièce d’identité"]}], NOW)
    page = text(client, ENTRY, id=HALLES["id"])
    assert "<dt>Papiers à apporter</dt>" in page
    assert "pièce d’identité" in page


@pytest.mark.parametrize("query", [{"etat": "x"}, {"source": "x"}, {"page": "0"}, {"page": "x"}, {"q": "x" * 101}])
def test_a_filter_that_is_not_offered_is_not_found(
    client: FlaskClient, territory: Territory, query: dict[str, str]
) -> None:
    sign_in(client, territory.chloe)
    assert visit(client, LIST, **query).status_code == 404


def test_pages_are_bounded(client: FlaskClient, territory: Territory) -> None:
    directory.import_places([HALLES | {"id": f"s--{at}", "nom": f"Lieu {at:03}"} for at in range(120)], NOW)
    sign_in(client, territory.chloe)
    first, last = text(client, LIST, q="lieu"), text(client, LIST, q="lieu", page="3")
    assert first.count('data-label="Nom"') == 50
    assert "120 lieux, page 1 sur 3" in first
    assert "Lieu 119" in last
    beyond = text(client, LIST, q="lieu", page="999")  # not the same bytes: a form's token tells the second
    assert "page 3 sur 3" in beyond
    assert "Lieu 119" in beyond


def test_a_search_never_finds_a_confidential_place_by_where_it_is(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    for words in ("cachee", "12345678901234", "7 impasse"):
        assert "Refuge" not in text(client, LIST, q=words)


# --- who ----------------------------------------------------------------------------------------------------------

PAGES = (LIST, f"{ENTRY}?id={HALLES['id']}", f"{EDIT}?id={HALLES['id']}")
ACTS = ("exact", "complet", "place", "cache", "montre", "ferme", "rouvert", "tenu", "repris")


@pytest.mark.parametrize("path", PAGES)
def test_volunteers_workers_and_strangers_do_not_come_in(client: FlaskClient, territory: Territory, path: str) -> None:
    assert visit(client, path).status_code == 401
    for who in (territory.amina, territory.bruno, territory.david):
        assert code(ask(client, "POST", "/desk/session", who, {})) == "forbidden"
        assert code(ask(client, "GET", path, who)) == "session_expired"


@pytest.mark.parametrize("act", [*ACTS, "modifier"])
def test_another_organisation_s_supervisor_changes_nothing(client: FlaskClient, territory: Territory, act: str) -> None:
    sign_in(client, territory.helene)
    before = entry(client, HALLES["id"])
    assert "Modifier la fiche" not in before
    more = {"nom": "Volé", "version": "1", "jusqu_au": "2026-03-10", "ligne": "1", "organisation": ""}
    answer = post(client, f"{ENTRY}/{act}", id=HALLES["id"], **more)
    assert answer.status_code == (404 if act == "repris" and answer.status_code == 404 else 403)
    assert on_phones(client, territory, HALLES["id"])["nom"] == HALLES["nom"]
    assert visit(client, EDIT, id=HALLES["id"]).status_code == 403


def test_a_role_given_by_one_s_own_supervisor_does_not_open_the_whole_directory(
    client: FlaskClient, territory: Territory
) -> None:
    """Chloé makes Amina an administrator of the charter: the authority never said so of their organisation."""
    chloe, amina = territory.chloe, territory.amina
    card = chloe.strings[chloe.organisation.members[amina.bundle.member].card]
    admission.set_member(chloe, amina.bundle.member, NOW, card, role="charter_admin")
    chloe.deliver()
    sign_in(client, amina)
    assert post(client, ENTRY + "/ferme", id=MAIRIE["id"]).status_code == 403
    assert post(client, ENTRY + "/montre", id=REFUGE["id"]).status_code == 403
    assert post(client, ENTRY + "/ferme", id=HALLES["id"]).status_code == 303


@pytest.mark.parametrize("act", [*ACTS, "modifier"])
@pytest.mark.parametrize("sent", [None, "", "wrong"])
def test_a_form_of_another_site_changes_nothing(
    client: FlaskClient, territory: Territory, act: str, sent: str | None
) -> None:
    sign_in(client, territory.chloe)
    fields = {"id": HALLES["id"], "nom": "Volé", "version": "1", "jusqu_au": "2026-03-10", "ligne": "1"}
    data = fields | ({"csrf_token": sent} if sent is not None else {})
    answer = client.post(f"{ENTRY}/{act}", data=data)
    assert code(answer) == "form_expired"
    assert "confidential_address" not in on_phones(client, territory, HALLES["id"])


@pytest.mark.parametrize("act", ["exact", "complet", "cache", "modifier"])
def test_an_entry_that_is_not_there_is_not_found(client: FlaskClient, territory: Territory, act: str) -> None:
    sign_in(client, territory.gwenaelle)
    more = {"jusqu_au": "2026-03-10", "version": "1"}
    assert post(client, f"{ENTRY}/{act}", id="nowhere", **more).status_code == 404
    assert visit(client, ENTRY, id="nowhere").status_code == 404
    assert visit(client, ENTRY).status_code == 404


# --- editing ------------------------------------------------------------------------------------------------------


def test_an_edit_reaches_the_phones_and_says_who_when_before_and_after(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.chloe)
    answer = edit(client, HALLES["id"], nom="Épicerie du Port", telephone="02 98 11 11 11", code_postal="29 000")
    assert answer.status_code == 303
    page = text(client, answer.headers["Location"])
    assert "Enregistré" in page
    for shown in ("Chloe", "Épicerie des Halles", "Épicerie du Port", "02 98 00 00 01", "02 98 11 11 11"):
        assert shown in page
    place = on_phones(client, territory, HALLES["id"])
    assert (place["nom"], place["telephone"]) == ("Épicerie du Port", "02 98 11 11 11")
    assert place["code_postal"] == "29000"


def test_others_see_the_organisation_that_changed_it_and_not_the_name(
    client: FlaskClient, territory: Territory
) -> None:
    edit(sign_in(client, territory.chloe), HALLES["id"], nom="Épicerie du Port")
    page = entry(sign_in(client, territory.helene), HALLES["id"])
    assert "Banque alimentaire du Littoral" in page
    assert "Chloe" not in page


def test_an_edit_is_taken_back_but_not_what_was_changed_since(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.chloe)
    edit(client, HALLES["id"], nom="Premier nom", telephone="02 98 11 11 11")
    line = re.findall(r'name="ligne" value="(\d+)"', entry(client, HALLES["id"]))[0]
    edit(client, HALLES["id"], nom="Second nom")
    assert post(client, ENTRY + "/repris", id=HALLES["id"], ligne=line).status_code == 303
    place = on_phones(client, territory, HALLES["id"])
    assert (place["nom"], place["telephone"]) == ("Second nom", HALLES["telephone"])
    assert post(client, ENTRY + "/repris", id=HALLES["id"], ligne=line).status_code == 409
    assert post(client, ENTRY + "/repris", id=REFUGE["id"], ligne=line).status_code == 404
    for line in ("", "x", "-1", "9" * 30, "99999999"):
        assert post(client, ENTRY + "/repris", id=HALLES["id"], ligne=line).status_code in (400, 404)


BAD = [
    ("nom", "ab", "trois signes"),
    ("nom", "x" * 151, "150 signes"),
    ("code_postal", "2900", "cinq chiffres"),
    ("code_insee", "20004", None),
    ("code_insee", "2C004", "2A004"),
    ("siret", "123", "quatorze"),
    ("telephone", "appelez-moi", "un numéro"),
    ("courriel", "pas une adresse", "une adresse"),
    ("site_web", "javascript:alert(1)", "https://"),
    ("latitude", "91", "entre"),
    ("latitude", "48.1", "vont ensemble"),
    ("kind", "inconnue", "dans la liste"),
    ("publics", "martiens", "dans la liste"),
    ("description", "signe \x07 caché", "invisible"),
]


@pytest.mark.parametrize(("name", "typed", "fault"), BAD, ids=[f"{name}-{at}" for at, (name, _, _) in enumerate(BAD)])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    client: FlaskClient, territory: Territory, name: str, typed: str, fault: str | None
) -> None:
    sign_in(client, territory.chloe)
    more = {"longitude": ""} if name == "latitude" else {}
    answer = edit(client, HALLES["id"], **{"description": "Tout ce que j’ai tapé.", **more, name: typed})
    page = answer.get_data(as_text=True)
    if fault is None:
        assert answer.status_code == 303  # an old code of Corsica: it exists in files
        return
    assert answer.status_code == 422
    assert fault in page
    assert name == "description" or "Tout ce que j’ai tapé." in page
    assert on_phones(client, territory, HALLES["id"])["description"] == HALLES["description"]


def test_two_people_do_not_write_over_each_other(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.chloe)
    seen = version(client, HALLES["id"])
    edit(client, HALLES["id"], telephone="02 98 11 11 11")
    answer = post(client, EDIT, id=HALLES["id"], version=seen, telephone="02 98 22 22 22")
    assert answer.status_code == 409
    assert on_phones(client, territory, HALLES["id"])["telephone"] == "02 98 11 11 11"


@pytest.mark.parametrize("hours", ["Tu-Th 14:00-17:30", "du mardi au jeudi de 14h à 17 h 30"])
def test_new_hours_are_shown_as_a_week_before_they_are_written(
    client: FlaskClient, territory: Territory, hours: str
) -> None:
    sign_in(client, territory.chloe)
    answer = edit(client, HALLES["id"], horaires_accueil=hours, nom="Épicerie du Port")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "mardi à jeudi" in page
    assert "14 h – 17 h 30" in page.replace("\u00a0", " ")
    assert 'value="Épicerie du Port"' in page
    assert on_phones(client, territory, HALLES["id"])["horaires_accueil"] == HALLES["horaires_accueil"]
    assert edit(client, HALLES["id"], horaires_accueil=hours, vu="Mo 09:00-10:00").status_code == 200
    assert edit(client, HALLES["id"], horaires_accueil=hours, vu=hours).status_code == 303
    assert on_phones(client, territory, HALLES["id"])["week"][1] == [["14:00", "17:30"]]


def test_hours_that_are_no_week_are_kept_as_words_and_said_so(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.chloe)
    words = "quand la lumière est allumée"
    assert "ne se lit pas comme une semaine" in edit(client, HALLES["id"], horaires_accueil=words).get_data(
        as_text=True
    )
    edit(client, HALLES["id"], horaires_accueil=words, vu=words)
    place = on_phones(client, territory, HALLES["id"])
    assert place["horaires_accueil"] == words
    assert "week" not in place


# --- state --------------------------------------------------------------------------------------------------------


def test_a_place_is_full_until_a_day_and_the_phones_say_so_at_their_next_reading(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.chloe)
    version_before = ask(client, "GET", "/api/directory", territory.amina).get_json()["version"]
    assert post(client, ENTRY + "/complet", id=HALLES["id"], jusqu_au="2026-03-10").status_code == 303
    assert on_phones(client, territory, HALLES["id"])["full_until"] == "2026-03-10"
    assert ask(client, "GET", "/api/directory", territory.amina).get_json()["version"] != version_before
    assert "Complet" in entry(client, HALLES["id"])
    post(client, ENTRY + "/place", id=HALLES["id"])
    assert "full_until" not in on_phones(client, territory, HALLES["id"])


@pytest.mark.parametrize("day", ["", "demain", "2026-03-03", "2027-06-01", "2026-02-30", "0000-00-00"])
def test_a_day_that_cannot_be_is_refused(client: FlaskClient, territory: Territory, day: str) -> None:
    sign_in(client, territory.chloe)
    assert post(client, ENTRY + "/complet", id=HALLES["id"], jusqu_au=day).status_code == 400
    assert "full_until" not in on_phones(client, territory, HALLES["id"])


def test_hiding_an_address_is_immediate_and_only_the_charter_shows_it_again(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.chloe)
    assert post(client, ENTRY + "/cache", id=HALLES["id"]).status_code == 303
    place = on_phones(client, territory, HALLES["id"])
    assert place["confidential_address"] is True
    assert not {"adresse", "code_postal", "horaires_accueil", "week"} & place.keys()
    assert post(client, ENTRY + "/montre", id=HALLES["id"]).status_code == 403
    line = re.findall(r'name="ligne" value="(\d+)"', entry(client, HALLES["id"]))[0]
    assert post(client, ENTRY + "/repris", id=HALLES["id"], ligne=line).status_code == 403
    sign_in(client, territory.gwenaelle)
    assert post(client, ENTRY + "/montre", id=HALLES["id"]).status_code == 303
    assert on_phones(client, territory, HALLES["id"])["adresse"] == HALLES["adresse"]


def test_where_a_confidential_place_is_is_on_no_page_even_for_who_keeps_it(
    client: FlaskClient, territory: Territory
) -> None:
    for who in (territory.chloe, territory.gwenaelle, territory.helene):
        sign_in(client, who)
        pages = [text(client, LIST), entry(client, REFUGE["id"])]
        if who is not territory.helene:
            edit(client, REFUGE["id"], adresse="9 rue Secrète", telephone="02 98 33 33 33")
            pages += [entry(client, REFUGE["id"]), text(client, EDIT, id=REFUGE["id"])]
        for secret in (*WHERE[:-1], "9 rue Secrète"):
            assert secret not in "".join(pages), secret


def test_an_empty_field_of_a_hidden_address_keeps_it(client: FlaskClient, territory: Territory) -> None:
    sign_in(client, territory.gwenaelle)
    edit(client, REFUGE["id"], nom="Refuge", adresse="", commune="Port-Breizh", horaires_accueil="", latitude="",
         longitude="")  # fmt: skip
    post(client, ENTRY + "/montre", id=REFUGE["id"])
    place = on_phones(client, territory, REFUGE["id"])
    assert (place["adresse"], place["latitude"]) == (REFUGE["adresse"], REFUGE["latitude"])
    assert place["nom"] == "Refuge"


def test_a_place_that_closed_is_kept_for_the_orientations_that_name_it(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.chloe)
    post(client, ENTRY + "/ferme", id=HALLES["id"])
    assert on_phones(client, territory, HALLES["id"])["active"] is False
    post(client, ENTRY + "/rouvert", id=HALLES["id"])
    assert on_phones(client, territory, HALLES["id"])["telephone"] == HALLES["telephone"]


def test_the_charter_gives_an_entry_to_an_organisation_and_takes_it_back(
    client: FlaskClient, territory: Territory
) -> None:
    sign_in(client, territory.gwenaelle)
    helene = territory.helene.bundle.organisation
    assert post(client, ENTRY + "/tenu", id=MAIRIE["id"], organisation="nobody").status_code == 404
    assert post(client, ENTRY + "/tenu", id=MAIRIE["id"], organisation=helene).status_code == 303
    sign_in(client, territory.helene)
    assert post(client, ENTRY + "/exact", id=MAIRIE["id"]).status_code == 303
    assert post(client, ENTRY + "/tenu", id=MAIRIE["id"], organisation="").status_code == 403


def test_a_name_from_a_file_is_only_text(client: FlaskClient, territory: Territory) -> None:
    """T102's neighbour: what a spreadsheet holds is shown, never run."""
    nasty = '<script>alert(1)</script> "><img src=x onerror=alert(1)>'
    directory.import_places([HALLES | {"id": nasty, "nom": nasty, "site_web": "javascript:alert(1)"}], NOW)
    sign_in(client, territory.gwenaelle)
    pages = text(client, LIST) + entry(client, f"banque--{nasty}") + text(client, EDIT, id=f"banque--{nasty}")
    assert "<script>" not in pages
    assert "<img" not in pages
    assert 'href="javascript' not in pages


@pytest.mark.browser
def test_the_pages_read_well_on_a_small_phone_and_need_no_script(
    serve: Callable[..., Live], territory: Territory, page: Page
) -> None:
    """At 320 and 360 px, by the keyboard, without a complaint of the browser."""
    live = serve()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    bearer = {"Authorization": f"Bearer {territory.chloe.api.token}"}
    page.context.request.post(live.origin + "/desk/session", headers=bearer, data={})
    for path in (LIST, f"{ENTRY}?id={HALLES['id']}", f"{EDIT}?id={HALLES['id']}", LIST + "doublons", LIST + "erreurs"):
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 740})
            page.goto(live.origin + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path}: {page.evaluate(WIDER)}"
    page.goto(f"{live.origin}{EDIT}?id={HALLES['id']}")
    page.get_by_label("Horaires").fill("Tu 10:00-12:00")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("mardi : 10 h – 12 h").wait_for()
    page.get_by_role("button", name="Enregistrer avec ces horaires").click()
    assert page.get_by_role("status").first.inner_text().startswith("Enregistré")
    assert complaints == []
