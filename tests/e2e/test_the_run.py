"""The run: an orientation with consent, recorded without network on one phone, opened on another.

What the first landing of the product must show, in one story, in a real Chromium of phone size.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from device import acts
from device.phone import Phone
from device.primitives import digest
from device.push import Queued
from device.read import try_every_key
from device.refusal import Refusal
from device.roster import Circle
from models.problems import CATALOGUE
from tests.e2e.authenticator import Authenticator
from tests.e2e.kept import kept_by
from tests.e2e.person import Person
from tests.e2e.town import Town

CANARY = "canari-sarcelle-3319"
HALLES = "Centre des Halles"
AGREED, REFUSED, NEVER = ["C01", "C14"], "C11", "C06"
TOLD = {
    "notice": {"id": "orientation.1", "sha256": digest("notice"), "language": "fr", "variant": "simple",
               "read_aloud": False},
    "method": "oral_face", "alone": True, "trace": False,
}  # fmt: skip


def test_the_run(town: Town, installed: Callable[..., Any], phone: Callable[..., Person]) -> None:
    """T22, T71, T78 along the way; I6 at the end."""
    app = installed("bruno")
    bruno = app.start()
    reader = Authenticator(bruno.page)
    bruno.sign_in()
    bruno.adds_passkey()
    assert len(reader.credentials()) == 1
    bruno.sees_installed()

    town.cut()
    bruno.context.set_offline(True)
    bruno.leaves_and_comes_back()
    bruno.unlock_with_passkey()
    app.kill()
    bruno = app.start(online=False)
    bruno.unlock_with_phrase()

    dossier = bruno.opens_dossier("Nolwenn")
    bruno.adds_item(dossier, "Besoin matériel", {"La demande": f"un colis, {CANARY}"})
    bruno.adds_item(dossier, "Se déplacer", {"À pied": ""})
    bruno.adds_item(dossier, "Ressources et budget", {"Aide recherchée": "facture"})
    bruno.records_visit(dossier, "Frigo vide depuis lundi.")
    orientation = refused_on_screen_then_sent(bruno, dossier)
    assert "en attente" in bruno.sync_line()

    town.restore()
    bruno.context.set_offline(False)
    bruno.sees_up_to_date()

    refused_by_the_server(town.device("bruno", rules=False), town)

    amina = phone("amina")
    amina.sign_in()
    amina.go("#/orientations")
    amina.page.locator(f'a[href="#/orientation/{orientation}"]').click()
    amina.sees(CANARY)
    assert amina.shared_codes() == AGREED
    amina.accepts()
    amina.sees_up_to_date()
    bruno.syncs()
    bruno.opens_orientation(orientation)
    bruno.badge("Acceptée").wait_for()

    bound_stays_closed(town)

    wraps = wraps_to_recipient(town, orientation)
    for before in (kept_by(amina.page), feed_of(town.device("amina"))):
        assert all(key in before and core in before for core, key in wraps), "the search must find what is there"
    bruno.withdraws_consent(dossier)
    bruno.sees_up_to_date()
    amina.syncs()
    amina.opens_orientation(orientation)
    gone_from(amina, town, wraps)


def refused_on_screen_then_sent(bruno: Person, dossier: str) -> str:
    """C06 may never go there; C11 may, but Nolwenn says no. Each refusal has its sentence on the screen."""
    bruno.begins_orientation(dossier, HALLES)
    never = bruno.refusal(NEVER)
    assert (never.get_attribute("data-refusal"), CATALOGUE["matrix"].message in never.inner_text()) == ("matrix", True)
    bruno.chooses([*AGREED, REFUSED])
    bruno.turns_phone({"C01": True, "C14": True, REFUSED: False})
    refused = bruno.refusal(REFUSED)
    assert refused.get_attribute("data-refusal") == "consent_missing"
    assert CATALOGUE["consent_missing"].message in refused.inner_text()
    return bruno.confirms_and_sends()


def refused_by_the_server(hostile: Phone, town: Town) -> None:
    """A phone without rules sends both: each event is refused whole, with the code the screen gave."""
    now = datetime.now(UTC)
    nord, halles = (hostile.roster.circle(town.circles[name])[1].team for name in ("nord.open", "halles.open"))
    bank = hostile.roster.circle(town.circles["halles.open"])[0].id

    def send(consented: list[str], sent: list[str]) -> Queued:
        items = [item(code) for code in sent]
        dossier = acts.open_dossier(hostile, nord, items, now)
        consent = acts.give_consent(hostile, nord, dossier, bank, consented, TOLD, now)
        hostile.deliver()
        acts.send_orientation(hostile, nord, consent, halles, {"need": "alimentation"}, items, now)
        [left] = hostile.push()
        hostile.outbox.clear()
        return left

    without, never = send(AGREED, [*AGREED, REFUSED]), send([*AGREED, NEVER], [*AGREED, NEVER])
    assert [(one.verdict, one.code) for one in (without, never)] == [
        ("rejected", "consent_missing"),
        ("rejected", "matrix"),
    ]
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        for one in (without, never):
            assert base.execute("SELECT count(*) FROM event WHERE id = ?", (one.id,)).fetchone() == (0,)


def item(code: str) -> dict[str, Any]:
    return {"kind": "item", "category": code, "fields": {"called": "Nolwenn"}, "source": "person_said",
            "noted_on": "2026-01-05"}  # fmt: skip


def bound_stays_closed(town: Town) -> None:
    """Farid is in the team, in `open` alone. Raw bytes of `bound` and every key he holds: nothing."""
    farid, louise = town.device("farid"), town.device("louise")
    raw = sections_of(town, town.circles["ccas.bound"])
    assert raw
    for event, name, core, wrap in raw:
        with pytest.raises(Refusal):
            try_every_key(farid, event, name, core, [wrap])
        assert try_every_key(louise, event, name, core, [wrap])["kind"]


def sections_of(town: Town, circle: str) -> list[tuple[str, str, str, str]]:
    """(event, section, core, own wrap) as the database holds them."""
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        return base.execute(
            "SELECT s.event, s.name, s.core, s.own_wrap FROM section s JOIN event e ON e.id = s.event"
            " WHERE e.own = ? AND s.own_wrap IS NOT NULL LIMIT 20",
            (circle,),
        ).fetchall()


def wraps_to_recipient(town: Town, orientation: str) -> list[tuple[str, str]]:
    """(core, encrypted_key) of each section sent to the other team."""
    with closing(sqlite3.connect(town.folder / "accord.sqlite")) as base:
        rows = base.execute(
            "SELECT core, other_wrap FROM section WHERE event = ? AND other_wrap IS NOT NULL", (orientation,)
        ).fetchall()
    assert len(rows) == len(AGREED) + 1  # and X.request
    return [(core, json.loads(wrap)["encrypted_key"]) for core, wrap in rows]


def gone_from(amina: Person, town: Town, wraps: list[tuple[str, str]]) -> None:
    """No store, no cache, no page of the feed, no screen of Amina's has a key, a core or a word of it any more."""
    assert amina.shared_codes() == []
    whole = "\n".join([kept_by(amina.page), amina.page.content(), feed_of(town.device("amina"))])
    for core, key in wraps:
        assert core not in whole
        assert key not in whole
    assert CANARY not in whole


def feed_of(device: Phone) -> str:
    """Every page of every stream this member may read, from zero."""
    circles = [f"circle:{circle.id}" for circle in device.organisation.circles.values() if is_held(device, circle)]
    cursors, pages = [(stream, 0) for stream in circles], []
    while cursors:
        page = device.api.feed(cursors)
        pages.append(json.dumps(page))
        cursors = [(stream, read["next"]) for stream, read in page["streams"].items() if read["more"]]
    return "\n".join(pages)


def is_held(device: Phone, circle: Circle) -> bool:
    return device.bundle.member in circle.holders
