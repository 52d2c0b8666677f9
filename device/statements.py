"""What each statement may say and who may say it; `fold` checks one, then changes the roster (docs/protocol.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from device.deputies import may_change_member
from device.jose import Jwk
from device.network import FOLDS
from device.primitives import Json, digest
from device.refusal import Refusal
from device.roster import NETWORK, Chain, Circle, Device, Member, Organisation, Roster
from device.shapes import check_statement
from device.signed import Signed, verify


def fold(roster: Roster, signed: Signed, beside: list[str], received_at: datetime, whole: bool = False) -> bool:
    """Add one statement; False when it was already there. Refusal(code) leaves the roster as it was.

    `beside` are the strings the reader was given; `whole` says that it must be all of them (a writer's own check).
    """
    said = signed.payload
    check_statement(said)
    chain = roster.chain(said["stream"])
    if said["number"] <= chain.number:
        chain.judge(said["number"], signed.digest)
        return False
    today = received_at.astimezone(UTC).date()
    _check_place(roster, signed, chain)
    verify(signed, _signer_key(roster, signed, today))
    _check_beside(said, beside, whole)
    if said["stream"] == NETWORK:
        FOLDS[said["type"]](roster, said, received_at)
    else:
        organisation = roster.organisation(said["stream"].removeprefix("organisation:"))
        _ORGANISATION[said["type"]](_Act(roster, organisation, signed.kid, said, today))
    chain.digests.append(signed.digest)
    return True


def _check_place(roster: Roster, signed: Signed, chain: Chain) -> None:
    """The next number, on the newest head, naming network heads we know; the first of all is the pinned genesis."""
    said = signed.payload
    if said["number"] > chain.number + 1:
        raise Refusal("head", stream=chain.stream)
    if said["prev"] != (chain.digests[-1] if chain.digests else None):
        raise Refusal("fork", stream=chain.stream)
    if said["stream"] == NETWORK:
        if (said["type"] == "network.founded") != (said["number"] == 1):
            raise Refusal("founding")
        if said["number"] == 1 and roster.genesis not in (None, signed.digest):
            raise Refusal("fork", stream=NETWORK)
    else:
        roster.judge_heads(said["heads"])


def _signer_key(roster: Roster, signed: Signed, today: date) -> Jwk:
    said = signed.payload
    if said["stream"] == NETWORK:
        key: Jwk | None = said["authority"] if said["type"] == "network.founded" else roster.network.authority
        if signed.kid != "authority" or key is None:
            raise Refusal("not_allowed")
        return key
    organisation = roster.organisation(said["stream"].removeprefix("organisation:"))
    signer = organisation.members.get(signed.kid)
    if signer is None or signer.signing is None or not signer.is_current(today):
        raise Refusal("not_allowed")
    if not _may_sign(organisation, signer, said, today):
        raise Refusal("not_allowed")
    return signer.signing


def _may_sign(organisation: Organisation, signer: Member, said: Json, today: date) -> bool:
    match said["type"]:
        case "charter.signed":
            return signer.role in ("supervisor", "charter_admin")
        case "device.enrolled":
            return bool(said["member"] == signer.id)
        case "member.rekeyed":
            return said["member"] == signer.id or signer.role == "supervisor"
        case "device.revoked":
            device = organisation.devices.get(said["device"])
            return signer.role == "supervisor" or (device is not None and device.member == signer.id)
        case "member.added" | "member.role_set" | "member.ended":
            return may_change_member(organisation, signer, said, today)
        case "circle.granted":
            return True  # a holder, which is judged with the circle
        case _:
            return signer.may_admit()


def _check_beside(said: Json, beside: list[str], whole: bool) -> None:
    named = named_beside(said)
    given = [digest(text) for text in beside]
    if any(one not in named for one in given) or len(set(given)) != len(given) or (whole and set(given) != named):
        raise Refusal("beside")


def named_beside(said: Json) -> set[str]:
    """The digests of the strings that travel beside a statement."""
    named = {said["blob"], *said["holders"].values()} if "holders" in said else set()
    if said["type"] == "circle.granted":
        named.add(said["wrap"])
    described = said.get("administrator") or said.get("member")
    if isinstance(described, dict):
        named.add(described["card"])
    return named


# --- what each one changes -------------------------------------------------------------------------------------------


class _Act:
    """One statement of an organisation, with what is needed to judge it."""

    def __init__(self, roster: Roster, organisation: Organisation, signer: str, said: Json, today: date) -> None:
        self.roster, self.organisation, self.signer, self.said, self.today = roster, organisation, signer, said, today
        self.number: int = said["number"]

    def member(self, member: str) -> Member:
        """A member who was not ended. Refusal(not_found)."""
        known = self.organisation.members.get(member)
        if known is None or known.ended is not None:
            raise Refusal("not_found")
        return known

    def check_teams(self, member: Member) -> None:
        if any(team not in self.organisation.teams for team in member.teams):
            raise Refusal("not_found")

    def check_other_supervisor(self, member: Member) -> None:
        """Refusal(last_supervisor) when this one is the only one left."""
        left = (one for one in self.organisation.members.values() if one.role == "supervisor" and one is not member)
        if member.role == "supervisor" and not any(one.is_current(self.today) for one in left):
            raise Refusal("last_supervisor")

    def check_holders(self, circle: Circle, holders: dict[str, str]) -> None:
        if self.signer not in holders:
            raise Refusal("not_allowed")
        for member in holders:
            self.check_holder(circle, member)
        if len(holders) < 2:
            raise Refusal("one_holder")

    def check_holder(self, circle: Circle, member: str) -> None:
        """Refusal(not_found | holder) unless the member is current, of the team, and bound where the circle is."""
        known = self.organisation.members.get(member)
        if known is None:
            raise Refusal("not_found")
        if not known.is_current(self.today) or not known.may_hold(circle):
            raise Refusal("holder")

    def open_epoch(self, circle: Circle) -> None:
        """Refusal(stale_epoch) unless the epoch is exactly the next."""
        if self.said["epoch"] != circle.epoch + 1:
            raise Refusal("stale_epoch")
        circle.publics[self.said["epoch"]] = self.said["public"]
        circle.blobs[self.said["epoch"]] = self.said["blob"]
        circle.wraps[self.said["epoch"]] = dict(self.said["holders"])
        circle.holders, circle.lost = set(self.said["holders"]), False

    def lose(self, member: str, is_lost: Callable[[Circle], bool] = lambda circle: True) -> None:
        """Take the member out of the circles they no longer may hold: those circles await a rotation."""
        for circle in self.organisation.circles.values():
            if member in circle.holders and is_lost(circle):
                circle.holders.discard(member)
                circle.lost = True


def _charter_signed(act: _Act) -> None:
    charter = act.roster.network.charters.get(act.said["charter"])
    if charter is None or charter.ended or act.said["version"] not in charter.versions:
        raise Refusal("not_found")
    signatures = act.organisation.signatures
    signatures[act.said["charter"]] = max(act.said["version"], signatures.get(act.said["charter"], 0))


def _team_created(act: _Act) -> None:
    team = act.said["team"]
    act.roster.check_new(team["id"])
    act.organisation.teams[team["id"]] = team


def _member_added(act: _Act) -> None:
    member = Member.of(act.said["member"], act.number)
    act.roster.check_new(member.id)
    act.check_teams(member)
    act.organisation.members[member.id] = member


def _member_role_set(act: _Act) -> None:
    described = Member.of(act.said["member"], act.number)
    before = act.member(described.id)
    if (described.signing, described.encryption) != (before.signing, before.encryption):
        raise Refusal("not_allowed")
    act.check_teams(described)
    if described.role != "supervisor":
        act.check_other_supervisor(before)
    described.added = before.added
    act.organisation.members[described.id] = described
    act.lose(described.id, lambda circle: not described.may_hold(circle))


def _member_ended(act: _Act) -> None:
    member = act.member(act.said["member"])
    act.check_other_supervisor(member)
    member.ended = act.number
    act.lose(member.id)


def _member_rekeyed(act: _Act) -> None:
    member = act.member(act.said["member"])
    if member.role == "recovery":
        raise Refusal("not_allowed")
    member.signing, member.encryption = act.said["signing"], act.said["encryption"]
    act.lose(member.id)


def _device_enrolled(act: _Act) -> None:
    act.roster.check_new(act.said["device"])
    device = Device(act.said["device"], act.said["member"], act.said["signing"], act.number)
    act.organisation.devices[device.id] = device


def _device_revoked(act: _Act) -> None:
    device = act.organisation.devices.get(act.said["device"])
    if device is None or device.revoked is not None:
        raise Refusal("not_found")
    device.revoked = act.number


def _circle_created(act: _Act) -> None:
    circle = Circle(act.said["circle"], act.said["team"], act.said["class"])
    act.roster.check_new(circle.id)
    if circle.team not in act.organisation.teams:
        raise Refusal("not_found")
    if any((one.team, one.kind) == (circle.team, circle.kind) for one in act.organisation.circles.values()):
        raise Refusal("id_conflict")
    act.check_holders(circle, act.said["holders"])
    act.open_epoch(circle)
    act.organisation.circles[circle.id] = circle


def _circle_rotated(act: _Act) -> None:
    circle = _known_circle(act)
    act.check_holders(circle, act.said["holders"])
    act.open_epoch(circle)


def _circle_granted(act: _Act) -> None:
    circle = _known_circle(act)
    act.check_holder(circle, act.said["member"])
    if act.signer not in circle.holders:
        raise Refusal("not_allowed")
    if act.said["epoch"] != circle.epoch:
        raise Refusal("stale_epoch")
    if act.said["member"] in circle.holders:
        return  # a second wrap cannot take the place of the one they open with
    circle.wraps[circle.epoch][act.said["member"]] = act.said["wrap"]
    circle.holders.add(act.said["member"])


def _known_circle(act: _Act) -> Circle:
    circle = act.organisation.circles.get(act.said["circle"])
    if circle is None:
        raise Refusal("not_found")
    return circle


_ORGANISATION: dict[str, Callable[[_Act], None]] = {
    "charter.signed": _charter_signed,
    "team.created": _team_created,
    "member.added": _member_added,
    "member.role_set": _member_role_set,
    "member.ended": _member_ended,
    "member.rekeyed": _member_rekeyed,
    "device.enrolled": _device_enrolled,
    "device.revoked": _device_revoked,
    "circle.created": _circle_created,
    "circle.rotated": _circle_rotated,
    "circle.granted": _circle_granted,
}
