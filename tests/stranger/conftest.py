"""The territory that every test of this folder shares: it is filled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import database
from tests.conftest import Live
from web.config import Config

from .people import Territory


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Territory]:
    folder = tmp_path_factory.mktemp("stranger")
    live = Live(Config(f"sqlite:///{folder}/a.sqlite", "k" * 40, "http://localhost", folder / "e", True, 1000), 0)
    yield Territory(live)
    live.stop()
    database.close()
