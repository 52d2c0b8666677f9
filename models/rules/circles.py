"""What one may ask of the circles of an organisation, on a given day (UTC)."""

from __future__ import annotations

from datetime import date

from models.rules.roster_state import Circle, Member, Organisation
from models.vocabulary import Role


def holders(organisation: Organisation, circle_id: str, today: date) -> dict[str, str]:
    """{member id: digest of their wrap} of who holds the circle's newest epoch today; {} for an unknown circle."""
    circle = organisation.circles.get(circle_id)
    if circle is None:
        return {}
    return {
        member_id: wrap
        for member_id, wrap in circle.newest.holders.items()
        if organisation.members[member_id].is_current(today)
    }


def awaits_rotation(organisation: Organisation, circle_id: str, today: date) -> bool:
    """Whether someone lost the circle since its newest epoch: it receives no new disclosure until it is rotated."""
    circle = organisation.circles.get(circle_id)
    if circle is None:
        return False
    return circle.newest.lost or len(holders(organisation, circle_id, today)) < len(circle.newest.holders)


def superseded_by_removal(organisation: Organisation, circle_id: str, epoch: int) -> bool:
    """Whether `epoch` is past and someone lost the circle between it and the newest one."""
    circle = organisation.circles.get(circle_id)
    return circle is not None and any(past.lost for past in circle.epochs[max(epoch - 1, 0) : -1])


def profiles(organisation: Organisation, circle_id: str, today: date) -> list[tuple[str, str | None]]:
    """(profile, ground) of each holder that counts in the circle's column: all but recovery keys."""
    counted = [organisation.members[member_id] for member_id in holders(organisation, circle_id, today)]
    return [
        (member.profile, member.ground)
        for member in counted
        if member.role != Role.RECOVERY and member.profile is not None
    ]


def circles_of_member(organisation: Organisation, member_id: str, today: date) -> list[str]:
    """Ids of the circles this member holds today."""
    return [circle_id for circle_id in organisation.circles if member_id in holders(organisation, circle_id, today)]


def circle_of_team(organisation: Organisation, team_id: str, circle_class: str) -> Circle | None:
    """The team's circle of that class; a team has at most one of each."""
    of_team = (circle for circle in organisation.circles.values() if circle.team == team_id)
    return next((circle for circle in of_team if circle.circle_class == circle_class), None)


def author(organisation: Organisation, device_id: str, number: int | None = None) -> Member | None:
    """The member whose device it is, as the newest statement describes them.

    None unless the device was enrolled and neither it was revoked nor the member ended at statement `number` (None: the
    newest). Whether the member's `ends_on` is past is the caller's to ask.
    """
    device = organisation.devices.get(device_id)
    at = organisation.number if number is None else number
    if device is None or device.enrolled > at or _is_over(device.revoked, at):
        return None
    member = organisation.members[device.member]
    return None if _is_over(member.ended, at) else member


def _is_over(ended: int | None, at: int) -> bool:
    return ended is not None and ended <= at
