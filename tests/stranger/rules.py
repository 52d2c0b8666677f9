"""§2 of docs/protocol.md: the shape of each statement, who may sign it, who may hold a circle."""

from __future__ import annotations

from dataclasses import dataclass, field

from .jose import Json, Refused, load_public

COMMON = {"v", "suite", "type", "stream", "number", "prev", "at", "heads"}
NETWORK: dict[str, tuple[set[str], set[str]]] = {
    "network.founded": ({"founding", "name", "demonstration", "authority"}, set()),
    "authority.rotated": ({"authority"}, set()),
    "charter.published": (
        {"charter", "version", "title", "text", "flows", "purposes", "bases", "transition_days"},
        {"parties"},
    ),
    "charter.ended": ({"charter"}, set()),
    "organisation.admitted": ({"organisation", "administrator"}, set()),
}
ORGANISATION: dict[str, set[str]] = {
    "charter.signed": {"charter", "version", "covers_branches"},
    "team.created": {"team"},
    "member.added": {"member"},
    "member.role_set": {"member"},
    "member.ended": {"member"},
    "member.rekeyed": {"member", "signing", "encryption"},
    "device.enrolled": {"device", "member", "signing"},
    "device.revoked": {"device"},
    "circle.created": {"circle", "team", "class", "epoch", "public", "holders", "blob"},
    "circle.rotated": {"circle", "epoch", "public", "holders", "blob"},
    "circle.granted": {"circle", "epoch", "member", "wrap"},
}
MEMBER = {"id", "encryption", "role", "permissions", "teams", "card"}
ROLES = ("volunteer", "worker", "supervisor", "charter_admin", "recovery")


@dataclass
class Device:
    """`since` and `until` are statement numbers of its organisation's chain."""

    id: str
    member: str
    organisation: str
    signing: Json
    since: int
    until: int | None = None


@dataclass
class Circle:
    """The newest epoch; `lost` are members who left since it began."""

    id: str
    organisation: str
    team: str
    kind: str
    epoch: int
    publics: dict[int, Json]
    holders: set[str]
    wraps: dict[tuple[int, str], str] = field(default_factory=dict)
    blobs: dict[int, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    @property
    def at_epoch(self) -> str:
        return f"{self.id}.{self.epoch}"


@dataclass
class Organisation:
    id: str
    name: str
    kind: str
    members: dict[str, Json] = field(default_factory=dict)
    teams: dict[str, Json] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    signed: dict[str, int] = field(default_factory=dict)


def current(org: Organisation, member: str, today: str) -> bool:
    return member not in org.ended and org.members[member].get("ends_on", "9999") >= today


def chiefs(org: Organisation) -> set[str]:
    """The supervisors that are not ended."""
    return {key for key, member in org.members.items() if member["role"] == "supervisor" and key not in org.ended}


def check_shape(body: Json, stream: str) -> None:
    """Exactly the members of the page's tables, in the stream they belong to."""
    known = NETWORK if stream == "network" else {kind: (names, set()) for kind, names in ORGANISATION.items()}
    if body.get("stream") != stream or body.get("type") not in known:
        raise Refused("malformed", "type or stream")
    required, optional = known[body["type"]]
    if set(body) - COMMON - required - optional:
        raise Refused("unknown_field", str(body["type"]))
    if (COMMON | required) - set(body):
        raise Refused("malformed", "a member is missing")


def check_member(told: Json) -> None:
    """The shape of a member object; a recovery key signs nothing and has no column."""
    recovery = told.get("role") == "recovery"
    required = MEMBER if recovery else MEMBER | {"signing", "profile"}
    if set(told) - required - {"ground", "ends_on"} or required - set(told) or told["role"] not in ROLES:
        raise Refused("malformed", "member")
    for name in {"signing", "encryption"} & set(told):
        load_public(told[name])
    if recovery and (told["teams"] or told["permissions"]):
        raise Refused("malformed", "recovery")


def deputy_may(org: Organisation, signer: Json, body: Json) -> bool:
    """§2 Deputies: they give no more than they have; a charter administrator may bootstrap."""
    told = body["member"] if isinstance(body["member"], dict) else {"id": body["member"]}
    before = org.members.get(told["id"])
    sides = [side for side in (before, told if "role" in told else None) if side]
    plain = all(side["role"] in ("volunteer", "worker") and not side["permissions"] for side in sides)
    if signer["id"] == told["id"]:
        return False
    if plain or signer["role"] != "charter_admin" or body["type"] == "member.ended":
        return plain
    return not chiefs(org) or all(side["role"] != "supervisor" for side in sides)


def fits(org: Organisation, circle: Circle, member: str) -> bool:
    """Whether this member may hold this circle: its team, a ground for `bound`; a recovery key of any team."""
    told = org.members.get(member)
    if told is None or member in org.ended or (circle.kind == "bound" and "ground" not in told):
        return False
    return told["role"] == "recovery" or circle.team in told["teams"]


def named_strings(body: Json) -> set[str]:
    """The digests a statement names: of cards, wraps, blobs."""
    told = body.get("administrator") or body.get("member")
    cards = {told["card"]} if isinstance(told, dict) else set()
    return cards | set(body.get("holders", {}).values()) | {body[key] for key in ("blob", "wrap") if key in body}
