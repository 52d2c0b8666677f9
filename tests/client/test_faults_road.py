"""A slow, broken or lying road under the real client: work passes, once, and what is claimed is true at each moment."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.client.phones import Phone, answering, digest_of, payload_of, pushed
from tests.client.road import Road, hurried, ledger

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from tests.conftest import Live

PhoneOf = Callable[..., Phone]
EVENTS = "**/api/events"
FEED = "**/api/feed*"
UNSENT = 1000
RATE = 20  # a second of these tests is twenty of the phone's
BYTES_PER_S = 50_000 // 8
LATENCY_MS = 2_000
LOSS = 0.1
_WATCH = """
globalThis.shown = [];
vault.subscribe(() => shown.push(vault.counts().pending));
sync.start();"""


def on_2g(phone: Phone) -> None:
    """50 kb/s and 2 s of latency, by the phone's own hurried clock."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    rate = BYTES_PER_S * RATE
    road = {"offline": False, "latency": LATENCY_MS / RATE, "downloadThroughput": rate, "uploadThroughput": rate}
    session.send("Network.emulateNetworkConditions", road)


def test_a_month_of_work_passes_on_2g_and_a_new_phone_reads_it_through_three_cuts(
    accord: Live, road: Road, browser: Browser, seeded: random.Random
) -> None:
    """T16, T33."""
    context = browser.new_context(locale="fr-FR")
    bruno = Phone(context, accord).sign_in("bruno")
    context.set_offline(True)
    bruno.run("for (let at = 0; at < times; at += 1) await visit({ text: `visite ${at}` })", times=UNSENT)
    context.set_offline(False)
    context.add_init_script(hurried(RATE))
    lost = ["never arrives", "arrives, unanswered"]
    road.spoil = lambda path: seeded.choice(lost) if "/events" in path and seeded.random() < LOSS else None
    pushes: list[int] = []
    context.on("request", lambda asked: pushes.append(1) if asked.url.endswith("/api/events") else None)
    seen = [UNSENT]
    for stop_at in (UNSENT // 2, 0):  # killed in the middle, and begun again
        bruno.open()
        on_2g(bruno)
        bruno.unlock("bruno")
        bruno.run(_WATCH)
        bruno.until(f"vault.counts().pending <= {stop_at}", 120)
        seen += bruno.page.evaluate("shown")
    assert seen == sorted(seen, reverse=True), "progress never goes back"
    assert len(set(seen)) >= UNSENT / 50
    assert len(ledger(accord)) == UNSENT
    assert UNSENT / 50 <= len(pushes) <= 2 * UNSENT / 50
    context.close()
    reads_through_cuts(accord, road, browser)


def reads_through_cuts(accord: Live, road: Road, browser: Browser) -> None:
    """Interrupted at 10, 50 and 90 %, the phone restarted each time: it goes on where it was, and claims nothing."""
    circle_pages: list[int] = []
    cuts = [1, 3, 5]

    def spoil(path: str) -> str | None:
        after = [text.rpartition(":") for text in parse_qs(urlsplit(path).query).get("after", [])]
        positions = [int(position) for stream, _, position in after if stream.startswith("circle:")]
        if not positions:
            return None
        circle_pages.append(max(positions))
        is_cut = bool(cuts) and len(set(circle_pages)) >= cuts[0]
        if is_cut:
            cuts.pop(0)
        return "cut at half" if is_cut else None

    road.spoil = spoil
    context = browser.new_context(locale="fr-FR")
    phone = Phone(context, accord).sign_in("bruno")
    kept = [0]
    for _ in range(3):
        assert phone.run("return vault.syncStatus().lastSyncAt") is None
        assert not phone.run("return vault.syncStatus().text").startswith("À jour")
        kept.append(phone.run("return vault.counts().accepted"))
        phone.open()
        phone.unlock("bruno")
        assert phone.run("return vault.counts().accepted") == kept[-1], "what was read is usable at once"
        phone.sync()
    assert kept == sorted(kept)
    assert kept[-1] > UNSENT / 2
    assert circle_pages == sorted(circle_pages), "no page is read again but the one that was cut"
    assert phone.run("return vault.counts().accepted") == UNSENT
    assert phone.run("return vault.syncStatus().text").startswith("À jour")
    context.close()


def test_a_page_that_takes_minutes_to_come_is_waited_for_and_a_silent_one_is_not(
    accord: Live, road: Road, browser: Browser
) -> None:
    """T16. The road gives a few bytes now and then; another gives none after the first."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(hurried(60))
    bruno = Phone(context, accord).sign_in("bruno")
    road.spoil = lambda path: "drips" if "/feed" in path else None
    assert bruno.run("await sync.syncNow(); return vault.syncStatus().state") == "idle"
    road.spoil = lambda path: "falls silent" if "/feed" in path else None
    assert bruno.run("await sync.syncNow(); return vault.syncStatus().state") == "waiting"
    assert road.seen["drips"] >= 2 and not road.given_up["drips"]
    for _ in range(50):  # the road learns that nobody listens when it speaks again
        if not road.given_up["falls silent"]:
            bruno.page.wait_for_timeout(100)
    assert road.given_up["falls silent"]
    context.close()


def test_a_push_that_broke_on_the_way_is_tried_with_half_as_many(accord: Live, road: Road, browser: Browser) -> None:
    """T16. A tunnel between two stations carries what is small enough."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(hurried(60))
    bruno = Phone(context, accord).sign_in("bruno")
    bruno.run("for (let at = 0; at < 40; at += 1) await visit({ text: `visite ${at}` })")
    sizes: list[int] = []

    def tunnel(route: Route) -> None:
        sizes.append(len(pushed(route)))
        if sizes[-1] > 10:
            time.sleep(0.15)  # nine seconds of the phone's
            route.abort("connectionreset")
        else:
            route.continue_()

    bruno.page.route(EVENTS, tunnel)
    for _ in range(6):
        bruno.sync()
    assert bruno.run("return vault.counts().accepted") == 40
    assert sizes == [40, 20, 10, 10, 20, 10, 10]  # the second ten were made ready before the first had passed
    assert len(ledger(accord)) == 40
    context.close()


def test_while_the_server_is_away_retries_are_soon_at_first_and_few_in_the_end(phone_of: PhoneOf) -> None:
    """T6, T16, T71. Hours without a server, nobody touching the phone: a battery must not notice."""
    bruno = phone_of("bruno")
    rate = 2_000
    bruno.context.add_init_script(hurried(rate))
    bruno.open()
    bruno.unlock("bruno")
    bruno.run("await visit({ text: 'attend' }); globalThis.tries = []")
    bruno.page.evaluate(
        """() => { const real = fetch;
          globalThis.fetch = (path, given) => {
            if (path === "/api/events") tries.push(Date.now());
            return globalThis.isBack ? real(path, given) : Promise.reject(new TypeError("away"));
          }; }"""
    )
    bruno.run("sync.start()")
    hours = 4
    bruno.page.wait_for_function("(ms) => tries.length && Date.now() - tries[0] > ms", arg=hours * 3_600_000)
    tries: list[float] = bruno.page.evaluate("tries")
    waits = [(after - before) / 1000 for before, after in itertools.pairwise(tries)]
    slack_s = rate * 0.1  # a tenth of a second of a busy machine
    assert waits[0] < 7.5 + slack_s
    assert max(waits) <= 900 + slack_s
    assert hours * 3600 / 900 <= len(tries) <= 10 + hours * 3600 / 300
    bruno.page.evaluate("() => { globalThis.isBack = true; }")
    bruno.until("vault.counts().accepted === 1")


def test_a_server_that_asks_to_wait_no_time_at_all_is_not_asked_for_ever(phone_of: PhoneOf) -> None:
    """T6, T16."""
    bruno = phone_of("bruno")
    bruno.run("await visit({ text: 'un fait' })")
    asked: list[Any] = []

    def busy(route: Route) -> None:
        asked.append(route)
        [entry] = pushed(route)
        verdict = {
            "id": payload_of(entry["jws"])["id"],
            "digest": digest_of(entry["jws"]),
            "verdict": "retry",
            "after": 0,
        }
        route.fulfill(json={"epoch": "x", "verdicts": [verdict]} if len(asked) < 20 else {})

    bruno.page.route(EVENTS, busy)
    assert bruno.sync()["pending"] == 1
    assert len(asked) == 1


def test_of_twenty_one_wrong_one_that_follows_it_and_one_to_try_again_alone_stay(
    phone_of: PhoneOf,
) -> None:
    """T10."""
    bruno = phone_of("bruno")
    bruno.run(
        """for (let at = 1; at <= 6; at += 1) await visit({ text: `${at}` });
           const dossier = await newDossier("Zoé");
           await visit({ dossier, text: "8" });
           for (let at = 9; at <= 20; at += 1) await visit({ text: `${at}` })"""
    )

    def spoil(route: Route) -> None:
        entries = pushed(route)
        [section] = entries[6]["sections"].values()
        section["core"] = section["core"][:-2] + ("AA" if section["core"][-2:] != "AA" else "BB")
        answer = route.fetch(
            post_data=json.dumps({"entries": entries}),
            headers={key: value for key, value in route.request.headers.items() if key != "content-encoding"},
        ).json()  # fmt: skip
        twelfth = answer["verdicts"][11]
        assert twelfth.pop("verdict") == "accepted"
        answer["verdicts"][11] = twelfth | {"verdict": "retry", "after": 30}
        route.fulfill(json=answer)

    bruno.page.route(EVENTS, spoil, times=1)
    counts = bruno.sync()
    waiting = {row["code"]: row["type"] for row in bruno.run("return vault.toCorrect()")}
    assert waiting == {"sections": "dossier.opened", "parent": "reception.recorded"}
    # The twelfth was accepted in truth: it came back in the feed, which says more than a verdict.
    assert (counts["accepted"], counts["rejected"], counts["held"], counts["pending"]) == (18, 1, 1, 0)
    bruno.run("for (const { id } of await vault.toCorrect()) await vault.retry(id)")
    assert bruno.sync()["accepted"] == 20


def test_a_correction_made_while_the_original_is_on_its_way_outlives_the_late_answer(
    phone_of: PhoneOf,
) -> None:
    """T15."""
    bruno = phone_of("bruno")
    dossier = bruno.run("return newDossier('Zoé')")
    held: list[Route] = []
    bruno.page.route(EVENTS, lambda route: held.append(route), times=1)
    with bruno.page.expect_request(EVENTS):
        bruno.run("globalThis.round = sync.syncNow()")
    bruno.run("await vault.correctDossier({ dossier, items: [called('Zoë')] })", dossier=dossier)
    assert bruno.run("return vault.dossier(dossier).label", dossier=dossier) == "Zoë"
    held[0].continue_()
    bruno.run("await round; await sync.syncNow()")
    assert bruno.run("return vault.dossier(dossier).label", dossier=dossier) == "Zoë"
    assert (
        sorted(row["state"] for row in bruno.run("return rows(member, 'outbox')", member=bruno.member)) == ["kept"] * 2
    )
    types = [payload_of(entry["jws"])["type"] for entry in pushed(held[0])]
    assert types == ["dossier.opened"]
    assert len(ledger(bruno.live)) == 2


def test_what_one_wrote_comes_back_without_leaving_the_screen_for_a_moment(phone_of: PhoneOf) -> None:
    """T35. The screen may be drawn again at any moment: at each, the person is there, once, and states only advance."""
    bruno = phone_of("bruno")
    bruno.run(
        """globalThis.seen = new Set();
           const look = () => {
             const people = vault.people();
             const { accepted, pending, rejected, held } = vault.counts();
             seen.add(JSON.stringify([people.map((row) => row.label).sort(), accepted + pending, rejected + held]));
           };
           for (const name of ["Awa", "Zoé"]) await newDossier(name);
           vault.subscribe(look);
           const real = IDBObjectStore.prototype.put;  // and between any two writes of the storage
           IDBObjectStore.prototype.put = function (...given) { look(); return real.apply(this, given); };
           const open = SubtleCrypto.prototype.decrypt;
           SubtleCrypto.prototype.decrypt = function (...given) { look(); return open.apply(this, given); };
           await (await import(`${base}app/vault/states.js`)).refreshOutbox();  // as when another tab has news
           await sync.syncNow(); look();"""
    )
    assert bruno.page.evaluate("[...seen]") == ['[["Awa","Zoé"],2,0]']
    assert bruno.run("return vault.counts()")["accepted"] == 2


PAGES_OF_A_STRANGER: list[Any] = [
    {"epoch": "x", "streams": []},
    {"epoch": "x", "streams": {"network": None}},
    {"epoch": "x", "streams": {"network": {"entries": {}, "next": 1}}},
    {"streams": {"network": {"entries": [], "next": 1}}},
    {"epoch": "x", "streams": {"network": {"entries": [], "next": "1"}}},
]


def test_a_first_reading_answered_by_a_stranger_is_no_reading_and_the_arrival_goes_on(phone_of: PhoneOf) -> None:
    """T5."""
    phone = phone_of()
    answers = iter(PAGES_OF_A_STRANGER)
    phone.page.route(FEED, lambda route: route.fulfill(json=next(answers, PAGES_OF_A_STRANGER[0])))
    for _ in PAGES_OF_A_STRANGER:
        phone.sign_in("bruno")
        assert phone.run("return vault.syncStatus().state") == "waiting"
        phone.run("await vault.lock()")
    phone.page.unroute(FEED)
    phone.unlock("bruno")
    assert phone.run("await sync.syncNow(); return vault.syncStatus().state") == "idle"


def test_an_event_of_ours_that_came_back_bent_stays_in_the_outbox(phone_of: PhoneOf) -> None:
    """T87, I1. Same words, same digest, another signature: nobody would believe it, and our copy is the good one."""
    bruno = phone_of("bruno")
    bruno.run("await newDossier('Zoé')")

    def bend(route: Route) -> None:
        page = route.fetch().json()
        for stream in page["streams"].values():
            for entry in stream["entries"]:
                if payload_of(entry["jws"])["type"] == "dossier.opened":
                    entry["jws"] = entry["jws"][:-8] + "AAAAAAAA"
        route.fulfill(json=page)

    bruno.page.route(FEED, bend)
    bruno.sync()
    assert bruno.run("return vault.people('zoe').length") == 1
    bruno.open()
    bruno.unlock("bruno")
    assert bruno.run("return vault.people('zoe').length") == 1
    bruno.page.unroute(FEED)
    [row] = bruno.run("return rows(member, 'outbox')", member=bruno.member)
    assert row["state"] != "kept"
    assert bruno.sync()["accepted"] == 1


def test_each_profile_of_a_device_gets_the_directory_and_a_lost_answer_is_asked_again(phone_of: PhoneOf) -> None:
    """T5, T18."""
    bruno = phone_of()
    asked: list[str] = []
    bruno.page.on("request", lambda request: asked.append(request.url) if "/api/directory" in request.url else None)
    bruno.page.route(
        "**/api/directory?*", answering({"status": 200, "content_type": "text/html", "body": "portail"}), times=1
    )
    bruno.sign_in("bruno")
    bruno.sync()
    bruno.sync()
    assert len(asked) == 2
    bruno.run("await vault.lock()")
    bruno.sign_in("farid")
    bruno.sync()
    assert len(asked) == 3


def test_while_a_roster_is_kept_from_us_a_reading_is_not_called_complete(phone_of: PhoneOf) -> None:
    """T33, T92. An event names a list of members nobody gives: nothing more may be claimed than before."""
    first, second = phone_of("bruno"), phone_of("bruno")
    before = first.run("return vault.syncStatus().lastSyncAt")
    second.run("await visit({ text: 'un fait' })")
    second.sync()

    def hide(route: Route) -> None:
        page = route.fetch().json()
        for name, stream in page["streams"].items():
            if name.startswith("organisation:") and stream["entries"]:
                stream |= {"next": stream["entries"][0]["position"] - 1, "entries": [], "more": False}
        route.fulfill(json=page)

    first.page.route(FEED, hide)
    first.run("await sync.syncNow()")
    assert first.run("return [vault.syncStatus().lastSyncAt, vault.counts().accepted]") == [before, 0]
    first.page.unroute(FEED)
    assert first.sync()["accepted"] == 1
    assert first.run("return vault.syncStatus().lastSyncAt") > before
