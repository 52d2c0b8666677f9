"""The worked examples of the protocol are what the vectors hold, and the vectors are what the server accepts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device import signed
from models.problems import Problem
from models.rules import envelope
from tests.vectors import make_exchange, render_examples


def exchange() -> dict:  # type: ignore[type-arg]
    return json.loads(make_exchange.TARGET.read_text("utf-8"))  # type: ignore[no-any-return]


def test_the_page_of_examples_is_what_the_vectors_give() -> None:
    assert render_examples.PAGE.read_text("utf-8") == render_examples.render()


def test_the_example_passes_the_servers_own_shapes() -> None:
    entry = exchange()["entry"]
    read = envelope.read(entry["jws"], "accord.event")
    envelope.check_event(read)
    envelope.check_sections(read, entry["sections"])


def test_the_example_with_two_sections_swapped_does_not() -> None:
    entry = exchange()["entry"]
    swapped = entry["sections"] | {"C01": entry["sections"]["C14"], "C14": entry["sections"]["C01"]}
    with pytest.raises(Problem, match="sections"):
        envelope.check_sections(envelope.read(entry["jws"], "accord.event"), swapped)


def test_the_recipient_reads_the_same_bytes_and_only_its_own_wraps() -> None:
    told = exchange()
    read, sent = told["read"]["entry"], told["entry"]
    assert read["jws"] == sent["jws"]
    assert {name: section["wrap"] for name, section in read["sections"].items()} == {
        name: section["wraps"]["other"] for name, section in sent["sections"].items() if "other" in section["wraps"]
    }


def test_the_exchange_made_again_has_the_same_shape(tmp_path: Path) -> None:
    made, kept = make_exchange.make(tmp_path, datetime.now(UTC)), exchange()
    payloads = [signed.read(one["entry"]["jws"], signed.EVENT).payload for one in (made, kept)]
    assert made["verdict"]["verdict"] == "accepted"
    assert payloads[0].keys() == payloads[1].keys()
    assert payloads[0]["sections"].keys() == payloads[1]["sections"].keys()
