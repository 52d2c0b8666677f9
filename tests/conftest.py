"""What every test may ask for: an application, a client, a server that listens, a browser. And the rules of the house:
warnings are errors (pyproject.toml), the network is off, seeds are printed, and the clock is what a test says.

The cast: Amina (volunteer at A), Bruno (worker at B), Chloé (supervisor at A), David (outsider, C).
"""

from __future__ import annotations

import dataclasses
import ipaddress
import logging
import os
import random
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment
from waitress import wasyncore

from app import create_app
from models import database, schema
from tests import databases as engines
from tests import kept_logs
from tests.databases import ENGINES, POSTGRESQL, Databases, Postgresql, Sqlite
from tests.simulator import counting
from web import assets
from web.config import Config

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HERE = Path(__file__).parent
ON_BOTH_ENGINES = [HERE / name for name in ("models", "web", "hostile", "device")]
# The same at each `make test`, so that a change is judged by itself; `make soak` draws another.
SEED = int(os.environ.setdefault("SEED", "20261123"))
KEPT_LOGS = "ACCORD_KEPT_LOGS"  # the folder where every process of a run leaves its log lines
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
]  # fmt: skip

hypothesis.settings.register_profile("accord", deadline=None, print_blob=True)
hypothesis.settings.load_profile("accord")


def pytest_report_header() -> str:
    return f"SEED={SEED} (set SEED to play the same test again)"


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--hypothesis-seed", None) is None:
        config.option.hypothesis_seed = str(SEED)
    worker = getattr(config, "workerinput", None)
    if worker is None:
        os.environ[KEPT_LOGS] = tempfile.mkdtemp(prefix="accord-logs-")
    keeper = kept_logs.keep(Path(os.environ[KEPT_LOGS]), worker["workerid"] if worker else "main")
    config.add_cleanup(keeper.close)
    config.add_cleanup(engines.one_server_for_the_run(is_first=worker is None))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """T110: after the whole run, nothing that a phone sealed is in any log line of any process."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, kept_logs.Keeper):
            handler.close()
    if hasattr(session.config, "workerinput"):
        return
    folder = Path(os.environ[KEPT_LOGS])
    found, words, characters = kept_logs.sightings(folder)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"\nLogs of the run: {characters} characters searched for {words} sealed texts, {len(found)} found.")
    if found:
        print("\n".join(found))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the simulator counted, over all processes."""
    reports = [one for name in ("passed", "failed") for one in terminalreporter.stats.get(name, ())]
    counts = counting.added(pair for one in reports for pair in getattr(one, "user_properties", ()))
    if counts:
        terminalreporter.write_line("\n".join(counting.lines(counts)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Two processes must give a case the same name: bytes may hold a clock or chance, and read badly anyway."""
    return argname if isinstance(val, bytes) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the server run on each engine that the run asks for, and their names say which. Where a server lies, the
    phone is tried: once is enough."""
    path = metafunc.definition.path
    is_theirs = any(folder in path.parents for folder in ON_BOTH_ENGINES) and not path.name.startswith("test_lying")
    is_server_only = not {"browser", "page", "context"} & set(metafunc.fixturenames)
    is_of_one = metafunc.definition.get_closest_marker(POSTGRESQL) is not None
    engines = [engine for engine in ENGINES if engine == POSTGRESQL or not is_of_one]
    if "engine" in metafunc.fixturenames and is_theirs and is_server_only and engines != ["sqlite"]:
        metafunc.parametrize("engine", engines, scope="session", indirect=True)


@pytest.fixture
def seeded() -> random.Random:
    """Random choices that the printed SEED repeats."""
    return random.Random(SEED)


@pytest.fixture(scope="session", autouse=True)
def built_once() -> Iterator[None]:
    """Every test makes an application; the release it serves is made once for the same files."""
    build = assets.build
    known: dict[object, assets.Release] = {}

    def once(static: Path, templates: Environment) -> assets.Release:
        files = assets.fingerprint(static)
        if files not in known:
            known[files] = build(static, templates)
        return known[files]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assets, "build", once)
        yield


@pytest.fixture(autouse=True)
def network_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine answers. A test that reaches further fails by name, not by waiting."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- the server ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def databases(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where databases of this engine are made: an empty one with its schema, made once, is copied."""
    return Postgresql() if engine == POSTGRESQL else Sqlite(tmp_path_factory.mktemp("schema"))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its schema, for tests that copy files themselves."""
    return Sqlite(tmp_path_factory.mktemp("schema")).file


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own database, which is not made yet."""
    url = databases.reserve(tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Built by hand: tests never read the environment."""
    return Config(
        database_url=database_url,
        secret_key="only for tests, and long enough to be a key",
        origin="http://localhost:8000",
        end_log=tmp_path / "ends.log",
        demonstration=True,
        rate_factor=1000,
    )


@pytest.fixture
def app(config: Config, databases: Databases) -> Iterator[Flask]:
    """An application on an empty database with its schema."""
    databases.copy(databases.empty, config.database_url)
    yield create_app(config)
    database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def bind_apart(listener: socket.socket) -> int:
    """Binds to a free port below those the system gives to clients: one may listen there again after a pause."""
    while True:
        port = secrets.choice(range(15_000, 32_000))
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port


class Live:
    """A server that listens until `stop()`. `origin` is its address; `port` gives it to one started again later."""

    def __init__(self, config: Config, port: int) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = bind_apart(listener) if port == 0 else port
        if port:
            listener.bind(("127.0.0.1", port))
        self.origin = f"http://localhost:{self.port}"
        self.config = dataclasses.replace(config, origin=self.origin)
        self.app = create_app(self.config)
        schema.up()
        self._channels: dict[int, Any] = {}
        self._server = waitress.create_server(self.app, map=self._channels, sockets=[listener], threads=8, ident=None)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends every connection; from then on the port refuses. Twice is once."""
        if self._thread.is_alive():
            self._server.task_dispatcher.shutdown()
            with suppress(OSError):  # another pull woke the loop first: it has closed everything, this trigger too
                self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels, ignore_all=True))
            self._thread.join(10)


@pytest.fixture
def serve(config: Config, engine: str, databases: Databases) -> Iterator[Callable[..., Live]]:
    """`serve()` starts a server on a free port; `serve(rate_factor=1)` with another Config; `serve(port=…)` there."""
    started: list[Live] = []
    if engine == POSTGRESQL:
        databases.blank(config.database_url)

    def start(port: int = 0, **changes: Any) -> Live:
        started.append(Live(dataclasses.replace(config, **changes), port))
        return started[-1]

    yield start
    for live in reversed(started):
        live.stop()


@pytest.fixture
def live(serve: Callable[..., Live]) -> Live:
    return serve()


# --- the browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; each test opens its own context in it."""
    playwright_api = pytest.importorskip("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of one person: 360 × 740, French, nothing stored yet."""
    phone = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", timezone_id="Europe/Paris")
    yield phone
    phone.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
