"""Cards printed beforehand: each worth a paper, none kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from device import paper, receipts
from device.primitives import b64u
from models.rules import formats
from web import cards
from web.config import Config


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_each_card_is_a_paper_that_phones_understand(app: Flask) -> None:
    """What is typed is the secret of the link; what is said is the code that the worker's phone shows."""
    secret = bytes(range(16))
    made = cards.card(secret, "https://accord.test")
    assert paper.read(made.typed, 16) == secret
    assert made.code == receipts.code(secret)
    assert made.drawing.startswith("<svg")
    assert formats.from_b64u(b64u(secret)) == secret


def test_a_hundred_cards_are_a_hundred_secrets(runner: FlaskCliRunner) -> None:
    told = runner.invoke(args=["receipts", "cards", "100"])
    assert told.exit_code == 0, told.output
    typed = re.findall(r"\"typed\">([0-9A-Z-]+)<", told.output)
    assert len(set(typed)) == 100
    assert all(len(paper.read(each, 16)) == 16 for each in typed)
    assert told.output.count("<svg") == 100


def test_nothing_of_a_card_is_kept(runner: FlaskCliRunner, config: Config, tmp_path: Path) -> None:
    """T39: not in the database, not in the log of ends, not in any file beside them."""
    typed = re.findall(r"\"typed\">([0-9A-Z-]+)<", runner.invoke(args=["receipts", "cards", "3"]).output)
    secrets = [paper.read(each, 16) for each in typed]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in secrets:
        assert not any(word in kept for word in (secret, b64u(secret).encode(), receipts.code(secret).encode()))


@pytest.mark.parametrize("count", ["0", "-1", "1001", "many"])
def test_a_count_that_is_none_prints_nothing(runner: FlaskCliRunner, count: str) -> None:
    told = runner.invoke(args=["receipts", "cards", "--", count])
    assert told.exit_code == 2
    assert "<svg" not in told.output
