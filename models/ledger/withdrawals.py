"""A person takes an agreement back: by a device of the organisation, or alone with the key of their receipt.

It may arrive before the consent it names; then it waits, and applies when the consent arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models import signatures
from models.ledger import authors
from models.ledger.act import shown
from models.ledger.context import Context
from models.ledger.submission import Submission
from models.problems import Problem
from models.projections.changes import Changes, NewEvent
from models.projections.closings import grant_in, purge
from models.projections.facts import ConsentFact, EarlyFact, EventFact, OrientationFact
from models.rules import envelope
from models.rules import orientation as moves
from models.rules.consent import Ending, defeated, defeats
from models.rules.envelope import Signed
from models.rules.permission import may_author
from models.vocabulary import (
    MAX_EARLY_OF_STRANGERS,
    MAX_EARLY_PER_MEMBER,
    ORIENTATION_OPEN,
    STRANGERS_MARK,
    OrientationState,
)

FROM_END_LOG = "end log"  # in the place of a signer: it came back from there, and takes nobody's room
JUDGED = "end log, judged"  # the same, for a consent that it took back before the restore


def judge(submission: Submission, fact: EventFact, context: Context) -> Changes:
    """Apply it to the consents known, keep it for the others. Held("parent") in the changes when none is known yet.

    Raises Problem(id_conflict | unknown_key | not_allowed | role | bad_signature | sections | malformed | too_many).
    """
    signed = submission.signed
    assert signed is not None  # noqa: S101 (only entries that were read are judged)
    waiting = [each for each in context.early if each.event == fact.id]
    if any(each.digest != fact.digest for each in waiting):
        raise Problem("id_conflict")
    named = signed.payload["consents"]
    known = [context.consents[id] for id in named if id in context.consents]
    if context.restoring:
        # What the log of ends gives back was judged when it came; its device may have left since. Only for the consents
        # known then: it may name others, which came later and were none of its signer's.
        known = [each for each in known if each.consent.id in submission.judged or _has_a_say(signed, each, context)]
        signer = FROM_END_LOG
    else:
        signer = _check_signer(signed, known, context)
    if submission.sections_refusal is not None:
        raise submission.sections_refusal
    if len({consent.consent.recipient for consent in known}) > 1:
        raise Problem("malformed")
    unknown = [id for id in named if id not in context.consents and id not in {each.consent for each in waiting}]
    # Who showed a receipt is no stranger any more: others' floods keep no part of that withdrawal waiting.
    room = STRANGERS_MARK + signed.kid if known else submission.room
    rooms = {id: JUDGED if id in submission.judged else signer or room for id in unknown}
    early = [EarlyFact(fact.id, id, fact.digest, signed.jws, context.now, rooms[id]) for id in unknown]
    _check_room(early, context)
    if not known:
        return Changes(held="parent", early=early)
    changes = applied(signed, fact, known, context)
    changes.events.append(NewEvent(signed, fact, {}, context.now))
    changes.early.extend(early)
    changes.to_end_log.append(_last_word(signed, known))
    return changes


def _last_word(signed: Signed, consents: Sequence[ConsentFact]) -> dict[str, object]:
    """The line of the log of ends: the entry, and the consents that it was judged to take back."""
    return {"jws": signed.jws, "sections": {}, "consents": [each.consent.id for each in consents]}


def apply_early(early: EarlyFact, consent: ConsentFact, context: Context) -> Changes:
    """Apply a withdrawal that waited for this consent. One of someone who had no say in it is dropped."""
    signed = envelope.read(early.jws, envelope.TYP_EVENT)
    fact = EventFact(early.event, early.digest, signed.payload["type"], None, None)
    done = Changes(no_longer_early=[early])
    if early.signer != JUDGED and not _has_a_say(signed, consent, context):
        return done
    changes = applied(signed, fact, [consent], context)
    if early.event not in context.events:
        changes.events.append(NewEvent(signed, fact, {}, early.received_at))
    changes.to_end_log.append(_last_word(signed, [consent]))
    changes.add(done)
    return changes


def applied(signed: Signed, fact: EventFact, consents: Sequence[ConsentFact], context: Context) -> Changes:
    """The endings of these consents' scopes, the orientations they close, and where the event is shown."""
    codes = tuple(signed.payload["categories"]) if "categories" in signed.payload else None
    scopes = {(each.consent.dossier, each.consent.recipient) for each in consents}
    endings = [Ending(fact.id, dossier, recipient, codes) for dossier, recipient in sorted(scopes)]
    sent = _sent_under(consents, endings, context)
    circles = [each.circle for each in consents]
    circles += [circle for each in sent for circle in (each.circle, each.recipient_circle)]
    fresh = [each for each in endings if each not in context.endings.get(each.dossier, [])]
    changes = Changes(endings=fresh, entries=context.not_yet_shown(shown(fact.id, circles)))
    for orientation in sent:
        ground = context.consents[orientation.consent or ""]
        for ending in endings:
            changes.add(_closed(orientation, ground, ending, context))
    return changes


