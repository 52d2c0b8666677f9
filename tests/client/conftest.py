"""Modules of the client in a real browser: one page per test file, since modules keep nothing between calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import create_app
from device.demonstration.territory import build
from device.transport import WsgiTransport
from models import database, schema
from tests.client.harness import Modules, StaticTree
from tests.client.phones import Phone
from tests.client.road import Road
from tests.conftest import Live
from web.cli import new_id
from web.config import Config

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

ORIGIN = "http://localhost"


@pytest.fixture(scope="session")
def static_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticTree]:
    tree = StaticTree(tmp_path_factory.mktemp("var"))
    yield tree
    tree.stop()


@pytest.fixture(scope="module")
def page_modules(browser: Browser, static_tree: StaticTree) -> Iterator[Modules]:
    """`page_modules.run("return accord.newId(0)")`. Fails the file if its policy was violated."""
    context = browser.new_context(locale="fr-FR")
    modules = Modules(context.new_page(), static_tree)
    yield modules
    violations = modules.violations()
    context.close()
    assert violations == []


# --- the client against a real server ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def territory_file(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The demonstration's organisations and members, founded once through the real protocol. No story yet."""
    folder = tmp_path_factory.mktemp("demonstration")
    file = folder / "accord.sqlite"
    shutil.copy(empty_database, file)
    app = create_app(Config(f"sqlite:///{file}", "k" * 40, ORIGIN, folder / "ends.log", True, 1000))
    now = datetime.now(UTC)
    founding = new_id(now)
    schema.await_founding(founding)
    build(WsgiTransport(app.test_client()), ORIGIN, founding, now)
    database.close()
    return file


@pytest.fixture
def accord(territory_file: Path, serve: Callable[..., Live], tmp_path: Path) -> Live:
    """A server of this test's own, with the demonstration's members."""
    shutil.copy(territory_file, tmp_path / "accord.sqlite")
    return serve()


@pytest.fixture
def phone_of(accord: Live, browser: Browser) -> Iterator[Callable[..., Phone]]:
    """`phone_of("bruno")` is signed in and read everything; without a name, a browser that knows nobody."""
    contexts: list[BrowserContext] = []

    def make(account: str = "", shared: bool = False) -> Phone:
        contexts.append(browser.new_context(locale="fr-FR", timezone_id="Europe/Paris"))
        phone = Phone(contexts[-1], accord)
        return phone.sign_in(account, shared) if account else phone

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def road(accord: Live) -> Iterator[Road]:
    """What lies between `accord` and its phones from now on: ask for it before a phone."""
    made = Road(accord)
    yield made
    made.close()
