"""What the person takes away: a receipt names consents, and brings a key that may take them back."""

from __future__ import annotations

from models.ledger.act import Act
from models.ledger.context import Context
from models.ledger.facts import check_class
from models.problems import Held, Problem
from models.projections.changes import Changes
from models.projections.facts import ReceiptFact
from models.rules.envelope import event_level
from models.vocabulary import CircleClass


def issue(act: Act, context: Context) -> Changes:
    """A receipt of consents of one dossier, the first or another of the same: each of their keys may withdraw.

    Raises Held("parent") for a consent the team does not have, Problem(not_found) for one of another dossier, and
    Problem("level") where everyone would read which consents the bound circle keeps.
    """
    payload = act.payload
    assert act.circle is not None  # noqa: S101 (its audience is a circle, by shape)
    for id in payload["consents"]:
        known = context.consents.get(id)
        circle = act.author.organisation.circles.get(known.circle) if known is not None else None
        if known is None or circle is None or circle.team not in act.teams:
            raise Held("parent")
        if known.consent.dossier != payload["dossier"]:
            raise Problem("not_found")
        if circle.circle_class == CircleClass.BOUND and act.circle.circle_class == CircleClass.OPEN:
            raise Problem("level")
    check_class(act, event_level(payload), may_be_stricter=True)
    act.check_names_nothing_more_closed(context)
    changes = act.accepted(context)
    key, locator = payload["withdrawal_key"], payload["locator"]
    changes.receipts += [ReceiptFact(act.fact.id, id, locator, key, context.now) for id in payload["consents"]]
    return changes