def _check_signer(signed: Signed, consents: Sequence[ConsentFact], context: Context) -> str:
    """A device of the consents' organisation, whose member is returned; or the key their receipt holds, and then "".

    With no consent known, a receipt's key cannot be checked yet: it is when the consent arrives.
    """
    if envelope.is_id(signed.kid):
        author = authors.of(signed.kid, context)
        if not authors.may_act(author, context):
            raise Problem("not_allowed")
        if any(consent.organisation != author.organisation.id for consent in consents):
            raise Problem("not_allowed")
        signatures.verify(signed, author.device.signing)
        if not may_author(author.member.role, author.member.permissions, signed.payload["type"]):
            raise Problem("role")
        return author.member.id
    for consent in consents:
        _check_receipt(signed, consent, context)
    return ""


def _has_a_say(signed: Signed, consent: ConsentFact, context: Context) -> bool:
    """A device was judged when the withdrawal came: it takes it back even if its member left since. Only whether it is
    one of the consent's organisation could not be asked yet; and whether a key is the receipt's."""
    if envelope.is_id(signed.kid):
        organisation = context.chains.organisations.get(consent.organisation)
        return organisation is not None and signed.kid in organisation.devices
    try:
        _check_receipt(signed, consent, context)
    except Problem:
        return False
    return True


def _check_receipt(signed: Signed, consent: ConsentFact, context: Context) -> None:
    """By the key the consent was given with, or that of a receipt issued for it since. Raises unknown_key |
    bad_signature."""
    keys = [each.key for each in context.receipts if each.consent == consent.consent.id]
    if consent.withdrawal_key is not None:
        keys.append(consent.withdrawal_key)
    known = [key for key in keys if signatures.thumbprint(key) == signed.kid]
    if not known:
        raise Problem("unknown_key")
    signatures.verify(signed, known[0])


def _check_room(early: Sequence[EarlyFact], context: Context) -> None:
    """Each member has their own room; strangers share theirs with a few networks, and they are emptied after a week."""
    if not early or context.restoring:
        return
    signer = early[0].signer
    is_strangers = not signer or signer.startswith(STRANGERS_MARK)
    places = MAX_EARLY_OF_STRANGERS if is_strangers else MAX_EARLY_PER_MEMBER
    if context.early_rooms.get(signer, 0) + len(early) > places:
        raise Problem("too_many")


def _sent_under(consents: Sequence[ConsentFact], endings: Iterable[Ending], context: Context) -> list[OrientationFact]:
    """What was sent under these consents, or under others of the same scope that the endings defeat too."""
    named = {each.consent.id for each in consents}
    known = list(endings)

    def is_concerned(orientation: OrientationFact) -> bool:
        ground = context.consents.get(orientation.consent or "")
        if ground is None:
            return False
        codes = ground.consent.categories
        return ground.consent.id in named or any(
            defeats(each, ground.consent, code) for each in known for code in codes
        )

    return sorted(filter(is_concerned, context.orientations.values()), key=lambda each: each.id)


def _closed(orientation: OrientationFact, ground: ConsentFact, ending: Ending, context: Context) -> Changes:
    """All of the recipient's wraps when every category still shared is taken back; otherwise those categories' only."""
    alive = context.shared.get(orientation.id, {})
    codes = {code for code in alive.values() if code is not None and not code.startswith("X.")}
    taken = defeated(ending, ground.consent, codes)
    agreed = ground.consent.categories
    is_all = taken == codes if codes else all(defeats(ending, ground.consent, code) for code in agreed)
    if not is_all:
        return purge(orientation, [name for name, code in alive.items() if code in taken], ending.id)
    changes = purge(orientation, list(alive), ending.id)
    if moves.state_at(orientation.state, orientation.deadline, context.now) in ORIENTATION_OPEN:
        annulled = replace(orientation, state=OrientationState.ANNULEE.value, derived=True, changed_at=context.now)
        changes.orientations.append(annulled)
        orientation = annulled
    changes.grants.append(replace(grant_in(orientation), closed=True))
    return changes
