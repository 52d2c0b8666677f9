"""The cast on the real doors: a Département (Hélène, Bruno, David) and a food bank (Chloé, Amina), by the protocol."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from device.primitives import new_id
from models import database, endlog, feed, roster, schema
from tests.databases import Databases
from tests.device.territory import Territory, build
from tests.models.doors import Doors
from tests.models.writing import Story

NOW = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


def _bind(url: str, folder: Path) -> None:
    database.bind(url)
    endlog.bind(folder / "ends.log")
    roster.forget()


@pytest.fixture
def doors(
    database_url: str,
    databases: Databases,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Doors]:
    """A server whose clock says `now`: empty, or with the cast for a test that asks for them."""
    is_peopled = "territory" in request.fixturenames
    databases.copy(request.getfixturevalue("built").url if is_peopled else databases.empty, database_url)
    _bind(database_url, tmp_path)
    monkeypatch.setattr(feed, "_last_closing", None)
    yield Doors(NOW)
    database.close()
    endlog.bind(None)


class Built(NamedTuple):
    url: str
    doors: Doors
    territory: Territory


@pytest.fixture(scope="session")
def built(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A territory built once; each test gets its own copy of the phones and of the database."""
    folder = tmp_path_factory.mktemp("territory")
    url = databases.reserve(folder)
    databases.copy(databases.empty, url)
    _bind(url, folder)
    founding = new_id(NOW)
    schema.await_founding(founding)
    doors = Doors(NOW)
    territory = build(doors, founding, NOW)
    database.close()
    yield Built(url, doors, territory)
    databases.drop(url)


@pytest.fixture
def territory(built: Built, doors: Doors) -> Territory:
    """Everyone admitted, circles granted, rosters read; every phone speaks to `doors`."""
    return copy.deepcopy(built.territory, {id(built.doors): doors})


@pytest.fixture
def story(doors: Doors, territory: Territory, now: datetime) -> Story:
    return Story(doors, territory, now)
