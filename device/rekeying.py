"""Keys that change hands: rotations, devices revoked, members with new keys, people let in again.

Each act signs; `insist` delivers it even when others change the same roster at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from device import jose
from device.admission import Request, end_member, rotate_circle
from device.phone import Phone
from device.read import pull
from device.refusal import Refusal
from device.roster import NETWORK, Circle, Roster, stream_of
from device.signed import STATEMENT

MAX_TRIES = 20


def insist(phone: Phone, act: Callable[[], object], now: datetime) -> None:
    """Do a roster act and deliver it. Overtaken by another's, it is done again on the chain as it has become.

    Refusal(code) when the act is no longer right there: the member it ends has left, say.
    """
    for _ in range(MAX_TRIES):
        act()
        if not any(queued.signed.typ == STATEMENT for queued in phone.push()):
            return
        forget_overtaken(phone, now)
    raise Refusal("stale_head")


def forget_overtaken(phone: Phone, now: datetime) -> None:
    """Drop the statements that did not settle, and read the rosters and keys again as the server tells them."""
    phone.outbox = [queued for queued in phone.outbox if queued.signed.typ != STATEMENT]
    phone.store.cursors.pop(NETWORK, None)
    for organisation in phone.roster.organisations:
        phone.store.cursors.pop(stream_of(organisation), None)
    phone.roster = Roster(phone.bundle.genesis)
    phone.keys = {}
    pull(phone, now)


# --- rotations


def rotate_awaiting(phone: Phone, now: datetime) -> list[str]:
    """Rotate every circle that lost someone and whose newest key this phone has. Returns the circles rotated.

    Left as they are: those nobody else could hold (`one_holder`), and all when the member may not sign rotations.
    """
    organisation, today = phone.organisation, now.date()
    awaiting = [one for one in organisation.circles.values() if organisation.awaits_rotation(one, today)]
    if not phone.me.may_admit():
        return []
    able = [one for one in awaiting if _may_rotate(phone, one, today)]
    for circle in able:
        rotate_circle(phone, circle.id, now, keepers(phone, circle, today))
    return [circle.id for circle in able]


def _may_rotate(phone: Phone, circle: Circle, today: date) -> bool:
    kept = keepers(phone, circle, today)
    return circle.epoch in phone.keys.get(circle.id, {}) and phone.bundle.member in kept and len(kept) >= 2


def keepers(phone: Phone, circle: Circle, today: date) -> list[str]:
    """Whoever was given the newest epoch and still may hold it: also a member with new keys, who holds nothing yet."""
    given = (phone.organisation.members[member] for member in sorted(circle.wraps[circle.epoch]))
    return [member.id for member in given if member.is_current(today) and member.may_hold(circle)]


def end_and_rotate(phone: Phone, member: str, now: datetime) -> None:
    """End a membership and rotate every circle held together: one act."""
    end_member(phone, member, now)
    rotate_awaiting(phone, now)


# --- devices and members


def revoke_device(phone: Phone, device: str, now: datetime) -> None:
    """Sign `device.revoked`: one's own, or any for a supervisor. A member left without a device loses the next epochs:
    the keys on the lost one must open nothing new."""
    member = phone.organisation.devices[device].member
    phone.state("device.revoked", {"device": device}, now)
    if member != phone.bundle.member and not live_devices(phone, member):
        for circle in list(phone.organisation.circles.values()):
            kept = [one for one in keepers(phone, circle, now.date()) if one != member]
            if member in circle.holders and circle.epoch in phone.keys.get(circle.id, {}) and len(kept) >= 2:
                rotate_circle(phone, circle.id, now, kept)


def live_devices(phone: Phone, member: str) -> list[str]:
    """Ids of the member's devices that were not revoked."""
    devices = phone.organisation.devices.values()
    return [device.id for device in devices if device.member == member and device.revoked is None]


def renew_keys(phone: Phone, now: datetime, passphrase: str | None = None) -> None:
    """New keys for oneself, in the bundle before anyone hears of them: a cut here loses nothing.

    With a passphrase the bundle goes to the server under a new bundle key, which no slot but this one opens.
    """
    if phone.bundle.next is None:
        phone.bundle.next = jose.generate_pair()
        phone.bundle.encryption = [jose.generate_pair(), *phone.bundle.encryption]
    if passphrase is not None:
        phone.replace_bundle_key(passphrase, now)


def rekey(phone: Phone, now: datetime, lost: list[str] | None = None) -> None:
    """After `renew_keys`: revoke the lost devices, sign `member.rekeyed` with the old key, rotate what one may."""
    for device in lost or []:
        phone.state("device.revoked", {"device": device}, now)
    if phone.bundle.next is None:
        raise Refusal("not_allowed")
    keys = {"signing": jose.public_of(phone.bundle.next), "encryption": jose.public_of(phone.bundle.encryption[0])}
    phone.state("member.rekeyed", {"member": phone.bundle.member} | keys, now)
    rotate_awaiting(phone, now)


def readmit(phone: Phone, request: Request, now: datetime) -> str:
    """A supervisor lets someone in again with new keys: old devices revoked, `member.rekeyed`, circles rotated.

    The request names the member it was (`join(returning=…)`). Refusal(bad_signature) when its code does not match.
    """
    if not request.verified and phone.rules:
        raise Refusal("bad_signature")
    keys = request.content["member"]
    for device in live_devices(phone, keys["id"]):
        phone.state("device.revoked", {"device": device}, now)
    fields = {"member": keys["id"], "signing": keys["signing"], "encryption": keys["encryption"]}
    phone.state("member.rekeyed", fields, now)
    rotate_awaiting(phone, now)
    return str(keys["id"])
