"""What of the directory is handed over: open places that are not confidential, and what they offer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from models.database import available, rows
from models.directory.columns import place_rows
from models.directory.merged import followed
from models.opening_hours import hours_of_service
from models.reference import published_schemas
from models.rules.published import fault
from models.tables import Place, Service


@dataclass(frozen=True, slots=True)
class Offered:
    """A service: `fields` in the words of data·inclusion, `hours` as hours_of has them (its own, else empty)."""

    id: str
    fields: Mapping[str, Any]
    hours: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Structure:
    """A place, in the order of ids. `ours` are the fields of Accord that go out: `kind` and `food_aid`."""

    id: str
    fields: Mapping[str, Any]
    hours: Mapping[str, Any]
    ours: Mapping[str, Any]
    verified_on: str | None
    services: tuple[Offered, ...]


Records = list[Structure]
_SCHEMAS: Final = published_schemas()


def exported(today: date) -> Records:
    """Both tables read in one instant, so that a service never goes without its place."""
    with available():
        places = rows(Place.select().order_by(Place.id))
        services = rows(Service.select(Service.id, Service.structure, Service.content, Service.active))
    kept = {row["id"]: row for row in place_rows(places)}
    stands = followed({id_: row["merged_into"] for id_, row in kept.items() if row["merged_into"]})
    offers: dict[str, list[Offered]] = defaultdict(list)
    for id_, structure, content, active in sorted(services):
        place = kept.get(structure or "")
        owner = stands.get(structure, structure)
        if active and place and not place["confidential_address"] and owner in kept and _goes_out(kept[owner]):
            offers[owner].append(_offered(id_, owner, json.loads(content), json.loads(place["content"]), today))
    return [_structure(row, offers[id_]) for id_, row in kept.items() if _goes_out(row)]


def _goes_out(row: Mapping[str, Any]) -> bool:
    return bool(row["active"]) and not row["confidential_address"] and not row["merged_into"]


def _structure(row: Mapping[str, Any], services: list[Offered]) -> Structure:
    fields = _sound(json.loads(row["content"]), "structure")
    ours = {"kind": row["kind"], "food_aid": json.loads(row["food_aid"])}
    return Structure(
        row["id"],
        fields,
        json.loads(row["hours"]),
        {name: value for name, value in ours.items() if value},
        row["verified_at"][:10] if row["verified_at"] else None,
        tuple(services),
    )


def _offered(id_: str, owner: str, fields: dict[str, Any], place: Mapping[str, Any], today: date) -> Offered:
    sound = _sound(fields, "service") | {"structure_id": owner}
    return Offered(id_, sound, hours_of_service(sound, place, today))


def _sound(fields: Mapping[str, Any], of: str) -> dict[str, Any]:
    """Without what the published schema would refuse: typed here by hand, since imports keep it aside."""
    schema = _SCHEMAS[of]
    known = schema["properties"]
    return {name: value for name, value in fields.items() if name not in known or fault(schema, name, value) is None}
