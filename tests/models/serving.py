"""The server as an operator starts it, in processes of its own: `python app.py`, on a database already there."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.conftest import bind_apart
from web.config import ROOT

Json = dict[str, Any]
START_SECONDS = 60


class Served:
    """Listens on 127.0.0.1 until `end`. With several workers it is on PostgreSQL.

    `origin` is the address people open, which devices sign; by default its own.
    """

    def __init__(self, url: str, folder: Path, workers: int = 1, origin: str | None = None) -> None:
        with socket.socket() as probe:
            self.port = bind_apart(probe)
        self.log = folder / "served.log"
        self._environment = os.environ | {
            "DATABASE_URL": url,
            "SECRET_KEY": "only for tests, and long enough to be a key",
            "ACCORD_ORIGIN": origin or f"http://localhost:{self.port}",
            "ACCORD_END_LOG": str(folder / "ends.log"),
            "ACCORD_DEMONSTRATION": "1",
            "ACCORD_RATE_FACTOR": "1000",
            "PORT": str(self.port),
            "WORKERS": str(workers),
        }
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self._environment, stderr=log, start_new_session=True
            )
        for _ in range(START_SECONDS * 20):
            if self.process.poll() is None and self.ask("GET", "/healthz") is not None:
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def ask(self, method: str, path: str, body: Json | None = None) -> Json | None:
        """The JSON of an answer 200 that arrived whole; None for anything else."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            found: Json = json.loads(answer.read())
            return found if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The processes that the first one started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def end(self) -> int:
        """What Ctrl-C does. Returns the status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def kill(self) -> None:
        """Every process at once, whatever they were doing."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
