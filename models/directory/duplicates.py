"""Two entries that may be one place: proposed side by side, merged by a person or kept apart, and undone exactly.

A merged entry is closed and says which one took it in: an orientation that names it still finds its place, and its
services are shown there. What is hidden of a confidential place is not compared: the reasons would tell where it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.database import available, hold, insert, rows, transaction
from models.directory.changes import HELD, OURS, Changing, changing, differences, dumped
from models.directory.columns import place_rows
from models.directory.keepers import Keeper
from models.directory.merged import taken_in
from models.directory.places import Entry, entry, visible
from models.problems import Problem
from models.projections.instants import written
from models.rules.duplicates import likenesses
from models.tables import Place, PlacePair

PROPOSED, MERGED, KEPT_APART, UNDONE = "proposed", "merged", "kept_apart", "undone"
MAX_PROPOSED: Final = 1_000  # the likeliest: nobody looks at more, and judged ones make room
PAGE: Final = 50
ACT: Final = "merged"
APART_ACT: Final = "unmerged"
_ITS_OWN: Final = ("id", "source", "date_maj", "a_classer", *OURS)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that were compared. `fields` are (name, the first's value, the second's); None for no value."""

    first: Entry
    second: Entry
    state: str
    score: int
    reasons: list[str]
    kept: str | None
    at: str | None
    fields: list[tuple[str, Any, Any]]


def propose(now: datetime) -> int:
    """Compare the open entries again. Returns how many pairs wait for a person; what was judged stays judged."""
    with available():
        open_ = rows(Place.select().where(Place.active == True))  # noqa: E712 (a column, compared by SQL)
    # Comparing lasts about a second for 5,000 places: nobody's writing waits for it.
    found = likenesses(visible(row)[0] for row in place_rows(open_))
    with transaction():
        hold({HELD: True})
        PlacePair.delete().where(PlacePair.state == PROPOSED).execute()
        judged = {tuple(row) for row in rows(PlacePair.select(PlacePair.first, PlacePair.second))}
        new = [one for one in found if (one.first, one.second) not in judged][:MAX_PROPOSED]
        values = [(one.first, one.second, one.score, dumped(one.reasons), PROPOSED, *[None] * 4) for one in new]
        insert(PlacePair, values)
    return len(new)


def pairs(who: Keeper, *states: str) -> list[dict[str, Any]]:
    """The pairs in these states that this keeper may judge, the likeliest first, at most 50: the columns, both names,
    towns and sources. Of proposed ones, those whose entries are both open still."""
    query = _theirs(who, states).order_by(
        PlacePair.at.desc(), PlacePair.score.desc(), PlacePair.first, PlacePair.second
    )
    with available():
        found = rows(query.limit(PAGE))
        known = _places({id_ for row in found for id_ in row[:2]})
    return [_line(row, known) for row in found]


def count_proposed(who: Keeper) -> int:
    """How many pairs wait for this keeper."""
    with available():
        return int(_theirs(who, (PROPOSED,)).count())


def pair(who: Keeper, first: str, second: str, now: datetime) -> Pair:
    """Two entries side by side. Raises Problem(not_found), or forbidden when one of them is others' to keep."""
    one, other = entry(who, first, now), entry(who, second, now)
    who.require(one.fields)
    who.require(other.fields)
    with available():
        found = rows(_row(first, second))
    if not found:
        raise Problem("not_found")
    _, _, score, reasons, state, kept, _, _, at = found[0]
    names = sorted({*one.fields, *other.fields} - {*_ITS_OWN} - {*one.hidden, *other.hidden})
    fields = [(name, one.fields.get(name), other.fields.get(name)) for name in names]
    return Pair(one, other, state, score, _reasons(reasons, one.fields, other.fields), kept, at, fields)


def merge(who: Keeper, kept: str, other: str, taken: set[str], now: datetime) -> None:
    """One entry takes the other in: the fields `taken` come from the other, and those that the kept one had not.

    Raises Problem(not_found | forbidden), or stale_entry when one is closed already.
    """
    with changing(now, who.member) as change:
        stays, goes = _both(change, who, kept, other)
        if not (stays["active"] and goes["active"]):
            raise Problem("stale_entry")
        after = change.set(kept, _joined(stays, goes, taken), ACT)
        gone = change.set(other, {"active": False, "merged_into": kept}, ACT)
        memory = {"before": {kept: stays, other: goes}, "after": {kept: after, other: gone}}
        _judge(change, kept, other, {"state": MERGED, "kept": kept, "before": dumped(memory)})
        change.touch([kept, *taken_in(kept)])  # what they offer, and where the closed ones lead, changed for phones


