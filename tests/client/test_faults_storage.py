"""The browser's storage under the real client: full, closed, cleared. What is saved is sent; nobody is told a lie."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from models.devices import last_accepted, of_account
from tests.client.phones import CLOSE_CONNECTIONS, CONNECTIONS, Phone, pushed
from tests.client.road import ledger

PhoneOf = Callable[..., Phone]
EVENTS = "**/api/events"
UNSENT = 60  # more than one push
_FULL = """() => {
  globalThis.free = Infinity;
  for (const name of ["add", "put"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...given) {
      if (free <= 0) throw new DOMException("full", "QuotaExceededError");
      return real.apply(this, given);
    };
  }
  const used = 1e9;
  StorageManager.prototype.estimate = async () => ({ usage: used, quota: used + Math.min(free, 1e9) });
}"""


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


class Disk:
    """How much the browser gives this phone: a quota set by its tools is not obeyed by its databases, so that what it
    throws is thrown in its place."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        phone.page.evaluate(_FULL)

    def leaves(self, free_bytes: float) -> None:
        self._phone.page.evaluate("(free) => { globalThis.free = free; }", free_bytes)


def clear(phone: Phone) -> None:
    """As a browser does that lacks room: every database of the origin, under whoever has it open."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("Storage.clearDataForOrigin", {"origin": phone.live.origin, "storageTypes": "indexeddb"})


def test_on_a_full_disk_a_save_is_refused_what_was_typed_stays_and_what_was_saved_is_sent_once(bruno: Phone) -> None:
    """T60. Sending is what a full device needs most: it must not need room."""
    bruno.context.set_offline(True)
    bruno.run("for (let at = 0; at < times; at += 1) await visit({ text: `visite ${at}` })", times=UNSENT)
    bruno.run("await vault.saveDraft('visite', { text: 'à garder' })")
    disk = Disk(bruno)
    disk.leaves(0)
    assert bruno.run("return refused(() => visit({ text: 'à garder', draftId: 'visite' }))") == "storage_full"
    assert bruno.run("return vault.draft('visite')") == {"text": "à garder"}
    assert bruno.run("return [vault.counts().pending, (await rows(member, 'outbox')).length]", member=bruno.member) == [
        UNSENT,
        UNSENT,
    ]
    sizes: list[int] = []

    def count(route: Any) -> None:
        sizes.append(len(pushed(route)))
        route.continue_()

    bruno.page.route(EVENTS, count)
    bruno.context.set_offline(False)
    bruno.run("await refused(() => sync.syncNow())")
    assert len(ledger(bruno.live)) == UNSENT
    assert sizes == [50, 10]
    disk.leaves(math.inf)
    assert bruno.sync()["accepted"] == UNSENT
    assert sizes == [50, 10], "the disk is told what the server said; the server is not asked again"
    bruno.run("await visit({ text: 'à garder', draftId: 'visite' })")
    assert bruno.sync()["accepted"] == UNSENT + 1


def test_little_room_left_is_said_before_there_is_none(bruno: Phone) -> None:
    """T60."""
    notes = "await vault.storageState(); return vault.syncStatus().notes.join()"
    assert "place manque" not in bruno.run(notes)
    disk = Disk(bruno)
    disk.leaves(5_000_000)
    assert "place manque" in bruno.run(notes)
    disk.leaves(math.inf)
    assert "place manque" not in bruno.run(notes)


def test_a_database_closed_under_the_application_is_opened_again(phone_of: PhoneOf) -> None:
    """T21, T62. Before an act, in the middle of one, in the middle of a push and of a reading."""
    bruno = phone_of()
    bruno.context.add_init_script(CONNECTIONS)
    bruno.open()
    bruno.sign_in("bruno")
    bruno.page.evaluate(CLOSE_CONNECTIONS)
    assert bruno.run("return refused(() => visit({ text: 'avant' }))") is None
    assert (
        bruno.run(
            """const saving = visit({ text: "pendant" });
               connections.splice(0).forEach((each) => each.close());
               return refused(() => saving)"""
        )
        is None
    )
    for address in (EVENTS, "**/api/feed*"):

        def close(route: Any) -> None:
            bruno.page.evaluate(CLOSE_CONNECTIONS)
            route.continue_()

        bruno.page.route(address, close, times=1)
        bruno.sync()
    assert bruno.sync()["accepted"] == 2
    assert len(ledger(bruno.live)) == 2


def test_data_cleared_under_an_open_application_is_never_begun_anew_in_silence(bruno: Phone) -> None:
    """T59, T69. Said where one works, then where one comes in, until somebody read it; what was sent comes back, to a
    new device, and the old one's numbers are not used again."""
    bruno.run("await newDossier('Zoé')")
    bruno.sync()
    sent, old = ledger(bruno.live), bruno.run("return vault.enrolments().find((one) => one.mine).device")
    devices = "return vault.enrolments().filter((one) => one.member === vault.me().member).length"
    before = bruno.run(devices)
    clear(bruno)
    assert bruno.run("return refused(() => visit({ text: 'perdue ?' }))") == "storage_missing"
    assert "effacé les données" in bruno.run("return vault.syncStatus().notes.join()")
    assert bruno.run("return (await indexedDB.databases()).length") == 0, "no empty database took its place"

    bruno.open()
    assert bruno.run("return [(await vault.storageState()).vanished, await vault.profiles()]") == [True, []]
    bruno.sign_in("bruno")
    assert bruno.run("return (await vault.storageState()).vanished") is True
    bruno.run("await vault.noteVanishedRead()")
    assert bruno.run("return (await vault.storageState()).vanished") is False
    assert bruno.run("return vault.people('zoe').length") == 1
    assert bruno.run(devices) == before + 1
    with bruno.live.app.app_context():
        assert {one.id for one in last_accepted(old, 10)} == sent.keys()
        assert of_account("bruno").index(old) == len(of_account("bruno")) - 2
    bruno.run("await visit({ text: 'la suite' })")
    assert bruno.sync()["accepted"] == 2
    assert "annoncés" not in bruno.run("return vault.syncStatus().notes.join()")
