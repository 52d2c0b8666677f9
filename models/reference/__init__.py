"""The versioned lists the rules read: categories and matrix, legal bases, needs, words, kinds, retention.

`REFERENCE` is loaded once from the JSON beside this file. The rules never import it: it is passed to them. This is the
only folder where an article of law may be named (`citation` of a basis, and the list of known mis-citations).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.vocabulary import Mark

MARK_SIGNS: Final = {"✔": Mark.ALLOWED, "●": Mark.NECESSITY, "◔": Mark.PRACTICAL, "✖": Mark.NEVER}
PRACTICAL: Final = ".practical"
LABELS: Final = ("sources", "methods", "durations", "roles", "grounds", "classes", "levels", "marks")


@dataclass(frozen=True, slots=True)
class Reference:
    """Each list by code; every entry has a French `label`. Where a list has levels, `level` is 1 (open) to 5 (private).

    `categories` also holds the practical variants under their own codes (`C05.practical`: level 1, one field `choice`
    with a closed list, `of` the category). `matrix[code][profile]` is a Mark; `guidance[code][profile]` the words that
    follow the mark in the table, for screens. `bases[id][version]` is a legal basis. `labels[list][code]` are words.
    """

    categories: Mapping[str, Mapping[str, Any]]
    outside: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, str]
    matrix: Mapping[str, Mapping[str, Mark]]
    guidance: Mapping[str, Mapping[str, str]]
    bases: Mapping[str, Mapping[int, Mapping[str, Any]]]
    needs: Mapping[str, Mapping[str, Any]]
    organisation_kinds: Mapping[str, Mapping[str, Any]]
    purposes: Mapping[str, str]
    reasons: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, Any]]
    first_helps: Mapping[str, str]
    modes: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    miscitations: tuple[Mapping[str, Any], ...]
    retention: Mapping[str, Mapping[str, Any]]


def load(folder: Path = Path(__file__).parent) -> Reference:
    """Read the JSON lists of `folder`.

    Raises OSError, ValueError or KeyError when a list is missing or misshapen: nobody starts on half a rule.
    """
    categories, matrix, words = (_read(folder, name) for name in ("categories", "matrix", "words"))
    return Reference(
        categories=_with_practical_variants(categories["categories"]),
        outside=_by("code", categories["outside"]),
        columns=matrix["columns"],
        matrix={code: {p: MARK_SIGNS[cell[0]] for p, cell in row.items()} for code, row in matrix["cells"].items()},
        guidance={code: _guidance(row) for code, row in matrix["cells"].items() if _guidance(row)},
        bases=_by_id_and_version(_read(folder, "legal_bases")["bases"]),
        needs=_by("code", _read(folder, "needs")["needs"]),
        organisation_kinds=_by("code", _read(folder, "organisation_kinds")["kinds"]),
        purposes=words["purposes"],
        reasons=words["reasons"],
        outcomes=words["outcomes"],
        first_helps=words["first_helps"],
        modes=words["modes"],
        labels={name: words[name] for name in LABELS},
        miscitations=tuple(_read(folder, "miscitations")["miscitations"]),
        retention=_by("object", _read(folder, "retention")["retention"]),
    )


def directory_words(folder: Path = Path(__file__).parent) -> dict[str, Any]:
    """How the values of older directory files are said in data·inclusion v1, by column (only imports need it)."""
    return _read(folder, "directory")


def column_spellings(folder: Path = Path(__file__).parent) -> dict[str, list[str]]:
    """How people head the columns of their spreadsheets, by field."""
    fields: dict[str, list[str]] = _read(folder, "columns")["fields"]
    return fields


def published_schemas(folder: Path = Path(__file__).parent / "data_inclusion") -> dict[str, dict[str, Any]]:
    """The published schema of a `structure` and of a `service` (data·inclusion 1.0.8, Licence Ouverte 2.0)."""
    return {name: _read(folder, name) for name in ("structure", "service")}


def directory_labels(folder: Path = Path(__file__).parent / "data_inclusion") -> dict[str, dict[str, str]]:
    """What the slugs of data·inclusion are called, by field; and, the kinds of organisation and of food aid."""
    labels = {field: words for field, words in _read(folder, "labels").items() if field != "note"}
    kinds = {code: str(kind["label"]) for code, kind in REFERENCE.organisation_kinds.items()}
    return labels | {"kind": kinds, "food_aid": directory_words()["food_aid"]}


def _read(folder: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return content


def _by(key: str, rows: list[dict[str, Any]]) -> dict[str, Mapping[str, Any]]:
    if len({row[key] for row in rows}) != len(rows):
        raise ValueError(f"a {key} is repeated")
    return {row[key]: row for row in rows}


def _guidance(row: dict[str, str]) -> dict[str, str]:
    return {profile: cell[1:].strip() for profile, cell in row.items() if cell[1:].strip()}


def _with_practical_variants(rows: list[dict[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The categories in order, each followed by its practical variant, if it has one, as a category of level 1."""
    flat: list[dict[str, Any]] = []
    for row in rows:
        practical = row.get("practical")
        flat.append({name: value for name, value in row.items() if name != "practical"})
        if practical:
            choice = {"id": "choice", "label": practical["label"], "type": "choices", "options": practical["options"]}
            flat.append({**flat[-1], "code": row["code"] + PRACTICAL, "of": row["code"], "level": 1,
                         "label": practical["label"], "fields": [choice]})  # fmt: skip
    return _by("code", flat)


def _by_id_and_version(rows: list[dict[str, Any]]) -> dict[str, Mapping[int, Mapping[str, Any]]]:
    """Old versions stay: an act names the version it used, and is never rewritten."""
    bases: dict[str, dict[int, Mapping[str, Any]]] = {}
    for row in rows:
        bases.setdefault(row["id"], {})[row["version"]] = row
    return dict(bases)


REFERENCE: Final = load()
