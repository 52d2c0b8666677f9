"""The agreement asked for on its own: each organisation answered apart, in the person's language, on one paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from models import translations
from tests.e2e import looks
from tests.e2e.person import Person
from tests.e2e.test_receipt import link_of, opens, printed
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

Phone = Callable[..., Person]
HALLES, PORT = "Centre des Halles", "Centre du Port"


def asks(person: Person, dossier: str, *teams: str) -> None:
    """What the worker chooses before turning the phone."""
    person.go(f"#/accord/{dossier}")
    person.choose("Une personne adulte")
    for team in teams:
        person.choose(team)
    person.choose("Comment l’appeler")
    person.choose("Besoin matériel")
    person.choose("Oui")
    person.press("Tourner le téléphone")


def answers(person: Person, *said: str) -> None:
    person.press("Commencer")
    person.press("Aller aux questions")
    for one in said:
        person.heading("Peut-on dire ceci").wait_for()
        person.press(one, exact=True)
        person.page.wait_for_timeout(150)  # the next question has the same words


def test_each_team_is_answered_apart_and_one_paper_holds_them(
    town: Town,
    phone: Phone,
    stranger: Page,
) -> None:
    """Yes and no to the first, yes and time to think to the second; nothing is asked again by surprise."""
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    asks(bruno, dossier, HALLES, "Accueil")
    answers(bruno, "Oui", "Non")
    bruno.press("Je confirme")
    answers(bruno, "Oui", "Je veux réfléchir")
    bruno.heading("Voulez-vous garder une trace").wait_for()
    bruno.press("Oui", exact=True)
    bruno.press("Je confirme")
    bruno.press("Téléphone rendu")
    bruno.page.locator("fieldset", has_text="Comment la personne a-t-elle répondu").locator("label").first.click()
    bruno.press("Enregistrer la réponse")
    link = link_of(town, printed(bruno))
    bruno.sees_up_to_date()
    bruno.go(f"#/dossier/{dossier}")
    bruno.tab("Accords").click()
    for badge in ("En vigueur", "Refusé", "Veut réfléchir"):
        bruno.badge(badge).first.wait_for()
    opens(stranger, link)
    stranger.locator("article.card").nth(1).wait_for()
    assert stranger.locator("article.card").count() == 2
    stranger.locator("article.card").first.get_by_role("button", name="Retirer mon accord").click()
    stranger.get_by_role("button", name="Retirer mon accord").click()
    stranger.locator("[data-tone=saved]", has_text="Accord retiré").wait_for()
    assert stranger.get_by_role("button", name="Retirer mon accord").count() == 1  # the other stands


@pytest.mark.parametrize(("language", "name", "direction"), [("ar", "العربية", "rtl"), ("uk", "Українська", "ltr")])
def test_the_phone_and_the_paper_speak_the_persons_language(
    town: Town,
    phone: Phone,
    stranger: Page,
    language: str,
    name: str,
    direction: str,
) -> None:
    """Turned to the person, right to left where it is so; the paper says the same, with French beside."""
    translations.offer_all(datetime.now(UTC))
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    bruno.page.wait_for_function("caches.keys().then(() => true)")
    asks(bruno, dossier, HALLES)
    bruno.page.locator(".languages").get_by_role("button", name=name).click()
    turned = bruno.page.locator(".turned")
    assert turned.get_attribute("lang") == language
    assert turned.get_attribute("dir") == direction
    for _ in range(30):
        assert looks.faults(bruno.page) == []
        french = turned.inner_text()
        assert not any(word in french for word in ("Peut-on", "Voulez-vous", "Retour", "Écouter", "Merci"))
        wide = bruno.page.locator(".answers .button")
        if (
            bruno.page.locator(".turned h1").inner_text()
            and wide.count() == 1
            and bruno.page.locator(".turned header .button").count() == 2
        ):
            break
        wide.nth(1 if wide.count() in (2, 3) and wide.first.get_attribute("data-kind") != "primary" else 0).click()
    wide.click()
    bruno.page.locator("fieldset", has_text="Comment la personne a-t-elle répondu").locator("label").first.click()
    bruno.press("Enregistrer la réponse")
    sheet = bruno.page.locator(".receipt")
    assert sheet.locator(f"[lang={language}]").first.get_attribute("dir") == direction
    assert sheet.locator("[lang=fr]").count() >= 4
    link = link_of(town, printed(bruno))
    bruno.sees_up_to_date()
    stranger.goto(link)
    stranger.locator("main .button[data-wide]").click()
    stranger.locator("article.card").wait_for()
    assert stranger.locator("html").get_attribute("lang") == language
    assert stranger.locator("html").get_attribute("dir") == direction
    assert "Retirer mon accord" not in stranger.locator("body").inner_text()
    assert set(looks.faults(stranger)) <= {"no language"}  # it has one: not French


def test_a_larger_text_is_one_tap_away(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    asks(bruno, bruno.opens_dossier("Yuna"), HALLES)
    size = "parseFloat(getComputedStyle(document.querySelector('.turned')).fontSize)"
    before = bruno.page.evaluate(size)
    bruno.page.get_by_role("button", name="Texte plus grand").click()
    assert bruno.page.evaluate(size) > before * 1.2
    assert looks.reflows(bruno.page)


def test_a_minor_alone_and_a_fourth_team_are_not_asked(phone: Phone) -> None:
    """product.md §5.8: no consent screen for a minor alone."""
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.go(f"#/accord/{bruno.opens_dossier('Yuna')}")
    bruno.choose("Un mineur seul")
    bruno.sees("Un mineur seul ne donne pas d’accord")
    assert bruno.page.get_by_role("button", name="Tourner le téléphone").count() == 0


def test_who_answers_for_a_person_says_what_was_seen(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    asks(bruno, dossier, HALLES)
    answers(bruno, "Oui", "Oui")
    bruno.heading("Voulez-vous garder une trace").wait_for()
    bruno.press("Non", exact=True)
    bruno.press("Je confirme")
    bruno.press("Téléphone rendu")
    bruno.choose("Accord donné par un représentant")
    bruno.press("Enregistrer la réponse")
    bruno.sees("Dites qui répond pour la personne")
    bruno.choose("Tuteur")
    bruno.write("Ce que vous avez vu", "Le jugement")
    bruno.press("Enregistrer la réponse")
    bruno.page.wait_for_url(f"**/#/dossier/{dossier}")


def test_a_part_is_taken_back_and_the_team_says_why_it_ends_the_rest(town: Town, phone: Phone) -> None:
    """T40: by a worker, without network; the recipient reads what was withdrawn, and by whom."""
    bruno, amina = phone("bruno"), phone("amina")
    bruno.sign_in()
    amina.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    bruno.adds_item(dossier, "Besoin matériel", {"La demande": "un colis"})
    orientation = bruno.orients(dossier, HALLES, {"C01": True, "C14": True})
    bruno.sees_up_to_date()
    amina.syncs()
    amina.opens_orientation(orientation)
    amina.sees("un colis")
    amina.sees_up_to_date()
    bruno.context.set_offline(True)
    for way, sure in (
        ("Retirer seulement : Besoin matériel", "Retirer cette information"),
        ("L’équipe met fin", "Mettre fin"),
    ):
        bruno.go(f"#/dossier/{dossier}")
        bruno.tab("Accords").click()
        bruno.page.get_by_text("Une partie, ou une autre fin").click()
        bruno.press(way)
        bruno.page.get_by_role("dialog").get_by_role("button", name=sure).click()
        bruno.page.locator(".toast", has_text="Retrait enregistré").wait_for()
        bruno.context.set_offline(False)
        bruno.syncs()
        amina.syncs()
        amina.opens_orientation(orientation)
        said = "pour : besoin matériel" if "Retirer" in way else "retiré"
        amina.page.locator(".page .message", has_text=said).wait_for()
    assert "Yuna" not in amina.page.locator(".page").inner_text()


def test_who_to_call_and_whether_to_share_are_there_without_network(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.page.wait_for_timeout(2000)  # the release is kept
    bruno.context.set_offline(True)
    bruno.go("#/danger")
    for number in ("15", "17", "18", "112", "114", "115", "119", "3919", "3977"):
        assert bruno.page.locator(f'a[href="tel:{number}"]').count() == 1
    assert looks.faults(bruno.page) == []
    bruno.go("#/partager")
    bruno.heading("Quelqu’un est-il en danger").wait_for()
    assert looks.faults(bruno.page) == []
    for answer in ("Non", "Oui", "Non"):
        bruno.press(answer, exact=True)
    bruno.sees("Remettez une fiche")
