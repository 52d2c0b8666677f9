"""What people write in the cells of their own spreadsheets → the values of data·inclusion and ours. Pure.

A value is recognised whole, whatever its accents, capitals and plurals; or when it lists several and each of them is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from models.rules.letters import singular

Spoken = Mapping[str, Mapping[str, str]]
"""{field: {value as `singular` writes it: slug}}."""

FOOD: Final = "equipement-et-alimentation--alimentation"
"""The theme of whoever gives a kind of food aid."""
_BETWEEN: Final = re.compile(r"[,/+&\n]|\bet\b")


class Words(NamedTuple):
    """What a row is read by. `older` says older values in those of v1, by column; `schema` is the published one for
    this sort of row, `allowed` the values of its lists, `headings` of its themes; `kinds` and `food_aid` are ours;
    `spoken` is how people say any of them."""

    older: Mapping[str, Any]
    schema: Mapping[str, Any]
    allowed: Mapping[str, frozenset[str]]
    headings: frozenset[str]
    kinds: Mapping[str, Any]
    food_aid: Mapping[str, str]
    spoken: Spoken


def spoken_of(labels: Mapping[str, Mapping[str, str]], said: Mapping[str, Mapping[str, list[str]]]) -> Spoken:
    """From the published labels ({field: {slug: label}}) and what else is said ({field: {slug: [words]}})."""
    found: dict[str, dict[str, str]] = {}
    for field in {*labels, *said}:
        words = [(label, slug) for slug, label in labels.get(field, {}).items()]
        words += [(each, slug) for slug, several in said.get(field, {}).items() for each in (slug, *several)]
        words += [(slug, slug) for slug in labels.get(field, {})]
        found[field] = {singular(each): slug for each, slug in words}
    found["thematiques"] = dict.fromkeys(found["food_aid"], FOOD) | found["thematiques"]
    return found


def said_in(value: str, older: Mapping[str, str], allowed: frozenset[str], spoken: Mapping[str, str]) -> list[str]:
    """The slugs that this value is, was (`older`) or says; none when any part of it is not understood.

    Where nothing is `allowed`, any value is one.
    """
    slug = older.get(value, value)
    if not allowed or slug in allowed:
        return [slug]
    slugs = [spoken.get(part, "") for part in _parts(value, spoken)]
    return slugs if allowed.issuperset(slugs) else []


def some_of(value: str, known: Mapping[str, str]) -> list[str]:
    """The slugs of the parts of this value that are understood."""
    return [known[part] for part in _parts(value, known) if part in known]


def _parts(value: str, known: Mapping[str, str]) -> list[str]:
    whole = singular(value)
    return [whole] if whole in known else [singular(part) for part in _BETWEEN.split(value)]
