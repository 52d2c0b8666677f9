"""What a bad network may answer, and what the outbox makes of it: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.phones import Phone, answering, digest_of, passphrase, payload_of, pushed

if TYPE_CHECKING:
    from playwright.sync_api import Route

PhoneOf = Callable[..., Phone]
EVENTS = "**/api/events"
FEED = "**/api/feed*"


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


def record(phone: Phone, times: int = 1) -> None:
    phone.run("for (let at = 0; at < times; at += 1) await visit({ text: `visite ${at}` })", times=times)


def states(phone: Phone) -> list[str]:
    found: list[str] = phone.run("return (await rows(member, 'outbox')).map((row) => row.state)", member=phone.member)
    return sorted(found)


def test_an_answer_cut_after_the_commit_is_a_duplicate_the_next_time(bruno: Phone) -> None:
    """T1."""
    record(bruno)
    answers: list[Any] = []

    def passing(route: Route, is_cut: bool) -> None:
        answer = route.fetch()
        answers.extend(answer.json()["verdicts"])
        route.abort("connectionreset") if is_cut else route.fulfill(response=answer)

    bruno.page.route(EVENTS, lambda route: passing(route, not answers))
    assert bruno.sync()["pending"] == 1
    counts = bruno.sync()
    assert (counts["pending"], counts["accepted"]) == (0, 1)
    assert [one["verdict"] for one in answers] == ["accepted", "duplicate"]
    assert answers[0]["position"] == answers[1]["position"]


def test_while_a_batch_is_judged_the_next_is_made_ready_and_waits_for_the_answer(bruno: Phone) -> None:
    """T1, T3. Each event leaves once, in the order of recording, and no batch overtakes the one before."""
    record(bruno, 120)
    offered: list[list[str]] = []
    waiting: list[int] = []

    def slow(route: Route) -> None:
        offered.append([payload_of(entry["jws"])["id"] for entry in pushed(route)])
        bruno.page.wait_for_timeout(600)
        waiting.append(len(offered))
        route.continue_()

    bruno.page.route(EVENTS, slow)
    bruno.run("void sync.syncNow()")
    bruno.until(f"(await rows('{bruno.member}', 'outbox')).filter((row) => row.state === 'sending').length === 100", 30)
    assert len(offered) == 1, "the second batch is marked, and has not left"
    counts = bruno.sync()
    assert (counts["pending"], counts["accepted"]) == (0, 120)
    assert waiting == [1, 2, 3]
    assert [len(batch) for batch in offered] == [50, 50, 20]
    order = bruno.run(
        "return (await rows(member, 'outbox')).sort((a, b) => a.order - b.order).map((row) => row.id)",
        member=bruno.member,
    )
    assert [id for batch in offered for id in batch] == order


NO_VERDICTS: list[dict[str, Any]] = [
    {"status": 200, "content_type": "text/html", "body": "<html>Connectez-vous au Wi-Fi</html>"},
    {"status": 200, "content_type": "application/json", "body": '{"epoch": "x", "verdi'},
    {"status": 200, "content_type": "application/json", "body": "[]"},
    {"status": 200, "content_type": "application/json", "body": '{"epoch": "x", "verdicts": []}'},
    {"status": 204, "body": ""},
    {"status": 302, "headers": {"Location": "/login"}},
    {"status": 401, "content_type": "application/problem+json", "body": '{"code":"session_expired","message":"x"}'},
    {"status": 403, "body": "interdit"},
    {"status": 404, "body": "introuvable"},
    {"status": 410, "body": "parti"},
    {"status": 422, "body": "non"},
    {"status": 429, "body": "", "headers": {"Retry-After": "1"}},
    {"status": 429, "content_type": "application/problem+json", "body": '{"code":"too_many","message":"x"}'},
    {"status": 500, "body": "<h1>Erreur</h1>"},
    {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"},
    {"status": 503, "content_type": "text/html", "body": ""},
    {"status": 504, "content_type": "text/html", "body": ""},
]


def test_what_is_not_a_verdict_means_not_delivered(bruno: Phone, subtests: pytest.Subtests) -> None:
    """T5, T6, T7, T9."""
    delivered = 0
    for answer in NO_VERDICTS:
        with subtests.test(f"{answer['status']} {answer.get('body', '')[:12]}"):
            record(bruno, 2)
            bruno.page.route(EVENTS, answering(answer))
            assert bruno.sync()["pending"] == 2
            assert states(bruno) == ["kept"] * delivered + ["sending"] * 2
            assert "2 en attente, enregistrés sur cet appareil" in bruno.run("return vault.syncStatus().text")
            bruno.page.unroute(EVENTS)
            delivered += 2
            assert bruno.sync() | {"inbox": 0, "late": 0} == {
                "pending": 0, "held": 0, "rejected": 0, "accepted": delivered, "inbox": 0, "late": 0,
            }  # fmt: skip


def lying(name: str, value: Any) -> Callable[[Route], None]:
    """Delivers, then changes one member of the first verdict."""

    def lie(route: Route) -> None:
        answer = route.fetch().json()
        answer["verdicts"][0][name] = value
        route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))

    return lie


def test_a_verdict_of_another_event_is_no_verdict(bruno: Phone, subtests: pytest.Subtests) -> None:
    """T5."""
    wrong = {"digest": "A" * 43, "id": "019b0000-0000-7000-8000-000000000000", "verdict": "ok", "position": {"x": 0}}
    for change in wrong:
        with subtests.test(change):
            record(bruno)
            bruno.page.route(EVENTS, lying(change, wrong[change]), times=1)
            assert bruno.sync()["pending"] == 1
            assert bruno.sync()["pending"] == 0


def test_a_batch_too_large_is_halved_down_to_one_event_which_is_set_apart(bruno: Phone) -> None:
    """T8."""
    record(bruno, 8)
    long = "await visit({ text: Array.from({ length: 900 }, () => Math.random().toString(36)).join(' ') })"
    bruno.run(long)
    counts_offered: list[int] = []

    def narrow(route: Route) -> None:
        entries = pushed(route)
        counts_offered.append(len(entries))
        if len(json.dumps(entries)) > 12_000:
            route.fulfill(status=413, content_type="text/html", body="<h1>Request Entity Too Large</h1>")
        else:
            route.continue_()

    bruno.page.route(EVENTS, narrow)
    counts = bruno.sync()
    assert (counts["pending"], counts["accepted"], counts["rejected"]) == (0, 8, 1)
    [refused] = bruno.run("return vault.toCorrect()")
    assert (refused["code"], refused["type"]) == ("too_large", "reception.recorded")
    assert counts_offered[0] == 9
    assert counts_offered[-1] == 1


def test_a_push_asked_to_wait_is_offered_again_later_not_at_once(bruno: Phone) -> None:
    """T6."""
    record(bruno)
    pushes: list[Any] = []

    def busy(route: Route) -> None:
        pushes.append(route)
        [entry] = pushed(route)
        verdict = {
            "id": payload_of(entry["jws"])["id"],
            "digest": digest_of(entry["jws"]),
            "verdict": "retry",
            "after": 60,
        }
        body = json.dumps({"epoch": "x", "verdicts": [verdict]})
        route.fulfill(status=200, content_type="application/json", body=body)

    bruno.page.route(EVENTS, busy)
    assert bruno.sync()["pending"] == 1
    assert bruno.sync()["pending"] == 1
    assert len(pushes) == 1


def test_pushing_needs_no_key_the_vault_may_be_locked(bruno: Phone) -> None:
    """T22."""
    bruno.context.set_offline(True)
    record(bruno, 3)
    assert bruno.sync()["pending"] == 3
    bruno.run("await vault.lock()")
    bruno.context.set_offline(False)
    requests: list[Any] = []
    bruno.page.on("request", lambda request: requests.append((request.url, request.headers)))
    assert bruno.run("await sync.syncNow(); return [vault.isOpen(), vault.counts().accepted]") == [False, 0]
    assert states(bruno) == ["accepted"] * 3
    sent = [(url.rsplit("/", 1)[-1], "authorization" in headers) for url, headers in requests if "/api/" in url]
    assert sent == [("events", False)]
    bruno.unlock("bruno")
    assert bruno.sync()["accepted"] == 3
    assert states(bruno) == ["kept"] * 3


def test_every_profile_of_the_browser_is_drained_whoever_is_open(bruno: Phone) -> None:
    """T18, T22."""
    bruno.context.set_offline(True)
    record(bruno, 2)
    bruno.run("await vault.lock()")
    bruno.context.set_offline(False)
    farid = Phone(bruno.context, bruno.live).sign_in("farid")
    assert farid.run("return vault.counts().accepted") == 0
    assert states(bruno) == ["accepted"] * 2


def test_a_first_tab_killed_in_the_middle_of_a_push_is_taken_over(bruno: Phone) -> None:
    """T62."""
    bruno.context.set_offline(True)
    record(bruno, 3)
    bruno.context.set_offline(False)
    second = Phone(bruno.context, bruno.live)
    arrived: list[Any] = []

    def hang(route: Route) -> None:
        arrived.append(route.fetch())  # the server took it; the tab never learns

    bruno.page.route(EVENTS, hang)
    with bruno.page.expect_request(EVENTS):
        bruno.run("void sync.syncNow()")
    bruno.page.wait_for_timeout(100)
    bruno.page.close()
    second.run("await sync.syncNow()")
    assert len(arrived) == 1
    assert states_in(second, bruno.member) == ["accepted"] * 3


def states_in(phone: Phone, member: str) -> list[str]:
    found: list[str] = phone.run("return (await rows(member, 'outbox')).map((row) => row.state)", member=member)
    return found


def test_on_line_is_a_hint_and_nothing_more(bruno: Phone) -> None:
    """T71."""
    bruno.page.evaluate("() => Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })")
    record(bruno)
    assert bruno.sync()["pending"] == 0
    bruno.page.evaluate("() => Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })")
    bruno.context.set_offline(True)
    record(bruno)
    assert bruno.sync()["pending"] == 1
    assert bruno.run("return vault.syncStatus().state") == "waiting"


def test_the_triggers_send_what_was_saved_without_a_gesture(bruno: Phone) -> None:
    bruno.run("sync.start()")
    record(bruno)
    bruno.until("vault.counts().accepted === 1")
    bruno.run("sync.stop()")


def test_a_wait_that_a_portal_asks_for_is_an_hour_at_most(bruno: Phone) -> None:
    """T6. A timer of more than 24 days would fire at once, again and again."""
    waits = bruno.run(
        """const { waitAfter } = await import(`${base}app/sync/backoff.js`);
           return [null, 0, 60, 86400, 9e9, 1e300].map((asked) => waitAfter(1, 0.5, asked));"""
    )
    assert waits == [5_000, 5_000, 60_000, 3_600_000, 3_600_000, 3_600_000]
    assert bruno.run(
        """const { waitAfter } = await import(`${base}app/sync/backoff.js`);
           return [1, 2, 3, 8, 400].map((failures) => waitAfter(failures, 0.5, null));"""
    ) == [5_000, 10_000, 20_000, 600_000, 600_000]


def test_a_page_asked_for_one_profile_is_not_kept_for_another_opened_meanwhile(bruno: Phone) -> None:
    """T18, T22."""
    held: list[Route] = []
    bruno.page.route(FEED, lambda route: held.append(route), times=1)
    with bruno.page.expect_request(FEED):
        bruno.run("globalThis.round = sync.syncNow()")
    farid = bruno.run(
        """await vault.lock(); await vault.signIn({ account: "farid", passphrase, shared: false });
           return vault.me().member""",
        passphrase=passphrase("farid"),
    )
    cursors = "return (await rows(member, 'meta')).find((one) => Number.isInteger(one?.network))"
    before = bruno.run(cursors, member=farid)
    held[0].continue_()
    bruno.run("await round")
    assert bruno.run(cursors, member=farid) == before
    assert bruno.run("return vault.syncStatus().state") == "waiting"
    assert bruno.run("await sync.syncNow(); return vault.syncStatus().state") == "idle"


def test_a_profile_locked_in_the_middle_of_a_round_is_no_failure(bruno: Phone) -> None:
    """T22. The triggers go on, and send what waits."""
    held: list[Route] = []
    bruno.page.route(FEED, lambda route: held.append(route), times=1)
    with bruno.page.expect_request(FEED):
        bruno.run("globalThis.round = sync.syncNow()")
    bruno.run("await vault.lock()")
    held[0].continue_()
    bruno.run("await round")
    assert bruno.run("return vault.syncStatus().state") in ("idle", "waiting")
    bruno.unlock("bruno")
    assert bruno.run("await sync.syncNow(); return vault.syncStatus().state") == "idle"


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_the_network_back_or_the_page_seen_again_cuts_the_wait(bruno: Phone, event: str) -> None:
    """T71."""
    bruno.context.set_offline(True)
    bruno.run("sync.start(); for (let at = 0; at < 5; at += 1) await sync.syncNow()")
    assert bruno.run("return vault.syncStatus().state") == "waiting"
    if event != "online":
        bruno.page.evaluate("() => addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    bruno.context.set_offline(False)
    if event != "online":
        bruno.page.evaluate("(event) => document.dispatchEvent(new Event(event))", event)
    bruno.until("vault.syncStatus().state === 'idle'", seconds=2.4)  # the shortest wait would be 2.5
    bruno.run("sync.stop()")


def test_a_server_restored_from_a_backup_is_given_again_what_it_had_accepted(bruno: Phone) -> None:
    """T28."""
    record(bruno, 2)
    bruno.sync()
    forget_events(bruno)
    record(bruno)
    counts = bruno.sync()
    assert (counts["pending"], counts["accepted"]) == (0, 3)
    assert states(bruno) == ["kept"] * 3
    assert len(set(bruno.run("return (await rows(member, 'entries')).map((row) => row.id)", member=bruno.member))) == 3


def forget_events(phone: Phone) -> None:
    """What a restore from before these events leaves: an older database, and another epoch."""
    path = phone.live.config.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{name}"')
        for forget in ("delete from section", "delete from entry", "delete from event"):
            connection.execute(forget)
        connection.execute("update stream set position = 0 where name like 'circle:%'")
        connection.execute("update server set epoch = 'restored-epoch'")
