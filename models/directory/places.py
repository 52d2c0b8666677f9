"""Reading the directory at a desk: a page of it by what is asked, and one entry whole, with its history.

A confidential place is found and shown without what says where it is, even to who keeps it: it never leaves the server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from models.database import available, rows
from models.directory.changes import fields_of
from models.directory.columns import place_row, place_rows
from models.directory.keepers import Keeper
from models.directory.merged import taken_in
from models.problems import Problem
from models.projections import chains, instants
from models.rules.confidential import WHERE, WORDS
from models.rules.duplicates import spelled_out
from models.rules.freshness import is_due, is_full, sure_on
from models.tables import Beside, ImportSource, Place, PlaceChange, RosterId, Service

PAGE: Final = 50
HISTORY: Final = 100
OPEN, CLOSED, ALL = "ouverts", "fermes", "tous"
Row = dict[str, Any]
_SEARCHED: Final = ("nom", "commune", "code_postal", "adresse", "telephone", "siret", "id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty: everything that is open."""

    words: str = ""
    source: str = ""
    state: str = OPEN
    due: bool = False
    confidential: bool = False
    full: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as a desk may see it. `hidden` names what is kept and never shown; `sure_on` is when it was last sure;
    `is_own`: kept by the organisation of who looks; `may_change`: theirs to change."""

    id: str
    source: str
    version: int
    fields: Mapping[str, Any]
    hidden: tuple[str, ...]
    sure_on: date
    is_due: bool
    is_full: bool
    is_own: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, how many there are in all, and which page of how many this is, from 1."""

    entries: list[Entry]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an entry's history: (field, before, after), None for no value. `who` is a name, or an organisation."""

    id: int
    at: datetime
    act: str
    who: str | None
    fields: list[tuple[str, Any, Any]]


def find(who: Keeper, wanted: Wanted, page: int, now: datetime) -> Found:
    """A page of the entries wanted, by name; those to verify, the oldest first, one's own before the others'."""
    today = now.date()
    found = _matching(_all(who, wanted, today), wanted.words)
    if wanted.due:
        entries = [entry for row in found if (entry := shown(who, row, today)).is_due]
        entries.sort(key=lambda entry: (not entry.is_own, entry.sure_on, entry.id))
        return Found(*_page(entries, page))
    here, *counts = _page(found, page)
    return Found([shown(who, row, today) for row in here], *counts)


def entry(who: Keeper, id_: str, now: datetime) -> Entry:
    """Raises Problem(not_found)."""
    with available():
        found = rows(Place.select().where(Place.id == id_))
    if not found:
        raise Problem("not_found")
    return shown(who, place_row(found[0]), now.date())


def services(entry: Entry) -> list[dict[str, Any]]:
    """What a place offers, open services first: their fields, and `active`. Those of places merged into it too.

    A service has an address, hours and a link of its own: of a confidential place, they are hidden as well.
    """
    with available():
        places = [entry.id, *taken_in(entry.id)]
        query = Service.select(Service.content, Service.active).where(Service.structure.in_(places))
        found = [json.loads(content) | {"active": bool(active)} for content, active in rows(query)]
    secret = _secret(entry)
    seen = [{name: value for name, value in service.items() if name not in secret} for service in found]
    return sorted(seen, key=lambda service: (not service["active"], str(service.get("nom", ""))))


def history(who: Keeper, entry: Entry) -> list[Change]:
    """What happened to an entry, the newest first, at most 100 lines; what it hides is named without its values."""
    query = PlaceChange.select(
        PlaceChange.id, PlaceChange.at, PlaceChange.act, PlaceChange.member, PlaceChange.before, PlaceChange.after
    )
    with available():
        found = rows(query.where(PlaceChange.place == entry.id).order_by(PlaceChange.id.desc()).limit(HISTORY))
        names = _names(who, {row[3] for row in found if row[3]})
    secret, is_hidden = _secret_of(entry.may_change), bool(entry.fields["confidential_address"])
    lines: list[Change] = []
    for id_, at, act, member, *sides in found:
        before, after = map(json.loads, sides)
        # What was written while it was hidden stays so, even where the entry is shown today (a merge that was undone).
        was_hidden = bool(before.get("confidential_address", is_hidden))
        hidden = secret if entry.fields["confidential_address"] or is_hidden or was_hidden else frozenset[str]()
        lines.append(Change(id_, instants.read(at), act, names.get(member), _fields(before, after, hidden)))
        is_hidden = was_hidden
    return lines


def sources() -> list[str]:
    """The names of the sources that entries come from."""
    with available():
        return [row[0] for row in rows(Place.select(Place.source).distinct().order_by(Place.source))]


