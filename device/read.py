"""Reading the feed: rosters first, then circles; every signature verified, every purge held to its cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from device import signed
from device.answers import check_page, is_event, is_line, is_purge, is_statement
from device.circles import open_wrap, walk
from device.gaps import streams_with_gaps
from device.phone import Phone, received_at
from device.primitives import Json, digest, read_json
from device.purge import purge
from device.push import Queued
from device.refusal import Refusal
from device.roster import NETWORK, Circle, stream_of
from device.sections import Addressee, open_section
from device.signed import Signed
from device.statements import fold
from device.store import Alarm, Entry
from device.witness import check_event

MAX_STREAMS = 50


def pull(phone: Phone, now: datetime) -> None:
    """Read everything new. A bad event raises an alarm and does not stop the rest.

    Refusal(fork) for another history of a roster, Refusal(rollback) for one that ends before what is known: sharing is
    suspended, what is known is kept.
    """
    _read_rosters(phone)
    if _gain_keys(phone):
        # A blob is served to holders only: those of before we held the circle come with a second reading.
        phone.store.cursors[stream_of(phone.bundle.organisation)] = 0
        _read_rosters(phone)
        _gain_keys(phone)
    circles = [f"circle:{circle}" for circle in phone.keys]
    _read_pages(phone, [*circles, f"member:{phone.bundle.member}"], now)
    _offer_what_did_not_come_back(phone)
    for stream in (NETWORK, *map(stream_of, phone.roster.organisations)):
        if phone.store.cursors.get(stream, 0) < phone.roster.chain(stream).number - _unsent(phone, stream):
            raise Refusal("rollback", stream=stream)


def _unsent(phone: Phone, stream: str) -> int:
    """How many statements of this chain are known here alone: nobody rolled them back."""
    return sum(
        queued.signed.typ == signed.STATEMENT and queued.signed.payload["stream"] == stream for queued in phone.outbox
    )


def _offer_what_did_not_come_back(phone: Phone) -> None:
    """An acceptance is believed once the event is read in one's own stream: a server may say so and keep nothing."""
    lost = [queued for queued in phone.settled if _should_have_come(phone, queued) and not phone.store.find(queued.id)]
    phone.settled = [queued for queued in phone.settled if queued not in lost]
    phone.outbox = lost + phone.outbox


def _should_have_come(phone: Phone, queued: Queued) -> bool:
    """Only a stream that is served to us: who lost a circle still has its keys, and reads it no more."""
    own = queued.signed.payload.get("audience", {}).get("own", "")
    circle = phone.organisation.circles.get(own.rpartition(".")[0])
    return own == f"member:{phone.bundle.member}" or (circle is not None and phone.bundle.member in circle.holders)


def sync(phone: Phone, now: datetime) -> None:
    """Push, then pull."""
    phone.push()
    pull(phone, now)


# --- rosters


def _read_rosters(phone: Phone) -> None:
    while True:
        streams = [NETWORK, *map(stream_of, phone.roster.organisations)]
        again = False
        for start in range(0, len(streams), MAX_STREAMS):
            again |= _read_roster_page(phone, streams[start : start + MAX_STREAMS])
        if not again and len(streams) == 1 + len(phone.roster.organisations):
            return


def _read_roster_page(phone: Phone, streams: list[str]) -> bool:
    """Fold one page, the network first; whether there is more to read. Refusal(head) when nothing new came of it."""
    page = _page(phone, streams)
    progress, more, missing = False, False, None
    for stream in streams:
        try:
            for line in page[stream]["entries"]:
                _fold_line(phone, stream, line)
                progress |= line["position"] > phone.store.cursors.get(stream, 0)
                phone.store.cursors[stream] = line["position"]
            more |= page[stream]["more"]
        except Refusal as refusal:
            if refusal.code != "head":
                raise
            missing = refusal  # it names a network statement that the next page brings
    if missing and not progress:
        raise missing
    return progress and (more or missing is not None)


def _fold_line(phone: Phone, stream: str, line: Any) -> None:
    """A line of a chain stands at its number: nothing may be left out before it."""
    if not (is_line(line) and is_statement(line)):
        raise Refusal("malformed")
    made = signed.read(line["jws"], signed.STATEMENT)
    if (made.payload.get("stream"), made.payload.get("number")) != (stream, line["position"]):
        raise Refusal("fork", stream=stream)
    fold(phone.roster, made, line["beside"], received_at(line))
    phone.strings |= {digest(text): text for text in line["beside"]}


def _gain_keys(phone: Phone) -> bool:
    """Open every epoch of every circle whose strings are here; whether a blob is missing for one we hold."""
    missing = False
    for circle in phone.organisation.circles.values():
        if circle.epoch not in phone.keys.get(circle.id, {}):
            missing |= not _open_circle(phone, circle)
    return missing


