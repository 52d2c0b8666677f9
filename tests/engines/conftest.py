"""Firefox and WebKit (`make engines`). They are no part of `make test`: their programs are large."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.e2e import conftest as journeys
from tests.e2e.person import Person
from tests.e2e.town import Town
from tests.engines.drivers import Firefox, WebKit, missing
from tests.engines.page import Driver, Page

filled, town = journeys.filled, journeys.town  # the same territory as in Chromium
collect_ignore_glob = [] if os.environ.get("ENGINES") else ["test_*.py"]
ENGINES: dict[str, Callable[[Path], Driver]] = {"firefox": Firefox, "webkit": WebKit}


class Phone:
    """One browser on one folder, which may be killed and started again."""

    def __init__(self, engine: Callable[[Path], Driver], folder: Path, town: Town, account: str) -> None:
        self._engine, self.folder, self._town, self._account = engine, folder, town, account
        self._driver: Driver | None = None

    def start(self) -> Person:
        self._driver = self._engine(self.folder)
        self._driver.send("SetWindowRect", {"width": 500, "height": 740})
        page: Any = Page(self._driver)
        person = Person(SimpleNamespace(), self._town.origin, self._account, page)  # type: ignore[arg-type]
        person.open()
        return person

    def kill(self) -> None:
        if self._driver:
            self._driver.stop()
            self._driver = None


@pytest.fixture(params=sorted(ENGINES))
def browser_engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if lacking := missing(name):
        pytest.skip(f"{name}: {', '.join(lacking)} missing")
    return name


@pytest.fixture
def phone(browser_engine: str, town: Town, tmp_path: Path) -> Iterator[Callable[[str], Phone]]:
    """`phone("bruno").start()`: the application open in that engine, nobody signed in yet."""
    made: list[Phone] = []

    def take_out(account: str) -> Phone:
        made.append(Phone(ENGINES[browser_engine], tmp_path / f"{browser_engine}-{account}", town, account))
        return made[-1]

    yield take_out
    for one in made:
        one.kill()
