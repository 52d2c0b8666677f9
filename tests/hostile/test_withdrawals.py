"""What would keep an agreement alive after the person took it back."""

from __future__ import annotations

from device import acts, admission
from device.push import Queued
from device.read import pull
from models.database import rows
from models.tables import EarlyWithdrawal, Ending
from tests.device.territory import TOLD
from tests.models.writing import Story, last, signed_by


def in_a_phone(story: Story) -> Queued:
    """A consent not sent yet."""
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now)
    return last(story.bruno)


def withdrawn(story: Story, consent: str) -> Queued:
    acts.withdraw_consent(story.bruno, [consent], story.now)
    return last(story.bruno)


def test_a_colleagues_withdrawal_that_came_first_holds_when_the_consent_comes_alone(story: Story) -> None:
    consent = in_a_phone(story)
    early = signed_by(withdrawn(story, consent.id), story.david.device, story.david.device_key)
    assert story.doors.push(early)[0]["verdict"] == "held"
    assert story.doors.push(consent.entry)[0]["verdict"] == "accepted"
    assert len(rows(Ending.select())) == 1
    assert story.doors.push(story.draft(consent.id, "C01").entry)[0]["code"] == "consent_missing"


def test_a_withdrawal_that_waits_outlives_the_membership_of_who_signed_it(story: Story) -> None:
    consent = in_a_phone(story)
    early = signed_by(withdrawn(story, consent.id), story.david.device, story.david.device_key)
    story.doors.push(early)
    pull(story.helene, story.now)
    admission.end_member(story.helene, story.david.bundle.member, story.now)
    story.helene.deliver()
    story.doors.push(consent.entry)
    assert len(rows(Ending.select())) == 1


def test_another_organisations_early_withdrawal_takes_nothing_back(story: Story) -> None:
    consent = in_a_phone(story)
    early = signed_by(withdrawn(story, consent.id), story.amina.device, story.amina.device_key)
    assert story.doors.push(early)[0]["verdict"] == "held"
    story.doors.push(consent.entry)
    assert rows(Ending.select()) == [] == rows(EarlyWithdrawal.select())
