"""The rosters as values: what the statements of a chain add up to. Built by the folds, never changed in place.

`Network` is the fold of the `network` stream, `Organisation` that of one `organisation:<id>` stream. A number is a
position in the chain, from 1; the first administrator of an organisation, admitted in the network, has number 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from models.vocabulary import CircleClass, Role

Jwk = Mapping[str, str]
"""A public key: exactly `kty`, `crv`, `x`, `y`."""

NETWORK: Final = "network"
_ORGANISATION_PREFIX: Final = "organisation:"


def organisation_of_stream(stream: str) -> str | None:
    """The organisation's id of `organisation:<id>`, or None for any other stream."""
    return stream.removeprefix(_ORGANISATION_PREFIX) if stream.startswith(_ORGANISATION_PREFIX) else None


def stream_of(organisation_id: str) -> str:
    return _ORGANISATION_PREFIX + organisation_id


@dataclass(frozen=True, slots=True)
class Flow:
    """A direction the charter opens: kinds of organisation or `*`, both ways, and codes of categories or `*`."""

    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis the charter enables. `floor` is the least consent mode it asks for, when it is stricter."""

    id: str
    version: int
    floor: str | None


@dataclass(frozen=True, slots=True)
class CharterVersion:
    charter: str
    version: int
    title: str
    flows: tuple[Flow, ...]
    purposes: tuple[str, ...]
    bases: tuple[Basis, ...]
    transition_days: int
    parties: tuple[str, ...] | None
    number: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Charter:
    """`versions[v - 1]` is version v. `ended` is the number of `charter.ended`."""

    id: str
    versions: tuple[CharterVersion, ...]
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the newest statement says. `role` recovery is a printed key: no `signing`, no `profile`, no team."""

    id: str
    signing: Jwk | None
    encryption: Jwk
    role: str
    profile: str | None
    ground: str | None
    permissions: tuple[str, ...]
    teams: tuple[str, ...]
    ends_on: date | None
    card: str
    added: int
    ended: int | None = None

    def is_current(self, today: date) -> bool:
        """Neither ended nor past `ends_on` (last day included; days are counted in UTC)."""
        return self.ended is None and (self.ends_on is None or today <= self.ends_on)

    def may_hold(self, circle: Circle) -> bool:
        """In the circle's team (a recovery key belongs to every team) and, for `bound`, with a secrecy ground."""
        in_team = self.role == Role.RECOVERY or circle.team in self.teams
        return in_team and (circle.circle_class == CircleClass.OPEN or self.ground is not None)


@dataclass(frozen=True, slots=True)
class Admitted:
    """An organisation as the network admitted it, with its first administrator."""

    id: str
    name: str
    kind: str
    administrator: Member
    number: int


@dataclass(frozen=True, slots=True)
class Network:
    """The fold of the `network` stream. `digests[n - 1]` is the digest of statement n; `digests[0]` is the genesis."""

    founding: str | None
    name: str = ""
    demonstration: bool = False
    authority: Jwk | None = None
    digests: tuple[str, ...] = ()
    charters: Mapping[str, Charter] = field(default_factory=dict)
    organisations: Mapping[str, Admitted] = field(default_factory=dict)

    @staticmethod
    def empty(founding: str | None = None) -> Network:
        """A network not yet founded, which awaits the `founding` id that `flask network init` printed.

        None accepts any: for a reader who pins the genesis.
        """
        return Network(founding)

    @property
    def stream(self) -> str:
        return NETWORK

    @property
    def number(self) -> int:
        """The number of the newest statement, 0 when there is none."""
        return len(self.digests)

    @property
    def genesis(self) -> str | None:
        """The digest of `network.founded`."""
        return self.digests[0] if self.digests else None


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """`enrolled` and `revoked` are statement numbers."""

    id: str
    member: str
    signing: Jwk
    enrolled: int
    revoked: int | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """One key of a circle. `holders` maps a member's id to the digest of their wrap, less those lost since; `lost` says
    that someone was (for the past epochs: that the next one replaced it because of that)."""

    public: Jwk
    blob: str
    holders: Mapping[str, str]
    number: int
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """`epochs[e - 1]` is epoch e."""

    id: str
    team: str
    circle_class: str
    epochs: tuple[Epoch, ...]

    @property
    def epoch(self) -> int:
        return len(self.epochs)

    @property
    def newest(self) -> Epoch:
        return self.epochs[-1]


@dataclass(frozen=True, slots=True)
class CharterSignature:
    charter: str
    version: int
    covers_branches: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """The fold of one `organisation:<id>` stream. `signatures` holds the highest version signed of each charter."""

    id: str
    name: str
    kind: str
    members: Mapping[str, Member]
    digests: tuple[str, ...] = ()
    devices: Mapping[str, Device] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    circles: Mapping[str, Circle] = field(default_factory=dict)
    signatures: Mapping[str, CharterSignature] = field(default_factory=dict)

    @staticmethod
    def empty(admitted: Admitted) -> Organisation:
        """The organisation as it was admitted: one member, its administrator, and no statement yet."""
        members = {admitted.administrator.id: admitted.administrator}
        return Organisation(admitted.id, admitted.name, admitted.kind, members)

    @property
    def stream(self) -> str:
        return stream_of(self.id)

    @property
    def number(self) -> int:
        """The number of the newest statement, 0 when there is none."""
        return len(self.digests)
