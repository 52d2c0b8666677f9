"""models/ledger: what a person takes back, whoever writes it down and whenever it arrives."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from device import acts, admission, jose, signed
from device.events import write_withdrawal
from device.jose import Jwk
from device.primitives import new_id
from device.push import Queued
from device.read import pull
from models import endlog, ledger
from models.database import rows
from models.tables import Consent, EarlyWithdrawal, Ending, Entry, Event, Grant, Orientation, Section, Stream
from tests.device.territory import TOLD, Territory
from tests.models.writing import Story, bent, last, only, signed_by

Json = dict[str, Any]


def withdrawn(story: Story, *consents: str, categories: list[str] | None = None) -> Queued:
    acts.withdraw_consent(story.bruno, list(consents), story.now, categories)
    return last(story.bruno)


def alone(story: Story, key: Jwk, *consents: str) -> Json:
    """The person's own withdrawal, signed with the key their receipt holds."""
    queued = write_withdrawal(story.bruno, list(consents), story.now)
    story.bruno.outbox.pop()
    return signed_by(queued, jose.thumbprint(key), key)


def alive(orientation: str) -> list[str]:
    """The sections whose wrap to the recipient still exists."""
    query = Section.select(Section.name).where(Section.event == orientation, Section.other_wrap.is_null(False))
    return sorted(name for (name,) in rows(query))


def state_of(orientation: str) -> tuple[str, int]:
    query = Orientation.select(Orientation.state, Orientation.derived).where(Orientation.id == orientation)
    [row] = rows(query)
    return row[0], row[1]


def lines(circle: str) -> list[Any]:
    """What stands in a circle's stream: types of events, and purge lines."""
    query = (
        Entry.select(Entry.purge, Event.type)
        .join(Stream, on=Stream.id == Entry.stream)
        .switch(Entry)
        .left_outer_join(Event, on=Event.id == Entry.event)
        .where(Stream.name == f"circle:{circle}")
        .order_by(Entry.position)
    )
    return [json.loads(purge) if purge else type_ for purge, type_ in rows(query)]


# --- what it closes


