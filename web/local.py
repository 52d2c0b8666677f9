"""`make run`: a demonstration territory on this machine, filled once through the real protocol, then served.

Filling happens in a database of its own that takes its name only when it is whole: an interrupted first run leaves
nothing half-filled, and the next one begins again.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from web.config import ROOT

VAR: Final = Path(os.environ.get("ACCORD_VAR", ROOT / "var"))
DATABASE: Final = VAR / "accord.sqlite"
FILLING: Final = VAR / "filling.sqlite"
ENDS: Final = VAR / "ends.log"
START_SECONDS: Final = 30
SERVER: Final = (sys.executable, "app.py")
DEMONSTRATION: Final = (sys.executable, "-m", "device.demonstration")
# Ctrl-C reaches this process alone: it ends the others itself, so that none of them shows what it was doing.
APART: Final = 0
PLACES: Final = ROOT / "device" / "demonstration" / "places.json"


class LocalError(Exception):
    """What keeps this machine from serving, in one French sentence."""


def main() -> int:
    """Fills when there is nothing yet, says who can sign in, then becomes the server."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` too must end the programs started apart
    port = os.environ.get("PORT", "8000")
    origin = f"http://localhost:{port}"
    try:
        _refuse_taken(int(port))
        environment = _environment(origin)
        serving = environment | {"DATABASE_URL": f"sqlite:///{DATABASE}"}
        if DATABASE.exists():
            _flask(serving, "db", "up")  # the code may be newer than the database
        else:
            _fill(origin, environment)
        subprocess.run([*DEMONSTRATION, "accounts"], cwd=ROOT, env=environment, check=True)
    except KeyboardInterrupt:
        sys.stdout.write("\nArrêté : rien n’est à moitié rempli, le prochain lancement recommencera.\n")
        return 130
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"Accord n’a pas pu se remplir : {' '.join(error.cmd[1:3])} a rendu {error.returncode}.\n")
        return 1
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"\nAccord s’ouvre sur {origin} (Ctrl-C pour arrêter)\n")
    sys.stdout.flush()
    os.chdir(ROOT)
    return os.execve(sys.executable, SERVER, serving)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LocalError(f"Le port {port} est déjà pris. Un autre : PORT={port + 1} make run") from None


def _environment(origin: str) -> dict[str, str]:
    """What the server is told. The secret is made once and stays in var/, readable by its owner only."""
    VAR.mkdir(exist_ok=True)
    secret = VAR / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48))
    return os.environ | {
        "SECRET_KEY": secret.read_text(),
        "ACCORD_ORIGIN": origin,
        "ACCORD_END_LOG": str(ENDS),
        "ACCORD_DEMONSTRATION": "1",
    }


def _fill(origin: str, environment: dict[str, str]) -> None:
    """Everything goes through the routes of a real server, as phones would send it, then takes its name."""
    for leftover in VAR.glob(FILLING.name + "*"):
        leftover.unlink()
    environment = environment | {"DATABASE_URL": f"sqlite:///{FILLING}", "ACCORD_RATE_FACTOR": "1000"}
    sys.stdout.write("Premier lancement : le territoire de démonstration se remplit…\n")
    sys.stdout.flush()
    _flask(environment, "db", "up")
    founding = _flask(environment, "network", "init").strip()
    with _serving(environment, origin):
        filling = [*DEMONSTRATION, "fill", origin, founding]
        subprocess.run(filling, cwd=ROOT, env=environment, check=True, process_group=APART)
    _flask(environment, "directory", "import", "--apply", str(PLACES))
    _flask(environment, "notices", "offer-all")
    with closing(sqlite3.connect(FILLING)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    FILLING.replace(DATABASE)


def _flask(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "flask", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True, process_group=APART
    )
    return done.stdout


@contextmanager
def _serving(environment: dict[str, str], origin: str) -> Iterator[None]:
    with (VAR / "filling.log").open("w") as log:
        server = subprocess.Popen(SERVER, cwd=ROOT, env=environment, stderr=log, process_group=APART)
        try:
            _await(origin, server)
            yield
        finally:
            server.terminate()
            server.wait()


def _await(origin: str, server: subprocess.Popen[bytes]) -> None:
    """Returns when the server says it lives. Raises LocalError when it died or stays silent for START_SECONDS."""
    for _ in range(START_SECONDS * 10):
        if server.poll() is None and _lives(origin):
            return
        time.sleep(0.1)
    raise LocalError("Le serveur n’a pas démarré : voir var/filling.log")


def _lives(origin: str) -> bool:
    try:
        with urllib.request.urlopen(origin + "/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
