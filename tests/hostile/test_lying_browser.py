"""The catalogue of lies, told to the client in Chromium: one page hears them all, and knows in the end what it knew."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from models.database import rows
from models.tables import Event
from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone, digest_of, payload_of, pushed
from tests.client.test_vault_orientations import send, view
from tests.hostile.conftest import THOROUGH
from tests.hostile.feed_lies import FEED
from tests.hostile.lying import FEED as FEED_ROUTE
from tests.hostile.lying import later
from tests.hostile.mutations import WHOLE, NotHere, Raw, generic

if TYPE_CHECKING:
    from playwright.sync_api import Route

__all__ = ["accord", "phone_of", "territory_file"]

# What a person could see of who is who and of what was sent to them; and what is stored of what was sealed.
KNOWN = """
  const stored = (await rows(member, "entries")).filter((row) => !row.problem);
  const sections = stored.flatMap(({ stream, digest, sections }) =>
    Object.keys(sections).map((name) => `${stream} ${digest} ${name}`));
  return [sections, JSON.stringify([vault.roster(), vault.recipients(), vault.me()]),
    JSON.stringify(vault.orientations("inbox"))]"""
# Two histories are not forgiven before the profile is opened again.
A_PERSON_LOOKED = """
  const { current } = await import(`${base}app/vault/session.js`);
  const { suspended } = current();
  for (const stream of Object.keys(suspended)) if (suspended[stream] === "fork") delete suspended[stream];
  await sync.syncNow();
  await sync.syncNow();"""
READ_AGAIN = """
  const db = await database(member);
  const tx = db.transaction("meta", "readwrite");
  tx.objectStore("meta").put({}, "cursors");
  await new Promise((resolve) => { tx.oncomplete = resolve; });
  db.close();
  const code = await refused(() => visit({ text: "un fait" }));
  await sync.syncNow();
  return [code, vault.syncStatus().state]"""


# Another history than the one known here: nothing is shared as long as it is told. (A known statement under another
# signature is the same statement, and nobody is alarmed.)
SUSPENDS = {
    "a member added in clear", "a member promoted", "another network", "a circle's key replaced",
    "a device under another key", "two chains exchanged", "rolled back", "a statement hidden and the rest moved up",
    "statements: under a name nobody has", "statements: alg none",
}  # fmt: skip


class Heard:
    """Amina's phone with a lying road: it reads everything from its beginning, once for each lie."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.lie: Callable[[Any], Any] | None = None
        self.told = 0
        phone.page.route(FEED_ROUTE, self._answer)

    def _answer(self, route: Route) -> None:
        reply = route.fetch()
        answer = reply.json()
        try:
            said = self.lie(answer) if self.lie and "streams" in answer else answer
        except NotHere:
            said = answer
        self.told += said is not answer
        if isinstance(said, Raw):
            route.fulfill(status=said.status, content_type=said.content_type, body=said.body)
        else:
            route.fulfill(status=200, content_type="application/json", body=json.dumps(said))

    def read(self, lie: Callable[[Any], Any]) -> list[Any]:
        """Something is recorded, then all is read from its beginning. [the refusal to record, the state shown]."""
        self.lie, self.told = lie, 0
        said: list[Any] = self.phone.run(READ_AGAIN, member=self.phone.member)
        self.lie = None
        return said

    def known(self) -> tuple[set[str], str, str]:
        sections, people, inbox = self.phone.run(KNOWN, member=self.phone.member)
        return set(sections), people, inbox


def test_a_page_that_hears_every_lie_knows_in_the_end_what_it_knew(
    bruno: Phone, amina: Phone, seeded: random.Random
) -> None:
    """T86, T87, T88, T91, T92, T95: nothing is lost nor believed, recording goes on, and an hour later all is well."""
    for _ in range(2):
        send(bruno)
    bruno.sync()
    amina.run("await vault.recordNote({ text: 'x' }); await visit({ text: 'un fait' }); await sync.syncNow()")
    heard, pages = Heard(amina), []
    assert heard.read(lambda answer: pages.append(answer) or answer) == [None, "idle"]  # type: ignore[func-returns-value]
    sections, people, inbox = heard.known()
    lies = generic(pages)
    for mutation in [*FEED, *seeded.sample(WHOLE, 4), *(lies if THOROUGH else seeded.sample(lies, 15))]:
        code, state = heard.read(mutation)
        if heard.told == 0:
            continue
        during = heard.known()
        assert code is None, f"{mutation.name}: recording"
        assert sections <= during[0] and during[1] == people, mutation.name
        assert state == "suspended" or mutation.name not in SUSPENDS, f"{mutation.name}: {state}"
        later(amina, 0.05)
        amina.run(A_PERSON_LOOKED)
        after = heard.known()
        assert sections <= after[0] and after[1:] == (people, inbox), mutation.name
        assert amina.run("return [vault.syncStatus().state, vault.counts().pending]") == ["idle", 0], mutation.name


def test_a_line_bent_on_the_road_is_asked_again_and_the_honest_one_takes_its_place(bruno: Phone, amina: Phone) -> None:
    """T87: at once for the first, then once an hour."""
    heard = Heard(amina)
    told = ("events: under a key of the server's", "cores exchanged in an event")
    for mutation in [each for each in FEED if each.name in told]:
        sent = send(bruno)["orientation"]
        bruno.sync()
        heard.lie = mutation
        amina.sync()
        assert heard.told > 0
        heard.lie = None
        assert "Zoé" not in amina.run("return JSON.stringify(vault.orientation(id) ?? null)", id=sent)
        later(amina, 0.05)
        amina.sync()
        assert view(amina, sent)["label"] == "Zoé"
        assert amina.run("return vault.syncStatus().state") == "idle"


@pytest.mark.parametrize("word", ["accepted", "duplicate"])
def test_what_a_server_said_it_accepted_and_threw_away_is_offered_again(bruno: Phone, word: str) -> None:
    """I1, I2: an acceptance is believed once the event came back."""

    def swallow(route: Route) -> None:
        told = [{"id": payload_of(entry["jws"])["id"], "digest": digest_of(entry["jws"]), "verdict": word,
                 "position": {"x": 1}} for entry in pushed(route)]  # fmt: skip
        body = json.dumps({"epoch": "x", "verdicts": told})
        route.fulfill(status=200, content_type="application/json", body=body)

    made = bruno.run("return (await visit({ text: 'un fait' })).reception")
    bruno.page.route("**/api/events", swallow)
    bruno.sync()
    bruno.page.unroute("**/api/events")
    bruno.sync()
    assert len(rows(Event.select(Event.id).where(Event.id == made))) == 1
    assert bruno.sync()["pending"] == 0
