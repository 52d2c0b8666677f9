"""The cast on the real doors: a Département (Hélène, Bruno, David) and a food bank (Chloé, Amina), by the protocol."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.primitives import new_id
from models import database, endlog, feed, roster, schema
from tests.device.territory import Territory, build
from tests.models.doors import Doors


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@pytest.fixture
def doors(empty_database: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """An empty server, whose clock says `now`."""
    shutil.copy(empty_database, tmp_path / "doors.sqlite")
    database.bind(f"sqlite:///{tmp_path}/doors.sqlite")
    endlog.bind(tmp_path / "ends.log")
    roster.forget()
    monkeypatch.setattr(feed, "_last_closing", None)
    yield Doors(now)
    database.close()
    endlog.bind(None)


@pytest.fixture
def territory(doors: Doors, now: datetime) -> Territory:
    """Everyone admitted, circles granted, rosters read."""
    founding = new_id(now)
    schema.await_founding(founding)
    return build(doors, founding, now)
