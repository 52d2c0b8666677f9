"""Invitations: how someone asks to join, and the one who invited reads what they asked.

The secret of an invitation never comes here; whether a request is genuine is checked on the inviter's device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from peewee import IntegrityError, fn

from models.accounts.callers import Caller
from models.database import available, hold, rows, transaction
from models.problems import Problem
from models.projections import chains, instants
from models.rules.envelope import parse_instant, strict_json
from models.rules.formats import integer, is_id, is_instant, one_of, record
from models.rules.permission import may
from models.rules.roster import Organisation
from models.tables import AdmissionRequest, Invitation
from models.vocabulary import INVITATION_DAYS, MAX_INVITATION_USES

MAX_REQUEST_CHARACTERS: Final = 4096
MAX_LIVE_INVITATIONS: Final = 100  # of one inviter at once: 4,000 people in a week
KEPT_DAYS: Final = 7  # that requests outlive their invitation
WAITING, ADMITTED = "waiting", "admitted"
_INVITATION = record(
    {"kind": one_of("member", "organisation"), "uses": integer(1, MAX_INVITATION_USES), "expires_at": is_instant}
)
_ACTIONS: Final = {"member": "invitation.create", "organisation": "invitation.create_organisation"}


def put_invitation(who: Caller, id: str, body: object, now: datetime) -> None:
    """Make an invitation, for 7 days at most.

    Raises Problem(malformed | unknown_field | forbidden | dates | too_many | id_conflict).
    """
    if not is_id(id) or not isinstance(body, dict) or not _INVITATION(body):
        raise Problem("malformed")
    if not may(who.role, who.permissions, _ACTIONS[body["kind"]]):
        raise Problem("forbidden")
    expires_at = parse_instant(body["expires_at"])
    if not now < expires_at <= now + timedelta(days=INVITATION_DAYS, minutes=10):
        raise Problem("dates")
    try:
        with transaction():
            hold({f"inviter:{who.member}": True})
            live = (Invitation.inviter == who.member) & (Invitation.expires_at >= instants.written(now))
            if rows(Invitation.select(fn.COUNT(Invitation.id)).where(live))[0][0] >= MAX_LIVE_INVITATIONS:
                raise Problem("too_many")
            Invitation.insert(
                id=id,
                inviter=who.member,
                organisation=who.organisation,
                kind=body["kind"],
                uses=body["uses"],
                expires_at=instants.written(expires_at),
            ).execute()
    except IntegrityError as error:
        raise Problem("id_conflict") from error


def ask_admission(id: str, request: object, mac: object, now: datetime) -> None:
    """Post a request on a live invitation. The same again is the same.

    Raises Problem(malformed | too_large), and Problem("not_found"), one shape, for one unknown, used up or expired.
    """
    member = _member(request, mac)
    with transaction():
        hold({f"invitation:{id}": True})
        live = (Invitation.id == id) & (Invitation.expires_at >= instants.written(now))
        found = rows(Invitation.select(Invitation.uses).where(live))
        posted = rows(
            AdmissionRequest.select(fn.COUNT(AdmissionRequest.member)).where(AdmissionRequest.invitation == id)
        )
        mine = (AdmissionRequest.invitation == id) & (AdmissionRequest.member == member)
        known = rows(AdmissionRequest.select(AdmissionRequest.request, AdmissionRequest.mac).where(mine))
        if known and known[0] == (request, mac) and found:
            return
        if not found or posted[0][0] >= found[0][0] or known:
            raise Problem("not_found")
        AdmissionRequest.insert(
            invitation=id, member=member, request=request, mac=mac, posted_at=instants.written(now)
        ).execute()


def admissions(who: Caller, id: str) -> dict[str, Any]:
    """`{"kind", "requests": [{"request", "mac", "posted_at", "state"}]}`, for the inviter alone.

    Raises Problem("not_found") for anyone else.
    """
    with available():
        mine = (Invitation.id == id) & (Invitation.inviter == who.member)
        found = rows(Invitation.select(Invitation.kind).where(mine))
        if not found:
            raise Problem("not_found")
        query = AdmissionRequest.select(
            AdmissionRequest.member, AdmissionRequest.request, AdmissionRequest.mac, AdmissionRequest.posted_at
        )
        posted = rows(
            query.where((AdmissionRequest.invitation == id) & (AdmissionRequest.request != "")).order_by(
                AdmissionRequest.posted_at
            )
        )
        rosters = _rosters_of(row[0] for row in posted)
    requests = [
        {"request": request, "mac": mac, "posted_at": at, "state": _state(member, request, rosters.organisations)}
        for member, request, mac, at in posted
    ]
    return {"kind": found[0][0], "requests": requests}


def admission_state(id: str, member: str) -> dict[str, Any]:
    """`{"state": "waiting"}`, or `{"state": "admitted", "organisation", "heads"}` once a statement names the member.

    Raises Problem("not_found") unless this member asked on this invitation.
    """
    with available():
        mine = (AdmissionRequest.invitation == id) & (AdmissionRequest.member == member)
        posted = rows(AdmissionRequest.select(AdmissionRequest.request).where(mine))
        if not posted:
            raise Problem("not_found")
        rosters = _rosters_of([member])
        if _state(member, posted[0][0], rosters.organisations) == WAITING:
            return {"state": WAITING}
        organisation = next(iter(rosters.organisations))
        return {"state": ADMITTED, "organisation": organisation, "heads": rosters.heads()}


def forget_requests(now: datetime) -> int:
    """Keep no name longer than it serves: of a request that was admitted only its state is left, and nothing at all a
    week after the invitation ended. Returns how many requests changed.
    """
    live = Invitation.select(Invitation.id).where(
        Invitation.expires_at >= instants.written(now - timedelta(days=KEPT_DAYS))
    )
    # The row of an admitted one stays: it counts as a use, and tells the joiner, who may come back days later.
    with transaction():
        gone = AdmissionRequest.delete().where(AdmissionRequest.invitation.not_in(live)).execute()
        query = AdmissionRequest.select(AdmissionRequest.invitation, AdmissionRequest.member, AdmissionRequest.request)
        kept = rows(query.where(AdmissionRequest.request != ""))
        known = _rosters_of(member for _, member, _ in kept).organisations
        admitted = [row for row in kept if _state(row[1], row[2], known) == ADMITTED]
        for invitation, member, _ in admitted:
            mine = (AdmissionRequest.invitation == invitation) & (AdmissionRequest.member == member)
            AdmissionRequest.update(request="", mac="").where(mine).execute()
        return int(gone) + len(admitted)


def _rosters_of(members: Iterable[str]) -> chains.Chains:
    return chains.load(owner for owner in chains.owners(members).values() if owner is not None)


def _state(member: str, request: str, organisations: Mapping[str, Organisation]) -> str:
    """Admitted once the roster has the very key that was asked for: who returns was known before, with another."""
    content = strict_json(request.encode()) if request else None
    asked = content["member"].get("signing") if content else None
    known = [one.members[member].signing for one in organisations.values() if member in one.members]
    return ADMITTED if not request or (asked is not None and asked in known) else WAITING


def _member(request: object, mac: object) -> str:
    """The member a request is about. Its other members are for the inviter to judge."""
    if not isinstance(request, str) or not isinstance(mac, str):
        raise Problem("malformed")
    if len(request) > MAX_REQUEST_CHARACTERS or len(mac) > 64:
        raise Problem("too_large")
    content = strict_json(request.encode())
    member = content.get("member") if content is not None else None
    id = member.get("id") if isinstance(member, dict) else None
    if not is_id(id):
        raise Problem("malformed")
    return str(id)
