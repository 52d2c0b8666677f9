"""Judge an orientation: the one act that lets another team read (docs/protocol.md §3). Refused or accepted whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from models.ledger.act import Act, side_of
from models.ledger.context import Context
from models.problems import Problem
from models.projections.changes import Changes
from models.projections.facts import ConsentFact, GrantFact, OrientationFact
from models.reference import REFERENCE
from models.rules import roster, sharing
from models.rules.envelope import audience_circle, parse_instant
from models.rules.roster import Circle, Organisation
from models.rules.sharing import Disclosure
from models.vocabulary import CLOCK_DRIFT_MINUTES, CONSENT_DAYS, ORIENTATION_DAYS, SECTION_NECESSITY, OrientationState

DRIFT = timedelta(minutes=CLOCK_DRIFT_MINUTES)


@dataclass(frozen=True, slots=True)
class Recipient:
    organisation: Organisation
    circle: Circle


def send(act: Act, context: Context) -> Changes:
    """An orientation sent. Raises Problem with the first of no_recipient, awaits_rotation, stale_epoch, charter, role,
    matrix, basis, consent_missing, level, dates."""
    recipient = _recipient(act, context)
    consent = context.consents.get(act.payload["ground"].get("consent", ""))
    sharing.check_orientation(REFERENCE, _disclosure(act, recipient, consent, context))
    if consent is not None and act.payload.get("withdrawal_key") != consent.withdrawal_key:
        raise Problem("consent_missing")
    act.check_names_nothing_more_closed(context)
    _check_dates(act, consent, context)
    orientation = _fact(act, recipient, context)
    changes = act.accepted(context)
    changes.orientations.append(orientation)
    changes.grants.append(GrantFact(orientation.id, orientation.recipient_circle, orientation.deadline))
    return changes


def _recipient(act: Act, context: Context) -> Recipient:
    """The circle that would read, of another team, at an epoch nobody was removed from since."""
    found = audience_circle(act.payload["audience"]["other"])
    assert found is not None and act.circle is not None  # noqa: S101 (by shape)
    circle_id, epoch = found
    organisation = context.organisation_of(circle_id)
    circle = organisation.circles.get(circle_id) if organisation is not None else None
    if organisation is None or circle is None or circle.team == act.circle.team or epoch > circle.epoch:
        raise Problem("no_recipient")
    if roster.awaits_rotation(organisation, circle_id, context.today):
        raise Problem("awaits_rotation")
    if roster.superseded_by_removal(organisation, circle_id, epoch):
        raise Problem("stale_epoch")
    return Recipient(organisation, circle)


def _disclosure(act: Act, recipient: Recipient, consent: ConsentFact | None, context: Context) -> Disclosure:
    assert act.circle is not None  # noqa: S101 (by shape)
    payload, author = act.payload, act.author
    charters = roster.charters_in_force(
        context.chains.network, author.organisation, recipient.organisation, context.now
    )
    ground = payload["ground"]
    return Disclosure(
        charters=[charter.versions for charter in charters],
        same_organisation=author.organisation.id == recipient.organisation.id,
        from_kind=author.organisation.kind,
        to_kind=recipient.organisation.kind,
        role=author.member.role,
        permissions=author.member.permissions,
        author_ground=author.member.ground,
        recipients=roster.profiles(recipient.organisation, recipient.circle.id, context.today),
        recipient=recipient.organisation.id,
        sections=[(section.get("category"), section["level"]) for section in payload["sections"].values()],
        has_necessity=SECTION_NECESSITY in payload["sections"],
        purpose=payload["purpose"],
        level=payload["level"],
        own=side_of(author.organisation, act.circle),
        other=side_of(recipient.organisation, recipient.circle),
        t=context.now,
        consent=consent.consent if consent is not None else None,
        endings=context.endings.get(consent.consent.dossier, []) if consent is not None else [],
        basis=(ground["basis"], ground["version"]) if consent is None else None,
        to_places=sharing.level_of_places(REFERENCE, context.kinds_where_received(recipient.circle.id)),
    )


def _check_dates(act: Act, consent: ConsentFact | None, context: Context) -> None:
    """The deadline is to come, at most 30 days away; reading ends with the consent. Two clocks may differ a little."""
    at, deadline, until = (parse_instant(act.payload[name]) for name in ("at", "deadline", "until"))
    longest = context.now + timedelta(days=max(CONSENT_DAYS.values()))
    end = consent.consent.ends_at if consent is not None else longest
    if not max(at, context.now) < deadline <= context.now + timedelta(days=ORIENTATION_DAYS) + DRIFT:
        raise Problem("dates")
    if until > end + DRIFT:
        raise Problem("dates")


def _fact(act: Act, recipient: Recipient, context: Context) -> OrientationFact:
    assert act.circle is not None  # noqa: S101 (by shape)
    payload = act.payload
    return OrientationFact(
        id=act.fact.id,
        consent=payload["ground"].get("consent"),
        organisation=act.author.organisation.id,
        circle=act.circle.id,
        recipient=recipient.organisation.id,
        recipient_circle=recipient.circle.id,
        level=payload["level"],
        state=OrientationState.ENVOYEE.value,
        last=act.fact.id,
        derived=False,
        deadline=parse_instant(payload["deadline"]),
        until=parse_instant(payload["until"]),
        reply_by=parse_instant(payload["reply_by"]) if "reply_by" in payload else None,
        sent_at=context.now,
        changed_at=context.now,
    )
