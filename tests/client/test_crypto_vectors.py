"""Vectors kept in tests/vectors/interop_*.json: made once by each language, opened for ever by both."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import device.vectors
from tests.client import interop
from tests.client.harness import Modules

FILES = sorted((Path(__file__).parent.parent / "vectors").glob("interop_*.json"))
KINDS = ("signed", "sections", "circles", "bundles", "slots", "derived")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_browser_opens_every_vector(page_modules: Modules, file: Path) -> None:
    """T100; device/ opens the same files in tests/device/test_vectors.py."""
    assert interop.wrong(page_modules, json.loads(file.read_text("utf-8"))) == []


def test_both_languages_have_their_vectors() -> None:
    assert {file.stem for file in FILES} >= {"interop_browser", "interop_device"}


def test_python_opens_what_the_browser_makes_today(page_modules: Modules) -> None:
    """T100"""
    counts = device.vectors.check(interop.make(page_modules))
    assert counts == {"signed": 3, "sections": 7, "circles": 1, "bundles": 1, "slots": 3, "derived": 4}


def _changed(vectors: Any, kind: str, path: list[str | int], value: Any) -> Any:
    """The vectors of one kind, with a member of the last one replaced."""
    other: Any = {name: copy.deepcopy(vectors[name]) if name == kind else [] for name in KINDS}
    place = other[kind][-1]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return other


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("signed", ["payload", "text"], "Ilot"), ("signed", ["digest"], "A" * 43),
        ("sections", ["content", "text"], "x"),
        ("sections", ["name"], "s2"), ("circles", ["keys", "1"], "A" * 43), ("bundles", ["key"], "A" * 43),
        ("slots", ["key"], "A" * 43), ("derived", ["output"], "A" * 43),
    ],
)  # fmt: skip
def test_a_vector_that_lies_is_noticed(page_modules: Modules, kind: str, path: list[str | int], value: object) -> None:
    vectors = json.loads(FILES[0].read_text("utf-8"))
    found = interop.wrong(page_modules, _changed(vectors, kind, path, value))
    assert [line.split(" ")[0] for line in found] == [kind]
