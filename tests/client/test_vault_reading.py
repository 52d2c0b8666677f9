"""A server, or a road, that lies: what does not verify is not a fact, sharing stops, recording goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from device.primitives import b64u
from tests.client.phones import Phone, answering, payload_of
from tests.client.test_vault_orientations import send, view

if TYPE_CHECKING:
    from playwright.sync_api import Route

PhoneOf = Callable[..., Phone]
Page = dict[str, Any]
FEED = "**/api/feed*"


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


@pytest.fixture
def amina(phone_of: PhoneOf) -> Phone:
    phone = phone_of("amina")
    phone.run("await active('Centre des Halles')")
    return phone


def through(phone: Phone, change: Callable[[Page], Any]) -> None:
    """From now on the feed this phone reads passes by `change`."""

    def altered(route: Route) -> None:
        page = route.fetch().json()
        if "streams" in page:
            change(page)
        route.fulfill(status=200, content_type="application/json", body=json.dumps(page))

    phone.page.route(FEED, altered)


def circle_events(page: Page) -> list[dict[str, Any]]:
    streams = (stream for name, stream in page["streams"].items() if name.startswith("circle:"))
    return [entry for stream in streams for entry in stream["entries"] if "jws" in entry]


def flipped(text: str, at: int = -1) -> str:
    """The same text with one base64url character changed."""
    place = at % len(text)
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def is_sharing(phone: Phone) -> str | None:
    """The code an orientation is refused with, or None."""
    code: str | None = phone.run(
        "const dossier = await newDossier('Zoé'); return refused(() => "
        "vault.orient(orientationFor(dossier, 'Accueil', [called('Zoé')])))"
    )
    return code


# --- events --------------------------------------------------------------------------------------------------------


def swap_cores(page: Page) -> None:
    for entry in circle_events(page):
        sections = entry["sections"]
        if {"C01", "C14"} <= sections.keys():
            sections["C01"]["core"], sections["C14"]["core"] = sections["C14"]["core"], sections["C01"]["core"]


def swap_wraps(page: Page) -> None:
    for entry in circle_events(page):
        sections = entry["sections"]
        if {"C01", "C14"} <= sections.keys():
            sections["C01"]["wrap"], sections["C14"]["wrap"] = sections["C14"]["wrap"], sections["C01"]["wrap"]


def bend_cores(page: Page) -> None:
    for entry in circle_events(page):
        for section in entry["sections"].values():
            section["core"] = flipped(section["core"], -30)


def test_a_section_that_is_not_the_one_signed_is_shown_as_unreadable_and_the_rest_goes_on(
    bruno: Phone, amina: Phone, subtests: pytest.Subtests
) -> None:
    """T86, T87."""
    for accepted, change in enumerate((swap_cores, swap_wraps, bend_cores), 1):
        with subtests.test(change.__name__):
            sent = send(bruno)
            bruno.sync()
            amina.page.unroute(FEED)
            through(amina, change)
            amina.sync()
            received = view(amina, sent["orientation"])
            assert received["state"] == "envoyee"
            assert [item["category"] for item in received["items"]] == []
            assert amina.run("return refused(() => visit({ text: 'un colis' }))") is None
            assert amina.sync()["accepted"] == accepted


def test_an_event_whose_signed_bytes_changed_is_no_event(bruno: Phone, amina: Phone) -> None:
    """T87."""
    send(bruno)
    bruno.sync()

    def forge(page: Page) -> None:
        for entry in circle_events(page):
            header, _, signature = entry["jws"].split(".")
            changed = payload_of(entry["jws"]) | {"level": 4}
            entry["jws"] = ".".join([header, b64u(json.dumps(changed).encode()), signature])

    through(amina, forge)
    amina.sync()
    assert amina.run("return vault.orientations('inbox')") == []


def test_an_event_signed_by_a_device_the_roster_does_not_know_is_refused_and_sharing_stops(
    bruno: Phone, amina: Phone
) -> None:
    """T88, T92."""
    send(bruno)
    bruno.sync()

    def disguise(page: Page) -> None:
        for entry in circle_events(page):
            payload, signature = entry["jws"].split(".")[1:]
            header = {"alg": "ES256", "kid": "019b8d2b-8c00-7000-8000-000000000000", "typ": "accord.event"}
            entry["jws"] = ".".join([b64u(json.dumps(header).encode()), payload, signature])

    through(amina, disguise)
    amina.sync()
    assert amina.run("return vault.orientations('inbox')") == []
    assert amina.run("return vault.syncStatus().state") == "suspended"
    assert is_sharing(amina) == "fork"
    amina.run("await vault.lock()")
    amina.unlock("amina")
    assert amina.run("return vault.syncStatus().state") == "suspended"


def test_a_withdrawal_nobody_had_the_right_to_sign_changes_nothing(bruno: Phone, amina: Phone) -> None:
    """T88. Amina's own device is of another organisation than the consent's."""
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    forged = amina.run(
        """const { signObject, newId, importSigningKey } = await import(`${base}app/crypto/index.js`);
           const { current } = await import(`${base}app/vault/session.js`);
           const { device } = current();
           const at = new Date().toISOString().slice(0, 16) + "Z";
           const payload = { v: 1, suite: "P256-A256GCM", id: newId(Date.now()), type: "consent.withdrawn", at,
             parents: [], consents: [consent] };
           return (await signObject("accord.event", device.id, payload, device.key)).jws""",
        consent=sent["consent"],
    )

    def inject(page: Page) -> None:
        for name, stream in page["streams"].items():
            if name.startswith("circle:"):
                stream["next"] += 1
                stream["entries"].append(
                    {"position": stream["next"], "received_at": "2099-01-01T00:00:00Z", "jws": forged, "sections": {}}
                )

    through(amina, inject)
    amina.sync()
    assert view(amina, sent["orientation"])["state"] == "envoyee"
    assert view(amina, sent["orientation"])["readable"] is True


def test_a_hidden_number_is_reported(bruno: Phone, amina: Phone) -> None:
    """T94."""
    for _ in range(3):
        send(bruno)
    bruno.sync()

    def hide(page: Page) -> None:
        for name, stream in page["streams"].items():
            if name.startswith("circle:") and len(stream["entries"]) == 3:
                del stream["entries"][1]

    assert "annoncés" not in " ".join(amina.run("return vault.syncStatus().notes"))
    through(amina, hide)
    amina.sync()
    assert len(amina.run("return vault.orientations('inbox')")) == 2
    assert "annoncés" in " ".join(amina.run("return vault.syncStatus().notes"))


# --- statements ----------------------------------------------------------------------------------------------------


def first_reading(phone_of: PhoneOf, change: Callable[[Page], Any]) -> Phone:
    phone = phone_of()
    through(phone, change)
    return phone.sign_in("bruno")


def own_statements(page: Page) -> list[dict[str, Any]]:
    return [
        entry
        for name, stream in page["streams"].items()
        if name.startswith("organisation:")
        for entry in stream["entries"]
    ]


def other_genesis(page: Page) -> None:
    for entry in page["streams"].get("network", {}).get("entries", [])[:1]:
        header, _, signature = entry["jws"].split(".")
        payload = payload_of(entry["jws"]) | {"name": "Un autre réseau"}
        entry["jws"] = ".".join([header, b64u(json.dumps(payload).encode()), signature])


def bad_signature(page: Page) -> None:
    for entry in own_statements(page)[1:2]:
        entry["jws"] = flipped(entry["jws"], -20)


def missing_statement(page: Page) -> None:
    for name, stream in page["streams"].items():
        if name.startswith("organisation:"):
            del stream["entries"][1:2]


def promoted(page: Page) -> None:
    for entry in own_statements(page):
        payload = payload_of(entry["jws"])
        if payload["type"] == "member.added":
            payload["member"]["role"] = "supervisor"
            header, _, signature = entry["jws"].split(".")
            entry["jws"] = ".".join([header, b64u(json.dumps(payload).encode()), signature])


@pytest.mark.parametrize("change", [other_genesis, bad_signature, missing_statement, promoted])
def test_a_chain_that_does_not_hold_suspends_sharing_and_recording_goes_on(
    phone_of: PhoneOf, change: Callable[[Page], None]
) -> None:
    """T92."""
    phone = first_reading(phone_of, change)
    assert phone.run("return vault.syncStatus().state") == "suspended"
    notes = " ".join(phone.run("return vault.syncStatus().notes"))
    assert "Partage suspendu, enregistrement possible" in notes


def test_sharing_suspended_refuses_orientations_and_lets_facts_pass(bruno: Phone, phone_of: PhoneOf) -> None:
    chloe = phone_of("chloe")
    chloe.run("await vault.createTeam({ name: 'Épicerie' }); await sync.syncNow()")

    def fork(page: Page) -> None:
        for entry in own_statements(page):
            entry["jws"] = flipped(entry["jws"], -20)

    through(bruno, fork)
    bruno.page.evaluate(
        "() => { const now = Date.now; Date.now = () => now() + 2 * 3600e3; }"
    )  # others are read hourly
    bruno.sync()
    assert is_sharing(bruno) == "fork"
    assert bruno.run("return refused(() => visit({ text: 'un fait' }))") is None
    assert bruno.sync()["accepted"] == 2
    bruno.page.unroute(FEED)
    bruno.sync()
    assert bruno.run("return vault.syncStatus().state") == "idle"  # the right lines came
    assert is_sharing(bruno) is None


def test_a_server_that_forgets_statements_we_pinned_is_a_rollback(bruno: Phone) -> None:
    def forget(page: Page) -> None:
        page["epoch"] = "another"
        for name, stream in page["streams"].items():
            if name.startswith("organisation:"):
                stream["entries"] = stream["entries"][:2]
                stream["next"], stream["more"] = min(stream["next"], 2), False

    through(bruno, forget)
    bruno.sync()
    assert bruno.run("return vault.syncStatus().state") == "suspended"
    assert bruno.run("return vault.me().name") == "Bruno Le Cam"  # nothing known is forgotten
    bruno.page.unroute(FEED)
    bruno.sync()
    assert bruno.run("return vault.syncStatus().state") == "idle"


def test_pins_are_sealed_so_that_a_chain_changed_on_the_disk_is_verified_again(bruno: Phone) -> None:
    bruno.run("await vault.lock()")
    bruno.page.evaluate(
        """async (member) => {
          const db = await new Promise((resolve) => { const asked = indexedDB.open(`accord:${member}`);
            asked.onsuccess = () => resolve(asked.result); });
          const store = db.transaction("statements", "readwrite").objectStore("statements");
          const rows = await new Promise((resolve) => { const all = store.getAll(); all.onsuccess = () =>
            resolve(all.result); });
          const own = rows.filter((row) => row.jws && row.stream !== "network");
          for (const row of own.slice(-1)) store.delete([row.stream, row.number]);
          await new Promise((resolve) => { store.transaction.oncomplete = resolve; });
          db.close();
        }""",
        bruno.member,
    )
    bruno.unlock("bruno")
    assert bruno.run("return vault.syncStatus().state") == "suspended"


# --- the road ------------------------------------------------------------------------------------------------------


NO_PAGES: list[dict[str, Any]] = [
    {"status": 200, "content_type": "text/html", "body": "<html>portail</html>"},
    {"status": 200, "content_type": "application/json", "body": '{"epoch": "x"}'},
    {"status": 200, "content_type": "application/json", "body": '{"epoch": "x", "streams": {"network": []}}'},
    {"status": 502, "body": "<h1>Bad gateway</h1>"},
    {"status": 429, "body": "", "headers": {"Retry-After": "30"}},
]


def test_what_is_not_a_page_is_not_kept(bruno: Phone, subtests: pytest.Subtests) -> None:
    """T5, T6."""
    kept = "return [await rows(member, 'statements'), await rows(member, 'entries')]"
    before = bruno.run(kept, member=bruno.member)
    for answer in NO_PAGES:
        with subtests.test(f"{answer['status']} {answer['body'][:40]}"):
            bruno.page.route(FEED, answering(answer))
            bruno.sync()
            assert bruno.run("return vault.syncStatus().state") == "waiting"
            assert bruno.run(kept, member=bruno.member) == before
            bruno.page.unroute(FEED)
            bruno.sync()
            assert bruno.run("return vault.syncStatus().state") == "idle"


def test_a_session_refused_is_asked_anew_once_and_then_a_person_must_sign_in(bruno: Phone) -> None:
    """T9."""
    body = '{"code": "session_expired", "message": "La connexion a expiré.", "retry": false}'
    refusal = {"status": 401, "content_type": "application/problem+json", "body": body}
    bruno.page.route(FEED, lambda route: route.fulfill(**refusal), times=1)
    bruno.sync()
    assert bruno.run("return vault.syncStatus().state") == "idle"
    bruno.page.route(FEED, lambda route: route.fulfill(**refusal))
    bruno.run("await visit({ text: 'un fait' })")
    assert bruno.sync()["accepted"] == 1  # reading pauses, pushing does not
    assert bruno.run("return vault.syncStatus().state") == "signin"


def test_a_page_is_stored_with_its_cursor_or_not_at_all(bruno: Phone, amina: Phone) -> None:
    """T27."""
    sent = send(bruno)
    bruno.sync()
    amina.page.evaluate(
        """() => { const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (row, ...key) {
            if (key[0] === "cursors") throw new DOMException("killed", "AbortError");
            return put.call(this, row, ...key);
          }; globalThis.whole = put; }"""
    )
    amina.run("await refused(() => sync.syncNow())")
    assert amina.run("return rows(member, 'entries')", member=amina.member) == []
    amina.page.evaluate("() => { IDBObjectStore.prototype.put = globalThis.whole; }")
    amina.sync()
    assert view(amina, sent["orientation"])["label"] == "Zoé"


def test_a_clock_more_than_ten_minutes_wrong_is_said(bruno: Phone) -> None:
    """T41."""
    assert bruno.run("await visit({ text: 'x' }); await sync.syncNow(); return vault.syncStatus().notes") == []
    bruno.page.evaluate("() => { const now = Date.now; Date.now = () => now() - 2 * 86400e3; }")
    bruno.run("await visit({ text: 'y' }); await sync.syncNow()")
    assert "heure" in " ".join(bruno.run("return vault.syncStatus().notes"))
    assert bruno.run("return vault.counts().accepted") == 2
