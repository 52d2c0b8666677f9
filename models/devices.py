"""The door to what a device sent last: for whoever helps a person whose phone lost everything. Clear fields alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.database import available, rows
from models.problems import Problem
from models.projections import chains, instants
from models.rules.formats import from_b64u, strict_json
from models.tables import Bundle, Entry, Event, Stream

LOOKED_AT: Final = 2000  # the newest lines of each stream: weeks of a team's work


@dataclass(frozen=True, slots=True)
class Sent:
    """One event of the device that this server accepted."""

    id: str
    type: str
    received_at: datetime


def last_accepted(device: str, count: int) -> list[Sent]:
    """The newest `count` events accepted from this device, newest first. What it had not sent yet is not known here.

    Raises Problem(not_found) for a device no roster ever named.
    """
    with available():
        found = {
            id: Sent(id, type, instants.read(at))
            for stream in _streams_of(device)
            for id, type, at, jws in _newest(stream)
            if _signer(jws) == device
        }
    return sorted(found.values(), key=lambda sent: (sent.received_at, sent.id), reverse=True)[:count]


def of_account(account: str) -> list[str]:
    """The devices of the member who has this account name, as their organisation enrolled them; revoked ones too."""
    with available():
        found = rows(Bundle.select(Bundle.member, Bundle.organisation).where(Bundle.account == account))
        known = chains.load([organisation for _, organisation in found]).organisations
    return [
        device.id
        for member, id in found
        if id in known
        for device in known[id].devices.values()
        if device.member == member
    ]


def _streams_of(device: str) -> list[str]:
    """Where its events stand: the circles of its organisation, and its member's own stream."""
    organisation_id = chains.owners([device]).get(device)
    organisation = chains.load([organisation_id]).organisations.get(organisation_id) if organisation_id else None
    if organisation is None or device not in organisation.devices:
        raise Problem("not_found")
    return [*(f"circle:{id}" for id in organisation.circles), f"member:{organisation.devices[device].member}"]


def _newest(stream: str) -> list[tuple[str, str, str, str]]:
    query = (
        Event.select(Event.id, Event.type, Event.received_at, Event.jws)
        .join(Entry, on=(Entry.event == Event.id))
        .join(Stream, on=(Stream.id == Entry.stream))
        .where(Stream.name == stream)
        .order_by(Entry.position.desc())
        .limit(LOOKED_AT)
    )
    return rows(query)


def _signer(jws: str) -> object:
    """The key it says it is signed by; it was verified before it was kept."""
    return (strict_json(from_b64u(jws.split(".", 1)[0]) or b"") or {}).get("kid")
