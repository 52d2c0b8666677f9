"""The catalogue of refusals: what the protocol's page says of each, and sentences people can read to the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.problems import CATALOGUE, Problem

ROOT = Path(__file__).resolve().parent.parent.parent
# directory.json aside: the words of other people's files, as they write them.
REFERENCE = sorted(path for path in (ROOT / "models/reference").glob("*.json") if path.stem != "directory")
# An ordinary space there lets a line begin with the sign: French wants one that does not break.
BREAKABLE = re.compile(r"\S [:;?!»]|« ")


def sentences(value: object) -> Iterator[str]:
    """Every string held in a JSON value; names of members are not read by people."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from sentences(inner)


def test_the_protocol_lists_each_refusal_with_its_status_and_whether_it_may_pass_later() -> None:
    page = (ROOT / "docs/protocol.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (yes)? ?\|", page, re.MULTILINE)
    listed = {code: (int(status), bool(again)) for code, status, again in rows}
    assert listed == {code: (refusal.status, refusal.retry) for code, refusal in CATALOGUE.items()}


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_a_refusal_is_one_or_more_whole_sentences_and_never_says_its_code(code: str) -> None:
    message = CATALOGUE[code].message
    assert message[0].isupper()
    assert message.endswith(".")
    assert "_" not in message
    assert "'" not in message, "an apostrophe is ’"
    assert not BREAKABLE.search(message)


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_the_words_of_the_reference_lists_keep_their_punctuation_on_the_line(path: Path) -> None:
    assert [text for text in sentences(json.loads(path.read_text("utf-8"))) if BREAKABLE.search(text)] == []


def test_a_problem_tells_its_code_its_sentence_and_what_helps() -> None:
    assert Problem("stale_state", current="acceptee").as_dict() == {
        "code": "stale_state",
        "message": CATALOGUE["stale_state"].message,
        "retry": False,
        "current": "acceptee",
    }


def test_a_code_that_is_not_in_the_catalogue_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Problem("because")
