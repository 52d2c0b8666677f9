"""The server cannot read: canaries typed in every field of every form, then searched as bytes everywhere."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from device.demonstration.accounts import BY_NAME
from device.primitives import unb64u
from tests.canaries import sightings, sightings_of_bytes, sightings_under
from tests.e2e.authenticator import Authenticator
from tests.e2e.every_field import EveryField
from tests.e2e.kept import kept_by
from tests.e2e.person import Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLANTED = "canari-plante-0000"
_WATCH_PRF = """
globalThis.values = [];
const get = navigator.credentials.get.bind(navigator.credentials);
navigator.credentials.get = async (asked) => {
  const credential = await get(asked);
  const value = credential.getClientExtensionResults().prf?.results?.first;
  if (value) globalThis.values.push(Array.from(new Uint8Array(value)));
  return credential;
};
"""
_PLANT = """(text) => new Promise((resolve) => {
  const asked = indexedDB.open("planted", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("texts");
  asked.onsuccess = () => {
    const tx = asked.result.transaction("texts", "readwrite", { durability: "strict" });
    tx.objectStore("texts").put(text, 1);
    tx.oncomplete = () => resolve();
  };
})"""


def test_nothing_typed_anywhere_is_found_outside_the_sealed_store(
    town: Town, installed: Callable[..., Any], phone: Callable[..., Person], caplog: pytest.LogCaptureFixture
) -> None:
    """I9. Database files, end log, server's log, every body both ways, and all that the browser left on the disk."""
    caplog.set_level(logging.INFO)
    typed = EveryField(lambda number: f"canari-{number:03}-sittelle")
    app = installed("bruno")
    bruno = app.start()
    bruno.sign_in()
    dossier = typed.new_person(bruno)
    typed.items(bruno, dossier)
    typed.visit(bruno, dossier)
    typed.note(bruno, dossier)
    typed.consent(bruno, dossier)
    orientation = typed.orientation(bruno, dossier)
    typed.unsaved(bruno, dossier)
    bruno.go("#/aujourdhui")
    bruno.sees_up_to_date()

    louise = phone("louise")
    louise.sign_in()
    typed.answer(louise, orientation)
    louise.sees_up_to_date()
    bruno.syncs()
    bruno.opens_orientation(orientation)
    for field, canary in typed.words.items():
        if field.startswith(("réponse", "orienter")):
            bruno.sees(canary)  # it did travel

    canaries = list(typed.words.values())
    assert len(canaries) > 25
    for person in (bruno, louise):
        assert sightings(canaries, kept_by(person.page).encode()) == []
    bodies = [exchange.whole() for exchange in town.wire.exchanges]
    assert len(town.wire.to("/api/events")) > 3
    assert any(b'"sections"' in exchange.told() for exchange in town.wire.to("/api/feed")), (
        "packed or not, pages are read"
    )
    assert [seen for body in bodies for seen in sightings(canaries, body)] == []
    assert caplog.text.count("accord.requests") > 10
    assert sightings(canaries, caplog.text.encode()) == []
    assert [seen for file in town.files() for seen in sightings(canaries, file.read_bytes())] == []
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        assert sightings(canaries, "\n".join(base.iterdump()).encode()) == []

    bruno.page.evaluate(_PLANT, PLANTED)
    app.kill()
    found = sightings_under([PLANTED, *canaries], app.folder)
    assert PLANTED in {canary for _, canary, _ in found}
    leaked = [seen for seen in found if seen[1] != PLANTED]
    assert leaked == [], leaked


def test_neither_passphrase_nor_value_of_a_passkey_is_in_any_request(town: Town, phone: Callable[..., Person]) -> None:
    """T76: enrolment, unlocking, and a sign-in by passkey, every byte of every request looked at."""
    bruno = phone("bruno")
    bruno.page.add_init_script(_WATCH_PRF)
    bruno.open()
    Authenticator(bruno.page)
    bruno.sign_in()
    bruno.adds_passkey()
    values = values_seen(bruno.page)
    bruno.leaves_and_comes_back()
    bruno.unlock_with_passkey()
    bruno.lock()
    bruno.go("#/connexion")
    bruno.press("Avec mon empreinte")
    bruno.heading("Aujourd’hui").wait_for()
    bruno.sees_up_to_date()
    values += values_seen(bruno.page)
    secret = bytes(values[0])
    assert len(secret) == 32
    assert {bytes(value) for value in values} == {secret}
    assert town.wire.to("/api/session/passkey")
    sent = b"\n".join(exchange.whole() for exchange in town.wire.exchanges)
    assert sightings_of_bytes(secret, sent) == []
    assert sightings_of_bytes(BY_NAME["bruno"].passphrase.encode(), sent) == []


def values_seen(page: Page) -> list[list[int]]:
    found: list[list[int]] = page.evaluate("globalThis.values")
    return found


def test_the_search_finds_what_a_server_could_have_kept(town: Town) -> None:
    """Control: what is sent for everyone to read is found in the bodies, and in the database's own files."""
    chloe = town.device("chloe")
    member = chloe.bundle.member
    assert sightings([member], b"\n".join(exchange.whole() for exchange in town.wire.exchanges))
    assert [file for file in town.files() if sightings([member], file.read_bytes())]
    assert sightings_of_bytes(unb64u(chloe.bundle.genesis), chloe.bundle.genesis.encode())