def _open_circle(phone: Phone, circle: Circle) -> bool:
    """Whether there is nothing left to fetch: the keys were opened, or none is for us."""
    member = phone.bundle.member
    held = [epoch for epoch in sorted(circle.wraps) if member in circle.wraps[epoch]]
    if not held:
        return True
    newest = held[-1]
    blobs = {epoch: phone.strings.get(circle.blobs[epoch], "") for epoch in range(1, newest + 1)}
    wrap = phone.strings.get(circle.wraps[newest][member])
    if wrap is None or not all(blobs.values()):
        return False
    try:
        key = open_wrap(wrap, circle.id, newest, member, phone.bundle.encryption)
        phone.keys[circle.id] = walk(circle.id, newest, key, blobs)
    except Refusal as refusal:
        phone.store.alarms.append(Alarm(stream_of(phone.bundle.organisation), circle.id, refusal.code))
    return True


# --- events


def _read_pages(phone: Phone, streams: list[str], now: datetime) -> None:
    for stream, position in phone.store.doubts.items():
        phone.store.cursors[stream] = min(position, phone.store.cursors.get(stream, 0))
    phone.store.doubts.clear()
    for start in range(0, len(streams), MAX_STREAMS):
        asked = streams[start : start + MAX_STREAMS]
        while asked:
            page = _page(phone, asked)
            asked = [stream for stream in asked if _keep(phone, stream, page[stream], now)]
    for stream in streams_with_gaps(phone):
        phone.store.doubts[stream] = 0


def _page(phone: Phone, streams: list[str]) -> dict[str, Json]:
    asked = {stream: phone.store.cursors.get(stream, 0) for stream in streams}
    answer = phone.api.feed(list(asked.items()))
    page = check_page(answer, asked)
    return _page(phone, streams) if phone.meet(answer["epoch"]) else page


def _keep(phone: Phone, stream: str, read: Json, now: datetime) -> bool:
    """Keep what verifies; whether there is more. A line that does not is refused alone, and asked for again later."""
    before = phone.store.cursors.get(stream, 0)
    reached = before
    for line in read["entries"]:
        try:
            if not is_line(line) or line["position"] <= reached:
                raise Refusal("malformed")
            reached = line["position"]
            _keep_line(phone, stream, line, now)
        except Refusal as refusal:
            phone.store.doubt(before, Alarm(stream, _named(line), refusal.code))
    # Never further than what was given: a server that lied once would be believed for ever.
    phone.store.cursors[stream] = min(max(before, read["next"]), reached)
    return bool(read["more"]) and phone.store.cursors[stream] > before


def _keep_line(phone: Phone, stream: str, line: Json, now: datetime) -> None:
    if is_purge(line):
        purge(phone, stream, line["purge"], now)
    elif is_event(line):
        made = signed.read(line["jws"], signed.EVENT)
        keep(phone, Entry(stream, line["position"], received_at(line), made, line["sections"]))
    else:
        raise Refusal("malformed")


def _named(line: Any) -> str:
    """The id of the event in a line that was refused; "" when it has none that can be read."""
    try:
        return str(signed.read(line["jws"], signed.EVENT).payload.get("id"))
    except (Refusal, TypeError, KeyError, AttributeError):
        return ""


def keep(phone: Phone, entry: Entry) -> None:
    """Verify one event as this stream's, and keep it. Refusal(code) and nothing kept otherwise."""
    check_event(phone, entry.signed, entry.stream)
    for name, strings in entry.sections.items():
        _check_section(entry.signed, name, strings)
    phone.store.keep(entry)
    phone.known.setdefault(entry.id, entry.signed.payload)


def _check_section(made: Signed, name: str, strings: dict[str, str]) -> None:
    claim = made.payload["sections"].get(name)
    if claim is None or digest(strings["core"]) != claim["core"]:
        raise Refusal("sections")
    if digest(strings["wrap"]) not in claim["wraps"].values():
        raise Refusal("sections")


# --- opening


def contents(phone: Phone, entry: Entry) -> dict[str, Json]:
    """Every section of an entry that is still here, opened. Refusal(cannot_open) for a key we lack or altered bytes."""
    if (entry.stream, entry.id) in phone.store.closed:
        raise Refusal("cannot_open")
    return {name: open_one(phone, entry.id, name, strings) for name, strings in entry.sections.items()}


def open_one(phone: Phone, event: str, name: str, strings: dict[str, str]) -> Json:
    """One section, with the key its wrap names."""
    header = read_json(strings["wrap"]).get("header", {})
    readers = [reader for reader in key_ring(phone) if reader.header() == {k: header.get(k) for k in ("alg", "kid")}]
    if not readers:
        raise Refusal("cannot_open")
    return open_section(event, name, strings["core"], strings["wrap"], readers[0])


def try_every_key(phone: Phone, event: str, name: str, core: str, wraps: list[str]) -> Json:
    """Raw bytes against every key held, whatever the wraps say of themselves. Refusal(cannot_open) if none fits."""
    for wrap in wraps:
        for reader in key_ring(phone):
            try:
                header = read_json(wrap)["header"]
                return open_section(event, name, core, wrap, Addressee(header["kid"], reader.key))
            except (Refusal, KeyError):
                continue
    raise Refusal("cannot_open")


def key_ring(phone: Phone) -> list[Addressee]:
    """Every key this phone can open with: circles at each epoch, both ways, and the member's own."""
    epochs = [epoch for circle in phone.keys.values() for epoch in circle.values()]
    member = [Addressee(phone.bundle.member, private) for private in phone.bundle.encryption]
    return [side for epoch in epochs for side in (epoch.own(), epoch.other())] + member
