"""The end of reading: what a state leaves readable, and the deadlines that close without anyone's act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from models.database import rows, transaction
from models.projections import instants, reading, writing
from models.projections.changes import NONE, Changes, NewEntry
from models.projections.facts import Cut, GrantFact, OrientationFact
from models.tables import EarlyWithdrawal, Grant
from models.vocabulary import (
    EARLY_DAYS,
    ORIENTATION_EXPIRES_FROM,
    ORIENTATION_OPEN,
    ORIENTATION_READ_UNTIL,
    PURGE_BY_DATE,
    STRANGERS_MARK,
    OrientationState,
)

BATCH = 500  # rights closed in one transaction
DEADLINE, UNTIL = PURGE_BY_DATE


def grant_in(known: OrientationFact) -> GrantFact:
    """What the recipient may read in this state: until the deadline while nobody took it, then while it is open, then
    until the date signed in it; never after it was refused, cancelled or expired."""
    if known.state in ORIENTATION_EXPIRES_FROM:
        return GrantFact(known.id, known.recipient_circle, known.deadline)
    if known.state in ORIENTATION_OPEN:
        return GrantFact(known.id, known.recipient_circle)
    if known.state in ORIENTATION_READ_UNTIL:
        return GrantFact(known.id, known.recipient_circle, known.until)
    return GrantFact(known.id, known.recipient_circle, closed=True)


def purge(known: OrientationFact, sections: Sequence[str], cause: str) -> Changes:
    """Destroy the recipient's wraps on these sections, and tell its devices why."""
    if not sections:
        return Changes()
    cut = Cut(known.id, known.recipient_circle, tuple(sections), cause)
    line = NewEntry(f"circle:{known.recipient_circle}", NONE, purge=cut)
    return Changes(cuts=[cut], entries=[line])


def close_due(now: datetime) -> int:
    """Close every right whose signed date is past: orientations nobody took expire, the others are no longer read.

    Returns how many were closed. Reads once when none is due.
    """
    closed = 0
    while due := _due(now):
        with transaction():
            closed += _close(due, now)
    return closed


def _due(now: datetime) -> list[str]:
    past = (Grant.closed == False) & (Grant.ends_at < instants.written(now))  # noqa: E712 (a column, not a boolean)
    return [row[0] for row in rows(Grant.select(Grant.event).where(past).order_by(Grant.ends_at).limit(BATCH))]


def _close(ids: Sequence[str], now: datetime) -> int:
    """Looks again under the lock: an answer may have come in between, or another worker may have closed them."""
    found = reading.orientations(ids)
    alive = reading.shared_sections(ids)
    changes = Changes()
    for known in found.values():
        grant = grant_in(known)
        if grant.ends_at is None or grant.ends_at >= now:
            continue
        expires = known.state in ORIENTATION_EXPIRES_FROM
        if expires:
            expired = OrientationState.EXPIREE.value
            changes.orientations.append(replace(known, state=expired, derived=True, changed_at=now))
        changes.grants.append(replace(grant, closed=True))
        changes.add(purge(known, list(alive[known.id]), DEADLINE if expires else UNTIL))
    writing.write(changes, now)
    return len(changes.grants)


def forget_strangers(now: datetime) -> int:
    """Drop the withdrawals that keys nobody knows signed a week ago: their consent would be here. How many."""
    before = instants.written(now - timedelta(days=EARLY_DAYS))
    of_strangers = (EarlyWithdrawal.signer == "") | EarlyWithdrawal.signer.startswith(STRANGERS_MARK)
    past = of_strangers & (EarlyWithdrawal.received_at < before)
    if not rows(EarlyWithdrawal.select(EarlyWithdrawal.event).where(past).limit(1)):
        return 0
    with transaction():
        return int(EarlyWithdrawal.delete().where(past).execute())
