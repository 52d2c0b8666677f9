"""What the three circle statements change, and what a circle loses when a member does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from models.problems import Problem
from models.rules.circles import awaits_rotation, holders
from models.rules.roster_state import Circle, Epoch, Member, Organisation

_Payload = Mapping[str, Any]
MIN_HOLDERS: Final = 2  # with one, a lost phone would be a lost team


def create_circle(organisation: Organisation, payload: _Payload, kid: str, today: date) -> Organisation:
    """The first epoch of a circle; a team has one circle of each class."""
    if payload["team"] not in organisation.teams:
        raise Problem("not_found")
    if any((c.team, c.circle_class) == (payload["team"], payload["class"]) for c in organisation.circles.values()):
        raise Problem("id_conflict")
    circle = Circle(payload["circle"], payload["team"], payload["class"], ())
    _check_holders(organisation, circle, payload["holders"], kid, today)
    return _with(organisation, replace(circle, epochs=(_epoch(payload),)))


def rotate_circle(organisation: Organisation, payload: _Payload, kid: str, today: date) -> Organisation:
    """The next epoch. The one before remembers whether someone was left behind: what was sealed to it is refused."""
    circle = _known(organisation, payload["circle"])
    _check_holders(organisation, circle, payload["holders"], kid, today)
    if payload["epoch"] != circle.epoch + 1:
        raise Problem("stale_epoch")
    left = circle.newest.holders.keys() - payload["holders"].keys()
    past = replace(circle.newest, lost=bool(left) or awaits_rotation(organisation, circle.id, today))
    return _with(organisation, replace(circle, epochs=(*circle.epochs[:-1], past, _epoch(payload))))


def grant_circle(organisation: Organisation, payload: _Payload, kid: str, today: date) -> Organisation:
    """One more holder of the newest epoch, let in by any holder. Who holds it already keeps the wrap they have: another
    one, good for nothing, would lock them out."""
    circle = _known(organisation, payload["circle"])
    _check_eligible(organisation, circle, [payload["member"]], today)
    if kid not in holders(organisation, circle.id, today):
        raise Problem("not_allowed")
    if payload["epoch"] != circle.epoch:
        raise Problem("stale_epoch")
    if payload["member"] in circle.newest.holders:
        return organisation
    granted = replace(circle.newest, holders={**circle.newest.holders, payload["member"]: payload["wrap"]})
    return _with(organisation, replace(circle, epochs=(*circle.epochs[:-1], granted)))


def drop_holder(circles: Mapping[str, Circle], member: Member, *, all_of_them: bool) -> dict[str, Circle]:
    """The circles once this member holds no more what they may not hold (`all_of_them`: ended, or new keys).

    A loss lasts until the rotation, even if the member is granted again: the key they had is no longer theirs alone.
    """
    return {
        circle.id: _without(circle, member.id) if all_of_them or not member.may_hold(circle) else circle
        for circle in circles.values()
    }


def _without(circle: Circle, member_id: str) -> Circle:
    if member_id not in circle.newest.holders:
        return circle
    left = {holder: wrap for holder, wrap in circle.newest.holders.items() if holder != member_id}
    return replace(circle, epochs=(*circle.epochs[:-1], replace(circle.newest, holders=left, lost=True)))


def _check_holders(organisation: Organisation, circle: Circle, wraps: Mapping[str, str], kid: str, today: date) -> None:
    _check_eligible(organisation, circle, wraps, today)
    if len(wraps) < MIN_HOLDERS:
        raise Problem("one_holder")
    if kid not in wraps:
        raise Problem("not_allowed")


def _check_eligible(organisation: Organisation, circle: Circle, member_ids: Iterable[str], today: date) -> None:
    """Known members, current, of the circle's team, with a ground where it is `bound`."""
    members = [organisation.members.get(member_id) for member_id in member_ids]
    if None in members:
        raise Problem("not_found")
    if not all(member and member.is_current(today) and member.may_hold(circle) for member in members):
        raise Problem("holder")


def _known(organisation: Organisation, circle_id: str) -> Circle:
    circle = organisation.circles.get(circle_id)
    if circle is None:
        raise Problem("not_found")
    return circle


def _epoch(payload: _Payload) -> Epoch:
    return Epoch(payload["public"], payload["blob"], dict(payload["holders"]), payload["number"])


def _with(organisation: Organisation, circle: Circle) -> Organisation:
    return replace(organisation, circles={**organisation.circles, circle.id: circle})
