"""Lists that a server bends: verdicts for what nobody sent, places that are none, requests nobody posted."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone, digest_of, payload_of, pushed
from tests.client.test_vault_join import ask, invite
from tests.hostile.conftest import THOROUGH
from tests.hostile.mutations import WHOLE, NotHere, Raw, generic

if TYPE_CHECKING:
    from playwright.sync_api import Route


__all__ = ["accord", "phone_of", "territory_file"]

Json = dict[str, Any]
OTHER = "019b8d2b-8c00-7000-8000-{:012x}"
PLACES = [{"id": f"place-{number}", "source": "x", "nom": f"Lieu {number}", "date_maj": "2026-01-01", "active": True,
           "services": [{"thematiques": ["alimentation"]}], "week": [[["09:00", "12:00"]]] * 7}
          for number in range(3)]  # fmt: skip


def test_thousands_of_verdicts_for_what_was_never_sent_settle_nothing(phone_of: Callable[..., Phone]) -> None:
    """I1, I8: not an event of another id, not one under another digest, not the one that is named like every object."""
    bruno = phone_of("bruno")
    words = ["accepted", "duplicate", "held", "rejected", "retry", "purged", "__proto__"]
    made = [bruno.run("return (await visit({ text: 'un fait' })).reception") for _ in range(2)]

    def flood(route: Route) -> None:
        sent = [(payload_of(entry["jws"])["id"], digest_of(entry["jws"])) for entry in pushed(route)]
        names = [(OTHER.format(number), "A" * 43) for number in range(3_000)] + [("__proto__", "x"), (None, None)]
        names += [(id, "A" * 43) for id, _ in sent] + [(made[0], sent[-1][1])] + [("constructor", d) for _, d in sent]
        told = [{"id": id, "digest": digest, "verdict": words[at % 7], "position": {"x": 1}, "reason": "parent",
                 "code": "level", "after": 1} for at, (id, digest) in enumerate(names)]  # fmt: skip
        body = json.dumps({"epoch": "x", "verdicts": told})
        route.fulfill(status=200, content_type="application/json", body=body)

    bruno.page.route("**/api/events", flood)
    offered = (
        "return (await rows(member, 'outbox')).map(({ id, digest, state, code }) => [id, digest, state, code ?? null])"
    )
    before = bruno.run(offered, member=bruno.member)
    assert bruno.sync()["pending"] == 2
    waiting = [row[:2] for row in before if row[2] in ("sealed", "sending")]
    after = bruno.run(offered, member=bruno.member)
    assert [row[:2] for row in after if row[2] in ("sealed", "sending") and row[3] is None] == waiting
    bruno.page.unroute("**/api/events", flood)
    counts = bruno.sync()
    assert (counts["accepted"], counts["pending"], counts["held"], counts["rejected"]) == (2, 0, 0, 0)


def serve(phone: Phone, path: str, said: Any) -> Callable[[Route], None]:
    def lie(route: Route) -> None:
        if isinstance(said, Raw):
            route.fulfill(status=said.status, content_type=said.content_type, body=said.body)
        else:
            route.fulfill(status=200, content_type="application/json", body=json.dumps(said), headers={"ETag": '"x"'})

    phone.page.route(path, lie)
    return lie


def lies(answer: Json, seeded: random.Random, most: int) -> list[tuple[str, Any]]:
    every = [*WHOLE, *generic([answer])]
    chosen = every if THOROUGH else seeded.sample(every, most)
    found = []
    for lie in chosen:
        try:
            found.append((lie.name, lie(answer)))
        except NotHere:
            continue
    return found


def test_a_directory_that_was_bent_stops_no_search(phone_of: Callable[..., Phone], seeded: random.Random) -> None:
    """What is no place is left out; what is no directory changes nothing; the next one is whole."""
    phone = phone_of("bruno")
    pulls = "const { pullDirectory } = await import(`${base}app/sync/pull.js`); await pullDirectory(Date.now()); "
    searched = pulls + "return (await vault.findPlaces({ query: 'lieu' })).rows.map(({ place }) => place.id)"
    honest = {"version": "1", "places": PLACES}
    always = [("name " + str(nom), {"version": "1", "places": [*PLACES, {"id": "x", "nom": nom}]})
              for nom in (7, None, {}, [])]  # fmt: skip
    always += [(f"services {bent}", {"version": "1", "places": [*PLACES, {"id": "x", "services": bent}]})
               for bent in (7, [None], {"a": 1}, [[None]])]  # fmt: skip
    always += [("nothing", {"version": "1", "places": [None, 7, [], "x", *PLACES]})]
    for name, said in [*always, *lies(honest, seeded, 40)]:
        lie = serve(phone, "**/api/directory?*", said)
        found = phone.run(searched)
        assert isinstance(found, list), name
        if (name, said) in always:
            assert {place["id"] for place in PLACES} <= set(found), name
        phone.page.unroute("**/api/directory?*", lie)
    lie = serve(phone, "**/api/directory?*", honest)
    assert phone.run(searched) == [place["id"] for place in PLACES]


def test_requests_that_nobody_posted_admit_no_one(phone_of: Callable[..., Phone], seeded: random.Random) -> None:
    """T83, T92: shown unverified or not at all, and the honest one is found again under its own digits."""
    chloe, newcomer = phone_of("chloe"), phone_of()
    ask(newcomer, invite(chloe))
    listed = """const all = await vault.admissionRequests();
      return all.map(({ name, verified, code }) => [name, verified, code])"""
    heard: list[Json] = []

    def hear(route: Route) -> None:
        reply = route.fetch()
        heard.append(reply.json())
        route.fulfill(response=reply)

    chloe.page.route("**/api/invitations/*", hear)
    honest = chloe.run(listed)
    assert [row[:2] for row in honest] == [["Nadia Test", True]]
    chloe.page.unroute("**/api/invitations/*", hear)
    for name, said in lies(heard[-1], seeded, 40):
        lie = serve(chloe, "**/api/invitations/*", said)
        found = chloe.run(f"try {{ {listed} }} catch (error) {{ return error.name }}")
        assert found == "VaultProblem" or isinstance(found, list), f"{name}: {found}"
        if isinstance(found, list):
            assert all(row == honest[0] or not row[1] for row in found), name
        chloe.page.unroute("**/api/invitations/*", lie)
    assert chloe.run(listed) == honest
