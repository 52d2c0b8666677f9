"""The interoperation vectors: what was once sealed stays readable, by this phone as by the browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device import vectors
from device.refusal import Refusal

FOLDER = Path(__file__).parent.parent / "vectors"
FILES = sorted(FOLDER.glob("interop_*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_vector_opens(file: Path) -> None:
    """T100: sealed and signed by Python, or by the browser, once and for all."""
    counts = vectors.check(json.loads(file.read_text("utf-8")))
    assert set(counts) == {"signed", "sections", "circles", "bundles", "slots", "derived"} and all(counts.values())


def test_there_are_vectors_of_this_phone() -> None:
    assert FOLDER / "interop_device.json" in FILES


@pytest.fixture(scope="module")
def made() -> Any:
    return vectors.make(datetime(2026, 3, 4, 9, 41, tzinfo=UTC))


def test_what_is_made_today_opens_as_well(made: Any) -> None:
    assert vectors.check(made)["sections"] == 7


@pytest.mark.parametrize(
    ("kind", "changed", "by"),
    [
        ("signed", "digest", "x" * 43),
        ("signed", "kid", "another"),
        ("sections", "event", "another"),
        ("sections", "content", {}),
        ("circles", "epoch", 1),
        ("circles", "keys", {}),
        ("bundles", "content", {}),
        ("slots", "secret", "d2hhdGV2ZXI"),
        ("derived", "output", "x"),
    ],
)
def test_a_wrong_vector_is_not_passed_over(made: Any, kind: str, changed: str, by: object) -> None:
    wrong = json.loads(json.dumps(made))
    wrong[kind][-1][changed] = by
    with pytest.raises(Refusal):
        vectors.check(wrong)
