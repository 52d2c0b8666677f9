"""Whether an event may be believed: who signed it, on which heads, and whether this stream is one of its readers."""

from __future__ import annotations

from device import jose, shapes
from device.jose import Jwk
from device.phone import Phone
from device.primitives import Json
from device.refusal import Refusal
from device.roster import stream_of
from device.signed import Signed, verify


def check_event(phone: Phone, made: Signed, stream: str) -> None:
    """Refusal(unknown_key | not_allowed | bad_signature | head | fork | malformed)."""
    said = made.payload
    shapes.check_event(said)
    if said["type"] == "consent.withdrawn":
        verify(made, _withdrawing_key(phone, made))
        return
    phone.roster.judge_heads(said["heads"])
    organisation, device = phone.roster.device(made.kid)
    number = said["heads"].get(stream_of(organisation.id), [0])[0]
    member = organisation.members[device.member]
    # A reader judges an author by the heads the event names: rights lost later do not unsay it.
    if device.enrolled > number or _is_past(device.revoked, number) or _is_past(member.ended, number):
        raise Refusal("not_allowed")
    verify(made, device.signing)
    if stream not in _streams(said):
        raise Refusal("malformed")


def _is_past(ended: int | None, number: int) -> bool:
    return ended is not None and ended <= number


def _streams(said: Json) -> list[str]:
    """The streams whose readers are the audience."""
    names = said["audience"].values()
    return [name if name.startswith("member:") else "circle:" + name.rpartition(".")[0] for name in names]


def _withdrawing_key(phone: Phone, made: Signed) -> Jwk:
    """A device of an organisation, or the key of the receipt whose consent it names."""
    receipt = receipt_key(phone, made)
    return receipt or phone.roster.device(made.kid)[1].signing


def receipt_key(phone: Phone, made: Signed) -> Jwk | None:
    """The public key, repeated from the consent in what was sent under it, whose thumbprint is the signer's `kid`."""
    for said in phone.known.values():
        consent = said["id"] if said["type"] == "consent.given" else said.get("ground", {}).get("consent")
        key: Jwk | None = said.get("withdrawal_key")
        if key and consent in made.payload["consents"] and jose.thumbprint(key) == made.kid:
            return key
    return None
