"""Journeys in real Chromium, phone size, one context per person, on a territory filled through the protocol.

The territory is filled once for the whole run; each test gets its own copy of the database and its own server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, Live
from tests.e2e import town as towns
from tests.e2e.person import Person
from tests.e2e.town import Filled, Town
from web.config import Config

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Filled:
    folder = tmp_path_factory.mktemp("territory")
    config = Config(
        database_url=f"sqlite:///{folder}/accord.sqlite",
        secret_key="only for tests, and long enough to be a key",
        origin="http://localhost:8000",
        end_log=folder / "ends.log",
        demonstration=True,
        rate_factor=1000,
    )
    return towns.fill(folder, config, empty_database)


@pytest.fixture
def town(filled: Filled, tmp_path: Path, serve: Callable[..., Live]) -> Town:
    return Town(filled, tmp_path, serve)


@pytest.fixture
def phone(browser: Browser, town: Town) -> Iterator[Callable[..., Person]]:
    """`phone("bruno")`: a phone of their own, the application open on it, nobody signed in yet."""
    contexts: list[BrowserContext] = []

    def take_out(account: str) -> Person:
        contexts.append(browser.new_context(**PHONE))  # type: ignore[arg-type]
        person = Person(contexts[-1], town.origin, account)
        person.open()
        return person

    yield take_out
    for context in contexts:
        context.close()


@pytest.fixture
def stranger(browser: Browser, town: Town) -> Iterator[Page]:
    """Any phone: nobody ever signed in on it."""
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


class Installed:
    """The application installed on a phone that can be killed: the browser ends, its files stay."""

    def __init__(self, browser: Browser, folder: Path, town: Town, account: str) -> None:
        self._browser, self.folder, self._town, self._account = browser, folder, town, account
        self._context: BrowserContext | None = None

    def start(self, online: bool = True) -> Person:
        """From cold. Without `online`, the network is cut before the first page is asked for."""
        self._context = self._browser.browser_type.launch_persistent_context(
            self.folder,
            executable_path=CHROMIUM,
            args=CHROMIUM_FLAGS,
            **PHONE,  # type: ignore[arg-type]
        )
        self._context.set_offline(not online)
        person = Person(self._context, self._town.origin, self._account, self._context.pages[0])
        person.open()
        return person

    def kill(self) -> None:
        if self._context:
            self._context.close()
            self._context = None


@pytest.fixture
def installed(browser: Browser, town: Town, tmp_path: Path) -> Iterator[Callable[[str], Installed]]:
    """`installed("bruno").start()`: an application that survives `kill()`."""
    made: list[Installed] = []

    def install(account: str) -> Installed:
        made.append(Installed(browser, tmp_path / f"phone-{account}", town, account))
        return made[-1]

    yield install
    for one in made:
        one.kill()
