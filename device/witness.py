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
        if not all(may_take_back(phone, made, said) for said in _known_of(phone, made)):
            raise Refusal("not_allowed")
        return
    phone.roster.judge_heads(said["heads"])
    organisation, device = phone.roster.device(made.kid)
    number = said["heads"].get(stream_of(organisation.id), [0])[0]
    member = organisation.members[device.member]
    # A reader judges an author by the heads the event names: rights lost later do not unsay it.
    if device.enrolled > number or _is_past(device.revoked, number) or _is_past(member.ended, number):
        raise Refusal("not_allowed")
    verify(made, device.signing)
    if stream not in streams_of(said):
        raise Refusal("malformed")


def _is_past(ended: int | None, number: int) -> bool:
    return ended is not None and ended <= number


def streams_of(said: Json) -> list[str]:
    """The streams whose readers are the audience."""
    names = said["audience"].values()
    return [name if name.startswith("member:") else "circle:" + name.rpartition(".")[0] for name in names]


def _withdrawing_key(phone: Phone, made: Signed) -> Jwk:
    """A device of an organisation, still one or not, or the key of a receipt known here."""
    keys = (said["withdrawal_key"] for said in phone.known.values() if "withdrawal_key" in said)
    receipt = next((key for key in keys if jose.thumbprint(key) == made.kid), None)
    return receipt or phone.roster.device(made.kid)[1].signing


def _known_of(phone: Phone, made: Signed) -> list[Json]:
    """The consents it names that are known here, and what was sent under them."""
    named = made.payload["consents"]
    return [
        said for said in phone.known.values() if said["id"] in named or said.get("ground", {}).get("consent") in named
    ]


def may_take_back(phone: Phone, withdrawal: Signed, said: Json) -> bool:
    """Whether its signer may end this consent, or this orientation: the organisation that wrote it, or the person."""
    key = said.get("withdrawal_key")
    if key and jose.thumbprint(key) == withdrawal.kid:
        return True
    author = said["audience"]["own"].rpartition(".")[0]
    return withdrawal.kid in phone.roster.circle(author)[0].devices
