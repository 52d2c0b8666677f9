"""What a person agreed to or refused, as the server may know it: codes, never words."""

from __future__ import annotations

from models.ledger import withdrawals
from models.ledger.act import Act
from models.ledger.context import Context
from models.ledger.facts import check_class
from models.problems import Problem
from models.projections.changes import Changes
from models.projections.facts import ConsentFact
from models.reference import REFERENCE
from models.rules import sharing
from models.rules.consent import Consent, Ending, end_of
from models.rules.envelope import event_level, parse_instant
from models.rules.roster_state import Admitted
from models.vocabulary import EventType


def give(act: Act, context: Context) -> Changes:
    """A consent for one recipient organisation, which never receives it. Withdrawals that came first apply at once.

    Raises Problem(no_recipient | basis | level).
    """
    payload = act.payload
    recipient = _recipient(act, context)
    is_known = payload["basis"]["version"] in REFERENCE.bases.get(payload["basis"]["id"], {})
    if not is_known or payload["purpose"] not in REFERENCE.purposes:
        raise Problem("basis")
    _check_scope(act, recipient, context)
    consent = _fact(act, context)
    changes = act.accepted(context)
    changes.consents.append(consent)
    for early in [each for each in context.early if each.consent == act.fact.id]:
        changes.add(withdrawals.apply_early(early, consent, context))
    return changes


def refuse(act: Act, context: Context) -> Changes:
    """A refusal: it stops new disclosures only. Raises Problem(no_recipient | level)."""
    _check_scope(act, _recipient(act, context), context)
    payload = act.payload
    changes = act.accepted(context)
    changes.endings.append(Ending(act.fact.id, payload["dossier"], payload["recipient"], tuple(payload["categories"])))
    return changes


def defer(act: Act, context: Context) -> Changes:
    """The person wants to think: asked, not answered. It stops nothing and opens nothing.

    Raises Problem(no_recipient | level).
    """
    _check_scope(act, _recipient(act, context), context)
    return act.accepted(context)


def _recipient(act: Act, context: Context) -> Admitted:
    """Raises Problem("no_recipient") for an organisation that is not in the network."""
    recipient = context.chains.network.organisations.get(act.payload["recipient"])
    if recipient is None:
        raise Problem("no_recipient")
    return recipient


def _check_scope(act: Act, recipient: Admitted, context: Context) -> None:
    """The circle is closed enough for what is named in clear."""
    payload = act.payload
    least = sharing.least_level(REFERENCE, payload["categories"], recipient.kind)
    bare = act.fact.type != EventType.CONSENT_GIVEN and not payload["sections"]  # nothing declares its level
    check_class(act, max(least, event_level(payload)), may_be_stricter=bare)
    act.check_names_nothing_more_closed(context)


def _fact(act: Act, context: Context) -> ConsentFact:
    """The duration counts from the device's time or the receipt, whichever came first."""
    payload = act.payload
    at = parse_instant(payload["at"])
    consent = Consent(
        act.fact.id,
        payload["dossier"],
        payload["recipient"],
        tuple(payload["categories"]),
        payload["purpose"],
        (payload["basis"]["id"], payload["basis"]["version"]),
        end_of(at, context.now, payload["duration"]),
        tuple(payload["parents"]),
    )
    assert act.fact.own is not None  # noqa: S101 (its audience is a circle, by shape)
    given_at = min(at, context.now)
    return ConsentFact(consent, act.author.organisation.id, act.fact.own, given_at, payload.get("withdrawal_key"))
