"""models/feed, models/projections/chains: what is read in several statements, while others write in between."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from device import admission
from device.read import pull
from models import feed, roster
from models.problems import Problem
from models.projections import chains, closings
from models.projections.readers import Reader
from tests.models.writing import Story, last

Json = dict[str, Any]


def rostered(story: Story) -> Json:
    """Chloé adds a member with a card, which travels beside."""
    admission.add_recovery_key(story.chloe, "La trésorière", story.now)
    return last(story.chloe).entry


def test_a_statement_added_between_two_reads_waits_for_the_next_page_with_what_travels_beside_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I4: a page that held the statement without its card could not be verified."""
    stream, reader = f"organisation:{story.bank}", Reader(story.chloe.bundle.member, story.bank)
    newest = roster.organisation(story.bank).number  # type: ignore[union-attr]
    honest = feed._beside
    entries = [rostered(story), rostered(story)]

    def meanwhile(*arguments: Any) -> Any:
        found = honest(*arguments)
        if entries:
            assert story.doors.push(entries.pop(0))[0]["verdict"] == "accepted"
        return found

    def page(after: int) -> Json:
        found: Json = json.loads(feed.read(reader, [(stream, after)], story.now))["streams"][stream]
        return found

    monkeypatch.setattr(feed, "_beside", meanwhile)
    assert page(newest - 1)["next"] == newest
    [added] = page(newest)["entries"]
    assert (added["position"], len(added["beside"])) == (newest + 1, 1)


def test_a_roster_that_names_a_network_newer_than_the_one_read_is_read_as_far_as_its_own_head(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker publishes and signs between the read of the heads and that of the statements."""
    honest = chains._heads
    names = ["network", f"organisation:{story.departement}"]
    before = honest(names)
    charter = {
        "title": "Charte", "text": "Autre.", "flows": [], "purposes": ["orienter_vers_un_service"],
        "bases": [], "transition_days": 0, "version": 1,
    }  # fmt: skip
    story.gwenaelle.state_as_authority(
        "charter.published", charter | {"charter": admission.new_id(story.now)}, story.now
    )
    assert story.doors.push(last(story.gwenaelle).entry)[0]["verdict"] == "accepted"
    pull(story.helene, story.now)
    admission.create_team(story.helene, "Équipe", story.now)
    assert story.doors.push(last(story.helene).entry)[0]["verdict"] == "accepted"
    after = roster.organisation(story.departement)
    roster.forget()
    monkeypatch.setattr(chains, "_heads", lambda asked: {name: before[name] for name in asked})
    read = chains.load([story.departement])
    assert read.heads() == {name: list(head) for name, head in before.items()}
    assert after is not None
    chains.remember([after])  # by another thread, which committed since: it is not another history
    assert chains.load([story.departement]).organisations[story.departement] is after


def test_a_writer_that_lasts_does_not_keep_anyone_from_reading_what_is_due_to_close(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T25: what signed dates close is looked at when serving; the purge comes a minute later."""
    story.sent("C01", "C14")
    stream = f"circle:{story.circles['halles.open']}"
    reader = Reader(story.amina.bundle.member, story.bank)

    def sections(now: Any) -> int:
        entries = json.loads(feed.read(reader, [(stream, 0)], now))["streams"][stream]["entries"]
        return sum(len(entry["sections"]) for entry in entries if "sections" in entry)

    def busy(now: Any) -> int:
        raise Problem("unavailable")

    assert sections(story.now) == 3
    late = story.now + timedelta(days=31)
    honest = closings.close_due
    monkeypatch.setattr(closings, "close_due", busy)
    assert sections(late) == 0
    monkeypatch.setattr(closings, "close_due", honest)
    assert sections(late + timedelta(minutes=2)) == 0
    assert closings.close_due(late + timedelta(minutes=2)) == 0  # that reading closed it
