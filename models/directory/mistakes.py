"""Mistakes that members report from their phones, each once, until someone who keeps the entry has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.database import available, insert, rows, transaction
from models.directory.columns import place_rows
from models.directory.keepers import Keeper
from models.directory.places import visible
from models.problems import Problem
from models.projections.instants import read, written
from models.projections.readers import Reader
from models.rules.formats import is_id
from models.rules.mistake import FIELDS, is_mistake, names_someone
from models.tables import Place, PlaceMistake
from models.vocabulary import Verdict

NEW, DONE, NOT_RIGHT = "new", "done", "not_right"
MAX_WAITING: Final = 100  # of one member: nobody finds more before the first is looked at
PAGE: Final = 50
_COLUMNS: Final = PlaceMistake._meta.sorted_field_names


@dataclass(frozen=True, slots=True)
class Mistake:
    """A report, and the entry it is about: its name and town. `at` is the phone's, `received_at` the server's."""

    id: str
    place: str
    name: str
    town: str
    field: str
    text: str
    at: str
    received_at: datetime
    state: str
    closed_at: datetime | None


def report(reader: Reader, mistakes: list[object], now: datetime) -> list[dict[str, Any]]:
    """A verdict for each, in order: accepted, duplicate, rejected with its reason, or retry. None stops the others.

    The same id again is a duplicate when it says the same thing, id_conflict otherwise.
    """
    with transaction():
        return [_verdict(reader, mistake, now) for mistake in mistakes]


def queue(who: Keeper, state: str = NEW, place: str | None = None) -> list[Mistake]:
    """The reports on the entries this keeper keeps, or on one of them, at most 50: the oldest that wait first, or the
    last that were closed."""
    query = _of(who, state)
    if place is not None:
        query = query.where(PlaceMistake.place == place)
    first = PlaceMistake.received_at if state == NEW else PlaceMistake.closed_at.desc()
    query = query.order_by(first, PlaceMistake.id)
    with available():
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows(query.limit(PAGE))]
        about = rows(Place.select().where(Place.id.in_({mistake["place"] for mistake in found})))
    fields = {row["id"]: visible(row)[0] for row in place_rows(about)}
    return [_mistake(each, fields[each["place"]]) for each in found]


def count(who: Keeper) -> int:
    """How many reports wait for this keeper."""
    with available():
        return int(_of(who, NEW).count())


def close(who: Keeper, id_: str, state: str, now: datetime) -> None:
    """The report was right and the entry is mended (done), or it was not (not_right). Again: the first stays.

    Raises Problem(not_found) for one that is about others' entries.
    """
    with transaction():
        if not rows(_of(who, None).where(PlaceMistake.id == id_)):
            raise Problem("not_found")
        closed = {"state": state, "closed_by": who.member, "closed_at": written(now)}
        PlaceMistake.update(closed).where(PlaceMistake.id == id_, PlaceMistake.state == NEW).execute()


def _of(who: Keeper, state: str | None) -> Any:
    query = PlaceMistake.select()
    if state is not None:
        query = query.where(PlaceMistake.state == state)
    if not who.keeps_all:
        kept = Place.select(Place.id).where(Place.keeper == who.organisation)
        query = query.where(PlaceMistake.place.in_(kept))
    return query


def _verdict(reader: Reader, mistake: Any, now: datetime) -> dict[str, Any]:
    id_ = mistake.get("id") if isinstance(mistake, dict) and is_id(mistake.get("id")) else None
    try:
        _judge(mistake)
        verdict = _keep(reader, mistake, now)
    except Problem as problem:
        verdict = Verdict.RETRY if problem.retry else Verdict.REJECTED
        return {"id": id_, "verdict": verdict, "reason": problem.as_dict()}
    return {"id": id_, "verdict": verdict}


def _judge(mistake: Any) -> None:
    if not is_mistake(mistake):
        raise Problem("malformed")
    if names_someone(mistake["text"]):
        raise Problem("nir")
    if not rows(Place.select(Place.id).where(Place.id == mistake["place"])):
        raise Problem("not_found")


def _keep(reader: Reader, mistake: dict[str, str], now: datetime) -> Verdict:
    known = rows(PlaceMistake.select().where(PlaceMistake.id == mistake["id"]))
    said = {**mistake, "member": reader.member}
    if known:
        if {name: dict(zip(_COLUMNS, known[0], strict=True))[name] for name in said} != said:
            raise Problem("id_conflict")
        return Verdict.DUPLICATE
    waiting = PlaceMistake.select().where(PlaceMistake.member == reader.member, PlaceMistake.state == NEW)
    if waiting.count() >= MAX_WAITING:
        raise Problem("too_many")
    kept = {
        **said, "organisation": reader.organisation, "received_at": written(now), "state": NEW, "closed_by": None,
        "closed_at": None,
    }  # fmt: skip
    insert(PlaceMistake, [tuple(kept[name] for name in _COLUMNS)])
    return Verdict.ACCEPTED


def _mistake(row: dict[str, Any], place: dict[str, Any]) -> Mistake:
    return Mistake(
        row["id"], row["place"], place["nom"], place.get("commune", ""), FIELDS.get(row["field"], FIELDS["autre"]),
        row["text"], row["at"], read(row["received_at"]), row["state"],
        read(row["closed_at"]) if row["closed_at"] else None,
    )  # fmt: skip
