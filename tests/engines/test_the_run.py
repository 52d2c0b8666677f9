"""The spine in Firefox and in WebKit: the same gestures as in Chromium, opened with the phrase."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from tests.e2e.person import Person
from tests.e2e.town import Town
from tests.engines.conftest import Phone

HALLES = "Centre des Halles"
AGREED = {"C01": True, "C14": True, "C11": False}


def test_an_orientation_recorded_without_network_is_opened_by_another_and_taken_back(
    town: Town, phone: Callable[[str], Phone], browser_engine: str
) -> None:
    """Sign in, cut, open again without network, record, agree, come back, answer, withdraw: I1, I6, T71."""
    mobile = phone("bruno")
    bruno = mobile.start()
    bruno.sign_in()
    bruno.sees_installed()
    town.cut()
    bruno = opens_again_without_network(bruno, mobile, browser_engine)

    dossier = bruno.opens_dossier("Nolwenn")
    bruno.adds_item(dossier, "Besoin matériel", {"La demande": "un colis"})
    bruno.adds_item(dossier, "Se déplacer", {"À pied": ""})
    bruno.records_visit(dossier, "Préfère le matin.")
    orientation = bruno.orients(dossier, HALLES, AGREED, "Merci de la recevoir.")
    assert rows(town, orientation) == 0

    town.restore()
    bruno.syncs()
    bruno.sees_up_to_date()
    assert rows(town, orientation) == 1

    amina = phone("amina").start()
    amina.sign_in()
    amina.opens_orientation(orientation)
    amina.sees("Merci de la recevoir.")
    assert sorted(amina.shared_codes()) == ["C01", "C14"]
    amina.accepts()
    amina.sees_up_to_date()

    bruno.syncs()
    bruno.opens_orientation(orientation)
    bruno.badge("Acceptée").wait_for()
    bruno.withdraws_consent(dossier)
    bruno.sees_up_to_date()
    amina.syncs()
    amina.opens_orientation(orientation)
    amina.badge("Annulée").wait_for()
    assert amina.shared_codes() == []


def opens_again_without_network(bruno: Person, mobile: Phone, browser_engine: str) -> Person:
    """Firefox is killed and started from cold. WebKit forgets everything with its session: its page is loaded again."""
    if browser_engine == "firefox":
        mobile.kill()
        bruno = mobile.start()
    else:
        bruno.page.reload()
    bruno.unlock_with_phrase()
    return bruno


def rows(town: Town, orientation: str) -> int:
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        return int(base.execute("SELECT count(*) FROM orientation WHERE id = ?", (orientation,)).fetchone()[0])
