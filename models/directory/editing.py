"""Changing an entry by hand: each act is one transaction, leaves its line in the history, and can be taken back.

What a person here changed or verified is theirs: an import shows it as a conflict instead of writing over it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from models.database import rows
from models.directory.changes import OURS, Changing, changing, differences
from models.directory.columns import CHANGE_COLUMNS
from models.directory.keepers import Keeper
from models.directory.merged import taken_in
from models.problems import Problem
from models.projections import chains, instants
from models.tables import Place, PlaceChange

EDITED, VERIFIED, FULL, SHUT, HIDDEN, KEPT, REVERTED = (
    "edited", "verified", "full", "closed", "hidden", "keeper_set", "reverted",
)  # fmt: skip
REVERTIBLE: Final = ("imported", EDITED, FULL, SHUT, HIDDEN, KEPT, VERIFIED, REVERTED)


def edit(who: Keeper, id_: str, values: Mapping[str, Any], version: int, now: datetime) -> None:
    """Give these fields these values (None: none), if the entry still has the `version` that the person looked at.

    Raises Problem(not_found | forbidden | stale_entry).
    """
    with changing(now, who.member) as change:
        before = _theirs(change, who, id_)
        if rows(Place.select(Place.version).where(Place.id == id_))[0][0] != version:
            raise Problem("stale_entry")
        changed = [name for name in values if values[name] != before.get(name)]
        mine = {name: values[name] for name in changed}
        _require_kind(who, before, mine)
        change.set(id_, mine | {"verified_fields": _verified(before, changed)}, EDITED)


def verify(who: Keeper, id_: str, now: datetime) -> None:
    """The keeper has looked: everything the entry says is right today."""
    with changing(now, who.member) as change:
        place = _theirs(change, who, id_)
        said = [name for name in place if name not in (*OURS, "id", "source", "date_maj", "a_classer")]
        sure = {"verified_at": instants.written(now), "verified_fields": _verified(place, said)}
        change.set(id_, sure, VERIFIED)


def set_full(who: Keeper, id_: str, until: str | None, now: datetime) -> None:
    """The place takes nobody until the end of that day, or takes people again (None)."""
    with changing(now, who.member) as change:
        _theirs(change, who, id_)
        change.set(id_, {"full_until": until}, FULL)


def set_open(who: Keeper, id_: str, is_open: bool, now: datetime) -> None:
    """The place closed for good, or opens again. Raises Problem(merged_entry) for one that another entry took in."""
    with changing(now, who.member) as change:
        if _theirs(change, who, id_).get("merged_into"):
            raise Problem("merged_entry")
        change.set(id_, {"active": is_open}, SHUT)


def set_confidential(who: Keeper, id_: str, is_confidential: bool, now: datetime) -> None:
    """Hide where a place is, at once, for any keeper of it; only who keeps all the directory shows it again.

    Raises Problem(not_found | forbidden), or merged_entry while it stands for a place that hides.
    """
    with changing(now, who.member) as change:
        _theirs(change, who, id_)
        if not is_confidential and not who.keeps_all:
            raise Problem("forbidden")
        if not is_confidential and any(change.place(each)["confidential_address"] for each in taken_in(id_)):
            raise Problem("merged_entry")
        change.set(id_, {"confidential_address": is_confidential}, HIDDEN)


def set_keeper(who: Keeper, id_: str, organisation: str | None, now: datetime) -> None:
    """Give an entry to an organisation, which keeps it from now on. Raises Problem(forbidden | not_found)."""
    with changing(now, who.member) as change:
        _theirs(change, who, id_)
        if not who.keeps_all:
            raise Problem("forbidden")
        if organisation is not None and organisation not in chains.load([]).network.organisations:
            raise Problem("not_found")
        change.set(id_, {"keeper": organisation}, KEPT)


def revert(who: Keeper, id_: str, line: int, now: datetime) -> None:
    """Take a change back: its fields are again what they were before, those changed again since excepted.

    Raises Problem(not_found | forbidden | merged_entry), or stale_entry when nothing of it is left to take back.
    """
    with changing(now, who.member) as change:
        place = _theirs(change, who, id_)
        before, after = _line(id_, line)
        left = {name: before.get(name) for name in differences(before, after) if place.get(name) == after.get(name)}
        if not left:
            raise Problem("stale_entry")
        if "active" in left and place.get("merged_into"):
            raise Problem("merged_entry")
        reveals = place["confidential_address"] and left.get("confidential_address", True) is not True
        if (reveals or "keeper" in left) and not who.keeps_all:
            raise Problem("forbidden")
        _require_kind(who, place, left)
        change.set(id_, left, REVERTED)


def _require_kind(who: Keeper, place: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    if "kind" in values and not who.may_call(values["kind"], place.get("kind")):
        raise Problem("forbidden")


def _theirs(change: Changing, who: Keeper, id_: str) -> dict[str, Any]:
    place = change.place(id_)
    who.require(place)
    return place


def _line(id_: str, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    found = rows(PlaceChange.select().where(PlaceChange.id == line, PlaceChange.place == id_))
    kept = dict(zip(("id", *CHANGE_COLUMNS), found[0], strict=True)) if found else {}
    if kept.get("act") not in REVERTIBLE:
        raise Problem("not_found")
    return json.loads(kept["before"]), json.loads(kept["after"])


def _verified(place: Mapping[str, Any], names: list[str]) -> list[str]:
    return sorted({*place.get("verified_fields", []), *names})
