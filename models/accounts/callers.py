"""Who calls, by their token: a member who is one today, or the signed act that ended it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from models.accounts import tokens
from models.database import available, rows
from models.problems import Problem
from models.projections import chains
from models.projections.readers import Reader
from models.rules import envelope
from models.rules.roster import Member, Organisation, stream_of
from models.tables import Statement

_SAYS_MEMBER = ("member.ended", "member.added", "member.role_set")


@dataclass(frozen=True, slots=True)
class Caller:
    """A member with a session. `scope` is device; bundle for a token that serves `/api/bundle` alone; or desk, for the
    cookie of `/desk/`."""

    member: str
    organisation: str
    device: str | None
    scope: str
    role: str
    permissions: Collection[str]

    @property
    def reader(self) -> Reader:
        return Reader(self.member, self.organisation)


def caller(token: str | None, now: datetime) -> Caller:
    """Raises Problem(session_expired), or Problem(member_ended) with the signed act as `cause`."""
    if not token:
        raise Problem("session_expired")
    with available():
        member_id, organisation_id, device_id, scope = tokens.session(token, now)
        _, member = check_current(member_id, organisation_id, device_id, now)
    return Caller(member_id, organisation_id, device_id, scope, member.role, member.permissions)


def check_current(
    member_id: str, organisation_id: str, device_id: str | None, now: datetime
) -> tuple[Organisation, Member]:
    """The member, if they still are one and the device was not revoked.

    Raises Problem(session_expired | member_ended).
    """
    organisation = chains.load([organisation_id]).organisations.get(organisation_id)
    member = organisation.members.get(member_id) if organisation is not None else None
    if organisation is None or member is None:
        raise Problem("session_expired")
    device = organisation.devices.get(device_id) if device_id is not None else None
    if device_id is not None and device is None:
        raise Problem("session_expired")
    if not member.is_current(now.date()):
        raise Problem("member_ended", **_cause(organisation, _SAYS_MEMBER, member_id))
    if device is not None and device.revoked is not None:
        raise Problem("member_ended", **_cause(organisation, ("device.revoked",), device.id))
    return organisation, member


def _cause(organisation: Organisation, types: Collection[str], id: str) -> dict[str, str]:
    """The newest signed act of these types about this member or device: what the phone verifies before it closes."""
    query = Statement.select(Statement.jws).where(
        Statement.stream == stream_of(organisation.id), Statement.type.in_(list(types))
    )
    for (jws,) in rows(query.order_by(Statement.number.desc())):
        payload = envelope.read(jws, envelope.TYP_STATEMENT).payload
        about = payload.get("device") or payload["member"]
        if id in (about, about["id"] if isinstance(about, dict) else None):
            return {"cause": jws}
    return {}  # an administrator admitted until a date: the network says it, in `organisation.admitted`
