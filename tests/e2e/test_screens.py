"""What people see: every screen sound, nothing typed ever lost, what could not leave told in words.

A machine sees a third of accessibility: `make pictures` is for eyes (docs/accessibility.md).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from device.demonstration.accounts import BY_NAME
from models.problems import CATALOGUE
from tests.client.phones import until
from tests.conftest import Live
from tests.e2e import looks, meanwhile
from tests.e2e.person import Person
from tests.e2e.town import Filled, Town
from web.config import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

Phone = Callable[..., Person]
ARABIC = "فاطمة الزهراء بن علي"
_FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const drawn = here.closest("label") ?? here;
  const [box, style] = [drawn.getBoundingClientRect(), getComputedStyle(drawn)];
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  return {
    name: (drawn.textContent || here.id || here.tagName).trim().slice(0, 40),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    visible: Boolean(top) && (drawn.contains(top) || top.contains(drawn)),
  };
}"""
_VOICE = """
globalThis.spoken = [];
Object.defineProperty(globalThis, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "fr-FR", localService: true, name: "Voix" }], cancel: () => undefined,
  speak: ({ text }) => globalThis.spoken.push(text),
} });
globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def is_sound(page: Page) -> None:
    """By day, by night and at 320 px."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert looks.faults(page) == [], page.url
    assert looks.reflows(page), page.url


@pytest.mark.parametrize(
    ("account", "addresses"),
    [
        (
            "amina",
            ["#/aujourdhui", "#/passage", "#/personnes", "#/nouvelle", "#/orientations", "#/annuaire", "#/profil"],
        ),
        (
            "chloe",
            ["#/entrees", "#/organisation", "#/profil", "#/cles", "#/orientations/envoyees", "#/corriger", "#/inconnu"],
        ),
    ],
)
def test_each_screen_has_one_heading_a_title_labels_targets_contrast_and_french_spaces(
    account: str, addresses: list[str], phone: Phone
) -> None:
    person = phone(account)
    is_sound(person.page)
    person.sign_in()
    titles = []
    for address in addresses:
        person.go(address)
        is_sound(person.page)
        titles.append(person.page.title())
    assert len(set(titles)) == len(titles), "the title changes with the view"
    assert all(title.endswith("– Accord") for title in titles)
    person.lock()
    is_sound(person.page)


