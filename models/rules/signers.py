"""Who must have signed a statement, and with which key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.problems import Problem
from models.rules.chain import check_place
from models.rules.deputies import oversteps
from models.rules.permission import ACTION_OF, may
from models.rules.roster_state import NETWORK, Jwk, Member, Network, Organisation
from models.rules.signed import Signed
from models.vocabulary import StatementType


def signer_key(signed: Signed, network: Network, organisation: Organisation | None, today: date) -> Jwk:
    """The key that must have signed this statement.

    Raises Problem(founding | not_found | stale_head | fork | not_allowed), Held("head"), or Duplicate for a statement
    already in its chain. The statement's shape was checked before.
    """
    check_place(signed, network, organisation)
    if signed.payload["stream"] == NETWORK or organisation is None:
        return _authority_key(signed.payload, network)
    member = organisation.members.get(signed.kid)
    if member is None or member.signing is None or not member.is_current(today):
        raise Problem("not_allowed")
    if not _may_sign(member, signed.payload, organisation, today):
        raise Problem("not_allowed")
    return member.signing


def _authority_key(payload: Mapping[str, Any], network: Network) -> Jwk:
    """The genesis carries its own key; every later one is signed by the authority before it."""
    key: Jwk = payload["authority"] if network.authority is None else network.authority
    return key


def _may_sign(member: Member, payload: Mapping[str, Any], organisation: Organisation, today: date) -> bool:
    """What the table of permissions says; but nobody declares themselves bound, or gives more than they have."""
    if payload["type"] == StatementType.MEMBER_ROLE_SET and _binds_oneself(member, payload["member"]):
        return False
    if oversteps(member, payload, organisation, today):
        return False
    own = _owner(payload, organisation) in (member.id, None)
    return may(member.role, member.permissions, ACTION_OF[payload["type"]], own=own)


def _owner(payload: Mapping[str, Any], organisation: Organisation) -> object:
    """The member whose keys or device this is about; None for an unknown device, told once the signature holds."""
    if payload["type"] != StatementType.DEVICE_REVOKED:
        return payload.get("member", "")
    device = organisation.devices.get(payload["device"])
    return None if device is None else device.member


def _binds_oneself(member: Member, changed: Mapping[str, Any]) -> bool:
    """Nobody declares themselves bound by secrecy."""
    return bool(changed["id"] == member.id and changed.get("ground") not in (None, member.ground))
