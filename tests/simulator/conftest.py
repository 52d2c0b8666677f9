"""One town for each process and engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import database
from tests.databases import POSTGRESQL, SQLITE, Databases, Postgresql, Sqlite
from tests.simulator.server import Server
from tests.simulator.town import Town


@pytest.fixture(scope="module", params=[SQLITE])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """SQLite, or PostgreSQL for a test that asks for it."""
    return Postgresql() if request.param == POSTGRESQL else Sqlite(tmp_path_factory.mktemp("simulator-empty"))


@pytest.fixture(scope="module")
def server(engine: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real application. Its process is killed by the schedules, not its machine: nothing waits for the disk."""
    kept = database.SQLITE_PRAGMAS["synchronous"]
    database.SQLITE_PRAGMAS["synchronous"] = "off"
    yield Server(engine, tmp_path_factory.mktemp("simulator"))
    database.close()
    database.SQLITE_PRAGMAS["synchronous"] = kept


@pytest.fixture(scope="module")
def town(server: Server) -> Town:
    return server.found()
