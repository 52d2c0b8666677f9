"""Rows into facts. Every function takes ids and makes at most one query; an empty list makes none."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from peewee import fn

from models.database import locked, rows
from models.projections import instants
from models.projections.facts import ConsentFact, DossierFact, EarlyFact, EventFact, OrientationFact, ReceiptFact
from models.rules.consent import Consent, Ending
from models.tables import Consent as ConsentRow
from models.tables import Dossier, EarlyWithdrawal, Entry, Event, Held, Orientation, Place, Receipt, Section, Stream
from models.tables import Ending as EndingRow

ORIENTATION_DATES = ("deadline", "until", "reply_by", "sent_at", "changed_at", "opened_at")


def events(ids: Collection[str]) -> dict[str, EventFact]:
    if not ids:
        return {}
    query = Event.select(Event.id, Event.digest, Event.type, Event.own, Event.other).where(Event.id.in_(list(ids)))
    return {row[0]: EventFact(*row) for row in rows(query)}


def dossiers(ids: Collection[str]) -> dict[str, DossierFact]:
    if not ids:
        return {}
    query = Dossier.select(Dossier.id, Dossier.team, Dossier.circle_class).where(Dossier.id.in_(list(ids)))
    return {row[0]: DossierFact(*row) for row in rows(query)}


def consents(ids: Collection[str], dossier_ids: Collection[str] = ()) -> dict[str, ConsentFact]:
    """Every consent of the dossiers of these consents, and of these dossiers.

    All of a dossier's: a withdrawal also defeats consents that it does not name.
    """
    if not ids and not dossier_ids:
        return {}
    # Apart: with `dossier IN (SELECT …) OR dossier IN …` SQLite reads every consent there is, at each push.
    wanted = {*dossier_ids, *dossiers_of_consents(ids).values()}
    query = ConsentRow.select(*ConsentRow._meta.sorted_fields).where(ConsentRow.dossier.in_(sorted(wanted)))
    return {row[0]: _consent(row) for row in rows(query)}


def dossiers_of_consents(ids: Collection[str]) -> dict[str, str]:
    """{consent: its dossier}, which never changes."""
    if not ids:
        return {}
    return dict(rows(ConsentRow.select(ConsentRow.id, ConsentRow.dossier).where(ConsentRow.id.in_(list(ids)))))


def receipts(consent_ids: Collection[str]) -> list[ReceiptFact]:
    """Those that name these consents."""
    if not consent_ids:
        return []
    query = Receipt.select(*Receipt._meta.sorted_fields).where(Receipt.consent.in_(list(consent_ids)))
    return [
        ReceiptFact(event, consent, locator, json.loads(key), instants.read(issued_at))
        for event, consent, locator, key, issued_at in rows(query)
    ]


def endings(dossier_ids: Collection[str]) -> dict[str, list[Ending]]:
    """{dossier: its withdrawals and refusals}."""
    found: dict[str, list[Ending]] = {id: [] for id in dossier_ids}
    if found:
        query = EndingRow.select(EndingRow.event, EndingRow.dossier, EndingRow.recipient, EndingRow.categories)
        for event, dossier, recipient, categories in rows(query.where(EndingRow.dossier.in_(list(found)))):
            codes = None if categories is None else tuple(categories.split())
            found[dossier].append(Ending(event, dossier, recipient, codes))
    return found


def orientations(ids: Collection[str], consent_ids: Collection[str] = ()) -> dict[str, OrientationFact]:
    """These orientations and those sent under these consents, locked until the end of the transaction."""
    wanted = {*ids}
    if consent_ids:
        # Apart too: with `id IN … OR consent IN …` SQLite reads the whole table in the order of ids.
        under = Orientation.select(Orientation.id).where(Orientation.consent.in_(list(consent_ids)))
        wanted |= {id for (id,) in rows(under)}
    if not wanted:
        return {}
    named = Orientation.id.in_(sorted(wanted))
    query = Orientation.select(*Orientation._meta.sorted_fields).where(named).order_by(Orientation.id)
    return {row[0]: orientation(row) for row in rows(locked(query))}


def place_kinds(ids: Collection[str]) -> dict[str, str | None]:
    """The kind of each of these places that is open."""
    query = Place.select(Place.id, Place.kind).where(Place.id.in_(sorted(ids)), Place.active)
    return dict(rows(query)) if ids else {}


def shared_sections(event_ids: Collection[str]) -> dict[str, dict[str, str | None]]:
    """{event: {section: category}} of the sections whose wrap to the other team still lives."""
    found: dict[str, dict[str, str | None]] = {id: {} for id in event_ids}
    if found:
        query = Section.select(Section.event, Section.name, Section.category)
        alive = Section.other_wrap.is_null(False)
        for event, name, category in rows(query.where(Section.event.in_(list(found)), alive).order_by(Section.name)):
            found[event][name] = category
    return found


def early_withdrawals(consent_ids: Iterable[str], event_ids: Iterable[str]) -> list[EarlyFact]:
    """Those that wait for these consents, and those that are these events."""
    consents, events = list(consent_ids), list(event_ids)
    query = EarlyWithdrawal.select(*EarlyWithdrawal._meta.sorted_fields)
    waiting = rows(query.where(EarlyWithdrawal.consent.in_(consents))) if consents else []
    themselves = rows(query.where(EarlyWithdrawal.event.in_(events))) if events else []
    return [
        EarlyFact(event, consent, digest, jws, instants.read(received_at), signer)
        for event, consent, digest, jws, received_at, signer in dict.fromkeys([*waiting, *themselves])
    ]


def early_rooms() -> dict[str, int]:
    """{member: how many withdrawals of theirs wait}; those of unknown keys under the name of their room."""
    query = EarlyWithdrawal.select(EarlyWithdrawal.signer, fn.COUNT(EarlyWithdrawal.event))
    return dict(rows(query.group_by(EarlyWithdrawal.signer)))


def positions(event_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """{event: {stream: position}} of where events are shown."""
    found: dict[str, dict[str, int]] = {id: {} for id in event_ids}
    if found:
        query = Entry.select(Entry.event, Stream.name, Entry.position).join(Stream, on=Stream.id == Entry.stream)
        for event, stream, position in rows(query.where(Entry.event.in_(list(found)))):
            found[event][stream] = position
    return found


def held(members: Collection[str]) -> dict[str, dict[str, str]]:
    """{member: {event: digest}} of what is held of these ended members."""
    found: dict[str, dict[str, str]] = {id: {} for id in members}
    if found:
        query = Held.select(Held.member, Held.event, Held.digest).where(Held.member.in_(list(found)))
        for member, event, digest in rows(query):
            found[member][event] = digest
    return found


def orientation(row: tuple[Any, ...]) -> OrientationFact:
    """A row of `orientation`, its columns in order."""
    values = dict(zip((field.name for field in Orientation._meta.sorted_fields), row, strict=True))
    values["derived"] = bool(values["derived"])
    values |= {name: _instant_or_none(values[name]) for name in ORIENTATION_DATES}
    return OrientationFact(**values)


def _consent(row: tuple[Any, ...]) -> ConsentFact:
    id, dossier, organisation, circle, recipient, codes, purpose, basis, version, given, ends, parents, key = row
    consent = Consent(
        id,
        dossier,
        recipient,
        tuple(codes.split()),
        purpose,
        (basis, version),
        instants.read(ends),
        tuple(parents.split()),
    )
    return ConsentFact(consent, organisation, circle, instants.read(given), json.loads(key) if key else None)


def _instant_or_none(text: str | None) -> datetime | None:
    return instants.read(text) if text is not None else None
