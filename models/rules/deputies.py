"""How far a deputy goes: someone who signs by the permission `member.admit` gives no more than they have.

Pure. docs/protocol.md §2, *Deputies*. Twin: static/app/rules/deputies.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from models.rules.roster_state import Member, Organisation
from models.vocabulary import Role, StatementType

_SIMPLE_ROLES: Final = (Role.VOLUNTEER, Role.WORKER)


def oversteps(signer: Member, payload: Mapping[str, Any], organisation: Organisation, today: date) -> bool:
    """Whether this statement about a member asks more than the permission gives. Supervisors do not sign by it.

    A member who does not exist is not judged here: the meaning of the statement answers `not_found`.
    """
    if signer.role == Role.SUPERVISOR:
        return False
    match payload["type"]:
        case StatementType.MEMBER_ADDED:
            return not (_bootstraps(signer, payload["member"], organisation, today) or _is_simple(payload["member"]))
        case StatementType.MEMBER_ROLE_SET:
            changed = payload["member"]
            if changed["id"] == signer.id:
                return True
            if _bootstraps(signer, changed, organisation, today):
                return False
            return not (_is_simple(changed) and _was_simple(organisation, changed["id"]))
        case StatementType.MEMBER_ENDED:
            return payload["member"] == signer.id or not _was_simple(organisation, payload["member"])
        case _:
            return False


def _bootstraps(signer: Member, changed: Mapping[str, Any], organisation: Organisation, today: date) -> bool:
    """An organisation begins with its charter administrator alone: somebody must name the first supervisor, and only
    the first; from then on supervisors are the supervisors' affair."""
    if signer.role != Role.CHARTER_ADMIN:
        return False
    known = organisation.members.get(changed["id"])
    if Role.SUPERVISOR not in (changed["role"], known.role if known is not None else None):
        return True
    return not any(one.role == Role.SUPERVISOR and one.is_current(today) for one in organisation.members.values())


def _is_simple(described: Mapping[str, Any]) -> bool:
    return described["role"] in _SIMPLE_ROLES and not described["permissions"]


def _was_simple(organisation: Organisation, member_id: str) -> bool:
    known = organisation.members.get(member_id)
    return known is None or (known.role in _SIMPLE_ROLES and not known.permissions)
