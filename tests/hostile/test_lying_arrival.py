"""Lies told to a browser that signs in: it refuses in French, keeps nothing half-way, and enters once it is told the
truth."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone, digest_of, passphrase, pushed
from tests.hostile.conftest import THOROUGH
from tests.hostile.liar import route_of
from tests.hostile.mutations import HUGE, WHOLE, Mutation, NotHere, Raw, generic

if TYPE_CHECKING:
    from playwright.sync_api import Route


__all__ = ["accord", "phone_of", "territory_file"]

Json = dict[str, Any]
ASKED, TOKEN, BUNDLE = "session.passphrase.asked", "session.passphrase.token", "bundle"
# The refusal, as shown; who the browser then says may unlock here; and whether a bundle is kept.
ENTERS = """
  let refusal = null;
  try { await vault.signIn({ account, passphrase, shared: false }); }
  catch (error) { refusal = { code: error.code ?? null, text: error.message, name: error.name }; }
  const names = (await indexedDB.databases()).map((one) => one.name).filter((name) => name.startsWith("accord:"));
  const kept = [];
  for (const name of names) {
    const db = await database(name.slice(7));
    const request = db.transaction("meta").objectStore("meta").getAllKeys();
    await new Promise((resolve) => { request.onsuccess = resolve; });
    kept.push(...request.result);
    db.close();
  }
  return { said: refusal, profiles: (await vault.profiles()).length, kept }"""
WHO = """
  const { current } = await import(`${base}app/vault/session.js`);
  const { member, organisation, genesis, keys } = current();
  return { member, organisation, genesis, signing: keys.signingJwk, encryption: keys.encryptionJwks }"""
LEFT = """
  await vault.lock();
  for (const { name } of await indexedDB.databases()) await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  localStorage.clear();"""


class Arrival:
    """A browser that knows nobody, on a lying road; `heard` keeps one honest answer of each route."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.route, self.lie, self.told = "", None, 0
        self.heard: dict[str, Json] = {}
        phone.page.route("**/api/**", self._answer)

    def _answer(self, route: Route) -> None:
        request = route.request
        text = request.post_data_buffer or b""
        body = json.loads(text) if text[:1] == b"{" else None
        name = route_of(request.method, request.url.split("//", 1)[1].partition("/")[2].join(["/", ""]), body)
        reply = route.fetch()
        if reply.status != 200:
            return route.fulfill(response=reply)
        answer = reply.json()
        self.heard.setdefault(name, answer)
        if name != self.route or self.lie is None:
            return route.fulfill(response=reply)
        try:
            said = self.lie(answer)
        except NotHere:
            return route.fulfill(response=reply)
        self.told += 1
        if isinstance(said, Raw):
            return route.fulfill(status=said.status, content_type=said.content_type, body=said.body)
        return route.fulfill(status=200, content_type="application/json", body=json.dumps(said))

    def enter(self, account: str, phrase: str | None = None) -> Any:
        return self.phone.run(ENTERS, account=account, passphrase=phrase or passphrase(account))

    @contextmanager
    def lying(self, route: str, lie: Callable[[Json], Any]) -> Iterator[None]:
        self.route, self.lie, self.told = route, lie, 0
        yield
        self.lie = None

    def leave(self) -> None:
        self.phone.run(LEFT)
        self.phone.open()


@pytest.fixture
def arrival(phone_of: Callable[..., Phone]) -> Arrival:
    return Arrival(phone_of())


def refused(found: Any, name: str) -> None:
    """A French sentence, one of ours; nobody may unlock here, and no keys are kept."""
    assert found["said"] is not None, name
    assert found["said"]["name"] == "VaultProblem", f"{name}: {found['said']}"
    assert found["said"]["text"].endswith((".", "!", "?")), f"{name}: {found['said']}"
    assert found["profiles"] == 0 and "bundle" not in found["kept"], name


def changed(name: str, **members: Any) -> Mutation:
    return Mutation(f"{name} {members}"[:80], lambda answer: answer | members)


def slots_changed(**members: Any) -> Mutation:
    return Mutation(f"slots {members}", lambda answer: answer | {"slots": [one | members for one in answer["slots"]]})


COSTS: list[Json] = [{"m": 65_535}, {"m": 8}, {"t": 2}, {"t": 0}, {"p": 0}, {"p": 4}, {"m": HUGE}, {"t": HUGE},
                     {"m": 262_145}, {"t": 11}, {"m": "65536"}, {"salt": ""}, {"salt": "AA"}, {"salt": "A" * 4000},
                     {"salt": None}, {"salt": "__proto__"}]  # fmt: skip


