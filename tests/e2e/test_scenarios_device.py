"""What happens to a phone: shared, locked, killed, without network, without storage. Nothing is lost or shown."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from models.problems import CATALOGUE
from tests.e2e.person import Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UNSENT = 12
COLD_STARTS = 20
KILLED_AFTER_MS = (0, 10, 40, 100, 250)
_NO_ROUTE = "Object.defineProperty(Navigator.prototype, 'onLine', {{ get: () => {} }});"
_NOTHING_KEPT = """Object.defineProperty(IDBFactory.prototype, "open", { value() {
  throw new DOMException("The operation is insecure.", "SecurityError");
} });"""


def events(town: Town) -> int:
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        return int(base.execute("SELECT count(*) FROM event").fetchone()[0])


def soon(condition: Callable[[], bool], seconds: float = 25) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def test_two_volunteers_one_tablet_and_what_one_has_not_sent_waits_unseen(
    town: Town, phone: Callable[..., Person]
) -> None:
    """T18, T22: another profile sees nothing of the first, not even a count; a locked vault still sends."""
    amina = phone("amina")
    amina.sign_in("Partagé")
    amina.lock()
    chloe = amina.hands_over_to("chloe")
    chloe.sign_in("Partagé")
    before = events(town)
    town.cut()
    chloe.context.set_offline(True)

    chloe.lock(several=True)
    amina.picks_profile()
    amina.unlock_with_phrase()
    amina.records_passages(UNSENT)
    amina.lock(several=True)
    assert "attente" not in amina.page.locator("main").inner_text(), "the lock screen counts nothing"

    chloe.picks_profile()
    chloe.unlock_with_phrase()
    chloe.heading("Aujourd’hui").wait_for()  # not where the other one was
    assert "attente" not in chloe.sync_line()
    chloe.go("#/profil")
    assert "en attente" not in chloe.page.locator("main").inner_text()
    chloe.lock(several=True)
    amina.picks_profile()
    amina.unlock_with_phrase()
    assert f"{UNSENT} en attente" in amina.sync_line()

    amina.lock(several=True)
    town.restore()
    amina.context.set_offline(False)
    assert soon(lambda: events(town) == before + UNSENT), "what waits is sent, though everything is locked"
    assert "Qui êtes-vous" in amina.page.locator("h1").inner_text()


def test_a_phone_killed_while_saving_keeps_the_draft_or_the_visit(town: Town, phone: Callable[..., Person]) -> None:
    """T21: whenever the tab dies after the tap, one of the two is there; never said saved with nothing stored."""
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Goulven")
    for number, after_ms in enumerate(KILLED_AFTER_MS):
        text = f"coupure {number}"
        bruno.begins_visit(dossier, text)
        bruno.page.wait_for_timeout(900)  # a draft is sealed after a pause in typing
        said = bruno.saves_and_dies(after_ms)
        bruno.reopens()
        bruno.unlock_with_phrase()
        stored, draft = bruno.has_visit(dossier, text), bruno.draft_of_visit(dossier)
        assert stored or draft == text
        assert stored or not said
        if not stored:
            bruno.press("Enregistrer la visite")
            bruno.page.wait_for_url(re.compile("#/dossier/"))


def test_twenty_cold_starts_without_network_open_unlock_and_record(town: Town, installed: Callable[..., Any]) -> None:
    """T68: the server is gone, the network is cut. Every fourth time the browser itself is killed, otherwise its tab
    and its worker: half the time, for the same cold application."""
    app = installed("amina")
    amina = app.start()
    amina.sign_in()
    amina.sees_installed()
    town.cut()
    for start in range(COLD_STARTS):
        if start % 4 == 0:
            app.kill()
            amina = app.start(online=False)
        else:
            amina.leaves_and_comes_back()
        amina.unlock_with_phrase()
        amina.records_passages(1)
        assert f"{start + 1} en attente" in amina.sync_line()


@pytest.mark.parametrize("claimed", ["true", "false"])
def test_what_the_browser_believes_of_the_network_decides_nothing(
    town: Town, phone: Callable[..., Person], claimed: str
) -> None:
    """T71: `onLine` true without a route: kept, retried, sent later; false with a route: sent."""
    bruno = phone("bruno")
    bruno.page.add_init_script(_NO_ROUTE.format(claimed))
    bruno.open()
    bruno.sign_in()
    before = events(town)
    if claimed == "true":
        town.cut()
    bruno.opens_dossier("Azenor")
    if claimed == "true":
        bruno.page.locator(".syncline", has_text="1 en attente").first.wait_for()
        town.restore()
    bruno.sees_up_to_date()
    assert events(town) == before + 1


@pytest.mark.parametrize("policy", ["", "default-src 'self'; script-src 'self' 'unsafe-inline'"], ids=["none", "loose"])
def test_a_page_that_came_without_its_protections_opens_nothing(town: Town, browser: Browser, policy: str) -> None:
    """A server set wrong, or somebody on the road: no account can be typed, nothing of the server's is asked."""
    town.served_with("Content-Security-Policy", policy)
    context = browser.new_context(locale="fr-FR")
    amina = Person(context, town.origin, "amina")
    amina.open()
    amina.heading("Accord reste fermé").wait_for()
    assert amina.page.locator("input").count() == 0
    assert not town.wire.to("/api/")
    context.close()


def test_a_browser_that_keeps_nothing_is_told_so_before_anything_is_typed(
    town: Town, phone: Callable[..., Person]
) -> None:
    """T72: private mode or storage refused: no profile opens, a sentence says why."""
    amina = phone("amina")
    amina.page.add_init_script(_NOTHING_KEPT)
    amina.open()
    amina.sees(CATALOGUE["storage_missing"].message)
    assert amina.page.get_by_role("link", name="Passage").count() == 0
    assert not town.wire.to("/api/session/passphrase")
