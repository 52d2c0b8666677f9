"""The README's five-minute walk, pressed button by button in the order of the page: J1, J2 and J3."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.e2e.person import FIRST_READING_MS, Person
from tests.e2e.town import Town
from web.config import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Locator

STEP = re.compile(r"^\d+\. (.*(?:\n   .*)*)", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PERSON = "Josiane"


def steps() -> Iterator[str]:
    """What the README says to press, in order."""
    walk = (ROOT / "README.md").read_text("utf-8").partition("## A walk in five minutes")[2].partition("\n## ")[0]
    for step in STEP.findall(walk):
        for words in BOLD.findall(step):
            yield " ".join(words.split())


class Walk:
    """Presses what comes next in the README, and nothing else."""

    def __init__(self) -> None:
        self._left = list(steps())

    def press(self, person: Person, *expected: str) -> None:
        for name in expected:
            assert self._left.pop(0) == name
            pressable(person, name).click()

    def end(self) -> None:
        assert self._left == []


def pressable(person: Person, name: str) -> Locator:
    """A button, a link or a tab; in an open dialog when there is one."""
    within = person.page.locator("dialog[open]")
    scope = within if within.count() else person.page.locator("body")
    named = re.compile(rf"^\s*{re.escape(name)}")
    candidates = [scope.get_by_role(role, name=named) for role in ("button", "link", "tab")]  # type: ignore[arg-type]
    return candidates[0].or_(candidates[1]).or_(candidates[2]).last


def test_the_walk_of_the_readme(town: Town, phone: Callable[..., Person]) -> None:
    """J1, J2, J3."""
    walk, bruno, amina = Walk(), phone("bruno"), phone("amina")
    a_visit_without_network(walk, bruno)
    orientation = at_the_counter(walk, amina)
    the_answer_and_the_withdrawal(walk, bruno)
    walk.end()
    amina.syncs()
    amina.opens_orientation(orientation)
    amina.badge("Annulée").wait_for()
    assert amina.shared_codes() == []


def a_visit_without_network(walk: Walk, bruno: Person) -> None:
    bruno.types_credentials()
    walk.press(bruno, "Se connecter")
    bruno.heading("Aujourd’hui").wait_for(timeout=FIRST_READING_MS)
    bruno.sees_up_to_date()
    bruno.context.set_offline(True)
    bruno.page.reload()
    bruno.types_phrase()
    walk.press(bruno, "Déverrouiller", "Personnes")
    bruno.page.locator("a.row", has_text=PERSON).click()
    walk.press(bruno, "Noter une visite")
    bruno.choose("Visite à domicile")
    bruno.choose("Manger")
    bruno.write("Faits utiles", "Préfère le centre des Halles, plus près.")
    walk.press(bruno, "Enregistrer puis orienter")
    bruno.heading("De quoi la personne a-t-elle besoin").wait_for()
    bruno.choose("Manger")
    walk.press(bruno, "Choisir le destinataire")
    bruno.choose("Centre des Halles")
    walk.press(bruno, "Choisir les informations")
    for code in ("C01", "C14"):
        bruno.page.locator(f'.item[data-code="{code}"] > label').click()
    walk.press(bruno, "Demander l’accord")
    bruno.choose("Une personne adulte")
    bruno.choose("Oui, seul·e avec la personne")
    walk.press(bruno, "Tourner le téléphone", "Commencer", "Aller aux questions", "Oui", "Oui", "Non")
    walk.press(bruno, "Je confirme", "Téléphone rendu")
    bruno.choose("Accord oral, face à face")
    walk.press(bruno, "Envoyer l’orientation")
    bruno.heading("Orientation enregistrée sur cet appareil").wait_for()
    assert "en attente" in bruno.page.locator("main").inner_text()
    bruno.context.set_offline(False)
    bruno.heading("Orientation envoyée").wait_for(timeout=FIRST_READING_MS)


def at_the_counter(walk: Walk, amina: Person) -> str:
    """Returns the orientation that came in."""
    amina.types_credentials()
    walk.press(amina, "Se connecter")
    amina.heading("Aujourd’hui").wait_for(timeout=FIRST_READING_MS)
    walk.press(amina, "Passage")
    amina.choose("Colis")
    walk.press(amina, "Enregistrer le passage", "Terminer", "Orientations")
    amina.page.locator("a.row", has_text=PERSON).filter(has_text="Nouvelle").click()
    amina.heading(PERSON).wait_for()
    assert amina.shared_codes() == ["C01", "C14"]
    walk.press(amina, "Accepter")
    amina.badge("Acceptée").wait_for()
    walk.press(amina, "Fixer un rendez-vous")
    amina.write("Précision", "Jeudi à 10 h, au centre.")
    walk.press(amina, "Fixer un rendez-vous")
    amina.badge("Rendez-vous fixé").wait_for()
    amina.sees_up_to_date()
    return amina.page.url.rpartition("/")[2]


def the_answer_and_the_withdrawal(walk: Walk, bruno: Person) -> None:
    bruno.syncs()
    walk.press(bruno, "Orientations", "Envoyées")
    bruno.page.locator("a.row", has_text=PERSON).filter(has_text="Rendez-vous fixé").click()
    bruno.sees("Jeudi à 10 h, au centre.")
    walk.press(bruno, "Dossier de la personne", "Accords", "Retirer l’accord", "Retirer l’accord")
    bruno.sees_up_to_date()
