"""PouchDB beside us, where Node is present: no signatures, permissions or encryption. Skipped with a line elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.frame import VAR, tell

HERE = Path(__file__).resolve().parent
NODE = VAR / "node"
PORT = 15_991


@dataclass(slots=True)
class Pouch:
    """One CouchDB-like server, and one kept connection to it."""

    origin: str
    connection: HTTPConnection

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (answer.status, content[:200])  # noqa: S101
        return content


@contextmanager
def pouch() -> Iterator[Pouch | None]:
    """A server on LevelDB with an empty database `w`; None, said once, where Node or the registry is missing."""
    if not _install():
        yield None
        return
    with TemporaryDirectory() as folder:
        command = ["node", str(HERE / "pouch_server.cjs"), str(PORT), folder]
        server = subprocess.Popen(command, cwd=NODE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            assert server.stdout and server.stdout.readline() == b"ready\n", "PouchDB does not start"  # noqa: S101
            line = Pouch(f"http://localhost:{PORT}", HTTPConnection("127.0.0.1", PORT, timeout=120))
            line.ask("PUT", "/w")
            yield line
        finally:
            server.terminate()
            server.wait(10)


def _install() -> bool:
    """The pinned packages of package-lock.json, in var/bench/node, once."""
    lock = HERE / "package-lock.json"
    if not shutil.which("node") or not shutil.which("npm"):
        tell("PouchDB is not measured: there is no Node here")
        return False
    stamp = NODE / "installed.json"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return True
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, NODE / name)
    command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    if subprocess.run(command, cwd=NODE, check=False).returncode:  # noqa: S603
        tell("PouchDB is not measured: npm could not install it")
        return False
    shutil.copy(lock, stamp)
    return True
