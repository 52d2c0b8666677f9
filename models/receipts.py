"""The door to receipts: what whoever holds the paper may learn, without an account.

The secret on the paper never comes here. Of it the holder shows only what finds the receipt; what it says comes back as
it was sealed, with what only the server knows: what is still agreed, and where each orientation stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from models.database import available, rows
from models.problems import Problem
from models.projections import reading
from models.projections.facts import ConsentFact, OrientationFact, ReceiptFact
from models.projections.instants import written
from models.rules import envelope
from models.rules import orientation as moves
from models.rules.consent import Ending, defeats
from models.tables import Event, Orientation, Receipt


def of_holder(locate: str, now: datetime) -> list[dict[str, Any]]:
    """The receipts that `locate` finds, oldest first, each with its consents and what was sent under them.

    One that was issued again for all its consents is found no more: the paper was lost. Its key still takes back.
    Raises Problem("not_found") as for one that never was, or has not come yet.
    """
    with available():
        events = [id for (id,) in rows(Receipt.select(Receipt.event).where(_is_found(locate)).distinct())]
        named = reading.receipts(_consents_of(events))
        shown = [each for each in _newest(named) if each.event in events]
        if not shown:
            raise Problem("not_found")
        consents = reading.consents({each.consent for each in shown})
        endings = reading.endings({each.consent.dossier for each in consents.values()})
        sent = _sent_under([each.consent for each in shown])
        sealed = _sealed({each.event for each in shown})
    return [
        {
            "issued_at": written(first.issued_at),
            "sealed": sealed[first.event],
            "consents": [
                _consent(consents[each.consent], endings, sent, now) for each in shown if each.event == first.event
            ],
        }
        for first in _one_each(shown)
    ]


def _is_found(locate: str) -> Any:
    return Receipt.locator == envelope.digest(locate)


def _consents_of(events: Sequence[str]) -> list[str]:
    query = Receipt.select(Receipt.consent).where(Receipt.event.in_(list(events)))
    return [id for (id,) in rows(query)]


def _newest(named: Iterable[ReceiptFact]) -> list[ReceiptFact]:
    """For each consent, the receipt issued last."""
    last: dict[str, ReceiptFact] = {}
    for each in sorted(named, key=lambda one: (one.issued_at, one.event)):
        last[each.consent] = each
    return sorted(last.values(), key=lambda one: (one.issued_at, one.event, one.consent))


def _one_each(shown: Iterable[ReceiptFact]) -> list[ReceiptFact]:
    return list({each.event: each for each in shown}.values())


def _sent_under(consents: Sequence[str]) -> list[OrientationFact]:
    query = Orientation.select(*Orientation._meta.sorted_fields).where(Orientation.consent.in_(list(consents)))
    return [reading.orientation(row) for row in rows(query.order_by(Orientation.id))]


def _sealed(events: Iterable[str]) -> dict[str, str]:
    query = Event.select(Event.id, Event.jws).where(Event.id.in_(sorted(events)))
    return {id: envelope.read(jws, envelope.TYP_EVENT).payload["sealed"] for id, jws in rows(query)}


def _consent(
    fact: ConsentFact, endings: dict[str, list[Ending]], sent: Sequence[OrientationFact], now: datetime
) -> dict[str, Any]:
    """`agreed`: what no withdrawal or refusal defeats, whether or not its end is past."""
    consent = fact.consent
    about = endings[consent.dossier]
    return {
        "id": consent.id,
        "recipient": consent.recipient,
        "categories": list(consent.categories),
        "agreed": [code for code in consent.categories if not any(defeats(each, consent, code) for each in about)],
        "purpose": consent.purpose,
        "given_at": written(fact.given_at),
        "ends_at": written(consent.ends_at),
        "orientations": [_orientation(each, now) for each in sent if each.consent == consent.id],
    }


def _orientation(fact: OrientationFact, now: datetime) -> dict[str, Any]:
    """`opened_at`: when someone of the recipient team first opened it, or None."""
    return {
        "id": fact.id,
        "state": moves.state_at(fact.state, fact.deadline, now),
        "sent_at": written(fact.sent_at),
        "changed_at": written(fact.changed_at),
        "opened_at": written(fact.opened_at) if fact.opened_at is not None else None,
    }
