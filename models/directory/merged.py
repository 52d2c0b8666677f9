"""Entries that another took in: which one stands for each of them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from models.database import rows
from models.tables import Place


def standing() -> dict[str, str]:
    """{closed entry: the one that stands for it}, however many merges led there. Within a read."""
    into = dict(rows(Place.select(Place.id, Place.merged_into).where(Place.merged_into.is_null(False))))
    return followed(into)


def followed(into: Mapping[str, str]) -> dict[str, str]:
    """{entry: where it ends}, of {entry: the one that took it in}."""
    return {id_: _last(id_, into) for id_ in into}


def closed_by(standing: Mapping[str, str]) -> dict[str, list[str]]:
    """The same the other way: {entry: those it stands for, in order}."""
    closed: dict[str, list[str]] = defaultdict(list)
    for id_, last in sorted(standing.items()):
        closed[last].append(id_)
    return dict(closed)


def taken_in(id_: str) -> list[str]:
    """The entries that this one stands for, in order. Within a read."""
    return closed_by(standing()).get(id_, [])


def _last(id_: str, into: Mapping[str, str]) -> str:
    seen = {id_}
    while (next_ := into.get(id_)) is not None and next_ not in seen:
        id_ = next_
        seen.add(id_)
    return id_
