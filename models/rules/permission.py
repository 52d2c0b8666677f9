"""Who may do what: one table for events, statements and routes. What is not in it, nobody may.

Pure. Rank opens nothing: a permission lets an act be tried; keys, charters and consents are judged elsewhere. Twin:
static/app/rules/permission.js.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from models.vocabulary import Role

ADMIT: Final = "member.admit"


@dataclass(frozen=True, slots=True)
class Rule:
    """An act is for `roles`, for a deputy named with `deputy`, and for anyone on what is their own if `own`.

    An act of the `authority` is signed by the network's key: no role may do it.
    """

    roles: tuple[Role, ...] = ()
    deputy: str | None = None
    own: bool = False
    authority: bool = False


IN_TEAMS: Final = Rule((Role.VOLUNTEER, Role.WORKER, Role.SUPERVISOR))
MEMBERS: Final = Rule((Role.VOLUNTEER, Role.WORKER, Role.SUPERVISOR, Role.CHARTER_ADMIN))
ADMITTERS: Final = Rule((Role.SUPERVISOR,), deputy=ADMIT)
KEEPERS: Final = Rule((Role.SUPERVISOR, Role.CHARTER_ADMIN))
SELF: Final = Rule(own=True)
SELF_OR_SUPERVISOR: Final = Rule((Role.SUPERVISOR,), own=True)
AUTHORITY: Final = Rule(authority=True)

ACTIONS: Final[dict[str, Rule]] = {
    # --- events
    "dossier.open": IN_TEAMS,
    "dossier.correct": IN_TEAMS,
    "reception.record": IN_TEAMS,
    "note.record": IN_TEAMS,
    "consent.give": IN_TEAMS,
    "consent.refuse": IN_TEAMS,
    "consent.defer": IN_TEAMS,
    "consent.withdraw": MEMBERS,  # taking back never waits for the right person
    "receipt.issue": IN_TEAMS,
    "orientation.send": IN_TEAMS,
    "orientation.open": IN_TEAMS,
    "orientation.answer": IN_TEAMS,
    "orientation.cancel": IN_TEAMS,
    # --- statements
    "network.found": AUTHORITY,
    "charter.publish": AUTHORITY,
    "charter.end": AUTHORITY,
    "authority.rotate": AUTHORITY,
    "organisation.admit": AUTHORITY,
    "charter.sign": Rule((Role.SUPERVISOR, Role.CHARTER_ADMIN)),
    "team.create": ADMITTERS,
    "member.add": ADMITTERS,
    "member.set_role": ADMITTERS,
    "member.end": ADMITTERS,
    "member.rekey": SELF_OR_SUPERVISOR,
    "device.enrol": SELF,
    "device.revoke": SELF_OR_SUPERVISOR,
    "circle.create": ADMITTERS,
    "circle.rotate": ADMITTERS,
    "circle.grant": MEMBERS,
    # --- routes
    "bundle.read": MEMBERS,
    "bundle.replace": MEMBERS,
    "passkey.add": MEMBERS,
    "invitation.create": ADMITTERS,
    "invitation.create_organisation": Rule((Role.CHARTER_ADMIN,)),
    "invitation.read": SELF,
    "feed.read": MEMBERS,
    "directory.read": MEMBERS,
    "directory.report": MEMBERS,
    "directory.import": KEEPERS,
    "directory.edit": KEEPERS,
    "directory.export": KEEPERS,
    "directory.keep_all": Rule((Role.CHARTER_ADMIN,)),  # the others keep the places of their own organisation
    "notice.read": MEMBERS,
    "notice.choose": Rule((Role.SUPERVISOR, Role.CHARTER_ADMIN)),
    "notice.validate": Rule((Role.CHARTER_ADMIN,)),  # one text, the same for the whole network
    "desk.open": Rule((Role.SUPERVISOR, Role.CHARTER_ADMIN)),
    "orientation.supervise": Rule((Role.SUPERVISOR,)),
}

ACTION_OF: Final[dict[str, str]] = {
    "dossier.opened": "dossier.open",
    "dossier.corrected": "dossier.correct",
    "reception.recorded": "reception.record",
    "note.recorded": "note.record",
    "consent.given": "consent.give",
    "consent.refused": "consent.refuse",
    "consent.deferred": "consent.defer",
    "consent.withdrawn": "consent.withdraw",
    "receipt.issued": "receipt.issue",
    "orientation.sent": "orientation.send",
    "orientation.opened": "orientation.open",
    "orientation.answered": "orientation.answer",
    "orientation.cancelled": "orientation.cancel",
    "network.founded": "network.found",
    "charter.published": "charter.publish",
    "charter.ended": "charter.end",
    "authority.rotated": "authority.rotate",
    "organisation.admitted": "organisation.admit",
    "charter.signed": "charter.sign",
    "team.created": "team.create",
    "member.added": "member.add",
    "member.role_set": "member.set_role",
    "member.ended": "member.end",
    "member.rekeyed": "member.rekey",
    "device.enrolled": "device.enrol",
    "device.revoked": "device.revoke",
    "circle.created": "circle.create",
    "circle.rotated": "circle.rotate",
    "circle.granted": "circle.grant",
}
"""Event or statement type → the action its author must be allowed."""


def may(role: str, permissions: Collection[str], action: str, *, own: bool = False) -> bool:
    """Whether a member of `role` with these named permissions may do `action`; `own`: on what is theirs (key, device).

    An action that is not in the table is refused. A recovery key does nothing, nor does a role nobody knows.
    """
    rule = ACTIONS.get(action)
    if rule is None or role not in MEMBERS.roles:
        return False
    return role in rule.roles or (rule.deputy is not None and rule.deputy in permissions) or (rule.own and own)


def may_author(role: str, permissions: Collection[str], type_: str, *, own: bool = False) -> bool:
    """The same, for the author of an event or statement of `type_`."""
    return may(role, permissions, ACTION_OF.get(type_, ""), own=own)
