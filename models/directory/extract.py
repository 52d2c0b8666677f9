"""What phones are given of the directory: never where a confidential place is, and of a closed one only its name."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from models.database import available, rows
from models.directory.columns import place_rows
from models.directory.merged import closed_by, standing
from models.opening_hours import hours_of_service
from models.projections import chains
from models.rules.confidential import KEPT_FROM_EVERYONE
from models.rules.freshness import is_old
from models.rules.territory import covers, department_of
from models.tables import Place, Server, Service

KEPT_WHEN_CLOSED: Final = ("id", "nom", "commune")
NOT_SAID_OF_A_SERVICE: Final = ("id", "source", "structure_id", "date_maj", "a_classer")
SHOWN: Final = 1
"""Which fields are shown, as a number. Raise it when a release shows other ones: every phone then reads all again."""
SMALL_PLACES: Final = 2_000
"""A directory up to this size is proposed whole: some 600 kB on the wire."""
Territory = Sequence[str]
Row = dict[str, Any]


def extract(now: datetime, territory: Territory = (), after: str | None = None) -> dict[str, Any]:
    """`{"version", "territory", "places"}` for phones: the places of a territory (models/rules/territory.py), and
    those where a team of the network receives, wherever they are.

    With `after`, a version given before for the same territory: `{"version", "territory", "after", "places", "gone"}`,
    only what changed since, and the ids of what changed outside. An `after` that means nothing here (another
    territory, a restored server, a release that shows more) is answered whole. `version` is to be given back, never
    read; of one server and territory it changes exactly when a place, or who receives where, does.
    A confidential place never shows where it is. A closed one keeps its name, because orientations point to it.
    `a_verifier` marks what neither its source nor a person was sure of for a year.
    """
    codes = sorted(set(territory))
    receiving = _receiving() if codes else frozenset()
    with available():
        prefix, suffix = f"{rows(Server.select(Server.epoch))[0][0]}.{SHOWN}.", f".{_digest(codes, receiving)}"
        since = _number(after, prefix, suffix)
        # One statement: what it sees was committed in the order of its versions; none below the newest is missed.
        found = _rows(Place.select().where(Place.version > (-1 if since is None else since)).order_by(Place.id))
        newest = max((row["version"] for row in found), default=since or 0)
        merged = standing()
        services = _services(None if since is None else [row["id"] for row in found], merged)
    receiving |= {merged[id_] for id_ in receiving if id_ in merged}
    inside = [row for row in found if row["id"] in receiving or _is_in(codes, row)]
    stands = closed_by(merged)
    shown = [
        _shown(row, services.get(row["id"], ()), now.date(), merged.get(row["id"]), stands.get(row["id"], []))
        for row in inside
    ]
    answer = {"version": f"{prefix}{newest}{suffix}", "territory": codes, "places": shown}
    if since is None:
        return answer
    kept = {row["id"] for row in inside}
    return answer | {"after": after, "gone": [row["id"] for row in found if row["id"] not in kept]}


def proposed(organisation: str) -> list[str]:
    """The territory of those who chose none: everything while the directory is small, otherwise the départements of
    the places where this organisation's teams receive, or whose entry it keeps; everything when it has none."""
    with available():
        if Place.select().where(Place.active).count() <= SMALL_PLACES:
            return []
        own = Place.id.in_(sorted(_structures([organisation])) or [""])
        found = _rows(Place.select().where(Place.active, own | (Place.keeper == organisation)))
    return sorted({code for row in found if (code := department_of(json.loads(row["content"])))})


