"""The search itself must find: a planted clear copy in each spelling and each kind of store."""

from __future__ import annotations

import base64
import gzip
import logging
import random
import sqlite3
from pathlib import Path

import pytest

from tests import kept_logs
from tests.canaries import sightings, sightings_under, spellings

CANARY = "canari-pelican-4207"


@pytest.mark.parametrize("spelling", sorted(spellings(CANARY)))
def test_a_planted_copy_is_found_in_each_spelling(spelling: str) -> None:
    assert (CANARY, spelling) in sightings([CANARY], b"before" + spellings(CANARY)[spelling] + b"after")


def test_a_copy_inside_any_base64_text_is_found_wherever_it_falls(seeded: random.Random) -> None:
    for length in range(12):
        text = base64.b64encode(seeded.randbytes(length) + CANARY.encode() + seeded.randbytes(7))
        assert sightings([CANARY], text), f"missed after {length} bytes"


def test_a_copy_in_a_compressed_body_is_found() -> None:
    assert sightings([CANARY], gzip.compress(f'{{"text": "{CANARY}"}}'.encode()))


def test_a_copy_in_a_database_and_in_a_log_is_found(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "planted.sqlite")
    database.execute("CREATE TABLE planted (text TEXT)")
    database.execute("INSERT INTO planted VALUES (?)", (CANARY,))
    database.commit()
    database.close()
    (tmp_path / "planted.log").write_text(f"un accueil avec {CANARY} au guichet")
    assert {found[0] for found in sightings_under([CANARY], tmp_path)} == {"planted.log", "planted.sqlite"}


def test_what_is_not_there_is_not_found() -> None:
    assert sightings([CANARY], b"canari-pelican-4208 " + base64.b64encode(b"another bird altogether")) == []


def test_the_logs_of_a_run_are_searched_for_what_its_phones_sealed(tmp_path: Path) -> None:
    """T110: the control of the search that ends every run (tests/conftest.py)."""
    keeper = kept_logs.Keeper(tmp_path, "one")
    keeper.sealed.update(
        kept_logs.free_words({"text": "Aïcha dort chez sa sœur", "mode": "visite", "list": [{"a": "b c"}]})
    )
    logger = logging.Logger("planted")
    logger.addHandler(keeper)
    logger.info("12 accepted")
    assert kept_logs.sightings(tmp_path) == ([], 1, 20)
    try:
        raise ValueError({"text": "Aïcha dort chez sa sœur"})
    except ValueError:
        logger.exception("entry not judged")
    keeper.close()
    assert kept_logs.sightings(tmp_path)[0] == ["Aïcha dort chez sa sœur"]
