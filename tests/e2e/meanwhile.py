"""What others do while a phone is without network, so that its own acts come too late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from device import acts
from tests.e2e.person import FIRST_READING_MS, Person
from tests.e2e.town import Town


@contextmanager
def without_network(person: Person) -> Iterator[None]:
    """In a flat, or in the metro; then in coverage again, and everything is sent by itself."""
    person.context.set_offline(True)
    yield
    person.context.set_offline(False)
    person.page.locator('.syncline[data-state="correct"]').wait_for(timeout=FIRST_READING_MS)


def agreement_withdrawn(town: Town, bruno: Person) -> tuple[str, str]:
    """Bruno orients Madame Le Floc’h again; elsewhere she takes her agreement back. (dossier, orientation)"""
    bruno.go("#/orientations/envoyees")
    bruno.page.locator("a.row", has_text="Madame Le Floc’h").first.click()
    link = bruno.page.locator('a[href^="#/dossier/"]')
    dossier = str(link.get_attribute("href")).rpartition("/")[2]
    first = bruno.page.url.rpartition("/")[2]
    with without_network(bruno):
        orientation = bruno.orients(dossier, "Centre des Halles", {"C01": True, "C14": True}, "Un colis de plus.")
        elsewhere = town.device("bruno")
        consent = elsewhere.known[first]["ground"]["consent"]
        acts.withdraw_consent(elsewhere, [consent], datetime.now(UTC))
        elsewhere.deliver()
    return dossier, orientation


def answered(town: Town, amina: Person) -> str:
    """Amina accepts; Chloé has just refused the same orientation. Its id."""
    amina.go("#/orientations")
    amina.page.locator("a.row", has_text="Madame Le Floc’h").first.click()
    amina.sees("Ce que la personne a accepté")
    orientation = amina.page.url.rpartition("/")[2]
    amina.sees_up_to_date()
    with without_network(amina):
        amina.accepts()
        chloe = town.device("chloe")
        acts.answer(chloe, orientation, "refusee", datetime.now(UTC), {"reason": "complet"})
        chloe.deliver()
    return orientation