def territories() -> dict[str, list[dict[str, Any]]]:
    """What can be chosen, from the places themselves: `{"departements": [{"code", "places"}], "communes": [{"code",
    "nom", "places"}]}`, by code. No official list is asked for, and a confidential place counts nowhere."""
    departments: Counter[str] = Counter()
    communes: Counter[str] = Counter()
    names: dict[str, str] = {}
    with available():
        found = rows(Place.select(Place.content).where(Place.active, ~Place.confidential_address).order_by(Place.id))
    for (content,) in found:
        place = json.loads(content)
        departments.update(filter(None, [department_of(place)]))
        if place.get("code_insee") and place.get("commune"):
            communes[place["code_insee"]] += 1
            names.setdefault(place["code_insee"], place["commune"])
    return {
        "departements": [{"code": code, "places": count} for code, count in sorted(departments.items())],
        "communes": [{"code": code, "nom": names[code], "places": count} for code, count in sorted(communes.items())],
    }


# --- which -------------------------------------------------------------------------------------------------------


def _number(after: str | None, prefix: str, suffix: str) -> int | None:
    """The number within a version of ours, None for anything else."""
    if after is None or not (after.startswith(prefix) and after.endswith(suffix)):
        return None
    number = after[len(prefix) : -len(suffix)]
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 15 else None


def _digest(codes: Territory, receiving: Iterable[str]) -> str:
    """Short: it tells one territory from another, and is no secret. Who receives where is part of what is carried."""
    said = json.dumps([codes, sorted(receiving)]).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(said).digest()[:9]).decode("ascii")


def _receiving() -> frozenset[str]:
    return _structures(chains.load([]).network.organisations)


def _structures(organisations: Iterable[str]) -> frozenset[str]:
    """The places where teams of these organisations receive, as their rosters say."""
    known = chains.load(organisations).organisations.values()
    return frozenset(id_ for each in known for team in each.teams.values() for id_ in team.structures)


def _rows(query: Any) -> list[Row]:
    return place_rows(rows(query))


def _is_in(codes: Territory, row: Row) -> bool:
    return covers(codes, json.loads(row["content"]), confidential=bool(row["confidential_address"])) if codes else True


def _services(places: list[str] | None, merged: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """What these places offer (None: all of them), by the place that stands for theirs, in the order of their ids."""
    offered: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if places is not None:
        places = places + [closed for closed, last in merged.items() if last in set(places) and closed not in places]
    parts = [None] if places is None else [places[start : start + 500] for start in range(0, len(places), 500)]
    for part in parts:
        wanted = Service.active if part is None else Service.active & Service.structure.in_(part)
        query = Service.select(Service.structure, Service.content).where(wanted).order_by(Service.id)
        for place, content in rows(query):
            offered[merged.get(place, place)].append(json.loads(content))
    return offered


# --- showing -----------------------------------------------------------------------------------------------------


def _shown(
    row: Row, services: Iterable[Mapping[str, Any]], today: date, into: str | None, stands_for: list[str]
) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(row["content"])
    if not row["active"]:
        closed = {name: content[name] for name in KEPT_WHEN_CLOSED if name in content} | {"active": False}
        return closed | ({"merged_into": into} if into else {})
    hidden = {"a_classer", *(KEPT_FROM_EVERYONE if row["confidential_address"] else ())}
    place = {name: value for name, value in content.items() if name not in hidden}
    if not row["confidential_address"]:
        place |= json.loads(row["hours"])
    ours = {"kind": row["kind"], "food_aid": json.loads(row["food_aid"]), "full_until": row["full_until"],
            "verified_at": row["verified_at"], "stands_for": stands_for}  # fmt: skip
    place |= {name: value for name, value in ours.items() if value}
    if row["confidential_address"]:
        place["confidential_address"] = True
    if is_old({**content, "verified_at": row["verified_at"]}, today):
        place["a_verifier"] = True
    offered = [_offer(service, content, hidden, today) for service in services]
    return place | ({"services": offered} if offered else {})


def _offer(service: Mapping[str, Any], place: Mapping[str, Any], hidden: set[str], today: date) -> dict[str, Any]:
    """A service of a place: what the place does not say already, and its own hours when it has some."""
    left_out = {*hidden, *NOT_SAID_OF_A_SERVICE}
    offer = {name: value for name, value in service.items() if name not in left_out and place.get(name) != value}
    return offer | (hours_of_service(offer, place, today) if "horaires_accueil" in offer else {})
