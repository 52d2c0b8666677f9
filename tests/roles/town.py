"""The territory the cells are played in: senders of every standing, recipients of every column, class and charter.

Built once by signed statements through the write door; each thing keeps, beside its ids, the facts the oracle is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from device.primitives import new_id
from tests.roles.hands import Hand, Json, Ring, Scribe
from tests.roles.oracle import GONE, ROLES, Author
from tests.roles.oracle_sharing import Charter, Team
from tests.roles.reference import COLUMNS, KIND_LEVELS
from tests.roles.situations import SITUATIONS, THIN, VERSION_DAYS

BOTH, OPEN, BOUND = frozenset({"open", "bound"}), frozenset({"open"}), frozenset({"bound"})
CLASS_SETS = (BOTH, OPEN, BOUND)
GROUNDS = (None, "profession", "mission", "function")
# The ground each column most often has: which bases may be invoked towards them depends on it.
USUAL = dict.fromkeys(COLUMNS, "mission") | {"A": "profession", "B": "function", "D": "profession", "H": "function"}
MIXES = ("AF", "BE", "CH", "DG", "ABC", "EF", "AD", "BC", "GH", "ABCDEFGH")


@dataclass(slots=True)
class Place:
    """A team and its circles by class."""

    id: str
    rings: dict[str, Ring]

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.rings)


@dataclass(slots=True)
class Sender:
    """An organisation that sends: `clerks` record its consents, one for each of its teams; `authors` are its cells."""

    id: str
    kind: str
    supervisor: Hand
    clerk: Hand
    places: dict[frozenset[str], Place] = field(default_factory=dict)
    elsewhere: Place | None = None
    authors: dict[Author, Hand] = field(default_factory=dict)
    charters: list[Charter] = field(default_factory=list)


@dataclass(slots=True)
class Recipient:
    """One circle that may be sent to: `facts` are the oracle's, `name` is the circle at the epoch to seal to."""

    facts: Team
    organisation: str
    name: str
    ring: Ring
    charters: tuple[Charter, ...] = ()
    situation: str = "wide"


@dataclass(slots=True)
class Town:
    scribe: Scribe
    senders: list[Sender] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)


def build(push: Callable[[list[Json], datetime], list[Json]], founding: str, day: datetime, now: datetime) -> Town:
    """Founded on `day`; everything is judged at `now`, when short transitions are over and long ones are not."""
    scribe = Scribe(push, day)
    town = Town(scribe)
    fields = {"founding": founding, "name": "Territoire", "demonstration": True}
    scribe.decree("network.founded", fields | {"authority": scribe.described_authority()})
    main = _sender(town, "departement_cdas", [Author(role, ground) for role in ROLES for ground in GROUNDS])
    few = [Author("volunteer"), Author("worker", "mission"), Author("supervisor", "profession")]
    narrow, alone = _sender(town, "ccas", few), _sender(town, "ccas", few)
    _situations(town, main)
    _inside(town, main, BOTH, tuple(main.charters))
    _sign(town, narrow, "no agreement")
    for sender in (narrow, alone):
        _inside(town, sender, BOTH, tuple(sender.charters))
    _leave(scribe, main)
    main.authors |= {Author(role, "mission", "other_organisation"): hand for role, hand in _strangers(narrow)}
    scribe.flush()
    scribe.now = now
    return town


def _strangers(sender: Sender) -> Iterable[tuple[str, Hand]]:
    """Members of another organisation, by role."""
    return [(author.role, hand) for author, hand in sender.authors.items()]


# --- organisations that send


def _sender(town: Town, kind: str, authors: list[Author]) -> Sender:
    scribe = town.scribe
    supervisor, recovery = _organisation(scribe, kind)
    sender = Sender(supervisor.organisation, kind, supervisor, supervisor)
    teams = [_team(scribe, supervisor) for _ in CLASS_SETS]
    away = _team(scribe, supervisor)
    sender.clerk = _admitted(scribe, supervisor, "supervisor", "A", "profession", [*teams, away])
    for classes, team in zip(CLASS_SETS, teams, strict=True):
        rings = {kind: scribe.create(sender.clerk, team, kind, [recovery]) for kind in sorted(classes)}
        sender.places[classes] = Place(team, rings)
    sender.elsewhere = Place(away, {"open": scribe.create(sender.clerk, away, "open", [recovery])})
    for author in authors:
        sender.authors[author] = _admitted(scribe, supervisor, author.role, "A", author.ground, teams)
        _hold_all(scribe, sender, sender.authors[author])
    town.senders.append(sender)
    return sender


