"""The published lists the protocol points to, read as data: levels, the matrix, and the notices shown to people."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from device.primitives import digest

FOLDER = Path(__file__).parent.parent / "models" / "reference"
CONSENT_DAYS = {"P1D": 1, "P1M": 31, "P6M": 183, "P12M": 365}
ORIENTATION_DAYS = 30
_STRICTNESS = "✔●◔✖"


@cache
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def level_of(code: str) -> int:
    """The least level of a category; 1 for a practical variant."""
    return 1 if code.endswith(".practical") else _by_code("categories", "categories")[code]


def level_of_need(code: str) -> int:
    """The level of a need's theme: that of `X.request`."""
    return _by_code("needs", "needs")[code]


def level_of_kind(code: str) -> int:
    """The level of a kind of organisation: being sent there already says something."""
    return _by_code("organisation_kinds", "kinds")[code]


def mark(code: str, profiles: list[str]) -> str:
    """The strictest mark of a category (without `.practical`) over the holders' columns; ✖ without any holder."""
    row = _read("matrix")["cells"][code]
    return max((row[profile][0] for profile in profiles), key=_STRICTNESS.index, default="✖")


@cache
def notice_digest(notice: str, language: str, variant: str) -> str:
    """The digest that a consent seals, of the exact text shown: that of the file's bytes."""
    return digest((FOLDER.parent / "notices" / f"{notice}.{language}.{variant}.json").read_bytes())


@cache
def notice_text(wanted: str) -> str | None:
    """The exact text of this digest; None when no notice here has it."""
    texts = (path.read_text("utf-8") for path in sorted((FOLDER.parent / "notices").glob("*.json")))
    return next((text for text in texts if digest(text) == wanted), None)


@cache
def labels() -> dict[str, str]:
    """French words of the codes of a consent: categories, purposes, methods, legal bases."""
    rows = _read("categories")["categories"]
    found: dict[str, str] = {row["code"]: row["label"] for row in rows}
    found |= {f"{row['code']}.practical": row["practical"]["label"] for row in rows if "practical" in row}
    found |= {row["id"]: row["label"] for row in _read("legal_bases")["bases"]}
    return found | dict(_read("words")["purposes"]) | dict(_read("words")["methods"])


@cache
def _by_code(file: str, rows: str) -> dict[str, int]:
    return {row["code"]: row["level"] for row in _read(file)[rows]}
