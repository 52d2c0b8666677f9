"""Servers to measure: ours and the floor, called in this process without a network, or over loopback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import waitress
from flask import Flask

from app import create_app
from bench import floor
from bench.frame import ROOT
from bench.workload import ORIGIN, Reader, Workload
from models import database, schema
from web.cli import new_id
from web.config import Config

# What a request says besides itself (PEP 3333).
FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "", "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
    "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
}  # fmt: skip


def accord(path: Path, origin: str = ORIGIN, **changes: Any) -> Flask:
    """Our application on this SQLite file (or `database_url=…`), rate limits out of the way."""
    database.close()
    given = {"database_url": f"sqlite:///{path}", "demonstration": True, "rate_factor": 1e9} | changes
    app = create_app(
        Config(
            secret_key="only for benches, and long enough", origin=origin, end_log=path.with_suffix(".ends"), **given
        )
    )
    schema.up()
    return app


@contextmanager
def founded(path: Path, now: datetime) -> Iterator[tuple[Flask, str]]:
    """An application on a new file, and the founding it awaits. Closed after: the file is then whole."""
    app, founding = accord(path), new_id(now)
    schema.await_founding(founding)
    yield app, founding
    database.close()


def floor_for(work: Workload, path: Path) -> Flask:
    """The floor, knowing the same devices and circles."""
    circles = {circle for reader in work.readers.values() for circle in reader.circles}
    return floor.create(path, work.about["keys"], circles)


@dataclass(slots=True)
class Direct:
    """Calls a WSGI application as a server would, without one: what is timed is the application alone."""

    app: Flask
    token: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """The body of the answer. AssertionError unless it is a 200."""
        status: list[str] = []
        route, _, query = path.partition("?")
        environ = FIXED | {
            "REQUEST_METHOD": method,
            "PATH_INFO": route,
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
        }
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        answer = self.app.wsgi_app(environ, lambda line, _headers, _info=None: status.append(line))  # type: ignore[arg-type,return-value]
        content = b"".join(answer)
        assert status[0].startswith("200"), (status, content[:300])  # noqa: S101
        return content

    def push(self, body: bytes) -> dict[str, Any]:
        """The answer, every verdict of which must be `accepted`."""
        answer: dict[str, Any] = json.loads(self.ask("POST", "/api/events", body))
        refused = [one for one in answer["verdicts"] if one["verdict"] != "accepted"]
        assert not refused, refused[:2]  # noqa: S101
        return answer

    def sign_in(self, reader: Reader) -> None:
        self.token = session_of(reader, self.ask)


@contextmanager
def listening(app: Flask, threads: int = 8) -> Iterator[HTTPConnection]:
    """The application behind waitress, and one kept connection to it."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=threads, ident=None, map={})
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.effective_port)
    try:
        yield connection
    finally:
        connection.close()
        server.task_dispatcher.shutdown()
        with suppress(OSError):  # woken by another pull, it has already closed its trigger
            server.trigger.pull_trigger(server.close)
        thread.join(5)


class Line:
    """One kept connection; the token of the last session opened."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = ""

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, (answer.status, content[:200])  # noqa: S101
        return content

    def sign_in(self, reader: Reader) -> None:
        self.token = session_of(reader, self.ask)


def session_of(reader: Reader, ask: Callable[[str, str, bytes], bytes]) -> str:
    """The token of a device session, by the protocol."""
    asked = json.dumps({"device": reader.device}).encode()
    nonce = json.loads(ask("POST", "/api/session/device", asked))["nonce"]
    body = json.dumps({"assertion": reader.assertion(nonce, datetime.now(UTC))}).encode()
    return str(json.loads(ask("POST", "/api/session/device", body))["token"])


@contextmanager
def accord_process(url: str, port: int, folder: Path, workers: int = 1) -> Iterator[int]:
    """`python app.py` on this database, until the end; its process id. The database may be older than a migration."""
    environment = {
        "DATABASE_URL": url, "SECRET_KEY": "only for benches, and long enough", "ACCORD_ORIGIN": ORIGIN,
        "ACCORD_END_LOG": str(folder / f"{port}.ends"), "ACCORD_DEMONSTRATION": "1", "ACCORD_RATE_FACTOR": "1000000",
        "PORT": str(port), "WORKERS": str(workers), "PATH": os.environ["PATH"],
    }  # fmt: skip
    command, silent = [sys.executable, "app.py"], subprocess.DEVNULL
    migrate = [sys.executable, "-m", "flask", "db", "up"]
    subprocess.run(migrate, cwd=ROOT, env=environment, stdout=silent, check=True)  # noqa: S603
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=silent, stderr=silent)  # noqa: S603
    try:
        await_listening(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def await_listening(port: int) -> None:
    """Until someone listens there."""
    for _ in range(200):
        try:
            HTTPConnection("127.0.0.1", port, timeout=2).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody listens on {port}")
