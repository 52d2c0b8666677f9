"""What would keep an agreement alive after the person took it back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from device import acts, admission, jose
from device.primitives import new_id
from device.push import Queued
from device.read import pull
from models import ledger
from models.database import rows
from models.tables import EarlyWithdrawal, Ending
from tests.device.territory import TOLD
from tests.models.conftest import NOW
from tests.models.writing import Story, last, signed_by
from web import limits


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


def strangers(story: Story, consent: str, room: str = "~0") -> str:
    """The verdict on a withdrawal by a key that nobody knows yet."""
    key = jose.generate_pair()
    entry = signed_by(withdrawn(story, consent), jose.thumbprint(key), key)
    return str(ledger.append([entry], story.now, room=room)[0]["verdict"])


def test_strangers_fill_their_own_room_and_nobody_elses(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.ledger.withdrawals.MAX_EARLY_OF_STRANGERS", 2)
    monkeypatch.setattr("models.ledger.withdrawals.MAX_EARLY_PER_MEMBER", 2)
    told = [strangers(story, new_id(story.now)) for _ in range(3)]
    assert told == ["held", "held", "retry"]
    assert strangers(story, new_id(story.now), "~1") == "held"
    queued = [withdrawn(story, new_id(story.now)) for _ in range(3)]
    assert [story.doors.push(each.entry)[0]["verdict"] for each in queued] == ["held", "held", "retry"]
    davids = signed_by(queued[2], story.david.device, story.david.device_key)
    assert story.doors.push(davids)[0]["verdict"] == "held"


def test_what_strangers_left_is_dropped_after_a_week_and_a_members_is_kept(story: Story) -> None:
    strangers(story, new_id(story.now))
    story.doors.push(withdrawn(story, new_id(story.now)).entry)
    assert ledger.forget_strangers(story.now + timedelta(days=6)) == 0
    assert ledger.forget_strangers(story.now + timedelta(days=8)) == 1
    assert rows(EarlyWithdrawal.select(EarlyWithdrawal.signer)) == [(story.bruno.bundle.member,)]


def test_who_floods_from_one_network_leaves_the_others_their_room(app: Flask) -> None:
    """A person's own early withdrawal waits, whatever strangers send. What is kept names no address."""

    def room(address: str, now: datetime = NOW) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return limits.room(now, "secret")

    flood = {room(f"192.0.2.{number}") for number in range(256)} | {room("::ffff:192.0.2.9")}
    assert len(flood) == 1
    assert len({room(f"2001:db8:1:{number:x}::1") for number in range(99)}) == 1
    everywhere = {room(f"10.{number // 250}.{number % 250}.1") for number in range(2000)}
    assert len(everywhere) > 240 and all(len(one) <= 4 for one in everywhere)
    assert len({room("192.0.2.1", NOW + timedelta(weeks=week)) for week in range(20)}) > 10


def test_a_room_that_is_full_delays_until_the_consent_comes_and_no_longer(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.ledger.withdrawals.MAX_EARLY_OF_STRANGERS", 1)
    key = jose.generate_pair()
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now,
                      withdrawal_key=jose.public_of(key))  # fmt: skip
    consent = last(story.bruno)
    theirs = signed_by(withdrawn(story, consent.id), jose.thumbprint(key), key)
    assert strangers(story, new_id(story.now)) == "held"
    assert ledger.append([theirs], story.now, room="~0")[0]["verdict"] == "retry"
    assert story.doors.push(consent.entry)[0]["verdict"] == "accepted"
    assert ledger.append([theirs], story.now, room="~0")[0]["verdict"] == "accepted"


def test_a_full_room_keeps_nothing_back_of_what_is_known_already(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """One receipt for two agreements, one of which is still in a phone: the other ends at once, whoever floods."""
    monkeypatch.setattr("models.ledger.withdrawals.MAX_EARLY_OF_STRANGERS", 1)
    key = jose.generate_pair()
    consents = []
    for _ in range(2):
        acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now,
                          withdrawal_key=jose.public_of(key))  # fmt: skip
        consents.append(last(story.bruno))
    story.doors.push(consents[0].entry)
    acts.withdraw_consent(story.bruno, [one.id for one in consents], story.now)
    theirs = signed_by(last(story.bruno), jose.thumbprint(key), key)
    assert strangers(story, new_id(story.now)) == "held"
    assert ledger.append([theirs], story.now, room="~0")[0]["verdict"] == "accepted"
    assert len(rows(Ending.select())) == 1
    assert story.doors.push(consents[1].entry)[0]["verdict"] == "accepted"
    assert len(rows(Ending.select())) == 2
