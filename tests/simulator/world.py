"""One schedule's world: the devices, the server between which they speak, and the god who remembers everything."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from device import jose, lock
from device.jose import Jwk
from device.phone import Phone
from device.push import NOT_DELIVERED
from device.read import pull
from device.refusal import Refusal
from device.roster import Roster
from tests.simulator import watch
from tests.simulator.broken import Broken
from tests.simulator.ledger_view import View
from tests.simulator.server import Server
from tests.simulator.town import TABLET, TEAM_OF, Town
from tests.simulator.wire import Request, Wire

ledger_append: Any = import_module("models.ledger.append")  # the package gives its function the same name
STRANGE_KEY = jose.public_of(jose.generate_pair())


@dataclass(slots=True)
class Device:
    """A phone and what its clock adds to the server's. `sealed`: what opens it again while it is locked."""

    name: str
    phone: Phone
    drift: timedelta = timedelta(0)
    ended: bool = False
    sealed: str | None = None
    bundle_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An act its author was told is recorded: by its digest, since another act may bear the same id."""

    id: str
    device: str


@dataclass(slots=True)
class World:
    """`kept`: what each phone had read of each stream. `late`: requests still under way.

    `receipts`: {consent: the key only the person has}.
    """

    town: Town
    server: Server
    counts: Counter[str]
    devices: dict[str, Device] = field(default_factory=dict)
    view: View = field(default_factory=lambda: View(Roster()))
    members: dict[str, str] = field(default_factory=dict)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    discarded: set[str] = field(default_factory=set)
    receipts: dict[str, Jwk] = field(default_factory=dict)
    late: list[tuple[str, Request]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    kept: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    served: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    newest: datetime | None = None
    touched: bool = False
    strange_key: Jwk = field(default_factory=lambda: STRANGE_KEY)

    def open(self) -> None:
        """Everyone takes their phone."""
        self.server.begin()
        self.view = View(self.town.known())
        self.view.refresh()
        for name, phone in self.town.devices().items():
            self.members[name] = phone.bundle.member
            self.devices[name] = Device(name, phone)
            phone.api.transport = Wire(self, name, {})

    # --- who and when

    def phone(self, who: str) -> Phone:
        return self.devices[who].phone

    def team(self, who: str) -> str:
        return self.town.teams[TEAM_OF[who]]

    def now(self, who: str) -> datetime:
        """What this device believes."""
        return self.server.now + self.devices[who].drift

    # --- speaking

    def answered(self, who: str, request: Request, reply: Any) -> None:
        """God looks at every answer, before the network may lose it."""
        self.touched = True
        self.newest = max(self.newest or self.server.now, self.server.now)
        watch.look(self, who, request, reply)

    def sync(self, who: str, plan: dict[int, tuple[str, int]]) -> None:
        """Push, then pull, signing in where that is asked for. Refusal(code) when something was in the way."""
        device = self.devices[who]
        device.phone.api.transport = Wire(self, who, plan)
        device.phone.push()
        if who == "person" or lock.is_locked(device.phone):
            return
        try:
            self._read(device)
            watch.whole_read(self, who)
        except Refusal as refusal:
            if refusal.code != "member_ended":
                raise
            device.ended = True

    def _read(self, device: Device) -> None:
        try:
            pull(device.phone, self.now(device.name))
        except Refusal as refusal:
            if refusal.code != "session_expired":
                raise
            device.phone.open_session(self.now(device.name))
            pull(device.phone, self.now(device.name))

    def sync_quietly(self, who: str) -> None:
        """Without a fault: then nothing may stand in the way."""
        transport = self.phone(who).api.transport
        try:
            self.sync(who, {})
        except Refusal as refusal:
            raise Broken("a phone without a fault in its way can sync", who, refusal) from refusal
        finally:
            self.phone(who).api.transport = transport

    def who_sends(self, who: str, but: str = "") -> str:
        """This person, or the next who has something to send: a fault on a push that does not happen shows nothing."""
        names = list(self.devices)
        start = names.index(who)
        waiting = [name for name in [*names[start:], *names[:start]] if name != but and any(
            queued.verdict == NOT_DELIVERED for queued in self.phone(name).outbox)]  # fmt: skip
        return (waiting or [who])[0]

    def push_quietly(self, who: str) -> None:
        self.phone(who).api.transport = Wire(self, who, {})
        self.phone(who).push()

    @contextmanager
    def before_next_transaction(self, deed: Callable[[], None]) -> Iterator[None]:
        """`deed` happens once, when the next push would begin its transaction."""
        begin = ledger_append.transaction

        @contextmanager
        def transaction() -> Iterator[None]:
            ledger_append.transaction = begin
            deed()
            with begin():
                yield

        ledger_append.transaction = transaction
        try:
            yield
        finally:
            ledger_append.transaction = begin

    def deliver_late(self, number: int) -> None:
        """A request that was under way arrives, whoever gave up waiting for it; sometimes once more later."""
        if not self.late:
            return
        index = number % len(self.late)
        name, request = self.late[index] if number % 4 == 0 else self.late.pop(index)
        Wire(self, name, {}).through(request)

    # --- what happens to the server

    def restored(self) -> None:
        """God reads an older ledger again, and remembers what ended."""
        before, self.view = self.view, View(self.town.known())
        self.view.taken_back = before.taken_back | before.withdrawals()
        self.view.refresh()
        undone = set(before.statements) - set(self.view.statements)
        if undone:
            raise Broken("T28 a restore undoes no removal", sorted(undone))
        self.touched = True

    # --- what happens to devices

    def remembered(self, who: str) -> bytes:
        """What is on the disk of this device."""
        phone = self.phone(who)
        transport, phone.api.transport = phone.api.transport, None  # type: ignore[assignment]
        kept = pickle.dumps(phone)
        phone.api.transport = transport
        return kept

    def recall(self, who: str, kept: bytes) -> None:
        """The phone starts again from its disk."""
        self.kept = {place: events for place, events in self.kept.items() if place[0] != who}
        self.devices[who].phone = pickle.loads(kept)  # noqa: S301 (made here)

    def lock(self, who: str) -> None:
        device = self.devices[who]
        if who in TABLET and device.sealed is None:
            device.bundle_key = device.phone.bundle_key
            device.sealed = lock.lock(device.phone)

    def unlock(self, who: str) -> None:
        """The other profile of the tablet is locked first."""
        device = self.devices[who]
        for other in TABLET:
            if who in TABLET and other != who:
                self.lock(other)
        if device.sealed is not None:
            lock.unlock(device.phone, device.sealed, device.bundle_key)
            device.sealed = None

    def remember_sealed(self) -> None:
        """Whatever a phone just told its owner is recorded."""
        for device in self.devices.values():
            for queued in device.phone.outbox:
                self.sealed.setdefault(queued.signed.digest, Sealed(queued.id, device.name))
