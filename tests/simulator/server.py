"""The real server of a schedule: its database copied from the town's, its clock said, killed and restored at will."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from device.primitives import new_id
from device.transport import Reply
from models import database, endlog, feed, schema
from models.projections import chains
from tests.databases import Databases
from tests.simulator.town import STARTED, Town, found
from web.config import Config


class Killed(BaseException):
    """The process is gone, as by kill -9: nothing of ours may catch it."""


class Engine:
    """The database that is served, and copies of it by name, on either engine."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases = databases
        self._folder = folder
        self._kept: dict[str, str] = {}
        self.url = self._reserve("served")
        databases.copy(databases.empty, self.url)

    def keep(self, name: str) -> None:
        """Nobody is connected while a copy is made: what was committed is all in it."""
        database.close()
        if name not in self._kept:
            self._kept[name] = self._reserve(name)
        self._databases.copy(self.url, self._kept[name])

    def put_back(self, name: str) -> None:
        database.close()
        self._databases.copy(self._kept[name], self.url)

    def _reserve(self, name: str) -> str:
        folder = self._folder / name
        folder.mkdir()
        return self._databases.reserve(folder)


class Server:
    """`now` is its clock; one application for all schedules, since what a process keeps is dropped by `close`."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.engine = Engine(databases, folder)
        self.folder = folder
        self.now: datetime = STARTED
        self.end_log = folder / "ends.log"
        self.backups: list[str] = []
        self.app: Flask = create_app(Config(
            database_url=self.engine.url, secret_key="only for tests, and long enough to be a key",
            origin="http://localhost:8000", end_log=self.end_log, demonstration=True, rate_factor=1e9,
            clock=lambda: self.now,
        ))  # fmt: skip

    # --- the town

    def found(self) -> Town:
        founding = new_id(STARTED)
        schema.await_founding(founding)
        town = found(self, founding)
        self.engine.keep("town")
        return town

    def begin(self) -> None:
        """A schedule starts: the town's database, the town's hour, an empty log of ends."""
        self.close()
        database.bind(self.engine.url)
        self.engine.put_back("town")
        endlog.bind(self.end_log)
        self.end_log.unlink(missing_ok=True)
        self.now, self.backups = STARTED + timedelta(minutes=5), []

    # --- serving

    def send(self, method: str, path: str, body: bytes | None, headers: Any) -> Reply:
        """Straight into the WSGI application: a test client costs as much as the answer."""
        route, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": route, "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body or b"")), "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body or b""), "wsgi.errors": sys.stderr,
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        started: list[Any] = []
        chunks = self.app(environ, lambda status, said, *_: started.extend((status, said)))  # type: ignore[arg-type]
        try:
            answer = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        told = dict(started[1])
        return Reply(int(started[0].split()[0]), answer, told.get("Content-Type", "").partition(";")[0], told)

    def send_watched(self, method: str, path: str, body: bytes | None, headers: Any,
                     watch: Callable[[int], None]) -> Reply:  # fmt: skip
        """`watch(k)` before the k-th statement of this request, from 1; what it raises happens there."""
        served, counted = database.database.obj, itertools.count(1)
        execute = served.execute_sql

        def execute_watched(*args: Any, **kwargs: Any) -> Any:
            watch(next(counted))
            return execute(*args, **kwargs)

        served.execute_sql = execute_watched
        try:
            return self.send(method, path, body, headers)
        finally:
            del served.execute_sql

    # --- what happens to it

    def close(self) -> None:
        """The process ends: what it kept in memory is lost, what it had not committed was never written."""
        database.close()
        chains.forget()
        feed._last_closing = None

    def work(self) -> None:
        """What the operator runs every day."""
        self._command("work")

    def back_up(self) -> None:
        self.backups.append(f"backup{len(self.backups)}")
        self.engine.keep(self.backups[-1])

    def restore(self, number: int) -> None:
        """An old copy is put back, and made ready to serve as the runbook says."""
        self.close()
        self.engine.put_back(self.backups[number % len(self.backups)])
        self._command("db", "restored")

    def _command(self, *words: str) -> None:
        result = self.app.test_cli_runner().invoke(args=list(words), catch_exceptions=False)
        if result.exit_code:
            raise AssertionError(result.output)
