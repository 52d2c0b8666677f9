"""Who may sign which statement: said apart from models/rules, from the tables of docs/protocol.md §2.

A verdict is "accepted" or the code of the refusal. The organisation of every cell has two supervisors, so that the last
one is never in question, unless the cell says it has none.
"""

from __future__ import annotations

from dataclasses import dataclass

NETWORK = ("network.founded", "charter.published", "charter.ended", "authority.rotated", "organisation.admitted")
MEMBERS = ("member.added", "member.role_set", "member.ended")
CIRCLES = ("circle.created", "circle.rotated", "circle.granted")
TYPES = (
    *NETWORK, "charter.signed", "team.created", *MEMBERS, "member.rekeyed", "device.enrolled", "device.revoked",
    *CIRCLES,
)  # fmt: skip
# Role and permissions of each signer; a deputy is anyone with `member.admit` who is not a supervisor.
SIGNERS = {
    "supervisor": ("supervisor", False),
    "worker": ("worker", False),
    "volunteer": ("volunteer", False),
    "charter_admin": ("charter_admin", False),
    "worker deputy": ("worker", True),
    "volunteer deputy": ("volunteer", True),
    "charter_admin deputy": ("charter_admin", True),
}
# Nobody hears these: gone, of elsewhere, never known, or a printed key, which signs nothing.
UNHEARD = ("ended supervisor", "dated supervisor", "other supervisor", "stranger", "recovery")
PLAIN = ("volunteer", "worker")


@dataclass(frozen=True, slots=True)
class Person:
    """The subject of a statement, before or after it. `may_admit`: has the permission `member.admit`."""

    role: str
    may_admit: bool = False

    @property
    def is_plain(self) -> bool:
        return self.role in PLAIN and not self.may_admit


@dataclass(frozen=True, slots=True)
class Holding:
    """Who a circle's key is given to, as `grantee` says: right, other_team, no_ground, ended, unknown, recovery…

    `signer_holds`: holds already (rotated, granted) or is among the holders named (created, rotated).
    """

    kind: str = "open"
    grantee: str = "right"
    signer_holds: bool = True
    alone: bool = False
    epoch: str = "right"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the network is signed in the authority's name, by its key or by another's.

    `before` and `after` describe the member it is about; `on_self`; `gains_ground`: the new object adds a ground."""

    type: str
    signer: str
    before: Person | None = None
    after: Person | None = None
    on_self: bool = False
    gains_ground: bool = False
    has_supervisor: bool = True
    holding: Holding | None = None


def judge_statement(cell: Statement) -> str:
    """The verdict expected of the server."""
    if cell.type in NETWORK:
        return _network(cell)
    if cell.signer == "authority":
        return "malformed"  # an organisation's statement is signed by a member
    if cell.signer in UNHEARD or not _may_sign(cell):
        return "not_allowed"
    if cell.type == "member.rekeyed" and cell.before and cell.before.role == "recovery":
        return "not_allowed"
    return _circle(cell.type, cell.holding) if cell.holding else "accepted"


def _network(cell: Statement) -> str:
    if cell.type == "network.founded":
        return "founding"
    return "accepted" if cell.signer == "authority" else "bad_signature"


def _may_sign(cell: Statement) -> bool:
    role, may_admit = SIGNERS[cell.signer]
    is_supervisor = role == "supervisor"
    rule = {
        "charter.signed": role in ("supervisor", "charter_admin"),
        "team.created": is_supervisor or may_admit,
        "circle.created": is_supervisor or may_admit,
        "circle.rotated": is_supervisor or may_admit,
        "circle.granted": True,
        "device.enrolled": cell.on_self,
        "device.revoked": cell.on_self or is_supervisor,
        "member.rekeyed": cell.on_self or is_supervisor,
    }
    return rule[cell.type] if cell.type in rule else _may_change(cell, role, may_admit)


def _may_change(cell: Statement, role: str, may_admit: bool) -> bool:
    if role == "supervisor":
        return not (cell.on_self and cell.gains_ground)
    if not may_admit or cell.on_self:
        return False
    people = [person for person in (cell.before, cell.after) if person]
    if role == "charter_admin" and cell.type != "member.ended":
        return not cell.has_supervisor or all(person.role != "supervisor" for person in people)
    return all(person.is_plain for person in people)


def _circle(type_: str, holding: Holding) -> str:
    may_not_hold = {
        "right": None,
        "other_team": "holder",
        "no_ground": "holder" if holding.kind == "bound" else None,
        "ended": "holder",
        "unknown": "not_found",
        "recovery": "holder" if holding.kind == "bound" else None,
        "recovery_ground": None,
    }[holding.grantee]
    if may_not_hold:
        return may_not_hold
    if holding.alone and type_ != "circle.granted":
        return "one_holder"
    if not holding.signer_holds:
        return "not_allowed"
    return "accepted" if holding.epoch == "right" else "stale_epoch"
