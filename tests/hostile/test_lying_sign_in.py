"""Lies told to a new device: what stretches its passphrase, its bundle and slots, its nonce and token, its heads."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from device import bundle, keys
from device.api import Api
from device.phone import Phone, sign_in
from device.refusal import Refusal
from models import roster
from models.database import database
from tests.device.territory import ORIGIN
from tests.hostile.liar import Liar
from tests.hostile.mutations import HUGE, WHOLE, Mutation, NotHere, generic
from tests.models.writing import Story

PHRASE = "sept mots français faciles à retenir ensemble"
COSTS = "session.passphrase.asked"


@pytest.fixture(autouse=True)
def stretched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same phrase and costs give the same: hundreds of sign-ins ask it."""
    once = cache(keys.stretch)
    monkeypatch.setattr(bundle, "stretch", once)


@pytest.fixture
def accounts(story: Story) -> Story:
    for phone in (story.amina, story.chloe):
        phone.add_passphrase(f"{PHRASE}, {phone.bundle.account}", story.now)
    return story


def told(story: Story, route: str, lie: Mutation | None) -> tuple[Liar, Phone | None]:
    """Amina signs in on a new device; the phone, if it believed what it was told."""
    liar = Liar(story.doors)
    if lie is not None:
        liar.begin(route, lie)
    try:
        return liar, sign_in(Api(liar), ORIGIN, "amina", f"{PHRASE}, amina", story.now)
    except Refusal:
        return liar, None


def of_chloe(story: Story, *names: str) -> Mutation:
    """What the server keeps for someone else, in the place of what was asked."""
    liar, api = Liar(story.doors), Api(Liar(story.doors))
    api.transport = liar
    sign_in(api, ORIGIN, "chloe", f"{PHRASE}, chloe", story.now)
    kept = next(answer for route, answer in liar.heard if route == "bundle")
    return Mutation(f"{names} of another", lambda answer: answer | {name: copy.deepcopy(kept[name]) for name in names})


def costing(**costs: Any) -> Mutation:
    return Mutation(f"costs {costs}", lambda answer: answer | costs)


def slots_costing(**costs: Any) -> Mutation:
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"slots": [slot | costs for slot in answer["slots"]]}

    return Mutation(f"slots {costs}", change)


WEAK = [{"m": 8}, {"m": 65_535}, {"t": 1}, {"t": 0}, {"p": 4}, {"p": 0}, {"m": 2**31}, {"m": HUGE}, {"t": 11},
        {"t": HUGE}, {"salt": ""}, {"salt": "AA"}, {"salt": "A" * 4000}, {"salt": None}]  # fmt: skip


@pytest.mark.parametrize("costs", WEAK, ids=str)
def test_a_phrase_is_stretched_as_it_must_be_or_not_at_all(accounts: Story, costs: dict[str, Any]) -> None:
    """Weakened, a proof could be guessed; inflated, the phone would never answer. Nothing is sent."""
    liar, phone = told(accounts, COSTS, costing(**costs))
    assert phone is None and liar.told == 1
    assert [route for route, _ in liar.sent] == [COSTS]
    assert told(accounts, "bundle", slots_costing(**costs))[1] is None


ROUTES = [COSTS, "session.passphrase.token", "bundle", "session.device.asked", "session.device.token"]


@pytest.mark.parametrize("route", ROUTES)
def test_no_lie_to_a_new_device_gives_it_other_keys_or_breaks_it(
    accounts: Story, route: str, chosen: Callable[[list[Mutation]], list[Mutation]]
) -> None:
    liar, honest = told(accounts, route, None)
    assert honest is not None
    [answer, *_] = [answer for name, answer in liar.heard if name == route]
    lies = [*WHOLE, *chosen(generic([answer]))]
    if route == "bundle":
        others = (("bundle",), ("slots",), ("bundle", "slots"), ("heads",))
        lies += [of_chloe(accounts, *names) for names in others]
    for lie in lies:
        try:
            lie(answer)
        except NotHere:
            continue
        with database.atomic() as undone:
            _, phone = told(accounts, route, lie)
            if phone is not None:
                assert phone.bundle == honest.bundle, lie.name
                assert phone.roster.genesis == honest.roster.genesis, lie.name
            assert told(accounts, route, None)[1] is not None, lie.name
            undone.rollback()
        roster.forget()  # what it read was undone
