"""models/ledger/append.py, replay: an old copy is put back, and what ended since stays ended (T28)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from device import acts, admission, jose, receipts
from device.phone import Phone
from device.push import Queued
from device.read import pull, sync
from device.refusal import Refusal
from models import database, ledger, roster, schema
from models.tables import EarlyWithdrawal, Ending, Orientation
from tests.databases import Databases
from tests.device.territory import TOLD, Territory
from tests.models.doors import Doors
from tests.models.writing import REQUEST, Story, item, last


@pytest.fixture
def old_copy(databases: Databases, tmp_path: Path, database_url: str) -> tuple[Databases, str, str]:
    folder = tmp_path / "old"
    folder.mkdir()
    return databases, database_url, databases.reserve(folder)


def _back_up(old: tuple[Databases, str, str]) -> None:
    database.close()
    old[0].copy(old[1], old[2])


def _restore(old: tuple[Databases, str, str]) -> dict[str, int]:
    database.close()
    old[0].copy(old[2], old[1])
    roster.forget()
    verdicts = dict(ledger.replay(demonstration=True))
    schema.renew_epoch()
    return verdicts


def test_a_removal_and_the_statements_before_it_outlive_a_restore(
    doors: Doors, territory: Territory, now: datetime, old_copy: tuple[Databases, str, str]
) -> None:
    """T28"""
    _back_up(old_copy)
    admission.create_team(territory.helene, "CDAS Ouest", now)
    admission.end_member(territory.helene, territory.david.bundle.member, now)
    territory.helene.deliver()
    assert _restore(old_copy)["accepted"] == 2
    known = roster.organisation(territory.helene.bundle.organisation)
    assert known is not None
    assert known.members[territory.david.bundle.member].ended is not None
    with pytest.raises(Refusal, match="member_ended"):
        pull(territory.david, now)
    pull(territory.helene, now)  # her chain is the server's: no fork


def test_the_logs_of_two_machines_are_put_one_after_the_other(
    doors: Doors, territory: Territory, now: datetime, old_copy: tuple[Databases, str, str], tmp_path: Path
) -> None:
    """T28: whichever comes first, and although what was written in one second is in no order."""
    _back_up(old_copy)
    for name in ("Ouest", "Est", "Centre"):
        admission.create_team(territory.helene, name, now)
        territory.helene.deliver()
    log = tmp_path / "ends.log"
    log.write_text("".join(reversed(log.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    assert _restore(old_copy) == {"accepted": 3}


def test_replayed_twice_changes_nothing(
    doors: Doors, territory: Territory, now: datetime, old_copy: tuple[Databases, str, str]
) -> None:
    admission.create_team(territory.helene, "CDAS Ouest", now)
    territory.helene.deliver()
    _back_up(old_copy)
    first = _restore(old_copy)
    assert set(first) == {"duplicate"}
    assert dict(ledger.replay(demonstration=True)) == first


def test_a_withdrawal_outlives_a_restore_although_its_consent_does_not(
    story: Story, old_copy: tuple[Databases, str, str]
) -> None:
    """T28, T40: the author offers consent and orientation again; nothing is served, and the recipient is told."""
    dossier = story.dossier()
    _back_up(old_copy)
    consent = story.consent(dossier)
    items = [item("C01", story.now)]
    sent = acts.send_orientation(story.bruno, story.nord, consent, story.halles, REQUEST, items, story.now)
    acts.withdraw_consent(story.bruno, [consent], story.now)
    story.bruno.deliver()
    assert _restore(old_copy)["held"] == 1
    assert database.rows(EarlyWithdrawal.select(EarlyWithdrawal.consent)) == [(consent,)]
    ledger.forget_strangers(story.now + timedelta(days=30))
    for _ in range(3):
        sync(story.bruno, story.now)
    assert database.rows(Orientation.select(Orientation.id)) == []
    assert [(queued.id, queued.code) for queued in story.bruno.outbox] == [(sent, "consent_missing")]
    pull(story.amina, story.now)
    assert list(story.amina.store.entries("orientation.sent")) == []


@pytest.mark.parametrize("lost", ["the paper", "the consent and the paper"])
def test_a_withdrawal_by_a_paper_given_since_the_backup_outlives_a_restore(
    story: Story, old_copy: tuple[Databases, str, str], lost: str
) -> None:
    """T28, T52: nothing is reopened while the paper's own event is still to come back."""
    dossier = story.dossier()
    if lost == "the consent and the paper":
        _back_up(old_copy)
    given = _given(story.bruno, story.nord, dossier, story)
    story.doors.push(given.entry)
    if lost == "the paper":
        _back_up(old_copy)
    key = jose.generate_pair()
    receipts.issue(story.bruno, [given.id], key, bytes(16), {}, story.now)
    story.bruno.deliver()
    taken = receipts.take_back(key, [given.id], story.now)
    assert story.doors.push({"jws": taken.jws, "sections": {}})[0]["verdict"] == "accepted"
    _restore(old_copy)
    story.doors.push(given.entry)
    assert database.rows(Ending.select(Ending.dossier)) == [(dossier,)]


def test_a_restore_gives_no_one_a_say_in_the_consents_of_others(
    story: Story, old_copy: tuple[Databases, str, str]
) -> None:
    """T28. Another organisation's withdrawal was accepted for its own consent. That it also named one of ours, before
    it came, took nothing back then: nor does it when the log says it again, once or twice."""
    theirs = _given(
        story.amina,
        story.halles,
        acts.open_dossier(story.amina, story.halles, [item("C01", story.now)], story.now),
        story,
    )
    ours = _given(story.bruno, story.nord, story.dossier(), story)
    story.amina.deliver()
    _back_up(old_copy)
    story.doors.push(theirs.entry)
    acts.withdraw_consent(story.amina, [theirs.id, ours.id], story.now)
    assert story.doors.push(last(story.amina).entry)[0]["verdict"] == "accepted"
    assert _restore(old_copy) == {"held": 1}
    story.doors.push(ours.entry)
    assert database.rows(Ending.select()) == []
    assert dict(ledger.replay(demonstration=True)) == {"held": 1}
    assert database.rows(Ending.select()) == []
    story.doors.push(theirs.entry)
    assert len(database.rows(Ending.select())) == 1


def _given(phone: Phone, team: str, dossier: str, story: Story) -> Queued:
    """A consent that stays in the phone."""
    acts.give_consent(phone, team, dossier, story.bank, ["C01"], TOLD, story.now)
    return last(phone)
