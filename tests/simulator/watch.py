"""God's eye on each answer: nothing served without the right (I5), pages that progress and are whole (I4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from device import signed
from device.primitives import Json, read_json, unb64u
from device.roster import Organisation
from tests.simulator.broken import Broken
from tests.simulator.ledger_view import Row, rows

if TYPE_CHECKING:
    from tests.simulator.wire import Request
    from tests.simulator.world import World


def look(world: World, who: str, request: Request, reply: Any) -> None:
    """After each answer of the server, faults aside."""
    _method, path, _, _ = request
    if path == "/api/events":
        # Whatever the answer: the database may fail, or the process be killed, between the commit and the reply.
        before = dict(world.view.events)
        world.view.refresh()
        _check_received(world, before)
        if reply.status == 200:
            _count_verdicts(world, reply.body)
    elif path.startswith("/api/feed") and reply.status == 200:
        _check_page(world, who, path, json.loads(reply.body)["streams"])
    if reply.status >= 500 and reply.status != 503:
        raise Broken("no fault of ours: the server answered", reply.status)


def _count_verdicts(world: World, body: bytes) -> None:
    for verdict in json.loads(body)["verdicts"]:
        detail = verdict.get("code") or verdict.get("reason")
        world.counts[f"verdict {verdict['verdict']}" + (f" {detail}" if detail else "")] += 1


# --- I5: what is received


def _check_received(world: World, before: dict[str, Row]) -> None:
    """I5: a disclosure is accepted only with the right at that moment, whatever its author knew."""
    for row in world.view.fresh:
        if row.payload["type"] == "orientation.sent":
            _check_disclosure(world, row, before)


def _check_disclosure(world: World, row: Row, before: dict[str, Row]) -> None:
    said, view, now = row.payload, world.view, world.server.now
    ground = view.events.get(said["ground"]["consent"])
    _check_author(world, row)
    if ground is None or ground.payload["type"] != "consent.given":
        raise Broken("I5 a disclosure has its ground", row.id)
    circle_id, _, epoch = said["audience"]["other"].rpartition(".")
    organisation, circle = view.roster.circle(circle_id)
    codes = view.codes(row.id)
    if ground.payload["recipient"] != organisation.id or not codes <= set(ground.payload["categories"]):
        raise Broken("I5 a disclosure stays within its consent", row.id)
    if view.end_of(ground) < now:
        raise Broken("I5 a consent past its end opens nothing", row.id)
    ended = _ended_before(world, ground, before)
    if codes & ended or (not codes and ended >= set(ground.payload["categories"])):
        raise Broken("I5 a consent taken back opens nothing", row.id, sorted(ended))
    if organisation.awaits_rotation(circle, now.date()) or int(epoch) < _newest_without_removal(circle):
        raise Broken("I5 nothing is sealed to a key that someone who left still holds", row.id)
    sender, _ = view.roster.circle(str(row.own))
    charter = view.roster.network.charters[world.town.charter]
    if sender is not organisation and (charter.ended or world.town.charter not in organisation.signatures):
        raise Broken("I5 a charter in force lets it pass", row.id)


def _check_author(world: World, row: Row) -> None:
    organisation, device = world.view.roster.device(row.device)
    member = organisation.members[device.member]
    if device.revoked is not None or not member.is_current(world.server.now.date()):
        raise Broken("I5 who left discloses nothing", row.id)


def _ended_before(world: World, ground: Row, before: dict[str, Row]) -> set[str]:
    """What was known to be taken back or refused when this push began."""
    view = type(world.view)(world.view.roster, before | {ground.id: ground})
    return view.withdrawn(ground.id) | view.refused(ground.id)


def _newest_without_removal(circle: Any) -> int:
    """The oldest epoch from which nobody was left out up to the newest."""
    oldest = circle.epoch
    while oldest > 1 and set(circle.wraps[oldest - 1]) <= set(circle.wraps[oldest]):
        oldest -= 1
    return int(oldest)


# --- I4 and I5: what is served


def _check_page(world: World, who: str, path: str, streams: Json) -> None:
    asked = dict(value.rsplit(":", 1) for _, value in parse_qsl(urlsplit(path).query))
    phone, roster = world.phone(who), world.view.roster
    organisation = roster.organisation(phone.bundle.organisation)
    member = organisation.members[phone.bundle.member]
    if not member.is_current(world.server.now.date()) or organisation.devices[phone.device].revoked is not None:
        raise Broken("I5 who left is not answered", who)
    for name, part in streams.items():
        positions = [entry["position"] for entry in part["entries"]]
        if positions != sorted(set(positions)) or any(one <= int(asked[name]) for one in positions):
            raise Broken("I4 positions strictly increase", who, name, positions)
        if name.startswith(("circle:", "member:")):
            _check_reader(world, who, name, part, organisation)
            _remember(world, who, name, int(asked[name]), part)
        for entry in part["entries"]:
            _check_beside(entry, member.id, organisation)


def _check_reader(world: World, who: str, name: str, part: Json, organisation: Organisation) -> None:
    kind, _, id = name.partition(":")
    member = world.phone(who).bundle.member
    circle = organisation.circles.get(id)
    today = world.server.now.date()
    holds = circle is not None and member in [one.id for one in organisation.holders(circle, today)]
    if part["entries"] and not (holds or (kind == "member" and id == member)):
        raise Broken("I5 a stream is read by its holders alone", who, name)
    for entry in part["entries"]:
        if entry.get("sections"):
            _check_sections(world, who, id, entry)


def _check_sections(world: World, who: str, circle: str, entry: Json) -> None:
    row = world.view.events[signed.read(entry["jws"], signed.EVENT).payload["id"]]
    if row.other != circle or row.payload["type"] != "orientation.sent":
        return
    too_much = set(entry["sections"]) - world.view.readable(row.id, world.server.now)
    if too_much:
        raise Broken("I5 no wrap is served without the right at that moment", who, row.id, sorted(too_much))


def _check_beside(entry: Json, member: str, organisation: Organisation) -> None:
    """I5: a wrap goes to its addressee, a blob to holders; a supervisor is given those of printed keys too."""
    theirs = {member}
    if organisation.members[member].role == "supervisor":
        theirs |= {one.id for one in organisation.members.values() if one.role == "recovery"}
    for text in entry.get("beside", ()):
        if text.startswith("{"):
            continue
        header = read_json(unb64u(text.split(".")[0]))
        circle = organisation.circles.get(header["cir"].rpartition(".")[0])
        if header.get("kid", member) not in theirs or (circle is None and "kid" not in header):
            raise Broken("I5 no wrap is served to another", member, header)


def _remember(world: World, who: str, name: str, after: int, part: Json) -> None:
    """I4: nothing twice, and once there is no more, everything."""
    seen = {at: event for at, event in world.served.get((who, name), {}).items() if at <= after}
    for entry in part["entries"]:
        if "jws" in entry:
            event = signed.read(entry["jws"], signed.EVENT).payload["id"]
            if event in seen.values():
                raise Broken("I4 no event twice", who, name, event)
            seen[entry["position"]] = event
    world.served[who, name] = seen
    if not part["more"] and not part.get("closed"):
        missing = expected(world, name) - set(seen.values())
        if missing:
            raise Broken("I4 every event visible to a reader is read", who, name, sorted(missing))


def expected(world: World, name: str) -> set[str]:
    """The events whose audience has this stream; a withdrawal goes where its consents and what they sent went."""
    place = name if name.startswith("member:") else name.removeprefix("circle:")
    return {
        row.id for row in world.view.events.values() if place in (row.own, row.other) or place in _shown(world, row)
    }


def _shown(world: World, row: Row) -> set[str | None]:
    if row.own is not None:
        return set()
    events = world.view.events
    named = [events[id] for id in row.payload["consents"] if id in events]
    ids = {consent.id for consent in named}
    sent = [one for one in events.values() if one.payload.get("ground", {}).get("consent") in ids]
    return {one.own for one in (*named, *sent)} | {one.other for one in sent}


def has_news(world: World, who: str) -> bool:
    """Whether a sync of this phone would move anything: something to send, or to read."""
    phone = world.phone(who)
    [(epoch,)] = rows("SELECT epoch FROM server")
    if phone.store.epoch != epoch or any(queued.verdict != "rejected" for queued in phone.outbox):
        return True
    streams = [f"circle:{circle}" for circle in phone.keys]
    return any(expected(world, stream) - set(phone.store.streams.get(stream, ())) for stream in streams)


def whole_read(world: World, who: str) -> None:
    """I4 and I6 on the phone itself, which has just read everything."""
    phone = world.phone(who)
    for circle in phone.keys:
        kept = phone.store.streams.get(f"circle:{circle}", {})
        _check_kept(world, who, circle, kept)
        _check_withdrawn(world, who, circle, kept)


def _check_kept(world: World, who: str, circle: str, kept: dict[str, Any]) -> None:
    organisation = world.view.roster.organisation(world.phone(who).bundle.organisation)
    holders = [one.id for one in organisation.holders(organisation.circles[circle], world.server.now.date())]
    if world.phone(who).bundle.member not in holders:
        return
    missing = expected(world, f"circle:{circle}") - set(kept)
    if missing:
        raise Broken("I4 a phone that read to the end has everything", who, circle, sorted(missing))
    gone = world.kept.get((who, circle), set()) - set(kept)
    if gone:
        raise Broken("I4 absence deletes nothing", who, circle, sorted(gone))
    world.kept[who, circle] = set(kept)


def _check_withdrawn(world: World, who: str, circle: str, kept: dict[str, Any]) -> None:
    """I6: after withdrawal and one sync, no key of the withdrawn scope is readable on a recipient's device."""
    for event, entry in kept.items():
        row = world.view.events.get(event)
        if row is None or row.other != circle or row.payload["type"] != "orientation.sent":
            continue
        if (f"circle:{circle}", event) in world.phone(who).store.closed:
            world.counts["closed without a proof"] += 1  # taken back by another receipt, whose key no reader can know
            continue
        taken = world.view.withdrawn(row.payload["ground"]["consent"])
        whole = world.view.is_all_withdrawn(event)
        left = {name for name in entry.sections if whole or name in taken}
        if left:
            raise Broken("I6 what was taken back cannot be read", who, event, sorted(left))
