"""`make run`: filled once through the protocol, served, stopped; the second time nothing is filled again."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import bind_apart
from web.config import ROOT

PATIENCE_SECONDS = 90
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        return bind_apart(probe)


@pytest.fixture
def run(tmp_path: Path, port: int) -> Iterator[Start]:
    """Starts what `make run` starts, with its own var/."""
    started: list[subprocess.Popen[str]] = []

    def start(*before: str) -> subprocess.Popen[str]:
        environment = os.environ | {"PORT": str(port), "ACCORD_VAR": str(tmp_path / "var")}
        started.append(
            subprocess.Popen(
                [*before, sys.executable, "-m", "web.local"],
                cwd=ROOT,
                env=environment,
                text=True,
                start_new_session=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def wait_for(path: str, port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing served {path}")


def wait_until(said: str, process: subprocess.Popen[str]) -> str:
    """Everything printed until a line holds `said`."""
    assert process.stdout
    printed = ""
    for line in process.stdout:
        printed += line
        if said in line:
            return printed
    raise AssertionError(printed)


def interrupt(process: subprocess.Popen[str]) -> str:
    """What Ctrl-C does; returns the rest of what was printed."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=PATIENCE_SECONDS)[0]


def events(var: Path) -> int:
    with closing(sqlite3.connect(var / "accord.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])


def test_it_fills_once_serves_and_stops_cleanly(run: Start, port: int, tmp_path: Path) -> None:
    first = run()
    said = wait_until("s’ouvre sur", first)
    assert "se remplit" in said
    assert "amina" in said
    wait_for("/healthz", port, first)
    told = interrupt(first)
    assert "Traceback" not in told
    assert first.returncode == 0
    filled = events(tmp_path / "var")
    assert filled > 100

    second = run()
    said = wait_until("s’ouvre sur", second)
    assert "se remplit" not in said
    assert "amina" in said
    wait_for("/app/", port, second)
    interrupt(second)
    assert events(tmp_path / "var") == filled


def test_it_fills_where_interruptions_are_not_heard(run: Start) -> None:
    """A shell starts `make run &` deaf to Ctrl-C, and so are the programs it starts."""
    deaf = run("sh", "-c", 'trap "" INT; exec "$@"', "sh")
    assert "amina" in wait_until("s’ouvre sur", deaf)


def test_an_interrupted_filling_leaves_nothing_and_begins_again(run: Start, port: int, tmp_path: Path) -> None:
    first = run()
    wait_until("se remplit", first)
    wait_for("/healthz", port, first)
    told = interrupt(first)
    assert "Traceback" not in told
    assert "rien n’est à moitié rempli" in told
    assert not (tmp_path / "var" / "accord.sqlite").exists()
    assert "se remplit" in wait_until("s’ouvre sur", run())


def test_a_filling_that_is_ended_takes_what_it_started_along(run: Start, port: int) -> None:
    first = run()
    wait_until("se remplit", first)
    wait_for("/healthz", port, first)
    first.terminate()
    assert (
        "rien n’est à moitié rempli" in first.communicate(timeout=PATIENCE_SECONDS)[0]
    )  # the pipe ends with its last holder
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_already_taken_is_said_and_nothing_is_written(run: Start, port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = run()
        said = process.communicate(timeout=PATIENCE_SECONDS)[0]
    assert process.returncode == 1
    assert f"PORT={port + 1}" in said
    assert not (tmp_path / "var").exists()


def test_the_secret_is_for_its_owner_alone(run: Start, port: int, tmp_path: Path) -> None:
    process = run()
    wait_until("se remplit", process)
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    interrupt(process)
