"""The two engines a test may run on. Both are asked the same four things; a test sees only URLs.

`ACCORD_TEST_ENGINE` says which: `sqlite` (when it is not set), `postgresql`, or `both` (as `make test` does).
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from models import database, schema

FOLDER: Final = "ACCORD_TEST_POSTGRESQL"  # in the environment, for all the processes of a run
SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENGINES: Final = {SQLITE: [SQLITE], POSTGRESQL: [POSTGRESQL], "both": [SQLITE, POSTGRESQL]}[
    os.environ.get("ACCORD_TEST_ENGINE", SQLITE)
]


def one_server_for_the_run(is_first: bool) -> Callable[[], None]:
    """Say where the PostgreSQL of this run will be, should a test ask for it. Returns what each process does last.

    The folder is named after the first process: the server does not outlive it, even killed.
    """
    if is_first:
        memory = Path("/dev/shm")  # noqa: S108 (copying a database there costs a tenth)
        folder = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        os.environ[FOLDER] = str(folder / f"accord-postgresql-{os.getpid()}-{secrets.token_hex(4)}")

    def leave() -> None:
        if "tests.postgres" in sys.modules:
            sys.modules["tests.postgres"].stop()
        if is_first:
            shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)

    return leave


class Databases(Protocol):
    """`empty` is the URL of a database with its schema and nothing else: only to be copied."""

    empty: str

    def reserve(self, folder: Path) -> str:
        """The URL of a database of one's own, still to be made. On SQLite, the file `accord.sqlite` of `folder`."""

    def copy(self, source: str, target: str) -> None:
        """Make `target` what `source` is, whatever it was. Nobody is connected to either."""

    def blank(self, target: str) -> None:
        """Make `target` a database without schema."""

    def drop(self, url: str) -> None:
        """Nobody needs it any more."""


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "empty.sqlite"
        self.empty = f"sqlite:///{self.file}"
        database.bind(self.empty)
        schema.up()
        database.close()

    def reserve(self, folder: Path) -> str:
        return f"sqlite:///{folder}/accord.sqlite"

    def copy(self, source: str, target: str) -> None:
        shutil.copy(_file(source), _file(target))

    def blank(self, target: str) -> None:
        _file(target).unlink(missing_ok=True)

    def drop(self, url: str) -> None:
        """It goes with its folder."""


class Postgresql:
    def __init__(self) -> None:
        from tests import postgres  # only a run that asks for it needs its packages

        self._server = postgres
        self.empty = postgres.template()
        self.copy, self.blank, self.drop = postgres.copy, postgres.blank, postgres.drop

    def reserve(self, folder: Path) -> str:
        return self._server.reserve()


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