def sources_of(who: Keeper) -> list[str]:
    """The names that this keeper imports files under."""
    query = ImportSource.select(ImportSource.name)
    if not who.keeps_all:
        query = query.where(ImportSource.keeper == who.organisation)
    with available():
        return [row[0] for row in rows(query.order_by(ImportSource.name))]


def count_due(who: Keeper, now: datetime) -> int:
    """How many entries of their own organisation wait to be verified."""
    today = now.date()
    return sum(is_due(fields_of(row), today) for row in _all(who, Wanted(mine=True), today))


def shown(who: Keeper, row: Mapping[str, Any], today: date) -> Entry:
    """A row of `place` as an entry, without what must not leave the server."""
    fields, hidden = visible(row)
    if fields["confidential_address"] and not who.keeps(fields):
        fields = {name: value for name, value in fields.items() if name not in WORDS}
    return Entry(
        row["id"], row["source"], row["version"], fields, hidden, sure_on(fields), is_due(fields, today),
        is_full(fields, today), fields.get("keeper") == who.organisation, who.keeps(fields),
    )  # fmt: skip


def visible(row: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of a row of `place` that may be shown, and the names of those that may not."""
    fields = fields_of(row)
    hidden = WHERE if fields["confidential_address"] else ()
    seen = {name: value for name, value in fields.items() if name not in hidden}
    return seen, tuple(name for name in hidden if name in fields)


def _secret(entry: Entry) -> frozenset[str]:
    """What of a confidential place this desk is not shown: where it is, and for who does not keep it any sentence."""
    return _secret_of(entry.may_change) if entry.fields["confidential_address"] else frozenset()


def _secret_of(may_change: bool) -> frozenset[str]:
    return frozenset(WHERE if may_change else (*WHERE, *WORDS))


def _all(who: Keeper, wanted: Wanted, today: date) -> list[Row]:
    query = Place.select()
    if wanted.state != ALL:
        query = query.where(Place.active == (wanted.state == OPEN))
    if wanted.source:
        query = query.where(Place.source == wanted.source)
    if wanted.mine:
        query = query.where(Place.keeper == who.organisation)
    if wanted.full:
        query = query.where(Place.full_until >= today.isoformat())
    if wanted.confidential:
        query = query.where(Place.confidential_address == True)  # noqa: E712 (a column, compared by SQL)
    with available():
        return place_rows(rows(query))


def _matching(found: list[Row], words: str) -> list[Row]:
    """Those that hold every word, by name."""
    asked = spelled_out(words).split()
    said = [(*_said(row["id"], row["content"], bool(row["confidential_address"])), row) for row in found]
    kept = [(name, row["id"], row) for name, text, row in said if all(word in text for word in asked)]
    return [row for _, _, row in sorted(kept, key=lambda each: each[:2])]


@lru_cache(maxsize=8192)
def _said(id_: str, content: str, is_confidential: bool) -> tuple[str, str]:
    """The name that an entry is listed by, and what is searched of it; remembered, since a list looks at thousands."""
    fields = json.loads(content)
    hidden = WHERE if is_confidential else ()
    text = " ".join(str(fields[name]) for name in _SEARCHED if name in fields and name not in hidden)
    return spelled_out(str(fields["nom"])), spelled_out(f"{text} {id_}")


def _page(found: list[Any], page: int) -> tuple[list[Any], int, int, int]:
    """(what is on this page, how many in all, which page, of how many)."""
    pages = max(1, -(-len(found) // PAGE))
    here = min(max(1, page), pages)
    return found[(here - 1) * PAGE : here * PAGE], len(found), here, pages


def _fields(was: Row, is_: Row, secret: frozenset[str]) -> list[tuple[str, Any, Any]]:
    return [
        (name, *(("…", "…") if name in secret else (was.get(name), is_.get(name)))) for name in sorted({*was, *is_})
    ]


def _names(who: Keeper, members: set[str]) -> dict[str, str]:
    """Names of members of one's own organisation, from their cards; for others, the name of theirs."""
    known = chains.load([who.organisation])
    own = known.organisations[who.organisation].members
    cards = {own[member].card: member for member in members if member in own}
    kept = Beside.select(Beside.digest, Beside.content).where(Beside.kind == "card", Beside.digest.in_([*cards]))
    theirs = RosterId.select(RosterId.id, RosterId.organisation).where(RosterId.id.in_([*(members - {*own})]))
    admitted = known.network.organisations
    return {cards[digest]: json.loads(content)["name"] for digest, content in rows(kept)} | {
        id_: admitted[of].name for id_, of in rows(theirs) if of in admitted
    }
