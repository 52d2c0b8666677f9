"""The cast on the real doors, for who means harm."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.device.territory import Territory
from tests.models.conftest import built, doors, now, territory
from tests.models.doors import Doors
from tests.models.writing import Story

__all__ = ["built", "doors", "now", "story", "territory"]


@pytest.fixture
def story(doors: Doors, territory: Territory, now: datetime) -> Story:
    return Story(doors, territory, now)
