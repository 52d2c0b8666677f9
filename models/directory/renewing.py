"""Hours read again: the days that differ from the usual week are known a year ahead, and a year passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from models.database import rows
from models.directory.changes import Changing, changing, dumped
from models.opening_hours import hours_of
from models.projections.instants import written
from models.tables import Place, Service

RENEWED_AFTER: Final = timedelta(days=90)


def renew_hours(now: datetime) -> int:
    """Read again the hours of open places that have dated ones, when nothing of the place changed for three months; so
    phones always know nine months. Returns how many were. Those of the same every week are never read again."""
    with changing(now, None) as change:
        due = (Place.changed_at < written(now - RENEWED_AFTER)) & Place.active
        found = rows(Place.select(Place.id, Place.content, Place.hours).where(due).order_by(Place.id))
        contents = {id_: json.loads(content) for id_, content, _ in found}
        dated = [id_ for id_, _, hours in found if "hours_until" in json.loads(hours)]
        for id_ in dated:
            _renew(id_, contents[id_], change)
        offering = sorted(_with_dated_services(contents, now) - {*dated})
        change.touch(offering)
    return len(dated) + len(offering)


def _renew(id_: str, content: Mapping[str, Any], change: Changing) -> None:
    hours = dumped(hours_of(content, change.now.date()))
    stamp = {"version": change.version, "changed_at": written(change.now)}
    Place.update(hours=hours, **stamp).where(Place.id == id_).execute()


def _with_dated_services(places: Mapping[str, Mapping[str, Any]], now: datetime) -> set[str]:
    """The places whose services have dated hours: these are read at each answer, and only said when the place is."""
    offered = rows(Service.select(Service.structure, Service.content).where(Service.active))
    return {
        place
        for place, content in offered
        if place in places and "hours_until" in hours_of(places[place] | json.loads(content), now.date())
    }
