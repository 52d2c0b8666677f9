"""What an operator types, and what it prints."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import create_app
from models import database
from models.problems import CATALOGUE
from models.rules.formats import is_id
from tests.databases import Databases
from web import vocabulary_js
from web.cli import new_id
from web.config import Config


@pytest.fixture
def bare(config: Config, databases: Databases) -> Iterator[FlaskCliRunner]:
    """An application whose database is still empty."""
    databases.blank(config.database_url)
    yield create_app(config).test_cli_runner()
    database.close()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_an_empty_database_is_not_served_until_it_is_brought_up(bare: FlaskCliRunner) -> None:
    assert bare.invoke(args=["db", "check"]).exit_code == 1
    assert "missing" in bare.invoke(args=["db", "status"]).output
    assert "0001_" in bare.invoke(args=["db", "up"]).output
    assert bare.invoke(args=["db", "check"]).output == "ok\n"
    assert "missing" not in bare.invoke(args=["db", "status"]).output
    assert bare.invoke(args=["db", "up"]).output == "nothing to apply\n"


NOBODY_THERE = "postgresql://accord@127.0.0.1:1/accord"


@pytest.mark.parametrize("words", ["db up", "db check", "db restored", "db status", "device list x", "network init"])
def test_a_database_that_does_not_answer_is_said_in_a_sentence(config: Config, words: str) -> None:
    runner = create_app(dataclasses.replace(config, database_url=NOBODY_THERE)).test_cli_runner()
    result = runner.invoke(args=words.split())
    assert (result.exit_code, result.output) == (1, f"Error: {CATALOGUE['unavailable'].message}\n")


def test_a_restored_database_tells_every_device_so(app: Flask, runner: FlaskCliRunner) -> None:
    """T28: the log of ends is replayed (tests/models/test_replay.py), then the epoch changes, each time it is asked."""
    epochs = {app.test_client().get("/healthz").json["epoch"]}  # type: ignore[index]
    for _ in range(2):
        assert runner.invoke(args=["db", "restored"]).output == "new epoch\n"
        epochs.add(app.test_client().get("/healthz").json["epoch"])  # type: ignore[index]
    assert len(epochs) == 3


def test_founding_prints_one_link_and_each_link_replaces_the_last(runner: FlaskCliRunner) -> None:
    first, second = (runner.invoke(args=["network", "init"]).output for _ in range(2))
    assert re.fullmatch(r"http://localhost:8000/app/#found/[0-9a-f-]{36}\n", first)
    assert first != second


def test_an_identifier_is_one_the_protocol_accepts_and_tells_only_the_minute() -> None:
    noon = datetime(2026, 3, 2, 12, 0, 59, 999_999, tzinfo=UTC)
    made = {new_id(noon) for _ in range(100)}
    assert len(made) == 100
    assert all(is_id(name) for name in made)
    assert {name[:13] for name in made} == {new_id(noon.replace(second=0))[:13]}


def test_writing_the_generated_modules_names_those_that_changed(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary_js, "write", lambda: [Path("static/app/vocabulary.js")])
    assert runner.invoke(args=["vocabulary"]).output == "vocabulary.js\n"
    monkeypatch.setattr(vocabulary_js, "write", list)
    assert runner.invoke(args=["vocabulary"]).output == "nothing to change\n"


def test_what_a_device_sent_is_listed_and_an_unknown_one_said(runner: FlaskCliRunner) -> None:
    """T69."""
    answer = runner.invoke(args=["device", "events", "019b0000-0000-7000-8000-000000000000"])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")


def test_the_daily_work_closes_what_is_due(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["work"]).output == "0 closed\n0 forgotten\n0 hours read again\n"
