"""The cast on the real doors, for who means harm."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime

import pytest

from device import jose
from device.primitives import compact_json
from tests.client.phones import Phone
from tests.device.territory import Territory
from tests.hostile.mutations import Mutation
from tests.models.conftest import built, doors, now, territory
from tests.models.doors import Doors
from tests.models.writing import Story

THOROUGH = os.environ.get("HOSTILE") == "all"
__all__ = ["built", "doors", "now", "story", "territory"]


@pytest.fixture
def story(doors: Doors, territory: Territory, now: datetime) -> Story:
    return Story(doors, territory, now)


@pytest.fixture(autouse=True)
def verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes under the same key verify as they did: thousands of readings of one territory ask it."""
    known: dict[tuple[str, str], bool] = {}
    verify = jose.is_signed_by

    def once(token: str, public: jose.Jwk) -> bool:
        asked = token, compact_json(public)
        if asked not in known:
            known[asked] = verify(token, public)
        return known[asked]

    monkeypatch.setattr(jose, "is_signed_by", once)


@pytest.fixture
def chosen(seeded: random.Random) -> Callable[[list[Mutation]], list[Mutation]]:
    """A fifth of a long list, by the printed SEED; all of it in a soak (HOSTILE=all)."""
    return lambda every: every if THOROUGH else seeded.sample(every, len(every) // 5)


@pytest.fixture
def bruno(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of("bruno")


@pytest.fixture
def amina(phone_of: Callable[..., Phone]) -> Phone:
    phone = phone_of("amina")
    phone.run("await active('Centre des Halles')")
    return phone
