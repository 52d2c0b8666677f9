"""What each statement of the `network` stream changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from device.primitives import Json
from device.refusal import Refusal
from device.roster import Chain, Charter, Member, Organisation, Roster, stream_of


def _founded(roster: Roster, said: Json, received_at: datetime) -> None:
    roster.network.name, roster.network.demonstration = said["name"], said["demonstration"]
    roster.network.authority = said["authority"]


def _authority_rotated(roster: Roster, said: Json, received_at: datetime) -> None:
    roster.network.authority = said["authority"]


def _charter_published(roster: Roster, said: Json, received_at: datetime) -> None:
    charter = roster.network.charters.get(said["charter"], Charter())
    if charter.ended or said["version"] != len(charter.versions) + 1:
        raise Refusal("id_conflict")
    charter.versions[said["version"]] = said
    charter.received[said["version"]] = received_at
    roster.network.charters[said["charter"]] = charter


def _charter_ended(roster: Roster, said: Json, received_at: datetime) -> None:
    known = roster.network.charters.get(said["charter"])
    if known is None or known.ended:
        raise Refusal("not_found")
    roster.network.charters[said["charter"]].ended = True


def _organisation_admitted(roster: Roster, said: Json, received_at: datetime) -> None:
    described, administrator = said["organisation"], Member.of(said["administrator"], 0)
    if administrator.role not in ("supervisor", "charter_admin") or administrator.signing is None:
        raise Refusal("malformed")
    roster.check_new(described["id"])
    roster.check_new(administrator.id)
    admitted = Organisation(described["id"], described["name"], described["kind"], Chain(stream_of(described["id"])))
    admitted.members[administrator.id] = administrator
    roster.organisations[admitted.id] = admitted


FOLDS: dict[str, Callable[[Roster, Json, datetime], None]] = {
    "network.founded": _founded,
    "authority.rotated": _authority_rotated,
    "charter.published": _charter_published,
    "charter.ended": _charter_ended,
    "organisation.admitted": _organisation_admitted,
}