def test_the_journey_of_an_orientation_is_sound_at_each_step(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier(ARABIC)
    assert bruno.page.evaluate("getComputedStyle(document.querySelector('.rows bdi')).direction") == "rtl"
    is_sound(bruno.page)
    bruno.go(f"#/visite/{dossier}")
    is_sound(bruno.page)
    bruno.begins_orientation(dossier, "Centre des Halles")
    is_sound(bruno.page)
    bruno.chooses(["C01"])
    is_sound(bruno.page)
    bruno.choose("Une personne adulte")
    bruno.choose("Oui, seul·e avec la personne")
    bruno.press("Tourner le téléphone")
    is_sound(bruno.page)
    assert not bruno.page.get_by_role("button", name="Écouter").is_visible()
    assert bruno.page.title() == "Accord", "no telling title while the person holds the phone"
    bruno.answers({"C01": True})
    bruno.heading("Relire et confirmer").wait_for()
    is_sound(bruno.page)
    bruno.confirms_and_sends()
    is_sound(bruno.page)


def test_by_keyboard_the_focus_is_seen_and_never_covered(phone: Phone) -> None:
    amina = phone("amina")
    amina.sign_in()
    for address, stops in (("#/aujourdhui", 16), ("#/passage", 22)):
        amina.go(address)
        for _ in range(stops):
            amina.page.keyboard.press("Tab")
            here = amina.page.evaluate(_FOCUS)
            assert here is None or (here["outlined"] and here["visible"]), here


def test_an_empty_sign_in_says_what_is_missing_and_goes_there(phone: Phone) -> None:
    amina = phone("amina")
    amina.press("Se connecter")
    amina.sees("Écrivez votre nom de compte.")
    assert amina.page.evaluate("document.activeElement.id") == "account"
    is_sound(amina.page)
    amina.page.locator("#passphrase").fill("une phrase collée")
    assert amina.page.locator("#passphrase").input_value() == "une phrase collée"


def test_an_agreement_withdrawn_elsewhere_meanwhile_comes_back_to_correct(town: Town, phone: Phone) -> None:
    """T40. The phone could not know: it says why, keeps what was written, and proposes to ask again."""
    bruno = phone("bruno")
    bruno.sign_in()
    dossier, orientation = meanwhile.agreement_withdrawn(town, bruno)
    bruno.page.get_by_role("link", name="Voir et corriger").click()
    card = bruno.page.locator('article[data-code="consent_missing"]')
    card.get_by_text(CATALOGUE["consent_missing"].message).wait_for()
    is_sound(bruno.page)
    assert card.get_by_role("link", name="Orienter à nouveau").get_attribute("href") == f"#/orienter/{dossier}"
    with bruno.page.expect_download() as exported:
        card.get_by_role("button", name="Exporter").click()
    assert "Un colis de plus" not in Path(exported.value.path()).read_text("utf-8")
    card.get_by_role("button", name="Supprimer").click()
    bruno.page.keyboard.press("Escape")  # Escape means no
    card.wait_for()
    card.get_by_role("button", name="Supprimer").click()
    bruno.page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
    bruno.press("Oui, supprimer définitivement")
    bruno.sees("Rien à corriger")
    assert orientation not in bruno.page.content()


def test_of_two_answers_that_race_the_second_is_told_and_kept(town: Town, phone: Phone) -> None:
    """T37."""
    amina = phone("amina")
    amina.sign_in()
    orientation = meanwhile.answered(town, amina)
    amina.go("#/corriger")
    card = amina.page.locator('article[data-code="stale_state"]')
    card.get_by_text(CATALOGUE["stale_state"].message).wait_for()
    card.get_by_role("link", name="Voir l’orientation").click()
    amina.badge("Refusée").wait_for()
    assert amina.page.url.endswith(orientation)


def test_an_unattended_phone_warns_then_locks_and_keeps_what_was_typed(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.page.clock.install()
    bruno.go("#/nouvelle")
    bruno.write("Prénom ou nom choisi", "Nolwenn")
    bruno.page.clock.fast_forward("09:40")
    bruno.sees("Accord va se verrouiller")
    is_sound(bruno.page)
    bruno.press("Continuer")
    bruno.page.get_by_role("dialog").wait_for(state="detached")
    assert bruno.page.get_by_label("Prénom ou nom choisi").input_value() == "Nolwenn"
    bruno.page.clock.fast_forward("10:05")
    bruno.heading("Bonjour").wait_for()
    assert "Nolwenn" not in bruno.page.content()
    bruno.write("Phrase secrète", "une autre phrase")
    bruno.press("Déverrouiller", exact=True)
    bruno.page.locator("#refusal").wait_for()
    bruno.open("#/nouvelle")
    bruno.write("Phrase secrète", BY_NAME["bruno"].passphrase)
    bruno.press("Déverrouiller", exact=True)
    bruno.heading("Nouvelle personne").wait_for()
    assert bruno.page.get_by_label("Prénom ou nom choisi").input_value() == "Nolwenn"


def test_leaving_at_once_shows_a_blank_page_and_keeps_what_was_typed(phone: Phone) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.go("#/nouvelle")
    bruno.write("Prénom ou nom choisi", "Nolwenn")
    for _ in range(3):
        bruno.page.keyboard.press("Escape")
    bruno.page.wait_for_url("about:blank")
    bruno.open()
    assert "Nolwenn" not in bruno.page.content()
    bruno.unlock_with_phrase()
    bruno.page.get_by_role("link", name="Nouvelle personne à finir").click()
    bruno.heading("Nouvelle personne").wait_for()
    assert bruno.page.get_by_label("Prénom ou nom choisi").input_value() == "Nolwenn"
    bruno.go("#/profil")
    bruno.press("Sortie rapide")
    bruno.page.wait_for_url("about:blank")


@pytest.fixture
def publishing(filled: Filled, tmp_path: Path, serve: Callable[..., Live]) -> tuple[Town, Callable[[], None]]:
    """A territory whose server looks at its files again, and what publishes another release of them."""
    static = tmp_path / "static"
    shutil.copytree(ROOT / "static", static)

    def publish() -> None:
        with (static / "css" / "desk.css").open("a", encoding="utf-8") as sheet:
            sheet.write("\n/* newer */\n")

    return Town(filled, tmp_path, partial(serve, static=static, watch_static=True)), publish


def test_a_newer_release_waits_for_the_person_and_loses_nothing_typed(
    publishing: tuple[Town, Callable[[], None]], context: object
) -> None:
    """T64. A half filled form: no reload, no prompt there; the prompt is on Aujourd’hui, and all is found again."""
    town, publish = publishing
    bruno = Person(context, town.origin, "bruno")  # type: ignore[arg-type]
    bruno.open()
    bruno.sign_in()
    bruno.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bruno.page.reload()
    bruno.unlock_with_phrase()
    release = bruno.page.evaluate("document.querySelector('script').src")
    bruno.go("#/nouvelle")
    bruno.write("Prénom ou nom choisi", "Nolwenn")
    bruno.page.evaluate("globalThis.sameDocument = true")
    publish()
    bruno.page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    until(bruno.page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    assert bruno.page.evaluate("globalThis.sameDocument") is True
    assert bruno.page.get_by_label("Prénom ou nom choisi").input_value() == "Nolwenn"
    assert not bruno.page.get_by_text("Une nouvelle version").is_visible()
    bruno.go("#/aujourdhui")
    bruno.press("Mettre à jour maintenant")
    bruno.heading("Bonjour").wait_for()
    assert bruno.page.evaluate("globalThis.sameDocument") is None
    bruno.unlock_with_phrase()
    assert bruno.page.evaluate("document.querySelector('script').src") != release
    bruno.page.get_by_role("link", name="Nouvelle personne à finir").click()
    bruno.heading("Nouvelle personne").wait_for()
    assert bruno.page.get_by_label("Prénom ou nom choisi").input_value() == "Nolwenn"


def test_the_turned_phone_reads_aloud_where_the_device_has_a_voice_of_its_own(phone: Phone) -> None:
    """Without one there is no button: see the journey above, in a browser that has none."""
    bruno = phone("bruno")
    bruno.context.add_init_script(_VOICE)
    bruno.page.reload()
    bruno.sign_in()
    dossier = bruno.opens_dossier("Nolwenn")
    bruno.begins_orientation(dossier, "Centre des Halles")
    bruno.chooses(["C01"])
    bruno.choose("Une personne adulte")
    bruno.choose("Oui, seul·e avec la personne")
    bruno.press("Tourner le téléphone")
    bruno.press("Commencer")
    bruno.press("Écouter")
    [said] = bruno.page.evaluate("globalThis.spoken")
    assert said.startswith(bruno.page.locator("h1").inner_text())
