"""The cast on the real doors: a Département (Hélène, Bruno, David) and a food bank (Chloé, Amina), by the protocol."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.primitives import new_id
from models import database, endlog, feed, roster, schema
from tests.device.territory import Territory, build
from tests.models.doors import Doors
from tests.models.writing import Story

NOW = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


def _bind(folder: Path) -> None:
    database.bind(f"sqlite:///{folder}/doors.sqlite")
    endlog.bind(folder / "ends.log")
    roster.forget()


@pytest.fixture
def doors(empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """An empty server, whose clock says `now`."""
    shutil.copy(empty_database, tmp_path / "doors.sqlite")
    _bind(tmp_path)
    monkeypatch.setattr(feed, "_last_closing", None)
    yield Doors(NOW)
    database.close()
    endlog.bind(None)


@pytest.fixture(scope="session")
def built(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Doors, Territory]:
    """A territory built once; each test gets its own copy of the phones and of the database."""
    folder = tmp_path_factory.mktemp("territory")
    shutil.copy(empty_database, folder / "doors.sqlite")
    _bind(folder)
    founding = new_id(NOW)
    schema.await_founding(founding)
    doors = Doors(NOW)
    territory = build(doors, founding, NOW)
    database.close()
    return folder / "doors.sqlite", doors, territory


@pytest.fixture
def territory(built: tuple[Path, Doors, Territory], doors: Doors, tmp_path: Path) -> Territory:
    """Everyone admitted, circles granted, rosters read; every phone speaks to `doors`."""
    path, first, territory = built
    database.close()
    shutil.copy(path, tmp_path / "doors.sqlite")
    roster.forget()
    return copy.deepcopy(territory, {id(first): doors})


@pytest.fixture
def story(doors: Doors, territory: Territory, now: datetime) -> Story:
    return Story(doors, territory, now)
