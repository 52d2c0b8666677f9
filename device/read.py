"""Reading the feed: rosters first, then circles; every signature verified, every purge held to its cause."""

from __future__ import annotations

from datetime import datetime

from device import signed
from device.circles import open_wrap, walk
from device.phone import Phone, received_at
from device.primitives import Json, digest, read_json
from device.purge import purge
from device.refusal import Refusal
from device.roster import NETWORK, Circle, stream_of
from device.sections import Addressee, open_section
from device.signed import Signed
from device.statements import fold
from device.store import Alarm, Entry
from device.witness import check_event

MAX_STREAMS = 50


def pull(phone: Phone, now: datetime) -> None:
    """Read everything new. Refusal(fork) suspends; a bad event raises an alarm and does not stop the rest."""
    _read_rosters(phone)
    if _gain_keys(phone):
        # A blob is served to holders only: those of before we held the circle come with a second reading.
        phone.store.cursors[stream_of(phone.bundle.organisation)] = 0
        _read_rosters(phone)
        _gain_keys(phone)
    circles = [f"circle:{circle}" for circle in phone.keys]
    _read_pages(phone, [*circles, f"member:{phone.bundle.member}"], now)


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
    """Fold one page, the network first; whether there is more to read."""
    page = _page(phone, streams)
    more = False
    for stream in streams:
        read = page[stream]
        more |= read["more"]
        try:
            for entry in read["entries"]:
                fold(phone.roster, signed.read(entry["jws"], signed.STATEMENT), entry["beside"], received_at(entry))
                phone.strings |= {digest(text): text for text in entry["beside"]}
                phone.store.cursors[stream] = entry["position"]
        except Refusal as refusal:
            if refusal.code != "head":
                raise
            more = True  # it names a network statement that the next page brings
    return more


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
    for start in range(0, len(streams), MAX_STREAMS):
        asked = streams[start : start + MAX_STREAMS]
        more = [True]
        while any(more):
            more = [_keep(phone, stream, read, now) for stream, read in _page(phone, asked).items()]


def _page(phone: Phone, streams: list[str]) -> Json:
    page = phone.api.feed([(stream, phone.store.cursors.get(stream, 0)) for stream in streams])
    if phone.store.epoch not in (None, page["epoch"]):
        # Restored from a backup: what it forgot is offered again, and everything is read from zero.
        phone.store.cursors.clear()
        phone.outbox, phone.settled = phone.settled + phone.outbox, []
    phone.store.epoch = page["epoch"]
    if set(page["streams"]) != set(streams):
        raise Refusal("malformed")
    return dict(page["streams"])


def _keep(phone: Phone, stream: str, read: Json, now: datetime) -> bool:
    for line in read["entries"]:
        if line["position"] <= phone.store.cursors.get(stream, 0):
            raise Refusal("malformed")
        event = ""
        try:
            if "purge" in line:
                purge(phone, stream, line["purge"], now)
            else:
                made = signed.read(line["jws"], signed.EVENT)
                event = str(made.payload.get("id"))
                keep(phone, Entry(stream, line["position"], received_at(line), made, line["sections"]))
        except Refusal as refusal:
            phone.store.alarms.append(Alarm(stream, event, refusal.code))
        phone.store.cursors[stream] = line["position"]
    phone.store.cursors[stream] = read["next"]
    return bool(read["more"])


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
