"""Who may change which member: supervisors nearly all, deputies only what they have (docs/protocol.md §2)."""

from __future__ import annotations

from datetime import date

from device.primitives import Json
from device.roster import Member, Organisation


def may_change_member(organisation: Organisation, signer: Member, said: Json, today: date) -> bool:
    """Whether `signer` may sign this `member.added`, `member.role_set` or `member.ended`."""
    about = said["member"] if isinstance(said["member"], str) else said["member"]["id"]
    now = None if isinstance(said["member"], str) else said["member"]
    if signer.role == "supervisor":
        # Nobody declares themselves bound by secrecy.
        own = about == signer.id and said["type"] == "member.role_set"
        return not (own and now and now.get("ground") not in (None, signer.ground))
    if "member.admit" not in signer.permissions:
        return False
    if said["type"] != "member.added" and about == signer.id:
        return False
    before = organisation.members.get(about) if said["type"] != "member.added" else None
    if signer.role == "charter_admin" and now:
        # An organisation begins with its charter administrator alone, who names its first supervisor and no other.
        touches_supervisors = "supervisor" in (now["role"], before.role if before else None)
        if not touches_supervisors or not _has_supervisor(organisation, today):
            return True
    is_plain_before = before is None or _is_plain(before.role, before.permissions)
    return is_plain_before and (now is None or _is_plain(now["role"], now["permissions"]))


def _is_plain(role: str, permissions: list[str]) -> bool:
    return role in ("volunteer", "worker") and not permissions


def _has_supervisor(organisation: Organisation, today: date) -> bool:
    return any(one.role == "supervisor" and one.is_current(today) for one in organisation.members.values())
