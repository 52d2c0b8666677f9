"""Changes into rows: all that a push accepted, table by table, the counters of its streams last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import EXCLUDED, fn

from models import endlog
from models.database import Table, insert, rows
from models.projections import instants
from models.projections.changes import Changes, NewEntry, NewEvent, NewStatement
from models.projections.facts import ConsentFact, Cut, EarlyFact, GrantFact, OrientationFact, ReceiptFact
from models.rules.consent import Ending
from models.tables import (
    Beside,
    Consent,
    Dossier,
    EarlyWithdrawal,
    Entry,
    Event,
    Grant,
    Held,
    Orientation,
    Receipt,
    RosterId,
    Section,
    Statement,
    Stream,
)
from models.tables import Ending as EndingRow

Row = Sequence[Any]


def write(changes: Changes, now: datetime) -> dict[str, dict[str, int]]:
    """Write everything, within the caller's transaction. Returns {event: {stream: position}} of what is newly shown.

    The line outside the database comes first: what it says may be done twice, it may not be missed.
    """
    endlog.append(changes.to_end_log, now)
    at = instants.written(now)
    _write_statements(changes.statements, at)
    _insert(Event, (_event(each) for each in changes.events))
    _insert(Section, (row for each in changes.events for row in _sections(each)))
    _insert(Dossier, ((each.id, each.team, each.circle_class) for each in changes.dossiers))
    _insert(Consent, map(_consent, changes.consents))
    _insert(EndingRow, (_ending(each, changes) for each in changes.endings))
    _insert(Receipt, map(_receipt, changes.receipts))
    _upsert(Orientation, {each.id: _orientation(each) for each in changes.orientations})
    _upsert(Grant, {(each.event, each.circle): _grant(each) for each in changes.grants})
    _insert(EarlyWithdrawal, map(_early, changes.early))
    _forget_early(changes.no_longer_early)
    _insert(Held, (_held(each, at) for each in changes.kept))
    _cut(changes.cuts)
    return _show(changes.entries, changes.statements)


def _insert(table: type[Table], values: Iterable[Row]) -> None:
    """In the order of their keys: two writers of the same rows then wait for each other one way only."""
    values = sorted(values, key=lambda row: str(row[0]))
    if values:
        insert(table, values)


def _upsert(table: type[Table], values: dict[Any, Row]) -> None:
    """Insert rows, or replace those that have the same key; the last word of a push on each key."""
    if not values:
        return
    meta: Any = table._meta
    keys = meta.primary_key.field_names if meta.composite_key else (meta.primary_key.name,)
    insert(table, [values[key] for key in sorted(values)], replacing=[meta.fields[name].column_name for name in keys])


def _write_statements(statements: Sequence[NewStatement], at: str) -> None:
    _insert(Statement, (_statement(each, at) for each in statements))
    _insert(Beside, (row for each in statements for row in _beside(each)))
    _insert(RosterId, ((id, each.organisation) for each in statements for id in each.ids))


def _statement(new: NewStatement, at: str) -> Row:
    payload = new.signed.payload
    return (payload["stream"], payload["number"], payload["type"], new.signed.digest, new.signed.jws, at)


def _beside(new: NewStatement) -> list[Row]:
    payload = new.signed.payload
    return [
        (
            payload["stream"],
            payload["number"],
            digest,
            who.kind,
            who.member,
            who.circle,
            new.organisation,
            new.contents[digest],
        )
        for digest, who in new.beside.items()
    ]


def _event(new: NewEvent) -> Row:
    fact = new.fact
    received_at = instants.written(new.received_at)
    return (fact.id, fact.digest, fact.type, fact.own, fact.other, received_at, new.signed.jws)


def _sections(new: NewEvent) -> list[Row]:
    claims = new.signed.payload.get("sections", {})
    return [_section(new.fact.id, name, claim, new.sections[name]) for name, claim in claims.items()]


def _section(event: str, name: str, claim: Any, sealed: Any) -> Row:
    wraps = sealed["wraps"]
    head = (event, name, claim["level"], claim["size"], claim.get("category"))
    return (*head, sealed["core"], wraps["own"], wraps.get("other"))


def _consent(fact: ConsentFact) -> Row:
    consent = fact.consent
    dates = (instants.written(fact.given_at), instants.written(consent.ends_at))
    key = json.dumps(fact.withdrawal_key) if fact.withdrawal_key is not None else None
    who = (consent.id, consent.dossier, fact.organisation, fact.circle, consent.recipient)
    return (*who, " ".join(consent.categories), consent.purpose, *consent.basis, *dates, " ".join(consent.parents), key)


def _ending(ending: Ending, changes: Changes) -> Row:
    kind = "refused" if any(each.fact.id == ending.id and each.fact.own for each in changes.events) else "withdrawn"
    codes = " ".join(ending.categories) if ending.categories is not None else None
    return (ending.id, ending.dossier, ending.recipient, kind, codes)


def _receipt(fact: ReceiptFact) -> Row:
    return (fact.event, fact.consent, fact.locator, json.dumps(fact.key), instants.written(fact.issued_at))


def _orientation(fact: OrientationFact) -> Row:
    place = (fact.id, fact.consent, fact.organisation, fact.circle, fact.recipient, fact.recipient_circle)
    dates = (fact.deadline, fact.until, fact.reply_by, fact.sent_at, fact.changed_at, fact.opened_at)
    written = (instants.written(each) if each is not None else None for each in dates)
    return (*place, fact.level, fact.state, fact.last, fact.derived, *written)


def _grant(fact: GrantFact) -> Row:
    ends_at = instants.written(fact.ends_at) if fact.ends_at is not None else None
    return (fact.event, fact.circle, ends_at, fact.closed)


def _early(fact: EarlyFact) -> Row:
    return (fact.event, fact.consent, fact.digest, fact.jws, instants.written(fact.received_at), fact.signer)


def _forget_early(applied: Sequence[EarlyFact]) -> None:
    if applied:
        each = [(EarlyWithdrawal.event == one.event) & (EarlyWithdrawal.consent == one.consent) for one in applied]
        EarlyWithdrawal.delete().where(reduce(or_, each)).execute()


def _held(new: Any, at: str) -> Row:
    sections = json.dumps(new.sections)
    return (new.fact.id, new.fact.digest, new.member, new.organisation, new.jws, sections, at)


def _cut(cuts: Sequence[Cut]) -> None:
    """Blank the wraps. The signed event stays, and still verifies."""
    if cuts:
        each = [(Section.event == cut.event) & Section.name.in_(cut.sections) for cut in cuts]
        Section.update(other_wrap=None).where(reduce(or_, each)).execute()


def _show(entries: Sequence[NewEntry], statements: Sequence[NewStatement]) -> dict[str, dict[str, int]]:
    """Give each line its position: the counters are taken last, so that nobody waits for them longer than needed."""
    heads = {each.signed.payload["stream"]: each.signed.digest for each in statements}
    added = dict.fromkeys(sorted({*(each.stream for each in entries), *heads}), 0)
    for stream in [*(each.stream for each in entries), *(each.signed.payload["stream"] for each in statements)]:
        added[stream] += 1
    if not added:
        return {}
    counters = {name: (id, position - added[name]) for id, name, position in _advance(added, heads)}
    shown: dict[str, dict[str, int]] = {}
    lines: list[Row] = []
    for entry in entries:
        id, position = counters[entry.stream]
        counters[entry.stream] = (id, position + 1)
        lines.append((id, position + 1, entry.event, entry.side, _purge_line(entry.purge)))
        if entry.event is not None:
            shown.setdefault(entry.event, {})[entry.stream] = position + 1
    _insert(Entry, lines)
    return shown


def _advance(added: dict[str, int], heads: dict[str, str]) -> list[tuple[Any, ...]]:
    """Move the counters forward, in the order of their names, and return (id, name, new position) of each."""
    query = Stream.insert_many(
        [(name, count, heads.get(name)) for name, count in added.items()],
        fields=[Stream.name, Stream.position, Stream.head],
    ).on_conflict(
        conflict_target=[Stream.name],
        update={
            Stream.position: Stream.position + EXCLUDED.position,
            Stream.head: fn.COALESCE(EXCLUDED.head, Stream.head),
        },
    )
    return rows(query.returning(Stream.id, Stream.name, Stream.position))


def _purge_line(cut: Cut | None) -> str | None:
    if cut is None:
        return None
    return json.dumps(
        {"cause": cut.cause, "wraps": [[cut.event, name] for name in cut.sections]}, separators=(",", ":")
    )
