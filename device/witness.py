"""Whether an event may be believed: who signed it, on which heads, and whether this stream is one of its readers."""

from __future__ import annotations

from typing import Protocol

from device import jose, shapes
from device.jose import Jwk
from device.primitives import Json
from device.refusal import Refusal
from device.roster import Roster, stream_of
from device.signed import Signed, verify


class Reader(Protocol):
    """Who judges: the rosters, and the payloads already believed. A reader, or who was handed a proof."""

    roster: Roster
    known: dict[str, Json]


def check_event(reader: Reader, made: Signed, stream: str) -> None:
    """Refusal(unknown_key | not_allowed | bad_signature | head | fork | malformed)."""
    said = made.payload
    shapes.check_event(said)
    if said["type"] == "consent.withdrawn":
        verify(made, _withdrawing_key(reader, made))
        if not all(may_take_back(reader, made, said) for said in _known_of(reader, made)):
            raise Refusal("not_allowed")
        return
    reader.roster.judge_heads(said["heads"])
    organisation, device = reader.roster.device(made.kid)
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


def _withdrawing_key(reader: Reader, made: Signed) -> Jwk:
    """A device of an organisation, still one or not, or the key of a receipt known here."""
    keys = (said["withdrawal_key"] for said in reader.known.values() if "withdrawal_key" in said)
    receipt = next((key for key in keys if jose.thumbprint(key) == made.kid), None)
    return receipt or reader.roster.device(made.kid)[1].signing


def _known_of(reader: Reader, made: Signed) -> list[Json]:
    """The consents it names that are known here, and what was sent under them."""
    named = made.payload["consents"]
    return [
        said for said in reader.known.values() if said["id"] in named or said.get("ground", {}).get("consent") in named
    ]


def may_take_back(reader: Reader, withdrawal: Signed, said: Json) -> bool:
    """Whether its signer may end this consent, or this orientation: the organisation that wrote it, or the person."""
    consent = said["ground"].get("consent") if "ground" in said else said["id"]
    papers = [one for one in reader.known.values() if one["type"] == "receipt.issued" and consent in one["consents"]]
    keys = [one["withdrawal_key"] for one in (said, *papers) if "withdrawal_key" in one]
    if withdrawal.kid in map(jose.thumbprint, keys):
        return True
    author = said["audience"]["own"].rpartition(".")[0]
    return withdrawal.kid in reader.roster.circle(author)[0].devices
