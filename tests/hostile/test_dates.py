"""Dates far away: one signed line must not stop a page, a withdrawal or a night's work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from device import acts
from models import feed, ledger, supervision
from models.projections import instants
from models.projections.readers import Reader
from tests.device.territory import TOLD
from tests.models.writing import Story, bent, last

FIRST = "0001-01-01T00:00Z"
LAST = "9999-12-31T23:59Z"


@pytest.mark.parametrize("member", ["reply_by", "until"])
def test_an_orientation_dated_of_the_first_year_stops_nobodys_reading(story: Story, member: str) -> None:
    consent = story.consent(story.dossier(), "C01")
    entry = bent(story.bruno, story.draft(consent, "C01"), **{member: FIRST})
    story.doors.push(entry)
    later = story.now + timedelta(days=31)
    amina = Reader(story.amina.bundle.member, story.bank)
    assert b'"epoch"' in feed.read(amina, [(f"circle:{story.circles['halles.open']}", 0)], later)
    assert ledger.close_due(later) == 0
    helene = Reader(story.helene.bundle.member, story.departement)
    assert supervision.orientations_of_team(helene, supervision.SENT, later) != []
    acts.withdraw_consent(story.bruno, [consent], story.now)
    assert story.doors.push(last(story.bruno).entry)[0]["verdict"] == "accepted"


def test_a_consent_dated_of_the_first_year_is_past_and_can_be_taken_back(story: Story) -> None:
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now)
    queued = last(story.bruno)
    assert story.doors.push(bent(story.bruno, queued, at=FIRST))[0]["verdict"] == "accepted"
    assert story.doors.push(story.draft(queued.id, "C01").entry)[0]["code"] == "consent_missing"
    acts.withdraw_consent(story.bruno, [queued.id], story.now)
    assert story.doors.push(last(story.bruno).entry)[0]["verdict"] == "accepted"


def test_a_consent_dated_of_the_last_year_lasts_no_longer_than_from_its_receipt(story: Story) -> None:
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now, duration="P1D")
    queued = last(story.bruno)
    assert story.doors.push(bent(story.bruno, queued, at=LAST))[0]["verdict"] == "accepted"
    story.doors.now = story.now + timedelta(days=1, seconds=1)
    entry = bent(story.bruno, story.draft(queued.id, "C01"), deadline="2026-03-20T10:00Z")
    assert story.doors.push(entry)[0]["code"] == "consent_missing"


@pytest.mark.parametrize("changes", [{"until": LAST}, {"deadline": LAST}, {"deadline": FIRST}, {"at": LAST}])
def test_an_orientation_that_would_last_for_ever_is_refused(story: Story, changes: dict[str, str]) -> None:
    consent = story.consent(story.dossier(), "C01")
    entry = bent(story.bruno, story.draft(consent, "C01"), **changes)
    assert story.doors.push(entry)[0]["code"] == "dates"


@pytest.mark.parametrize("year", [1, 999, 1000, 2026, 9999])
def test_what_is_written_is_read_back_and_sorts_as_it_follows(year: int) -> None:
    instant = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert instants.read(instants.written(instant)) == instant
    assert (instants.written(instant) < instants.written(datetime(2026, 6, 1, tzinfo=UTC))) == (year < 2026)