def test_a_phrase_is_never_stretched_otherwise_than_it_must_be(arrival: Arrival) -> None:
    """Weakened, a proof could be guessed; inflated, the phone would never answer; and nothing of it was sent."""
    for costs in COSTS if THOROUGH else COSTS[::2]:
        with arrival.lying(ASKED, changed("costs", **costs)):
            refused(arrival.enter("bruno"), f"{costs}")
            assert arrival.told == 1 and TOKEN not in arrival.heard, costs
    for costs in COSTS[::4]:
        with arrival.lying(BUNDLE, slots_changed(**costs)):
            refused(arrival.enter("bruno"), f"slots {costs}")
    other_salt = changed("salt", salt="A" * 22)
    with arrival.lying(ASKED, other_salt):
        refused(arrival.enter("bruno"), "another salt")  # its proof opens nothing
    assert arrival.enter("bruno")["said"] is None


def forged(code: str, word: str = "rejected") -> Mutation:
    def change(answer: Json) -> Json:
        return answer | {"verdicts": [one | {"verdict": word, "code": code} for one in answer["verdicts"]]}

    return Mutation(f"{word} {code}", change)


def test_what_is_kept_for_another_opens_nothing_here(arrival: Arrival, phone_of: Callable[..., Phone]) -> None:
    """T86: another member's bundle, slots or both, and what was kept before this member changed their phrase."""
    other = Arrival(phone_of())
    other.enter("bruno")
    theirs = other.heard[BUNDLE]
    arrival.enter("amina")
    before, costs = arrival.heard[BUNDLE], arrival.heard[ASKED]
    who = arrival.phone.run(WHO)
    arrival.leave()
    for names in (["bundle"], ["slots"], ["member"], ["organisation"], list(theirs)):
        with arrival.lying(BUNDLE, Mutation("of another", lambda answer: answer | {n: theirs[n] for n in names})):  # noqa: B023
            refused(arrival.enter("amina"), f"{names} of another")
            assert arrival.told > 0
    new = "une autre phrase longue que personne ne devinera jamais"
    arrival.enter("amina")
    assert arrival.phone.run("return refused(() => vault.changePassphrase(before, after))",
                             before=passphrase("amina"), after=new) is None  # fmt: skip
    arrival.leave()
    with arrival.lying(
        BUNDLE, Mutation("replayed", lambda answer: answer | {n: before[n] for n in ("bundle", "slots")})
    ):
        refused(arrival.enter("amina", new), "a bundle of before")
    with arrival.lying(ASKED, Mutation("replayed", lambda answer: costs)):
        refused(arrival.enter("amina", new), "a salt of before")
    refused(arrival.enter("amina"), "the phrase of before")
    assert arrival.enter("amina", new)["said"] is None
    assert arrival.phone.run(WHO) == who


def test_an_enrolment_nobody_wrote_is_no_enrolment(arrival: Arrival) -> None:
    """A verdict forged, a token or a nonce forged, heads of another time: the browser enters in full, or not at all."""

    def swallowed(route: Route) -> None:
        told = [{"id": "x", "digest": digest_of(one["jws"]), "verdict": "accepted"} for one in pushed(route)]
        route.fulfill(status=200, content_type="application/json", body=json.dumps({"epoch": "x", "verdicts": told}))

    arrival.phone.page.route("**/api/events", swallowed)
    refused(arrival.enter("bruno"), "accepted, and nowhere")
    arrival.phone.page.unroute("**/api/events", swallowed)
    for lie in (forged("__proto__"), forged("", "held"), Mutation("none", lambda answer: answer | {"verdicts": []})):
        with arrival.lying("events", lie):
            refused(arrival.enter("bruno"), lie.name)
    assert arrival.enter("bruno")["said"] is None
    assert arrival.phone.run("await sync.syncNow(); return vault.syncStatus().state") == "idle"


def test_no_lie_to_a_browser_that_arrives_gives_it_other_keys(arrival: Arrival, seeded: random.Random) -> None:
    """Every answer of a sign-in, bent in every way: refused, or without effect; and the honest one is believed."""
    arrival.enter("bruno")
    who, heard = arrival.phone.run(WHO), dict(arrival.heard)
    arrival.leave()
    lies: list[tuple[str, Mutation]] = []
    for route, each in ((ASKED, 1), (TOKEN, 1), (BUNDLE, 3), ("session.device.asked", 1), ("session.device.token", 1)):
        every = [*WHOLE, *generic([heard[route]])]
        lies += [(route, one) for one in (every if THOROUGH else seeded.sample(every, each))]
    for heads in (None, {name: [1, "x"] for name in heard[BUNDLE]["heads"]}):
        lies.append((BUNDLE, changed("heads", heads=heads)))
    lies += [(BUNDLE, changed("slots", slots=slots)) for slots in (None, [], [None], [{"kind": "passphrase"}])]
    lies += [(BUNDLE, changed("version", version=version)) for version in (None, "x", 1.5)]
    for route, lie in lies:
        with arrival.lying(route, lie):
            found = arrival.enter("bruno")
        if found["said"] is None:
            assert arrival.phone.run(WHO) == who, lie.name
            arrival.leave()
        else:
            refused(found, f"{route}: {lie.name}")
    assert arrival.enter("bruno")["said"] is None
    assert arrival.phone.run(WHO) == who
