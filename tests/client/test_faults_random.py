"""A phone in a real browser, a real server, and between them whatever a seed says: nothing is lost, nothing is twice.

SEED (printed) plays a run again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.phones import CLOSE_CONNECTIONS, CONNECTIONS, Phone, payload_of
from tests.client.road import FAULTS, Road, ledger
from tests.conftest import SEED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from tests.conftest import Live

RUNS = 3
STEPS = 28
WORST = 0.45  # of the requests, in the middle of a run
# One act, told by the ids it made once it resolved: until then nothing was promised.
_ACTS = {
    "visit": "return [(await visit({ text: word, draftId: `visite ${word}` })).reception]",
    "two taps": """const tap = () => visit({ text: word, draftId: "visite" });
                   return [...new Set((await Promise.all([tap(), tap()])).map((one) => one.reception))]""",
    "note": "return [(await vault.recordNote({ text: word })).note]",
    "dossier": """const dossier = await newDossier(word);
                  return vault.dossier(dossier).label === word ? [] : ["not shown"]""",
    "correction": """const [person] = vault.people();
                     if (!person) return [];
                     return (await vault.correctDossier({ dossier: person.dossier, items: [called(word)] })).events""",
    "orientation": """const dossier = await newDossier(word);
                      const given = orientationFor(dossier, "Centre des Halles", [called(word)]);
                      return Object.values(await vault.orient(given)).filter(Boolean)""",
}


class Life:
    """Bruno's phone, its tabs, and what its screens promised."""

    def __init__(self, context: BrowserContext, live: Live, chance: random.Random) -> None:
        self.chance, self.live, self.context = chance, live, context
        context.add_init_script(CONNECTIONS)
        self.tabs = [Phone(context, live).sign_in("bruno")]
        self.member = self.tabs[0].member
        self.promised: set[str] = set()
        self.words = 0

    def tab(self) -> Phone:
        return self.chance.choice(self.tabs)

    def acts(self) -> None:
        self.promised |= set(self._act(self.tab(), _ACTS[self.chance.choice(list(_ACTS))]))

    def syncs(self) -> None:
        self.tab().run("await sync.syncNow()")

    def is_killed(self) -> None:
        """In the middle of an act and of an exchange, at any moment. What the act did not say is not promised."""
        tab = self.tab()
        kind = self.chance.choice(list(_ACTS))
        self._act(tab, f"void (async () => {{ {_ACTS[kind]} }})().catch(() => {{}}); void sync.syncNow(); return []")
        tab.page.wait_for_timeout(self.chance.choice([0, 5, 20, 60, 150]))
        tab.page.close()
        self.tabs.remove(tab)
        if not self.tabs:
            self.opens_a_tab()

    def opens_a_tab(self) -> None:
        tab = Phone(self.context, self.live)
        tab.member = self.member
        tab.unlock("bruno")
        tab.run("sync.start()")
        self.tabs.append(tab)

    def loses_its_database(self) -> None:
        self.tab().page.evaluate(CLOSE_CONNECTIONS)

    def locks_and_unlocks(self) -> None:
        """In every tab, as it is for people."""
        self.tabs[0].run("void sync.syncNow(); await vault.lock()")
        for tab in self.tabs:
            tab.unlock("bruno")

    def _act(self, tab: Phone, body: str) -> list[str]:
        self.words += 1
        made: list[str] = tab.run(body, word=f"mot{self.words}")
        return made

    def step(self) -> None:
        often: list[Callable[[], None]] = [self.acts] * 10 + [self.syncs] * 5 + [self.loses_its_database] * 2
        seldom = [self.is_killed, self.locks_and_unlocks, self.opens_a_tab]
        if len(self.tabs) > 2:
            seldom.remove(self.opens_a_tab)
        self.chance.choice(often + seldom)()


def calm(phone: Phone) -> dict[str, int]:
    """The faults have stopped: a few exchanges, an hour later, and all is said."""
    phone.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3600e3; }")
    counts: dict[str, int] = {}
    for _ in range(6):
        counts = phone.sync()
        if counts["pending"] == 0:
            break
        phone.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3600e3; }")
    return phone.sync()


@pytest.mark.parametrize("run", range(RUNS))
def test_whatever_the_road_and_the_browser_do_each_act_is_accepted_once_and_read_elsewhere(
    run: int, accord: Live, road: Road, browser: Browser
) -> None:
    """I1, I2, I3, I8; T1, T5, T6, T9, T13, T21, T27, T62: all at once, in an order nobody chose."""
    chance = random.Random(SEED + run)
    dice = random.Random(SEED + run)  # apart: requests come in an order of their own
    context = browser.new_context(locale="fr-FR")
    life = Life(context, accord, chance)
    life.tabs[0].run("sync.start()")
    road.spoil = lambda path: dice.choice(list(FAULTS)) if dice.random() < WORST else None
    for _ in range(STEPS):
        life.step()
    road.spoil = lambda path: None

    while len(life.tabs) > 1:
        life.tabs.pop().page.close()
    [phone] = life.tabs
    counts = calm(phone)
    rows: list[dict[str, Any]] = phone.run("return rows(member, 'outbox')", member=life.member)
    events = {row["id"]: row["digest"] for row in rows if row["what"] == "event"}
    kept = ledger(accord)
    assert Counter(row["state"] for row in rows) == Counter({"kept": len(rows)}), road.seen
    assert life.promised <= events.keys(), "a promise that was not stored"
    assert events == {id: digest for id, digest in kept.items() if id in events}
    assert len({payload_of(row["jws"])["n"] for row in rows}) > 1
    assert (counts["pending"], counts["rejected"], counts["held"]) == (0, 0, 0)
    assert counts["accepted"] == len(events) == len(kept)
    reads_all_of_it(browser, accord, phone)
    context.close()
    assert sum(road.seen.values()) >= STEPS / 4, road.seen


def reads_all_of_it(browser: Browser, live: Live, first: Phone) -> None:
    """A second phone of Bruno's, and the same words on both, none twice."""
    context = browser.new_context(locale="fr-FR")
    second = Phone(context, live).sign_in("bruno")
    shown = """const { current } = await import(`${base}app/vault/session.js`);
      const { projection } = current();
      return [...projection.events.values()].map(({ id, unreadable, contents, sync }) =>
        [id, unreadable, sync, JSON.stringify([...contents].sort())].join(" ")).sort()"""
    assert second.run("return vault.counts().pending") == 0
    assert second.run(shown) == first.run(shown)
    assert "annoncés" not in " ".join(second.run("return vault.syncStatus().notes"))
    context.close()
