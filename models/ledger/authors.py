"""Who signed an event, and whether they still may."""

from __future__ import annotations

from dataclasses import dataclass

from models import signatures
from models.ledger.context import Context
from models.ledger.submission import Submission
from models.problems import Problem
from models.projections import chains
from models.projections.changes import Changes, NewHeld
from models.projections.facts import EventFact
from models.rules.envelope import Signed
from models.rules.roster import Device, Member, Organisation
from models.vocabulary import EVENT_AUDIENCE, MAX_HELD_PER_MEMBER


@dataclass(frozen=True, slots=True)
class Author:
    device: Device
    member: Member
    organisation: Organisation


def of(kid: str, context: Context) -> Author:
    """The author of what device `kid` signs, gone or not. Raises Problem("unknown_key")."""
    organisation = context.organisation_of(kid)
    owned = chains.device_owner(organisation, kid) if organisation is not None else None
    if organisation is None or owned is None:
        raise Problem("unknown_key")
    return Author(*owned, organisation)


def may_act(author: Author, context: Context) -> bool:
    """Neither the device revoked nor the member ended."""
    return chains.is_current(author.device, author.member, context.today)


def hold(submission: Submission, fact: EventFact, author: Author, context: Context) -> Changes:
    """Keep what someone who left still had to send to their own team. Raises Problem(not_allowed | too_many…).

    It is kept only if it is really theirs and whole: a stranger cannot fill their quota.
    """
    if EVENT_AUDIENCE[fact.type] not in ("own", "private"):
        raise Problem("not_allowed")
    signed = verified(submission, author)
    already = context.held.get(author.member.id, {})
    if already.get(fact.id, fact.digest) != fact.digest:
        raise Problem("id_conflict")
    if fact.id in already:
        return Changes(held="ended_member")
    if len(already) >= MAX_HELD_PER_MEMBER:
        raise Problem("too_many")
    kept = NewHeld(fact, author.member.id, author.organisation.id, signed.jws, submission.sections)
    return Changes(held="ended_member", kept=[kept])


def verified(submission: Submission, author: Author) -> Signed:
    """The event, once signature and sealed strings are checked. Raises Problem(bad_signature | sections)."""
    assert submission.signed is not None  # noqa: S101 (only entries that were read are judged)
    signatures.verify(submission.signed, author.device.signing)
    if submission.sections_refusal is not None:
        raise submission.sections_refusal
    return submission.signed
