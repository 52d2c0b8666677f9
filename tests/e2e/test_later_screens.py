"""Screens that are fetched later: all there without network after a cold start, and one that is missing says so."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from flask import Response, request

from tests.client.phones import until
from tests.e2e.person import FIRST_READING_MS, Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from web.config import Config

ROUTES = (
    "passage", "corriger", "personnes", "nouvelle", "dossier/x", "visite", "accord/x", "orienter", "orientations",
    "orientation/x", "annuaire", "lieu/x", "fiche", "profil", "cles", "entrees", "invitation", "organisation",
    "membre/x", "territoire", "papier/x", "danger", "partager", "secours", "connexion", "join/a/b/c", "found/a",
)  # fmt: skip
NEVER_ARRIVE = ("/pack", "/icons/icon-512.png")
NOT_KEPT = "Accord n’est pas encore entier sur cet appareil"
WORKS_OFFLINE = "L’ouverture marche sans réseau"
ABSENT = "Cet écran n’est pas encore sur l’appareil"
_DECLARED = re.compile(r"^  (\w+): \{ open: ", re.MULTILINE)


def test_every_address_of_the_application_is_tried_here(config: Config) -> None:
    """A route added tomorrow is added above."""
    source = (config.static / "app/screens/routes.js").read_text("utf-8")
    assert {route.split("/")[0] for route in ROUTES} | {"aujourdhui"} == set(_DECLARED.findall(source))


def test_every_screen_opens_without_network_after_a_cold_start(town: Town, installed: Callable[..., Any]) -> None:
    """T68."""
    app = installed("chloe")
    chloe = app.start()
    chloe.sign_in()
    chloe.sees_installed()
    town.cut()
    app.kill()
    chloe = app.start(online=False)
    assert chloe.page.locator("#passphrase").count() == 1
    chloe.unlock_with_phrase()
    for route in ROUTES:
        chloe.page.evaluate("(route) => { document.title = ''; location.hash = `#/${route}`; }", route)
        until(chloe.page, "() => document.title !== ''")
        assert ABSENT not in chloe.page.locator("main").inner_text(), route
    assert [line for line in chloe.said if "dynamically imported module" in line] == []


def test_a_first_visit_installs_before_it_shows_and_takes_no_module_alone(town: Town, browser: Browser) -> None:
    """P11. Two modules, then one file: the first screen comes from the worker."""
    is_held = threading.Event()
    town.before_each(lambda: is_held.wait(20) and None if request.path.endswith("/pack") else None)
    context = browser.new_context(locale="fr-FR")
    amina = Person(context, town.origin, "amina")
    amina.page.goto(f"{town.origin}/app/")
    amina.sees("Accord s’installe sur cet appareil…")
    assert amina.page.locator("h1, input").count() == 0
    is_held.set()
    amina.heading("Se connecter").wait_for(timeout=FIRST_READING_MS)
    alone = {each.address.partition("/app/")[2] for each in town.wire.to("/r/") if ".js?" in each.address}
    assert alone == {"main.js?", "ui/release.js?"}
    context.close()


def test_an_application_that_does_not_arrive_at_all_says_so(town: Town, browser: Browser) -> None:
    """T65: nothing kept, and the network gone after the first module."""
    context = browser.new_context(locale="fr-FR", service_workers="block")
    context.route("**/app/vault/*", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{town.origin}/app/")
    page.get_by_text("Accord n’est pas arrivé en entier").wait_for()
    context.close()


def test_a_first_visit_cut_half_way_never_says_it_is_installed_and_is_finished_later(
    town: Town, installed: Callable[..., Any]
) -> None:
    """T65, T68: two files of the worker's do not arrive: no screen promises to open without network."""
    is_cut = [True]
    town.before_each(lambda: Response(status=503) if is_cut[0] and request.path.endswith(NEVER_ARRIVE) else None)
    app = installed("amina")
    amina = app.start()
    amina.sign_in()
    amina.sees(NOT_KEPT)
    amina.go("#/profil")
    amina.sees("Accord ne s’ouvrirait pas encore")
    amina.lock()
    assert WORKS_OFFLINE not in amina.page.locator("main").inner_text()
    app.kill()
    is_cut[0] = False
    amina = app.start()
    amina.sees(WORKS_OFFLINE)
    amina.unlock_with_phrase()
    amina.sees_installed()
    amina.go("#/aujourdhui")
    assert NOT_KEPT not in amina.page.locator("main").inner_text()
    town.cut()
    app.kill()
    app.start(online=False).sees(WORKS_OFFLINE)


def test_an_installation_cut_half_way_is_begun_again_while_the_page_is_open(town: Town, browser: Browser) -> None:
    """T65: nobody has to reload."""
    is_cut = [True]
    town.before_each(lambda: Response(status=503) if is_cut[0] and request.path.endswith(NEVER_ARRIVE) else None)
    context = browser.new_context(locale="fr-FR")
    amina = Person(context, town.origin, "amina")
    amina.page.clock.install()
    amina.open()
    amina.sign_in()
    until(amina.page, "async () => !(await navigator.serviceWorker.getRegistration())")
    amina.sees(NOT_KEPT)
    is_cut[0] = False
    amina.page.clock.fast_forward(31_000)
    amina.sees_installed()
    context.close()


@pytest.mark.parametrize("module", ["screens/people.js", "ui/badge.js"], ids=["itself", "what it needs"])
def test_a_screen_that_does_not_arrive_says_so_and_is_asked_for_again(
    town: Town, browser: Browser, module: str
) -> None:
    """T65: a first visit cut short, in a browser that keeps nothing. Never a blank page, and nobody is signed out."""
    context = browser.new_context(locale="fr-FR", service_workers="block")
    is_cut = [True]
    context.route(f"**/app/{module}", lambda route: route.abort() if is_cut[0] else route.continue_())
    amina = Person(context, town.origin, "amina")
    amina.open()
    amina.types_credentials()
    amina.press("Se connecter")
    amina.page.locator(".topbar").wait_for(timeout=30_000)
    amina.go("#/personnes")  # today's may be missing too: its button is not the one to press
    amina.heading(ABSENT).wait_for()
    amina.press("Réessayer")
    amina.page.get_by_text("Il n’est toujours pas arrivé").wait_for()
    is_cut[0] = False
    amina.press("Réessayer")
    amina.heading("Personnes").wait_for()
    context.close()
