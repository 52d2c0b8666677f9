"""Languages offered and translations validated at a desk: by whom, which very text, and what the phones then learn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from device.phone import Phone
from models import translations
from models.notices import FILES, LANGUAGES, LIST_SHA256, TEXTS
from models.problems import CATALOGUE
from models.projections.readers import Reader
from models.rules.notice import Text
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code
from web import desk_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.conftest import Live

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def text(language: str, variant: str = "simple") -> str:
    return next(
        one.sha256 for one in TEXTS if one.id != "orientation.1" and (one.language, one.variant) == (language, variant)
    )


ARABIC, ARABIC_WORDS = text("ar"), text("ar", "words")
NOT_TO_VALIDATE = {
    "French": text("fr"),
    "an old French text": next(one.sha256 for one in TEXTS if one.id == "orientation.1"),
    "the list": LIST_SHA256,
    "unknown": "A" * 43,
    "nothing": "",
}


@pytest.fixture
def desk(client: FlaskClient, territory: Territory) -> Callable[[Phone], FlaskClient]:
    def sign_in(who: Phone) -> FlaskClient:
        assert ask(client, "POST", "/desk/session", who, {}).status_code == 200
        return client

    return sign_in


def see(client: FlaskClient, path: str = "/desk/textes/") -> Any:
    return client.get(path, headers=BROWSER)


def post(client: FlaskClient, path: str, token: str | None = "", **fields: Any) -> Any:
    """A form as its page gives it; `token` None leaves its token out."""
    if token == "":
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', see(client, "/desk/").get_data(as_text=True))
        assert found
        token = found[1]
    given = fields | ({"csrf_token": token} if token else {})
    return client.post(path, data=given, headers=BROWSER)


def phones_know(client: FlaskClient, who: Phone) -> dict[str, Any]:
    known: dict[str, Any] = ask(client, "GET", "/api/notices", who).get_json()
    return known


# --- languages ---------------------------------------------------------------------------------------------------


def test_a_supervisor_chooses_the_languages_of_their_own_organisation(
    desk: Callable[[Phone], FlaskClient], territory: Territory
) -> None:
    client = desk(territory.chloe)
    page = see(client).get_data(as_text=True)
    assert page.count('name="langue"') == len(LANGUAGES) - 1
    assert "À valider" in page
    assert "Relire" not in page
    answer = post(client, "/desk/textes/choix", langue=["uk", "ar"], sans_relecture="1", dpo=" dpo@banque.example ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/textes/?fait=choix")
    assert "Enregistré" in see(client, answer.headers["Location"]).get_data(as_text=True)
    for phone in (territory.chloe, territory.amina):
        known = phones_know(client, phone)
        assert known["languages"] == ["ar", "uk"]
        assert (known["unvalidated"], known["dpo"], known["list"]) == (True, "dpo@banque.example", LIST_SHA256)
    other = phones_know(client, territory.bruno)
    assert (other["languages"], other["unvalidated"], other["dpo"]) == ([], False, "")


def test_choosing_again_replaces_the_choice_and_a_form_sent_twice_changes_nothing(
    desk: Callable[[Phone], FlaskClient], territory: Territory
) -> None:
    client = desk(territory.chloe)
    post(client, "/desk/textes/choix", langue=["ar"], sans_relecture="1")
    for _ in range(2):
        assert post(client, "/desk/textes/choix", langue=["ru"]).status_code == 303
    known = phones_know(client, territory.amina)
    assert (known["languages"], known["unvalidated"]) == (["ru"], False)


@pytest.mark.parametrize(
    "fields",
    [{"langue": ["xx"]}, {"langue": ["fr"]}, {"langue": ["ar", "<b>"]}, {"langue": ["ar"], "dpo": "x" * 201},
     {"langue": ["ar"], "dpo": "one\nline more"}],
    ids=["unknown", "French", "markup", "long", "lines"],
)  # fmt: skip
def test_a_choice_that_means_nothing_is_refused_whole(
    desk: Callable[[Phone], FlaskClient], territory: Territory, fields: dict[str, Any]
) -> None:
    client = desk(territory.chloe)
    assert post(client, "/desk/textes/choix", **fields).status_code == 400
    assert phones_know(client, territory.amina)["languages"] == []


# --- validation --------------------------------------------------------------------------------------------------


def test_a_charter_administrator_reads_a_text_beside_its_french_and_validates_that_very_text(
    desk: Callable[[Phone], FlaskClient], territory: Territory
) -> None:
    client = desk(territory.gwenaelle)
    page = see(client, f"/desk/textes/lire?texte={ARABIC}").get_data(as_text=True)
    for shown in (
        "6. Oui ou non",
        "Vous pouvez dire non.",
        "يمكنك أن تقول لا.",
        'lang="ar" dir="rtl"',
        ARABIC,
        "Personne n’a encore validé",
    ):
        assert shown in page
    assert phones_know(client, territory.amina)["validated"] == []
    answer = post(client, "/desk/textes/valider", texte=ARABIC, valide="1")
    assert answer.status_code == 303
    page = see(client, answer.headers["Location"]).get_data(as_text=True)
    assert "Merci" in page
    assert "Validé aujourd’hui" in page
    assert "Département d’Armorique" in page
    assert phones_know(client, territory.amina)["validated"] == [ARABIC]
    [kept] = translations.validations()[ARABIC]
    assert (kept.member, kept.organisation) == (
        territory.gwenaelle.bundle.member,
        territory.gwenaelle.bundle.organisation,
    )
    assert kept.at == NOW


def test_a_validation_is_taken_back_without_being_forgotten(
    desk: Callable[[Phone], FlaskClient], territory: Territory
) -> None:
    client = desk(territory.gwenaelle)
    for answer in ("1", "0", "1", "0"):
        assert post(client, "/desk/textes/valider", texte=ARABIC_WORDS, valide=answer).status_code == 303
        assert phones_know(client, territory.amina)["validated"] == ([ARABIC_WORDS] if answer == "1" else [])
    assert [one.valid for one in translations.validations()[ARABIC_WORDS]] == [False, True, False, True]
    page = see(client, f"/desk/textes/lire?texte={ARABIC_WORDS}").get_data(as_text=True)
    assert page.count("Validation retirée") == 2


@pytest.mark.parametrize("sha256", NOT_TO_VALIDATE.values(), ids=NOT_TO_VALIDATE)
def test_what_is_no_current_translation_cannot_be_validated(
    desk: Callable[[Phone], FlaskClient], territory: Territory, sha256: str
) -> None:
    client = desk(territory.gwenaelle)
    assert see(client, f"/desk/textes/lire?texte={sha256}").status_code == 404
    assert post(client, "/desk/textes/valider", texte=sha256, valide="1").status_code == 404
    assert translations.validations() == {}


def test_a_stale_translation_is_neither_listed_nor_validated(
    desk: Callable[[Phone], FlaskClient], territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says French again that is no longer the newest: to read it beside the newest would validate something else."""
    stale = Text("orientation.2", "ar", "standard", "S" * 43, "an older French")
    others = [one for one in TEXTS if one.sha256 != text("ar", "standard")]
    for module in (translations, desk_texts):
        monkeypatch.setattr(module, "TEXTS", (*others, stale))
    client = desk(territory.gwenaelle)
    assert stale.sha256 not in see(client).get_data(as_text=True)
    assert see(client, f"/desk/textes/lire?texte={stale.sha256}").status_code == 404
    assert post(client, "/desk/textes/valider", texte=stale.sha256, valide="1").status_code == 404
    assert translations.validations() == {}


