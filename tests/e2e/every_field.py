"""Writes in every text field of every form about a person, one word each, told apart by its number.

Names of members, teams and organisations are not among them: the server may know those (docs/protocol.md §2, Card).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from models.reference import REFERENCE
from tests.e2e.person import Person

if TYPE_CHECKING:
    from playwright.sync_api import Locator

TEXTS = "input.input:not([type=password]):not([type=date]):not([type=search]):not([inputmode=numeric]), textarea"
OWN_FIELD = ("C19",)  # the narrative of a visit
SENT = {"C01": True, "C03": True, "C07": True}  # C07 is for people bound by secrecy: it goes to `bound`


class EveryField:
    """`word(n)` makes the n-th text. `words` are those written so far, by the label of their field."""

    def __init__(self, word: Callable[[int], str]) -> None:
        self._word = word
        self.words: dict[str, str] = {}

    def next(self, field: str) -> str:
        self.words[field] = self._word(len(self.words))
        return self.words[field]

    def write(self, person: Person, form: str) -> int:
        """Fills every empty text field in view of this form. Returns how many there were."""
        empty = [field for field in person.page.locator("main").locator(TEXTS).all() if is_empty(field)]
        for field in empty:
            field.fill(self.next(f"{form} {field.get_attribute('id')} {len(self.words)}"))
        return len(empty)

    # --- the forms

    def new_person(self, person: Person) -> str:
        person.go("#/nouvelle")
        open_all(person)
        assert self.write(person, "nouvelle") >= 6
        person.press("Ouvrir le dossier")
        person.page.wait_for_url(re.compile(r"#/dossier/"))
        return person.page.url.rpartition("/")[2]

    def items(self, person: Person, dossier: str) -> None:
        """Each category that can still be added: its texts, and the first of each choice."""
        for category in REFERENCE.categories.values():
            row = person.page.locator("button.row", has_text=category["label"])
            person.go(f"#/dossier/{dossier}")
            person.tab("Infos").wait_for()
            if category.get("of") or category["code"] in OWN_FIELD or not row.count():
                continue
            person.page.get_by_text("Ajouter une information").click()
            row.first.click()
            self.write(person, category["code"])
            for group in person.page.locator("main fieldset").all():
                group.locator("label").first.click()
            person.press("Enregistrer l’information")
            person.tab("Infos").wait_for()

    def visit(self, person: Person, dossier: str) -> None:
        person.go(f"#/visite/{dossier}")
        person.choose("Visite à domicile")
        open_all(person)
        assert self.write(person, "visite") == 2
        person.press("Enregistrer la visite")
        person.page.wait_for_url(re.compile(r"#/dossier/"))

    def note(self, person: Person, dossier: str) -> None:
        person.go(f"#/dossier/{dossier}")
        person.tab("Suivi").click()
        person.press("Note pour moi")
        assert self.write(person, "note") == 1
        person.press("Garder la note")
        person.page.get_by_role("button", name="Note pour moi").wait_for()

    def unsaved(self, person: Person, dossier: str) -> None:
        """A draft, left as it is; a slip, which is never saved; what was searched for."""
        person.go(f"#/visite/{dossier}")
        assert self.write(person, "brouillon") >= 1
        for address, label in (("#/personnes", "Chercher une personne"), ("#/annuaire", "Chercher un lieu")):
            person.go(address)
            person.write(label, self.next(label))
        person.go("#/personnes")
        person.write("Chercher une personne", self.next("Nouvelle personne"))
        person.page.get_by_role("link", name="Nouvelle personne").click()
        person.heading("Nouvelle personne").wait_for()
        person.go("#/fiche/demo--banque-halles")
        assert self.write(person, "fiche") == 1

    def consent(self, person: Person, dossier: str) -> None:
        """An agreement on paper: where it is kept."""
        person.go(f"#/accord/{dossier}")
        person.choose("Une personne adulte")
        person.choose("Centre du Port")
        person.choose("Comment l’appeler")
        person.choose("Oui")
        person.press("Tourner le téléphone")
        person.answers({"C01": True})
        person.choose("Accord écrit, sur papier")
        assert self.write(person, "accord") == 1
        person.press("Enregistrer la réponse")
        person.page.wait_for_url(re.compile(r"#/dossier/"))

    def orientation(self, person: Person, dossier: str) -> str:
        """To the counter of the CCAS, with a word for the team."""
        person.begins_orientation(dossier, "Accueil", "Papiers et droits")
        for code in SENT:
            person.page.locator(f'.item[data-code="{code}"] > label').click()
        assert self.write(person, "orienter") == 1
        person.press("Demander l’accord")
        person.turns_phone(SENT)
        return person.confirms_and_sends()

    def answer(self, person: Person, orientation: str) -> None:
        person.opens_orientation(orientation)
        person.press("Mettre en attente")
        assert self.write(person, "réponse") == 1
        person.page.locator("section.card").get_by_role("button", name="Mettre en attente").click()
        person.badge("En attente").wait_for()


def is_empty(field: Locator) -> bool:
    return field.is_visible() and field.is_editable() and not field.input_value()


def open_all(person: Person) -> None:
    closed = person.page.locator("main form details:not([open]) > summary")
    while closed.count():
        closed.first.click()
