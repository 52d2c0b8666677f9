"""The rosters, folded from signed statements (docs/protocol.md §2). Heads are pinned: what was seen cannot be unsaid.

An independent twin of the server's fold: it judges who may sign and what a statement may mean, from the page alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from device.jose import Jwk
from device.primitives import Json
from device.refusal import Refusal

NETWORK = "network"


def stream_of(organisation: str) -> str:
    return f"organisation:{organisation}"


@dataclass(slots=True)
class Chain:
    """The digests seen of one stream, in order."""

    stream: str
    digests: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.digests)

    def head(self) -> list[object]:
        """[number, digest] of the newest statement. Refusal(head) before the first."""
        if not self.digests:
            raise Refusal("head", stream=self.stream)
        return [self.number, self.digests[-1]]

    def judge(self, number: int, digest: str) -> None:
        """Refusal(fork) when the number is known with another digest, Refusal(head) when it is not known yet."""
        if number > self.number:
            raise Refusal("head", stream=self.stream)
        if number < 1 or self.digests[number - 1] != digest:
            raise Refusal("fork", stream=self.stream)


@dataclass(slots=True)
class Member:
    """A member as their newest member object says. Numbers are those of statements."""

    id: str
    encryption: Jwk
    signing: Jwk | None
    role: str
    profile: str | None
    ground: str | None
    permissions: list[str]
    teams: list[str]
    ends_on: date | None
    card: str
    added: int
    ended: int | None = None

    @classmethod
    def of(cls, described: Json, number: int) -> Member:
        """From a member object."""
        ends_on = described.get("ends_on")
        return cls(
            described["id"],
            described["encryption"],
            described.get("signing"),
            described["role"],
            described.get("profile"),
            described.get("ground"),
            described["permissions"],
            described["teams"],
            date.fromisoformat(ends_on) if ends_on else None,
            described["card"],
            number,
        )

    def is_current(self, today: date) -> bool:
        return self.ended is None and (self.ends_on is None or today <= self.ends_on)

    def may_hold(self, circle: Circle) -> bool:
        """In the team (a recovery key is of every team), and with a ground for `bound`."""
        return (self.role == "recovery" or circle.team in self.teams) and (circle.kind == "open" or bool(self.ground))

    def may_admit(self) -> bool:
        return self.role == "supervisor" or "member.admit" in self.permissions


@dataclass(slots=True)
class Device:
    id: str
    member: str
    signing: Jwk
    enrolled: int
    revoked: int | None = None


@dataclass(slots=True)
class Circle:
    """`wraps[epoch][member]` is a digest. `holders` are those of the newest epoch, less those lost since."""

    id: str
    team: str
    kind: str
    publics: dict[int, Jwk] = field(default_factory=dict)
    blobs: dict[int, str] = field(default_factory=dict)
    wraps: dict[int, dict[str, str]] = field(default_factory=dict)
    holders: set[str] = field(default_factory=set)
    lost: bool = False

    @property
    def epoch(self) -> int:
        return len(self.publics)

    @property
    def name(self) -> str:
        """`<circle>.<epoch>` of the newest epoch."""
        return f"{self.id}.{self.epoch}"

    @property
    def public(self) -> Jwk:
        return self.publics[self.epoch]


@dataclass(slots=True)
class Organisation:
    id: str
    name: str
    kind: str
    chain: Chain
    members: dict[str, Member] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    teams: dict[str, Json] = field(default_factory=dict)
    circles: dict[str, Circle] = field(default_factory=dict)
    signatures: dict[str, int] = field(default_factory=dict)

    def holders(self, circle: Circle, today: date) -> list[Member]:
        """Who holds the newest epoch today."""
        held = (self.members[member] for member in sorted(circle.holders))
        return [member for member in held if member.is_current(today)]

    def awaits_rotation(self, circle: Circle, today: date) -> bool:
        return circle.lost or len(self.holders(circle, today)) < len(circle.holders)

    def profiles(self, circle: Circle, today: date) -> list[str]:
        """The columns that count: recovery keys do not."""
        return [member.profile for member in self.holders(circle, today) if member.profile]

    def circle_for(self, team: str, level: int, strict: bool = True) -> Circle:
        """The circle of a team for an event of this level. Refusal(no_recipient), and `level` when `strict`."""
        of_team = {circle.kind: circle for circle in self.circles.values() if circle.team == team}
        wanted = "open" if level == 1 else "bound"
        if not of_team:
            raise Refusal("no_recipient")
        if wanted in of_team:
            return of_team[wanted]
        if level > 2 and strict:
            raise Refusal("level")
        return next(iter(of_team.values()))


@dataclass(slots=True)
class Charter:
    """`versions[v]` is the payload that published version v, `received` when."""

    versions: dict[int, Json] = field(default_factory=dict)
    received: dict[int, datetime] = field(default_factory=dict)
    ended: bool = False


@dataclass(slots=True)
class Network:
    chain: Chain = field(default_factory=lambda: Chain(NETWORK))
    name: str = ""
    demonstration: bool = False
    authority: Jwk | None = None
    charters: dict[str, Charter] = field(default_factory=dict)


@dataclass(slots=True)
class Roster:
    """All that a phone knows of who is who. `genesis` is pinned at joining: another network is refused."""

    genesis: str | None = None
    network: Network = field(default_factory=Network)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def chain(self, stream: str) -> Chain:
        """Refusal(not_found) for a stream that the network did not admit."""
        if stream == NETWORK:
            return self.network.chain
        return self.organisation(stream.removeprefix("organisation:")).chain

    def organisation(self, organisation: str) -> Organisation:
        if organisation not in self.organisations:
            raise Refusal("not_found")
        return self.organisations[organisation]

    def check_new(self, identifier: str) -> None:
        """Ids are never used twice, not even for two kinds of things. Refusal(id_conflict)."""
        for one in self.organisations.values():
            things = (one.members, one.devices, one.teams, one.circles)
            if identifier == one.id or any(identifier in ids for ids in things):
                raise Refusal("id_conflict")

    def judge_heads(self, heads: Json) -> None:
        """Refusal(head | fork) unless every head is one we know."""
        for stream, (number, digest) in heads.items():
            self.chain(stream).judge(number, digest)

    def circle(self, circle: str) -> tuple[Organisation, Circle]:
        """Refusal(no_recipient) when nobody created it."""
        for organisation in self.organisations.values():
            if circle in organisation.circles:
                return organisation, organisation.circles[circle]
        raise Refusal("no_recipient")

    def device(self, device: str) -> tuple[Organisation, Device]:
        """Refusal(unknown_key) when nobody enrolled it."""
        for organisation in self.organisations.values():
            if device in organisation.devices:
                return organisation, organisation.devices[device]
        raise Refusal("unknown_key")