@pytest.mark.parametrize("answer", ["", "2", "true"])
def test_an_answer_that_is_neither_yes_nor_no_is_refused(
    desk: Callable[[Phone], FlaskClient], territory: Territory, answer: str
) -> None:
    client = desk(territory.gwenaelle)
    assert post(client, "/desk/textes/valider", texte=ARABIC, valide=answer).status_code == 400
    assert translations.validations() == {}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"fr"}))
def test_every_translation_can_be_read_beside_its_french(
    desk: Callable[[Phone], FlaskClient], territory: Territory, language: str
) -> None:
    client = desk(territory.gwenaelle)
    for variant in ("standard", "simple", "words"):
        assert see(client, f"/desk/textes/lire?texte={text(language, variant)}").status_code == 200


# --- who may not -------------------------------------------------------------------------------------------------


def test_a_supervisor_does_not_validate(desk: Callable[[Phone], FlaskClient], territory: Territory) -> None:
    client = desk(territory.chloe)
    assert see(client, f"/desk/textes/lire?texte={ARABIC}").status_code == 403
    assert post(client, "/desk/textes/valider", texte=ARABIC, valide="1").status_code == 403
    assert translations.validations() == {}


def test_volunteers_and_workers_see_none_of_it(client: FlaskClient, territory: Territory) -> None:
    for who in (territory.amina, territory.bruno, territory.david):
        assert code(ask(client, "POST", "/desk/session", who, {})) == "forbidden"
    assert see(client).status_code == 401
    assert client.post("/desk/textes/choix", data={"langue": ["ar"]}).status_code == 401


