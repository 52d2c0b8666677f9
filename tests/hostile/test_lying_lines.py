"""Lines that are no lines: each is refused alone, and the round goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone
from tests.client.test_vault_orientations import send
from tests.hostile.lying import RECEIVED, act, serve, signed

__all__ = ["accord", "phone_of", "territory_file"]

ID = "019b8d2b-8c00-7000-8000-000000000000"
LINES: list[Any] = [
    None,
    7,
    [],
    {"position": "7"},
    {"position": None, "jws": "x"},
    {},
    {"received_at": RECEIVED},
    {"received_at": RECEIVED, "jws": 7, "sections": {}},
    {"received_at": RECEIVED, "jws": "a.b.c", "sections": {}},
    {"received_at": RECEIVED, "jws": "e30.e30.e30", "sections": None},
    {"purge": 7},
    {"purge": {}},
    {"purge": {"cause": 7, "wraps": [[ID, "C01"]]}},
    {"purge": {"cause": "deadline", "wraps": [7, None]}},
    {"purge": {"cause": "deadline", "wraps": {}}},
    {"purge": {"cause": "constructor", "wraps": [[ID, "C01"]]}},
]
# What an author bends before signing, with a server that lets it through.
BENT: list[dict[str, Any]] = [
    {"heads": None},
    {"heads": {}},
    {"heads": {"network": 7}},
    {"audience": None},
    {"audience": {"own": 7}},
    {"sections": None},
    {"sections": {"s1": None}},
    {"sections": {"s1": {"wraps": None}}},
    {"at": 7},
    {"id": {}},
    {"type": "__proto__"},
    {"parents": 7},
    {"skipped": {}},
    {"n": "1"},
    {"type": "consent.withdrawn", "consents": 7},
    {"type": "consent.withdrawn", "consents": [ID], "categories": 7},
    {"type": "orientation.sent", "ground": None},
]


def test_each_malformed_line_is_refused_alone(phone_of: Callable[..., Phone]) -> None:
    bruno, amina = phone_of("bruno"), phone_of("amina")
    amina.run("await active('Centre des Halles')")
    send(bruno)
    bruno.sync()
    whole = bruno.run("return (await rows(member, 'outbox')).find((row) => row.payload.ground).payload",
                      member=bruno.member)  # fmt: skip
    bent = [act(signed(bruno, **whole | {"id": ID} | changes)[1]) for changes in BENT]
    unheard = [line | {"received_at": value} for line in bent[-1:] for value in (None, 7, "soon", "2026-03-04T09:41Z")]
    for line in bent[:3]:
        line["sections"] = {"s1": {"core": 7, "wrap": None}}
    serve(amina, *LINES, *bent, *unheard)
    assert amina.run("return vault.syncStatus().state") == "idle"
    assert len(amina.run("return vault.orientations('inbox')")) == 1
    amina.run("await vault.lock()")
    amina.unlock("amina")
    assert len(amina.run("return vault.orientations('inbox')")) == 1


@pytest.mark.parametrize("received", [None, 7, "soon"])
def test_a_statement_without_its_receipt_stops_its_chain_and_nothing_else(
    phone_of: Callable[..., Phone], received: Any
) -> None:
    phone = phone_of()

    def lie(route: Any) -> None:
        page = route.fetch().json()
        for name, stream in page.get("streams", {}).items():
            if name.startswith("organisation:"):
                for entry in stream["entries"][1:2]:
                    entry["received_at"] = received
        route.fulfill(status=200, content_type="application/json", body=json.dumps(page))

    phone.page.route("**/api/feed?*", lie)
    phone.sign_in("bruno")
    assert phone.run("return vault.syncStatus().state") == "suspended"
    phone.page.unroute("**/api/feed?*")
    phone.sync()
    assert phone.run("return vault.syncStatus().state") == "idle"