def _hold_all(scribe: Scribe, sender: Sender, hand: Hand) -> None:
    for place in sender.places.values():
        for ring in place.rings.values():
            if ring.kind == "open" or "ground" in hand.described:
                scribe.grant(sender.clerk, ring, hand)


def _leave(scribe: Scribe, sender: Sender) -> None:
    """Members who are no longer heard, each in its own way; then the keys they held are replaced."""
    teams = [place.id for place in sender.places.values()]
    leavers: list[Author] = []
    for role in ROLES:
        for membership in GONE:
            author = Author(role, "mission", membership)
            hand = _admitted(scribe, sender.supervisor, role, "A", "mission", teams)
            _hold_all(scribe, sender, hand)
            sender.authors[author] = hand
            leavers.append(author)
        away = [sender.elsewhere.id] if sender.elsewhere else []
        sender.authors[Author(role, "mission", "other_team")] = _admitted(
            scribe, sender.supervisor, role, "A", "mission", away
        )
        unknown = scribe.new_hand(sender.id, role, "A", "mission", teams)
        sender.authors[Author(role, "mission", "not_yet")] = unknown
    for author in leavers:
        _end(scribe, sender.supervisor, sender.authors[author], author.membership)
    gone = {sender.authors[author].id for author in leavers if author.membership != "device_revoked"}
    for place in sender.places.values():
        for ring in place.rings.values():
            scribe.rotate(sender.clerk, ring, [hand for hand in ring.holders if hand.id not in gone])


def _end(scribe: Scribe, supervisor: Hand, hand: Hand, how: str) -> None:
    if how == "ended":
        scribe.declare(supervisor, "member.ended", {"member": hand.id})
    elif how == "device_revoked":
        scribe.declare(supervisor, "device.revoked", {"device": hand.device})
    else:
        yesterday = (scribe.now - timedelta(days=1)).date().isoformat()
        scribe.declare(supervisor, "member.role_set", {"member": hand.described | {"ends_on": yesterday}}, [hand.card])


def _inside(town: Town, sender: Sender, classes: frozenset[str], charters: tuple[Charter, ...]) -> None:
    """Other teams of the same organisation, which are recipients like any other."""
    for profiles in ("A", "F", "BE"):
        for circle in _circles(town.scribe, sender.supervisor, profiles, classes):
            facts = _facts(circle, classes, sender.kind, where="same_organisation")
            town.recipients.append(Recipient(facts, sender.id, circle[0].name, circle[0], charters, "inside"))


# --- organisations that receive


def _situations(town: Town, main: Sender) -> None:
    scribe = town.scribe
    for name, situation in SITUATIONS.items():
        supervisor, _ = _organisation(scribe, situation.kind)
        charters = tuple(_charter(scribe, one, main.supervisor, supervisor) for one in situation.charters)
        main.charters += [
            Charter(one.versions, (one.signed[0], one.signed[0]), one.is_ended) for one in situation.charters
        ]
        columns = THIN if situation.is_thin else COLUMNS
        for profiles in (*columns, *(() if situation.is_thin else MIXES)):
            for classes in CLASS_SETS if not situation.is_thin and len(profiles) == 1 else (BOTH,):
                for circle in _circles(scribe, supervisor, profiles, classes):
                    facts = _facts(circle, classes, situation.kind)
                    town.recipients.append(
                        Recipient(facts, supervisor.organisation, circle[0].name, circle[0], charters, name)
                    )
        if name == "wide":
            _keys(town, supervisor, charters)


def _keys(town: Town, supervisor: Hand, charters: tuple[Charter, ...]) -> None:
    """Circles whose key someone left with (awaits), was replaced after that (stale), or simply replaced (older)."""
    scribe = town.scribe
    for key in ("awaits", "stale", "older"):
        ((ring, holders),) = _circles(scribe, supervisor, "A", OPEN)
        before = ring.name
        leaver = _admitted(scribe, supervisor, "worker", "B", "function", [ring.team])
        if key != "older":
            scribe.grant(ring.holders[0], ring, leaver)
            scribe.declare(supervisor, "member.ended", {"member": leaver.id})
            ring.holders.remove(leaver)
        if key != "awaits":
            scribe.rotate(ring.holders[0], ring, ring.holders)
        facts = _facts((ring, holders), OPEN, "ccas", key=key)
        town.recipients.append(Recipient(facts, supervisor.organisation, before, ring, charters, "wide"))


