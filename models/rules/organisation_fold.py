"""What each statement of an `organisation:<id>` stream changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from models.problems import Problem
from models.rules.beside import new_ids
from models.rules.circle_fold import create_circle, drop_holder, grant_circle, rotate_circle
from models.rules.network_fold import member_of
from models.rules.roster_state import CharterSignature, Device, Member, Network, Organisation, Team
from models.vocabulary import Role

_Payload = Mapping[str, Any]


def fold_organisation(
    organisation: Organisation, network: Network, payload: _Payload, kid: str, today: date
) -> Organisation:
    """The organisation after this statement, its chain aside.

    Raises Problem(id_conflict | not_found | holder | one_holder | not_allowed | stale_epoch | last_supervisor).
    """
    if any(_is_taken(organisation, brought) for brought in new_ids(payload)):
        raise Problem("id_conflict")
    if payload["type"] == "charter.signed":
        return _signed(organisation, network, payload)
    if payload["type"] in _CIRCLE_FOLDS:
        return _CIRCLE_FOLDS[payload["type"]](organisation, payload, kid, today)
    folded = _FOLDS[payload["type"]](organisation, payload)
    if _supervisors(organisation, today) and not _supervisors(folded, today):
        raise Problem("last_supervisor")
    return folded


def _is_taken(organisation: Organisation, identifier: str) -> bool:
    """Ids are never used again, not even from one kind of thing to another: a `kid` must name one thing for ever."""
    known = (organisation.members, organisation.devices, organisation.teams, organisation.circles)
    return identifier == organisation.id or any(identifier in things for things in known)


def _supervisors(organisation: Organisation, today: date) -> list[str]:
    members = organisation.members.values()
    return [member.id for member in members if member.role == Role.SUPERVISOR and member.is_current(today)]


def _signed(organisation: Organisation, network: Network, payload: _Payload) -> Organisation:
    """Judged by the network its signer named, so that a charter ended later does not undo the past."""
    charter, known = network.charters.get(payload["charter"]), payload["heads"]["network"][0]
    if charter is None or (charter.ended is not None and charter.ended <= known):
        raise Problem("not_found")
    if payload["version"] > len(charter.versions) or charter.versions[payload["version"] - 1].number > known:
        raise Problem("not_found")
    before = organisation.signatures.get(charter.id)
    if before is not None and before.version > payload["version"]:
        return organisation
    signature = CharterSignature(charter.id, payload["version"], payload["covers_branches"])
    return replace(organisation, signatures={**organisation.signatures, charter.id: signature})


def _team_created(organisation: Organisation, payload: _Payload) -> Organisation:
    entry = payload["team"]
    team = Team(entry["id"], entry["name"], tuple(entry["structures"]))
    return replace(organisation, teams={**organisation.teams, team.id: team})


def _member_added(organisation: Organisation, payload: _Payload) -> Organisation:
    member = member_of(payload["member"], payload["number"])
    _check_teams(organisation, member)
    return _with_member(organisation, member)


def _member_role_set(organisation: Organisation, payload: _Payload) -> Organisation:
    """Everything but the keys may change; whoever no longer may hold a circle loses it."""
    before = _current(organisation, payload["member"]["id"])
    member = member_of(payload["member"], before.added)
    _check_teams(organisation, member)
    if (member.signing, member.encryption) != (before.signing, before.encryption):
        raise Problem("not_allowed")
    circles = drop_holder(organisation.circles, member, all_of_them=False)
    return replace(_with_member(organisation, member), circles=circles)


def _member_ended(organisation: Organisation, payload: _Payload) -> Organisation:
    member = replace(_current(organisation, payload["member"]), ended=payload["number"])
    circles = drop_holder(organisation.circles, member, all_of_them=True)
    return replace(_with_member(organisation, member), circles=circles)


def _member_rekeyed(organisation: Organisation, payload: _Payload) -> Organisation:
    """New keys hold nothing yet. A printed key is not rekeyed: another is printed."""
    before = _current(organisation, payload["member"])
    if before.role == Role.RECOVERY:
        raise Problem("not_allowed")
    member = replace(before, signing=payload["signing"], encryption=payload["encryption"])
    circles = drop_holder(organisation.circles, member, all_of_them=True)
    return replace(_with_member(organisation, member), circles=circles)


def _device_enrolled(organisation: Organisation, payload: _Payload) -> Organisation:
    device = Device(payload["device"], payload["member"], payload["signing"], payload["number"])
    return replace(organisation, devices={**organisation.devices, device.id: device})


def _device_revoked(organisation: Organisation, payload: _Payload) -> Organisation:
    device = organisation.devices.get(payload["device"])
    if device is None or device.revoked is not None:
        raise Problem("not_found")
    revoked = replace(device, revoked=payload["number"])
    return replace(organisation, devices={**organisation.devices, device.id: revoked})


def _current(organisation: Organisation, member_id: str) -> Member:
    member = organisation.members.get(member_id)
    if member is None or member.ended is not None:
        raise Problem("not_found")
    return member


def _check_teams(organisation: Organisation, member: Member) -> None:
    if not organisation.teams.keys() >= set(member.teams):
        raise Problem("not_found")


def _with_member(organisation: Organisation, member: Member) -> Organisation:
    return replace(organisation, members={**organisation.members, member.id: member})


_FOLDS: Final[dict[str, Callable[[Organisation, _Payload], Organisation]]] = {
    "team.created": _team_created,
    "member.added": _member_added,
    "member.role_set": _member_role_set,
    "member.ended": _member_ended,
    "member.rekeyed": _member_rekeyed,
    "device.enrolled": _device_enrolled,
    "device.revoked": _device_revoked,
}
_CIRCLE_FOLDS: Final[dict[str, Callable[[Organisation, _Payload, str, date], Organisation]]] = {
    "circle.created": create_circle,
    "circle.rotated": rotate_circle,
    "circle.granted": grant_circle,
}