def keep_apart(who: Keeper, first: str, second: str, now: datetime) -> None:
    """They are two places: never proposed again. Raises Problem(not_found | forbidden | stale_entry)."""
    with changing(now, who.member) as change:
        _both(change, who, first, second)
        if _state(first, second) == MERGED:
            raise Problem("stale_entry")
        _judge(change, first, second, {"state": KEPT_APART, "kept": None, "before": None})


def undo(who: Keeper, first: str, second: str, now: datetime) -> None:
    """Both entries are again what they were before the merge, but for what somebody changed since; or a pair kept apart
    is asked about again. Raises Problem(not_found | forbidden | stale_entry)."""
    with changing(now, who.member) as change:
        places = dict(zip((first, second), _both(change, who, first, second), strict=True))
        match _state(first, second):
            case "merged":
                memory = json.loads(rows(_row(first, second))[0][PlacePair._meta.sorted_field_names.index("before")])
                for id_, place in places.items():
                    change.set(id_, _back(memory["before"][id_], memory["after"][id_], place), APART_ACT)
                _judge(change, first, second, {"state": UNDONE, "kept": None, "before": None})
                change.touch([first, second, *taken_in(first), *taken_in(second)])
            case "kept_apart":
                _judge(change, first, second, {"state": PROPOSED, "kept": None, "before": None})
            case _:
                raise Problem("stale_entry")


# --- what a merge makes -------------------------------------------------------------------------------------------


def _joined(stays: Mapping[str, Any], goes: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    names = {*stays, *goes} - {*_ITS_OWN}
    values = {name: goes[name] for name in names if name in goes and (name in taken or name not in stays)}
    chosen = [name for name in values if values[name] != stays.get(name)]
    values["food_aid"] = sorted({*stays.get("food_aid", []), *goes.get("food_aid", [])})
    values["verified_fields"] = sorted({*stays.get("verified_fields", []), *chosen})
    values["confidential_address"] = stays["confidential_address"] or goes["confidential_address"]
    values["kind"] = stays.get("kind") or goes.get("kind")
    return {name: value for name, value in values.items() if value != []}


def _back(before: Mapping[str, Any], after: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """The values that undo a merge: of the fields it changed, those nobody changed since."""
    return {name: before.get(name) for name in differences(before, after) if place.get(name) == after.get(name)}


# --- rows ---------------------------------------------------------------------------------------------------------


def _theirs(who: Keeper, states: tuple[str, ...]) -> Any:
    """Pairs in these states of which this keeper keeps both entries; proposed ones, while both are open."""
    kept = Place.select(Place.id)
    if not who.keeps_all:
        kept = kept.where(Place.keeper == who.organisation)
    if PROPOSED in states:
        kept = kept.where(Place.active == True)  # noqa: E712 (a column, compared by SQL)
    return PlacePair.select().where(PlacePair.state.in_(states), PlacePair.first.in_(kept), PlacePair.second.in_(kept))


def _row(first: str, second: str) -> Any:
    one, other = sorted((first, second))
    return PlacePair.select().where(PlacePair.first == one, PlacePair.second == other)


def _state(first: str, second: str) -> str:
    found = rows(_row(first, second))
    if not found:
        raise Problem("not_found")
    return str(found[0][PlacePair._meta.sorted_field_names.index("state")])


def _judge(change: Changing, first: str, second: str, values: Mapping[str, Any]) -> None:
    one, other = sorted((first, second))
    judged = {**values, "member": change.member, "at": written(change.now)}
    PlacePair.update(judged).where(PlacePair.first == one, PlacePair.second == other).execute()


def _both(change: Changing, who: Keeper, first: str, second: str) -> tuple[dict[str, Any], dict[str, Any]]:
    _state(first, second)  # two entries that nobody compared are not found
    places = change.place(first), change.place(second)
    for place in places:
        who.require(place)
    return places


def _places(ids: set[str]) -> dict[str, dict[str, Any]]:
    found = rows(Place.select().where(Place.id.in_([*ids])))
    return {row["id"]: visible(row)[0] for row in place_rows(found)}


def _line(row: tuple[Any, ...], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    line = dict(zip(PlacePair._meta.sorted_field_names, row, strict=True))
    line["reasons"] = _reasons(line["reasons"], *(known[id_] for id_ in row[:2]))
    sides = [{name: known[id_].get(name) for name in ("id", "nom", "commune", "source")} for id_ in row[:2]]
    return line | {"sides": sides}


def _reasons(written: str, *sides: Mapping[str, Any]) -> list[str]:
    """Why they look alike, as was seen then; where one is hidden, as can be seen now: it may have been shown then."""
    if not any(side["confidential_address"] for side in sides):
        return list(json.loads(written))
    return [reason for likeness in likenesses(sides) for reason in likeness.reasons]