def _circles(
    scribe: Scribe, supervisor: Hand, profiles: str, classes: frozenset[str]
) -> list[tuple[Ring, list[tuple[str, str | None]]]]:
    """A new team with these columns: each circle, with who is counted in it.

    `open` is held by members without ground, who come first, where the team has another circle; a printed key is the
    second holder of each, and is not counted.
    """
    team = _team(scribe, supervisor)
    made = []
    for kind in sorted(classes):
        bound = kind == "bound" or (classes == OPEN and profiles in "ABCDG")
        people = [
            _admitted(scribe, supervisor, "worker", profile, USUAL[profile] if bound else None, [team], may_admit=True)
            for profile in profiles
        ]
        recovery = _printed(scribe, supervisor)
        ring = scribe.create(people[0], team, kind, [*people[1:], recovery])
        made.append((ring, [(profile, USUAL[profile] if bound else None) for profile in profiles]))
    return made


def _facts(circle: tuple[Ring, list[tuple[str, str | None]]], classes: frozenset[str], kind: str, **more: Any) -> Team:
    ring, holders = circle
    return Team(tuple(holders), classes, ring.kind, kind, KIND_LEVELS[kind], **more)


def _charter(scribe: Scribe, charter: Charter, sender: Hand, recipient: Hand) -> Charter:
    """Publish each version, sign, end: as the facts say. The same facts are given back."""
    id = new_id(scribe.now)
    for number, version in enumerate(charter.versions, start=1):
        flow = {"from": sorted(version.from_kinds), "to": sorted(version.to_kinds), "categories": sorted(version.codes)}
        bases = [
            {"id": id_, "version": 1} | ({"floor": floor} if floor else {}) for id_, floor in version.bases.items()
        ]
        fields: Json = {"charter": id, "version": number, "title": "Charte", "text": "Texte", "flows": [flow]}
        fields |= {"purposes": sorted(version.purposes), "bases": bases}
        fields |= {"transition_days": VERSION_DAYS[version.transition_is_over]}
        others = [sender.organisation, new_id(scribe.now)]
        fields |= {"parties": others} if charter.is_between_others else {}
        scribe.decree("charter.published", fields)
    for hand, version_signed in zip((sender, recipient), charter.signed, strict=True):
        if version_signed:
            _signed(scribe, hand, id, version_signed)
    if charter.is_ended:
        scribe.decree("charter.ended", {"charter": id})
    return charter


def _sign(town: Town, sender: Sender, name: str) -> None:
    """A charter of this situation, for this sender alone."""
    for charter in SITUATIONS[name].charters:
        _charter(town.scribe, Charter(charter.versions, (charter.signed[0], 0)), sender.supervisor, sender.supervisor)
        sender.charters.append(Charter(charter.versions, (charter.signed[0], charter.signed[0])))


def _signed(scribe: Scribe, hand: Hand, charter: str, version: int) -> None:
    scribe.declare(hand, "charter.signed", {"charter": charter, "version": version, "covers_branches": False})


# --- people


def _organisation(scribe: Scribe, kind: str) -> tuple[Hand, Hand]:
    """(its first supervisor, a printed key with a ground)."""
    id = new_id(scribe.now)
    supervisor = scribe.new_hand(id, "supervisor", "B", "function")
    organisation = {"id": id, "name": "Organisation", "kind": kind}
    fields = {"organisation": organisation, "administrator": supervisor.described}
    scribe.decree("organisation.admitted", fields, [supervisor.card])
    return supervisor, _printed(scribe, supervisor)


def _printed(scribe: Scribe, supervisor: Hand) -> Hand:
    recovery = scribe.recovery(supervisor.organisation, "mission")
    scribe.declare(supervisor, "member.added", {"member": recovery.described}, [recovery.card])
    return recovery


def _team(scribe: Scribe, by: Hand) -> str:
    team = new_id(scribe.now)
    scribe.declare(by, "team.created", {"team": {"id": team, "name": "Équipe", "structures": []}})
    return team


def _admitted(scribe: Scribe, by: Hand, role: str, profile: str, ground: str | None, teams: Iterable[str],
              may_admit: bool = False) -> Hand:  # fmt: skip
    """A member with a device."""
    hand = scribe.new_hand(by.organisation, role, profile, ground, teams, may_admit)
    scribe.declare(by, "member.added", {"member": hand.described}, [hand.card])
    scribe.enrol(hand)
    return hand
