"""The doors of models/: each stands on what is below it, and none on another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "models"
DOORS = ("accounts", "directory", "feed", "ledger", "receipts", "roster", "schema", "supervision", "translations")
BELOW = (
    "database",
    "endlog",
    "notices",
    "opening_hours",
    "problems",
    "projections",
    "reference",
    "rules",
    "signatures",
    "tables",
    "vocabulary",
)


def imported(path: Path) -> set[str]:
    """The names right under `models` that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "models":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("models."):
            found.add(node.module.split(".")[1])
    return found


def files_of(name: str) -> list[Path]:
    folder = MODELS / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [MODELS / f"{name}.py"]


@pytest.mark.parametrize("door", DOORS)
def test_a_door_uses_no_other_door(door: str) -> None:
    for path in files_of(door):
        assert imported(path) <= {door, *BELOW}, path.name


def test_projections_stand_below_every_door_and_never_judge() -> None:
    for path in files_of("projections"):
        assert imported(path) <= {"database", "endlog", "problems", "projections", "rules", "tables", "vocabulary"}, (
            path.name
        )
