"""What paper gives back: a member's bundle by a personal code, the open circles by the organisation's printed key."""

from __future__ import annotations

import secrets
from datetime import datetime

from device import bundle as bundles
from device import jose, paper
from device.admission import rotate_circle
from device.api import Api
from device.circles import open_wrap, walk
from device.jose import Jwk
from device.keys import RECOVERY_SIGN_IN, derive, pair_from
from device.phone import Phone, arrive
from device.primitives import b64u, unb64u
from device.refusal import Refusal
from device.rekeying import keepers
from device.roster import Circle, Member

CODE_BYTES = 16
KEY_BYTES = 32


def print_code(phone: Phone, passphrase: str, now: datetime) -> str:
    """A personal recovery code, and its slot on the server beside the passphrase's. One code at a time."""
    code = secrets.token_bytes(CODE_BYTES)
    phone.slots = [slot for slot in phone.slots if slot["kind"] != "recovery"]
    phone.slots.append(bundles.recovery_slot(phone.bundle_key, code, now))
    phone.add_passphrase(passphrase, now)
    return paper.write(code)


def sign_in_with_code(api: Api, origin: str, account: str, typed: str, now: datetime) -> Phone:
    """A new device with the printed code alone. Refusal(recovery_code | sign_in | cannot_open).

    The phone must then put a passphrase: `replace_bundle_key`.
    """
    code = paper.read(typed, CODE_BYTES)
    proof = b64u(derive(code, RECOVERY_SIGN_IN))
    token = api.call("POST", "/api/session/recovery", {"account": account, "proof": proof})["token"]
    return arrive(api, origin, token, "recovery", code, now)


def print_key(private: Jwk) -> str:
    """An organisation's recovery key, or the authority's, as its sheet shows it."""
    return paper.write(unb64u(private["d"]))


def reopen_circles(phone: Phone, typed: str, now: datetime) -> list[str]:
    """A supervisor with the organisation's sheet: every circle the sheet holds and they may hold, rotated to them.

    Returns the circles taken back. Refusal(recovery_code) when the sheet is no current key of this organisation.
    """
    keeper, private = _keeper(phone, paper.read(typed, KEY_BYTES), now)
    closed = [circle for circle in phone.organisation.circles.values() if _is_closed(phone, circle, keeper)]
    for circle in closed:
        wrap = phone.strings[circle.wraps[circle.epoch][keeper.id]]
        key = open_wrap(wrap, circle.id, circle.epoch, keeper.id, [private])
        blobs = {epoch: phone.strings.get(blob, "") for epoch, blob in circle.blobs.items()}
        phone.keys[circle.id] = walk(circle.id, circle.epoch, key, blobs)
        holders = {*keepers(phone, circle, now.date()), phone.bundle.member}
        rotate_circle(phone, circle.id, now, sorted(holders))
    return [circle.id for circle in closed]


def _is_closed(phone: Phone, circle: Circle, keeper: Member) -> bool:
    """Held by the sheet, not by us, and ours to hold."""
    return keeper.id in circle.holders and phone.bundle.member not in circle.holders and phone.me.may_hold(circle)


def _keeper(phone: Phone, secret: bytes, now: datetime) -> tuple[Member, Jwk]:
    private = pair_from(secret)
    for member in phone.organisation.members.values():
        is_sheet = member.role == "recovery" and member.is_current(now.date())
        if is_sheet and member.encryption == jose.public_of(private):
            return member, private
    raise Refusal("recovery_code")
