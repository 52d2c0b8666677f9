"""models/devices.py: what a device sent last, for whoever helps a person whose phone lost everything."""

from __future__ import annotations

from dataclasses import fields

import pytest

from device.primitives import new_id
from models import devices
from models.devices import Sent
from models.problems import Problem
from tests.models.writing import Story


def test_what_was_accepted_from_a_device_is_listed_newest_first_and_once(story: Story) -> None:
    """T69. An orientation stands in two streams, and is one event."""
    orientation = story.sent("C01")
    found = devices.last_accepted(story.bruno.device, 20)
    assert orientation in {sent.id for sent in found}
    assert len({sent.id for sent in found}) == len(found) >= 3
    assert found == sorted(found, key=lambda sent: (sent.received_at, sent.id), reverse=True)
    assert devices.last_accepted(story.bruno.device, 1) == found[:1]


def test_what_another_device_of_the_team_sent_is_not_in_it(story: Story) -> None:
    """T69."""
    story.sent("C01")
    assert devices.last_accepted(story.chloe.device, 20) == []


def test_an_account_nobody_has_has_no_device(story: Story) -> None:
    assert devices.of_account("personne") == []


def test_only_clear_fields_are_told() -> None:
    assert {field.name for field in fields(Sent)} == {"id", "type", "received_at"}


def test_a_device_nobody_enrolled_is_not_found(story: Story) -> None:
    for unknown in (new_id(story.now), story.bruno.bundle.member, "", "x"):
        with pytest.raises(Problem) as refusal:
            devices.last_accepted(unknown, 20)
        assert refusal.value.code == "not_found"
