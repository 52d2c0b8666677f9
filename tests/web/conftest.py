"""A territory of the cast, founded through the routes once for the whole run, then copied for each test that asks."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from device.phone import Phone
from device.transport import Reply, WsgiTransport
from models import database, schema
from tests.databases import Databases
from tests.device.territory import Territory, build
from web.cli import new_id
from web.config import Config

NOW = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)
PASSPHRASE = "sept mots français faciles à retenir ensemble"


class Clock:
    """The server's clock, which a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Line:
    """What the phones speak through: put through to the server of the current test."""

    def __init__(self) -> None:
        self.client: FlaskClient | None = None

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        return WsgiTransport(self.client).send(method, path, body, headers)


@dataclass(frozen=True)
class Built:
    url: str
    territory: Territory
    line: Line


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("territory")
    url = databases.reserve(folder)
    databases.copy(databases.empty, url)
    app = create_app(Config(url, "k" * 40, "http://localhost:8000", folder / "ends.log", True, 1000, clock=Clock()))
    founding = new_id(NOW)
    schema.await_founding(founding)
    line = Line()
    line.client = app.test_client()
    territory = build(line, founding, NOW)
    database.close()
    yield Built(url, territory, line)
    databases.drop(url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(config: Config, clock: Clock) -> Config:
    return dataclasses.replace(config, clock=clock)


@pytest.fixture
def territory(app: Flask, built: Built, databases: Databases, config: Config) -> Iterator[Territory]:
    """The cast, signed in, on this test's own copy of the server."""
    databases.copy(built.url, config.database_url)
    built.line.client = app.test_client()
    yield copy.deepcopy(built.territory, {id(built.line): built.line})
    built.line.client = None


def ask(
    client: FlaskClient, method: str, path: str, who: Phone | str | None = None, body: Any = None, **more: Any
) -> TestResponse:
    """One request, with the token of a phone (or that token) when there is one."""
    token = who.api.token if isinstance(who, Phone) else who
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(path, method=method, json=body, headers=headers, **more)


def code(answer: TestResponse) -> str:
    """The code of a refusal, after checking that it is one in the one shape refusals have."""
    assert answer.content_type == "application/problem+json"
    assert answer.status_code >= 400
    problem = answer.get_json(force=True)
    assert {"code", "message", "retry"} <= problem.keys()
    return str(problem["code"])
