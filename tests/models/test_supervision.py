"""models/supervision.py: a supervisor sees the orientations of their teams by clear fields, and nothing inside."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest

from device import acts
from models import supervision
from models.feed import Reader
from models.problems import Problem
from models.supervision import Line
from tests.device.territory import Territory
from tests.models.writing import Story, last


def reader(phone: Any) -> Reader:
    return Reader(phone.bundle.member, phone.bundle.organisation)


def test_each_side_sees_the_orientation_from_its_own_side(story: Story, territory: Territory) -> None:
    id = story.sent("C01")
    [received] = supervision.orientations_of_team(reader(story.chloe), "received", story.now)
    [sent] = supervision.orientations_of_team(reader(territory.helene), "sent", story.now)
    assert (received.id, received.team, received.other) == (id, "Centre des Halles", "Département d’Armorique")
    assert (sent.id, sent.team, sent.other) == (id, "CDAS Nord", "Banque alimentaire du Littoral")
    assert supervision.orientations_of_team(reader(story.chloe), "sent", story.now) == []


def test_a_line_has_clear_fields_only() -> None:
    names = {field.name for field in fields(Line)}
    assert names == {
        "id", "direction", "team", "other", "state", "level", "sent_at", "changed_at", "deadline", "reply_by",
        "opened_at", "is_late",
    }  # fmt: skip


def test_it_is_narrowed_by_state_and_by_team(story: Story, territory: Territory) -> None:
    story.sent("C01")
    helene = reader(territory.helene)

    def found(**changes: Any) -> int:
        return len(supervision.orientations_of_team(helene, "sent", story.now, **changes))

    assert found(states=["envoyee"]) == found(team=story.nord) == 1
    assert found(states=["acceptee"]) == found(team=story.sud) == 0


def test_what_nobody_answered_in_the_hour_asked_is_late(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    story.doors.push(story.draft(consent, "C01", reply_by=story.now + timedelta(hours=2)).entry)
    chloe = reader(story.chloe)

    def line(at: datetime) -> Line:
        [found] = supervision.orientations_of_team(chloe, "received", at)
        return found

    assert not line(story.now).is_late
    assert line(story.now + timedelta(hours=3)).is_late
    assert line(story.now + timedelta(days=31)).state == "expiree"
    story.read()
    acts.answer(story.amina, line(story.now).id, "acceptee", story.now)
    story.doors.push(last(story.amina).entry)
    assert not line(story.now + timedelta(hours=3)).is_late


@pytest.mark.parametrize("who", ["bruno", "amina", "david", "gwenaelle"])
def test_rank_is_needed_and_rank_alone_opens_nothing(story: Story, territory: Territory, who: str) -> None:
    with pytest.raises(Problem) as refusal:
        supervision.orientations_of_team(reader(getattr(territory, who)), "received", story.now)
    assert refusal.value.code == "forbidden"


def test_a_team_that_is_not_theirs_is_not_found(story: Story, territory: Territory) -> None:
    for phone, team in ((territory.helene, story.halles), (story.chloe, story.nord)):
        with pytest.raises(Problem) as refusal:
            supervision.orientations_of_team(reader(phone), "received", story.now, team=team)
        assert refusal.value.code == "not_found"


def test_a_supervisor_of_another_organisation_sees_nothing(story: Story, territory: Territory) -> None:
    story.sent("C01")
    borrowed = Reader(story.chloe.bundle.member, territory.helene.bundle.organisation)
    with pytest.raises(Problem):
        supervision.orientations_of_team(borrowed, "sent", story.now)
