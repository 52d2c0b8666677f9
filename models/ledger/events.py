"""Judge one event, in the order of docs/protocol.md §3: what every type has in common, then the type's own rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from models.ledger import answers, authors, consents, disclosures, facts, receipts, withdrawals
from models.ledger.act import Act
from models.ledger.authors import Author
from models.ledger.context import Context
from models.ledger.submission import Submission
from models.problems import Problem
from models.projections.changes import Changes
from models.projections.facts import EventFact
from models.rules import roster
from models.rules.envelope import audience_circle
from models.rules.permission import may_author
from models.rules.roster import NETWORK, Circle, stream_of
from models.vocabulary import EventType


class Known(Exception):
    """The ledger already holds this very event: it gets its first receipt again."""


_RULES: Final[dict[str, Callable[[Act, Context], Changes]]] = {
    EventType.DOSSIER_OPENED: facts.open_dossier,
    EventType.DOSSIER_CORRECTED: facts.record,
    EventType.RECEPTION_RECORDED: facts.record,
    EventType.NOTE_RECORDED: facts.record,
    EventType.CONSENT_GIVEN: consents.give,
    EventType.CONSENT_REFUSED: consents.refuse,
    EventType.CONSENT_DEFERRED: consents.defer,
    EventType.RECEIPT_ISSUED: receipts.issue,
    EventType.ORIENTATION_SENT: disclosures.send,
    EventType.ORIENTATION_OPENED: answers.open_,
    EventType.ORIENTATION_ANSWERED: answers.answer,
    EventType.ORIENTATION_CANCELLED: answers.cancel,
}


def judge(submission: Submission, context: Context) -> Changes:
    """What this event changes. Raises Problem, Held, or Known."""
    payload = submission.payload
    fact = _fact(payload, submission.digest or "")
    known = context.events.get(fact.id)
    if known is not None:
        raise Known if known.digest == fact.digest else Problem("id_conflict")
    if payload["type"] == EventType.CONSENT_WITHDRAWN:
        return withdrawals.judge(submission, fact, context)
    author = authors.of(_kid(submission), context)
    if not authors.may_act(author, context):
        return authors.hold(submission, fact, author, context)
    signed = authors.verified(submission, author)
    _check_heads(payload, author, context)
    circle = _own_circle(payload, author, context)
    act = Act(signed, submission.sections, fact, author, circle)
    act.check_references(context)
    if not may_author(author.member.role, author.member.permissions, fact.type):
        raise Problem("role")
    return _RULES[fact.type](act, context)


def _fact(payload: dict[str, Any], digest: str) -> EventFact:
    audience = payload.get("audience", {})
    own, other = (_place(audience.get(side)) for side in ("own", "other"))
    return EventFact(payload["id"], digest, payload["type"], own, other)


def _place(audience: str | None) -> str | None:
    """The circle's id of `<circle>.<epoch>`; `member:<id>` as it is."""
    found = audience_circle(audience) if audience is not None else None
    return found[0] if found is not None else audience


def _kid(submission: Submission) -> str:
    assert submission.signed is not None  # noqa: S101 (only entries that were read are judged)
    return submission.signed.kid


def _check_heads(payload: dict[str, Any], author: Author, context: Context) -> None:
    """The heads named are those of the network, the author's organisation and the other side's, and are known here."""
    named = payload["heads"]
    own = stream_of(author.organisation.id)
    place = _place(payload["audience"].get("other"))
    other = context.organisation_of(place) if place is not None else None
    expected = {NETWORK, own} | ({stream_of(other.id)} if other is not None else set())
    is_known = place is None or other is not None
    if not expected <= named.keys() or (is_known and named.keys() != expected):
        raise Problem("malformed")
    roster.judge_heads({stream: named[stream] for stream in sorted(expected)}, context.chains.digests())
    if named[own][0] < author.device.enrolled:
        # Readers judge an author by the heads the event names: this one, accepted, would be opened by nobody.
        raise Problem("not_allowed")


def _own_circle(payload: dict[str, Any], author: Author, context: Context) -> Circle | None:
    """The circle the author writes for, which they hold; None for a private note. Raises Problem("not_allowed")."""
    audience = payload["audience"]["own"]
    found = audience_circle(audience)
    if found is None:
        if audience != f"member:{author.member.id}":
            raise Problem("not_allowed")
        return None
    circle_id, epoch = found
    circle = author.organisation.circles.get(circle_id)
    if circle is None or epoch > circle.epoch:
        raise Problem("not_allowed")
    if author.member.id not in roster.holders(author.organisation, circle_id, context.today):
        raise Problem("not_allowed")
    return circle