@pytest.mark.parametrize("token", [None, "wrong"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [("choix", {"langue": ["ar"]}), ("valider", {"texte": ARABIC, "valide": "1"})],
    ids=["choice", "validation"],
)
def test_a_page_of_another_site_changes_nothing(
    desk: Callable[[Phone], FlaskClient], territory: Territory, path: str, fields: dict[str, Any], token: str | None
) -> None:
    client = desk(territory.gwenaelle)
    assert post(client, f"/desk/textes/{path}", token, **fields).status_code == 400
    assert translations.validations() == {}
    assert phones_know(client, territory.gwenaelle)["languages"] == []


# --- what is served ----------------------------------------------------------------------------------------------


def test_each_text_is_served_to_anyone_under_its_hash_for_ever(client: FlaskClient) -> None:
    for sha256, content in FILES.items():
        answer = client.get(f"/notices/{sha256}")
        assert answer.get_json() == {"text": content.decode("utf-8")}
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["", "A" * 43, "..", "orientation.1.fr.simple.json", "a?x=1", ARABIC + "?x=1"])
def test_what_is_no_hash_of_ours_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/notices/{name}").status_code in (400, 404)


def test_what_a_phone_is_told_needs_a_session_and_is_not_told_twice(client: FlaskClient, territory: Territory) -> None:
    assert code(ask(client, "GET", "/api/notices")) == "session_expired"
    answer = ask(client, "GET", "/api/notices", territory.amina)
    assert ask(client, "GET", "/api/notices?x=1", territory.amina).status_code == 400
    headers = {"Authorization": f"Bearer {territory.amina.api.token}", "If-None-Match": answer.headers["ETag"]}
    assert client.get("/api/notices", headers=headers).status_code == 304
    chloe = territory.chloe.bundle
    translations.choose(Reader(chloe.member, chloe.organisation), ["ar"], False, "", NOW)
    assert client.get("/api/notices", headers=headers).status_code == 200


def test_in_a_demonstration_an_operator_offers_every_language_at_once(
    app: Flask, client: FlaskClient, territory: Territory
) -> None:
    assert app.test_cli_runner().invoke(args=["notices", "offer-all"]).output == "2 organisations\n"
    known = phones_know(client, territory.amina)
    assert (set(known["languages"]), known["unvalidated"]) == (set(LANGUAGES) - {"fr"}, True)


def test_elsewhere_an_operator_chooses_for_nobody(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["notices", "offer-all"])
    assert (refused.exit_code, CATALOGUE["forbidden"].message in refused.output) == (1, True)


@pytest.mark.browser
def test_the_pages_read_well_on_a_small_phone(serve: Callable[..., Live], territory: Territory, page: Page) -> None:
    """No sideways scrolling at 360 and 320 px, and the translation in its own direction."""
    live = serve()
    token = territory.gwenaelle.api.token
    page.context.request.post(live.origin + "/desk/session", headers={"Authorization": f"Bearer {token}"}, data={})
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live.origin + "/desk/textes/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Relire : Arabe, Information, version simple").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Arabe : Information, version simple"
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('td [lang=ar]')).direction") == "rtl"
    page.get_by_role("button", name="J’ai tout relu").click()
    assert page.get_by_text("Validé aujourd’hui").is_visible()
