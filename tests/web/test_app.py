"""What keeps the server from serving, said in a sentence; and what the operator's clock words look like."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import app as application
from device import signed
from models.problems import CATALOGUE
from tests.databases import Databases
from tests.device.territory import Territory
from tests.web.conftest import NOW
from tests.web.test_config import WHOLE
from web import french
from web.config import Config


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    told = WHOLE | {"DATABASE_URL": f"sqlite:///{tmp_path}/accord.sqlite", "ACCORD_END_LOG": str(tmp_path / "ends.log")}
    monkeypatch.setattr(application.os, "environ", told)
    return told


def test_an_incomplete_environment_is_said_and_nothing_is_served(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    del environment["SECRET_KEY"]
    assert application.main() == 2
    assert "SECRET_KEY manque" in capsys.readouterr().err


def test_a_database_without_its_schema_is_said_and_not_served(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert application.main() == 2
    assert "0001_create_server manque" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_said_and_nothing_is_served(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment["DATABASE_URL"] = "postgresql://accord@127.0.0.1:1/accord"
    assert application.main() == 2
    assert CATALOGUE["unavailable"].message in capsys.readouterr().err


def test_a_demonstration_is_not_served_as_a_real_territory(config: Config, territory: Territory) -> None:
    assert application.demonstration_fault(config) == []
    refused = application.demonstration_fault(dataclasses.replace(config, demonstration=False))
    assert refused == [CATALOGUE["production_demonstration"].message]


def test_a_demonstration_cannot_be_founded_on_a_real_server(
    config: Config, client: FlaskClient, territory: Territory, databases: Databases, tmp_path: Path
) -> None:
    """The genesis of the demonstration, pushed to a server that was not told to serve one."""
    [genesis] = [
        entry for entry in client.get(
            "/api/feed?after=network:0", headers={"Authorization": f"Bearer {territory.amina.api.token}"}
        ).get_json()["streams"]["network"]["entries"] if entry["position"] == 1
    ]  # fmt: skip
    (tmp_path / "real").mkdir()
    url = databases.reserve(tmp_path / "real")
    databases.copy(databases.empty, url)
    application.database.close()
    real = application.create_app(dataclasses.replace(config, demonstration=False, database_url=url))
    application.schema.await_founding(founding_of(genesis["jws"]))
    entries = [{"jws": genesis["jws"], "beside": genesis["beside"]}]
    [verdict] = real.test_client().post("/api/events", json={"entries": entries}).get_json()["verdicts"]
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "production_demonstration")
    application.database.close()
    databases.drop(url)


def founding_of(jws: str) -> str:
    return str(signed.read(jws, "accord.statement").payload["founding"])


@pytest.mark.parametrize(
    ("instant", "said"),
    [(NOW, "aujourd’hui, 10 h 41"), (NOW - timedelta(days=1), "hier, 10 h 41"),
     (datetime(2026, 3, 5, 8, 0, tzinfo=UTC), "demain, 9 h"), (datetime(2026, 4, 1, 8, 0, tzinfo=UTC), "1er avril"),
     (datetime(2026, 3, 4, 23, 30, tzinfo=UTC), "demain, 0 h 30"),
     (datetime(2025, 12, 25, 8, 0, tzinfo=UTC), "25 décembre 2025")],
)  # fmt: skip
def test_dates_are_said_as_people_say_them(instant: datetime, said: str) -> None:
    assert french.say_when(instant, NOW).replace(french.NBSP, " ") == said


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(0), "1 minute"), (timedelta(minutes=59), "59 minutes"), (timedelta(minutes=60), "1 heure"),
     (timedelta(hours=23), "23 heures"), (timedelta(days=1), "1 jour"), (timedelta(days=12, hours=20), "12 jours"),
     (timedelta(seconds=-5), "1 minute")],
)  # fmt: skip
def test_lengths_are_said_in_whole_units(length: timedelta, said: str) -> None:
    assert french.say_length(length) == said