def test_a_withdrawal_cancels_the_orientation_destroys_the_wraps_and_cites_itself(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01", "C14")
    id = story.orientation(consent, "C01", "C14")
    queued = withdrawn(story, consent)
    verdict = only(story.doors.push(queued.entry))
    nord, halles = story.circles["nord.open"], story.circles["halles.open"]
    assert set(verdict["position"]) == {f"circle:{nord}", f"circle:{halles}"}
    assert alive(id) == []
    assert state_of(id) == ("annulee", 1)
    assert rows(Grant.select(Grant.closed)) == [(1,)]
    wraps = [[id, name] for name in ("C01", "C14", "X.request")]
    assert lines(halles) == ["orientation.sent", "consent.withdrawn", {"cause": queued.id, "wraps": wraps}]
    assert lines(nord)[-1] == "consent.withdrawn"


def test_our_own_team_keeps_reading_what_it_wrote(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    id = story.orientation(consent, "C01")
    story.doors.push(withdrawn(story, consent).entry)
    query = Section.select(Section.core, Section.own_wrap).where(Section.event == id)
    assert all(core and wrap for core, wrap in rows(query))


def test_taking_back_one_category_takes_that_one_only(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01", "C14")
    id = story.orientation(consent, "C01", "C14")
    story.doors.push(withdrawn(story, consent, categories=["C14"]).entry)
    assert alive(id) == ["C01", "X.request"]
    assert state_of(id) == ("envoyee", 0)


def test_taking_back_the_rest_takes_all(story: Story) -> None:
    """What is left of an orientation without any category is a need nobody agreed to tell any more."""
    consent = story.consent(story.dossier(), "C01", "C14")
    id = story.orientation(consent, "C01", "C14")
    story.doors.push(withdrawn(story, consent, categories=["C14"]).entry)
    story.doors.push(withdrawn(story, consent, categories=["C01"]).entry)
    assert alive(id) == []
    assert state_of(id) == ("annulee", 1)


def test_a_category_that_was_not_sent_takes_nothing(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01", "C14", "C11")
    id = story.orientation(consent, "C01", "C14")
    story.doors.push(withdrawn(story, consent, categories=["C11"]).entry)
    assert alive(id) == ["C01", "C14", "X.request"]


def test_an_orientation_that_told_the_need_alone_ends_when_nothing_is_agreed_any_more(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    queued = story.draft(consent)
    assert only(story.doors.push(queued.entry))["verdict"] == "accepted"
    story.doors.push(withdrawn(story, consent, categories=["C01"]).entry)
    assert alive(queued.id) == []
    assert state_of(queued.id) == ("annulee", 1)


def test_what_was_done_stays_done_but_is_no_longer_read(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    id = story.orientation(consent, "C01")
    story.read()
    for state in ("acceptee", "en_cours", "realisee"):
        acts.answer(story.amina, id, state, story.now)
        story.amina.deliver()
    story.doors.push(withdrawn(story, consent).entry)
    assert state_of(id) == ("realisee", 0)
    assert alive(id) == []
    assert rows(Grant.select(Grant.closed).where(Grant.event == id)) == [(1,)]


def test_it_is_written_outside_the_database_before_it_is_acknowledged(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    queued = withdrawn(story, consent)
    story.doors.push(queued.entry)
    story.doors.push(queued.entry)
    assert _taken_back() == [queued.signed.jws]


def test_two_consents_of_one_scope_both_fall_and_the_stream_tells_it_once(story: Story) -> None:
    """Order is causal: a withdrawal defeats every consent of its scope that does not name it."""
    dossier = story.dossier()
    one, two = story.consent(dossier, "C01"), story.consent(dossier, "C14")
    first, second = story.orientation(one, "C01"), story.orientation(two, "C14")
    story.doors.push(withdrawn(story, one).entry)
    assert alive(first) == alive(second) == []
    assert lines(story.circles["nord.open"]).count("consent.withdrawn") == 1


def test_a_consent_given_again_after_it_and_naming_it_stands(story: Story) -> None:
    dossier = story.dossier()
    before = story.consent(dossier, "C01")
    story.doors.push(withdrawn(story, before).entry)
    after = story.consent(dossier, "C01")
    assert story.bruno.known[after]["parents"] != []
    assert only(story.doors.push(story.draft(after, "C01").entry))["verdict"] == "accepted"
    assert only(story.doors.push(story.draft(before, "C01").entry))["code"] == "consent_missing"


def test_a_consent_that_does_not_know_of_it_falls_whenever_it_arrives(story: Story) -> None:
    dossier = story.dossier()
    before = story.consent(dossier, "C01")
    acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], TOLD, story.now)
    unaware = last(story.bruno)
    story.doors.push(withdrawn(story, before).entry)
    assert only(story.doors.push(unaware.entry))["verdict"] == "accepted"
    assert only(story.doors.push(story.draft(unaware.id, "C01").entry))["code"] == "consent_missing"


# --- what it does not


def test_an_orientation_still_in_a_phone_is_refused_whole_and_separate_facts_are_accepted(story: Story) -> None:
    """T40"""
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    waiting = story.draft(consent, "C01")
    acts.record_reception(story.bruno, story.nord, {"mode": "phone", "needs": [], "first_help": []}, story.now, dossier)
    fact = last(story.bruno)
    story.doors.push(withdrawn(story, consent).entry)
    refused, accepted = story.doors.push(waiting.entry, fact.entry)
    assert (refused["code"], accepted["verdict"]) == ("consent_missing", "accepted")
    assert rows(Orientation.select()) == []
    assert rows(Section.select(Section.event).where(Section.event == waiting.id)) == []


def test_the_orientation_may_still_be_revoked_afterwards(story: Story) -> None:
    """T39: revocation never asks for consent."""
    consent = story.consent(story.dossier(), "C01")
    id = story.orientation(consent, "C01")
    acts.cancel(story.bruno, id, "annulee", story.now)
    cancel = last(story.bruno)
    verdicts = story.doors.push(withdrawn(story, consent).entry, cancel.entry)
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted", "accepted"]
    assert state_of(id) == ("annulee", 0)


def test_the_recipient_is_told_where_things_stand(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    id = story.orientation(consent, "C01")
    story.read()
    story.doors.push(withdrawn(story, consent).entry)
    acts.answer(story.amina, id, "acceptee", story.now)
    verdict = only(story.doors.push(last(story.amina).entry))
    assert (verdict["code"], verdict["current"]) == ("stale_state", "annulee")


def test_a_refusal_stops_what_is_new_and_closes_nothing(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    id = story.orientation(consent, "C01")
    acts.refuse_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], story.now)
    assert only(story.doors.push(last(story.bruno).entry))["verdict"] == "accepted"
    assert alive(id) == ["C01", "X.request"]
    assert only(story.doors.push(story.draft(consent, "C01").entry))["code"] == "consent_missing"
    assert rows(Ending.select(Ending.kind)) == [("refused",)]


# --- who may


def test_only_a_device_of_the_consents_organisation_takes_it_back(story: Story) -> None:
    """T88"""
    consent = story.consent(story.dossier(), "C01")
    queued = withdrawn(story, consent)
    for phone, code in ((story.amina, "not_allowed"), (story.chloe, "not_allowed")):
        assert only(story.doors.push(signed_by(queued, phone.device, phone.device_key)))["code"] == code
    kid = new_id(story.now)
    assert only(story.doors.push(signed_by(queued, kid, story.bruno.device_key)))["code"] == "unknown_key"
    forged = signed_by(queued, story.bruno.device, story.amina.device_key)
    assert only(story.doors.push(forged))["code"] == "bad_signature"
    assert rows(Ending.select()) == []
    colleague = signed_by(queued, story.david.device, story.david.device_key)
    assert only(story.doors.push(colleague))["verdict"] == "accepted"


def test_the_person_alone_takes_it_back_with_the_key_of_their_receipt(story: Story) -> None:
    key = jose.generate_pair()
    consent = story.consent(story.dossier(), "C01", withdrawal_key=jose.public_of(key))
    id = story.orientation(consent, "C01")
    assert only(story.doors.push(alone(story, jose.generate_pair(), consent)))["code"] == "unknown_key"
    forged = alone(story, key, consent)
    head, _, _ = forged["jws"].rpartition(".")
    other = alone(story, jose.generate_pair(), consent)["jws"].rpartition(".")[2]
    assert only(story.doors.push(forged | {"jws": f"{head}.{other}"}))["code"] == "bad_signature"
    assert only(story.doors.push(alone(story, key, consent)))["verdict"] == "accepted"
    assert alive(id) == []


def test_a_consent_without_a_receipt_is_taken_back_by_a_device_only(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    assert only(story.doors.push(alone(story, jose.generate_pair(), consent)))["code"] == "unknown_key"


def test_consents_for_two_organisations_are_two_withdrawals(story: Story) -> None:
    dossier = story.dossier()
    one = story.consent(dossier, "C01")
    acts.give_consent(story.bruno, story.nord, dossier, story.departement, ["C01"], TOLD, story.now)
    two = last(story.bruno)
    story.doors.push(two.entry)
    assert only(story.doors.push(withdrawn(story, one, two.id).entry))["code"] == "malformed"


def test_a_withdrawal_carries_nothing_sealed(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    entry = withdrawn(story, consent).entry | {"sections": {"s1": {}}}
    assert only(story.doors.push(entry))["code"] == "sections"


# --- before its consent


def held_consent(story: Story, key: Jwk | None = None) -> Queued:
    """A consent still in a phone."""
    public = {"withdrawal_key": jose.public_of(key)} if key else {}
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now, **public)
    return last(story.bruno)


@pytest.mark.parametrize("by_receipt", [False, True])
def test_one_that_comes_first_is_kept_and_applies_when_the_consent_arrives(story: Story, by_receipt: bool) -> None:
    key = jose.generate_pair()
    consent = held_consent(story, key)
    early = alone(story, key, consent.id) if by_receipt else withdrawn(story, consent.id).entry
    for _ in range(2):
        verdict = only(story.doors.push(early))
        assert (verdict["verdict"], verdict["reason"]) == ("held", "parent")
    assert len(rows(EarlyWithdrawal.select())) == 1
    assert only(story.doors.push(consent.entry))["verdict"] == "accepted"
    assert rows(EarlyWithdrawal.select()) == []
    assert lines(story.circles["nord.open"])[-2:] == ["consent.given", "consent.withdrawn"]
    assert only(story.doors.push(story.draft(consent.id, "C01").entry))["code"] == "consent_missing"
    assert only(story.doors.push(early))["verdict"] == "duplicate"
    assert _taken_back() == [early["jws"]]


def test_both_in_one_push_in_the_wrong_order_come_to_the_same(story: Story) -> None:
    consent = held_consent(story)
    early = withdrawn(story, consent.id)
    told = [verdict["verdict"] for verdict in story.doors.push(early.entry, consent.entry)]
    assert told == ["held", "accepted"]
    assert rows(EarlyWithdrawal.select()) == []
    assert len(rows(Ending.select())) == 1


def test_a_strangers_early_withdrawal_is_dropped_when_the_consent_arrives(story: Story) -> None:
    consent = held_consent(story, jose.generate_pair())
    story.doors.push(alone(story, jose.generate_pair(), consent.id))
    assert only(story.doors.push(consent.entry))["verdict"] == "accepted"
    assert rows(EarlyWithdrawal.select()) == [] == rows(Ending.select())
    assert only(story.doors.push(story.draft(consent.id, "C01").entry))["verdict"] == "accepted"


def test_one_consent_known_and_one_to_come_each_falls_in_its_time_and_is_told_once(story: Story) -> None:
    known = story.consent(story.dossier(), "C01")
    first = story.orientation(known, "C01")
    dossier = story.bruno.known[known]["dossier"]
    acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C14"], TOLD, story.now)
    later = last(story.bruno)
    queued = withdrawn(story, known, later.id)
    assert only(story.doors.push(queued.entry))["verdict"] == "accepted"
    assert alive(first) == []
    assert only(story.doors.push(later.entry))["verdict"] == "accepted"
    assert rows(EarlyWithdrawal.select()) == []
    assert lines(story.circles["nord.open"]).count("consent.withdrawn") == 1
    assert len(rows(Ending.select())) == 1
    assert only(story.doors.push(story.draft(later.id, "C14").entry))["code"] == "consent_missing"


def test_an_early_one_closes_what_was_sent_under_another_consent_of_its_scope(story: Story) -> None:
    known = story.consent(story.dossier(), "C01")
    first = story.orientation(known, "C01")
    dossier = story.bruno.known[known]["dossier"]
    acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C14"], TOLD, story.now)
    later = last(story.bruno)
    unaware = write_withdrawal(story.bruno, [later.id], story.now)  # its author knows of no other consent
    story.doors.push(unaware.entry)
    assert alive(first) != []
    story.doors.push(later.entry)
    assert alive(first) == []


def test_another_content_under_an_early_id_is_a_conflict(story: Story) -> None:
    consent = held_consent(story)
    early = withdrawn(story, consent.id)
    story.doors.push(early.entry)
    assert only(story.doors.push(bent(story.bruno, early, categories=["C01"])))["code"] == "id_conflict"


def test_early_ones_are_bounded(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.ledger.withdrawals.MAX_EARLY_OF_STRANGERS", 2)
    key = jose.generate_pair()
    told = [only(story.doors.push(alone(story, key, new_id(story.now))))["verdict"] for _ in range(3)]
    assert told == ["held", "held", "retry"]


def test_a_strangers_device_cannot_leave_an_early_one(story: Story) -> None:
    queued = withdrawn(story, new_id(story.now))
    kid, key = new_id(story.now), jose.generate_pair()
    assert only(story.doors.push(signed_by(queued, kid, key)))["code"] == "unknown_key"
    forged = signed.sign(signed.EVENT, story.bruno.device, queued.signed.payload, key)
    assert only(story.doors.push({"jws": forged.jws, "sections": {}}))["code"] == "bad_signature"
    assert rows(EarlyWithdrawal.select()) == []


# --- dates that pass


def test_an_orientation_nobody_took_expires_and_the_recipient_is_told_by_its_deadline(story: Story) -> None:
    id = story.sent("C01")
    assert ledger.close_due(story.now + timedelta(days=29)) == 0
    assert ledger.close_due(story.now + timedelta(days=31)) == 1
    assert ledger.close_due(story.now + timedelta(days=31)) == 0
    assert state_of(id) == ("expiree", 1)
    assert alive(id) == []
    assert lines(story.circles["halles.open"])[-1] == {"cause": "deadline", "wraps": [[id, "C01"], [id, "X.request"]]}


def test_what_was_accepted_does_not_expire_and_what_is_done_is_read_until_its_date(story: Story) -> None:
    id = story.sent("C01")
    for state in ("acceptee", "en_cours"):
        acts.answer(story.amina, id, state, story.now)
        story.amina.deliver()
    assert ledger.close_due(story.now + timedelta(days=400)) == 0
    acts.answer(story.amina, id, "realisee", story.now)
    story.amina.deliver()
    assert ledger.close_due(story.now + timedelta(days=182)) == 0
    assert ledger.close_due(story.now + timedelta(days=184)) == 1
    assert state_of(id) == ("realisee", 0)
    assert lines(story.circles["halles.open"])[-1]["cause"] == "until"


def test_many_dates_pass_in_few_transactions(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.projections.closings.BATCH", 2)
    consent = story.consent(story.dossier(), "C01")
    ids = [story.orientation(consent, "C01") for _ in range(5)]
    assert ledger.close_due(story.now + timedelta(days=31)) == 5
    assert all(state_of(id) == ("expiree", 1) for id in ids)


def test_a_removed_member_takes_nothing_back(story: Story, territory: Territory) -> None:
    consent = story.consent(story.dossier(), "C01")
    queued = withdrawn(story, consent)
    pull(territory.helene, story.now)
    admission.end_member(territory.helene, story.bruno.bundle.member, story.now)
    territory.helene.deliver()
    assert only(story.doors.push(queued.entry))["code"] == "not_allowed"
    assert rows(Consent.select(Consent.id)) == [(consent,)]


def _taken_back() -> list[str]:
    return [entry["jws"] for _, entry in endlog.acts() if "sections" in entry]
