"""One small territory on a relay that judges nothing, built afresh for each test that asks (0.1 s)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from device.primitives import new_id
from tests.device.relay import Relay
from tests.device.territory import Territory, build


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@pytest.fixture
def relay(now: datetime) -> Relay:
    return Relay(now)


@pytest.fixture
def territory(relay: Relay, now: datetime) -> Territory:
    return build(relay, new_id(now), now)
