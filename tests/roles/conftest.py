"""One territory for all the cells of a process, built through the write door, and an empty network for statements."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.primitives import new_id
from models import database, endlog, feed, ledger, roster, schema
from tests.roles.hands import Json, Scribe
from tests.roles.town import Town, build

DAY = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)
NOW = DAY + timedelta(days=3)


def push(entries: list[Json], now: datetime) -> list[Json]:
    return ledger.append(entries, now, demonstration=True)


def _bind(folder: Path) -> None:
    database.bind(f"sqlite:///{folder}/roles.sqlite")
    endlog.bind(folder / "ends.log")
    roster.forget()


def _founding(empty: Path, folder: Path) -> str:
    """A server that awaits this founding."""
    shutil.copy(empty, folder / "roles.sqlite")
    _bind(folder)
    founding = new_id(DAY)
    schema.await_founding(founding)
    return founding


@pytest.fixture(scope="session")
def built(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    folder = tmp_path_factory.mktemp("roles")
    town = build(push, _founding(empty_database, folder), DAY, NOW)
    database.close()
    return folder, town


@pytest.fixture
def town(built: tuple[Path, Town], monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The same territory for every test: a cell never changes who may do what."""
    folder, town = built
    _bind(folder)
    monkeypatch.setattr(feed, "_last_closing", None)
    town.scribe.now = NOW
    yield town
    database.close()
    endlog.bind(None)


@pytest.fixture
def network(empty_database: Path, tmp_path: Path) -> Iterator[Scribe]:
    """A network just founded, without organisation."""
    founding = _founding(empty_database, tmp_path)
    scribe = Scribe(push, DAY)
    fields = {"founding": founding, "name": "Territoire", "demonstration": True}
    scribe.decree("network.founded", fields | {"authority": scribe.described_authority()})
    yield scribe
    database.close()
    endlog.bind(None)
