"""Two tabs of one device: one frozen, one slow, one that did not push. Each takes its turn, and both say the truth."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.client.phones import Phone, pushed
from tests.client.road import hurried, ledger

if TYPE_CHECKING:
    from playwright.sync_api import Route

PhoneOf = Callable[..., Phone]
EVENTS = "**/api/events"
RATE = 60  # two minutes of silence are two seconds here


def second_tab(first: Phone) -> Phone:
    tab = Phone(first.context, first.live)
    tab.member = first.member
    tab.unlock("bruno")
    return tab


def hurry(phone: Phone) -> Phone:
    phone.context.add_init_script(hurried(RATE))
    phone.open()
    phone.unlock("bruno")
    return phone


def test_a_tab_frozen_in_the_middle_of_a_push_loses_its_turn_and_waking_changes_nothing(phone_of: PhoneOf) -> None:
    """T62, T1. Nothing of it runs, and it keeps its lock; the second tab waits two minutes without a sign of life."""
    first = hurry(phone_of("bruno"))
    second = second_tab(first)
    first.context.set_offline(True)
    first.run("for (let at = 0; at < 3; at += 1) await visit({ text: `visite ${at}` })")
    first.context.set_offline(False)
    held: list[Route] = []
    first.page.route(EVENTS, lambda route: held.append(route), times=1)
    with first.page.expect_request(EVENTS):
        first.run("globalThis.round = sync.syncNow()")
    session = first.context.new_cdp_session(first.page)
    session.send("Debugger.enable")
    session.send("Debugger.pause")  # its life cycle set to "frozen" by the same tools stops nothing
    begun = time.monotonic()
    assert second.sync()["accepted"] == 3
    assert time.monotonic() - begun >= 120 / RATE
    session.send("Debugger.resume")
    session.send("Debugger.disable")
    held[0].continue_()
    first.run("await round; await sync.syncNow()")
    for tab in (first, second):
        tab.until("vault.counts().accepted === 3 && vault.counts().pending === 0")
    for tab in (first, second):
        tab.run("await visit({ text: 'ensuite' })")
        tab.sync()
    assert len(ledger(first.live)) == 5


def test_a_tab_whose_push_takes_long_keeps_its_turn(phone_of: PhoneOf) -> None:
    """T62, T16. Four minutes on a slow road, and alive: nobody else sends the same meanwhile."""
    first = hurry(phone_of("bruno"))
    second = second_tab(first)
    first.context.set_offline(True)
    first.run("await visit({ text: 'une visite' })")
    first.context.set_offline(False)
    pushes: list[bool] = []

    def late(route: Route) -> None:
        pushes.append(first.page.evaluate("globalThis.isOver === true"))
        route.continue_()

    first.context.route(EVENTS, late)
    first.run(
        """const { alone } = await import(`${base}app/sync/turn.js`);
           globalThis.turn = alone(async () => {
             for (let minute = 0; minute < 4; minute += 1) await new Promise((done) => { setTimeout(done, 60_000); });
             globalThis.isOver = true;
           })"""
    )
    second.run("globalThis.round = sync.syncNow()")
    first.run("await turn")
    assert first.page.evaluate("globalThis.isOver") is True
    second.run("await round")
    assert pushes == [True], "the second waited for its turn, then had it"


def test_what_one_tab_was_refused_the_other_shows(phone_of: PhoneOf) -> None:
    """T62, I8. Refusals never come back by the feed: whoever pushed has to tell."""
    first = phone_of("bruno")
    second = second_tab(first)
    first.run("await visit({ text: 'une visite' })")
    second.until("vault.counts().pending === 1")

    def refuse(route: Route) -> None:
        entries = pushed(route)
        [section] = entries[0]["sections"].values()
        section["core"] = section["core"][:-2] + ("AA" if section["core"][-2:] != "AA" else "BB")
        headers = {key: value for key, value in route.request.headers.items() if key != "content-encoding"}
        route.continue_(post_data=json.dumps({"entries": entries}), headers=headers)

    first.page.route(EVENTS, refuse, times=1)
    assert first.sync()["rejected"] == 1
    second.until("vault.counts().rejected === 1")
    assert second.run("return vault.counts().pending") == 0


def test_a_save_in_one_tab_is_not_taken_off_the_screen_by_news_of_the_other(phone_of: PhoneOf) -> None:
    """T35, T62. News that come while something is being saved are older than it."""
    bruno = phone_of("bruno")
    shown = bruno.run(
        """const { refreshOutbox } = await import(`${base}app/vault/states.js`);
           let tell;
           const told = new Promise((resolve) => { tell = resolve; });
           const real = IDBObjectStore.prototype.getAll;
           IDBObjectStore.prototype.getAll = function (...given) {  // read now, and heard after the save
             const asked = real.apply(this, given);
             const listen = asked.addEventListener.bind(asked);
             asked.addEventListener = (type, act) => listen(type, (event) => told.then(() => act(event)));
             return asked;
           };
           const news = refreshOutbox();
           await new Promise((done) => { setTimeout(done, 50); });
           IDBObjectStore.prototype.getAll = real;
           await visit({ text: "une visite" });
           tell();
           await news;
           return vault.counts().pending"""
    )
    assert shown == 1
    assert bruno.sync()["accepted"] == 1
