"""A device proves who it is: it signs the server's nonce with the key its member enrolled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models import signatures
from models.accounts import tokens
from models.accounts.callers import check_current
from models.database import transaction
from models.problems import Problem
from models.projections import chains
from models.rules import envelope
from models.rules.formats import is_id, is_instant, is_name, record
from models.rules.signed import Signed

_ASSERTION = record(
    {"v": lambda v: v == 1, "suite": is_name, "device": is_id, "nonce": is_name, "origin": is_name, "at": is_instant}
)


def device_nonce(device: str, now: datetime) -> str:
    """A nonce for this device, known or not: the answer does not tell."""
    with transaction():
        return tokens.give_nonce(f"device:{device}", now)


def open_device_session(assertion: object, origin: str, now: datetime) -> dict[str, Any]:
    """`{"token", "expires_at", "member", "organisation"}` for 12 hours.

    `origin` is this server's own: an assertion made for another one opens nothing here.
    Raises Problem(malformed | unknown_suite | unknown_field | unknown_key | bad_signature | session_expired |
    member_ended).
    """
    signed = _read(assertion, origin)
    with transaction():  # its own: a nonce is spent even by an assertion that is then refused
        if not tokens.spend_nonce(signed.payload["nonce"], f"device:{signed.kid}", now):
            raise Problem("session_expired")
    with transaction():
        owner = chains.owners([signed.kid]).get(signed.kid)
        organisation = chains.load([owner]).organisations.get(owner) if owner is not None else None
        owned = chains.device_owner(organisation, signed.kid) if organisation is not None else None
        if organisation is None or owned is None:
            raise Problem("unknown_key")
        device, member = owned
        signatures.verify(signed, device.signing)
        check_current(member.id, organisation.id, device.id, now)
        return tokens.open_session(tokens.DEVICE, member.id, organisation.id, device.id, now)


def _read(assertion: object, origin: str) -> Signed:
    signed = envelope.read(assertion, envelope.TYP_SESSION)
    envelope.check_suite(signed.payload)
    if not _ASSERTION(signed.payload) or signed.kid != signed.payload["device"]:
        raise Problem("malformed")
    if signed.payload["origin"] != origin:
        raise Problem("bad_signature")
    return signed
