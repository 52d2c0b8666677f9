"""models/ledger: what every event goes through, in the protocol's order, and what a team records for itself."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from typing import Any

import peewee
import pytest

from device import acts, admission
from device.events import Draft, write
from device.primitives import new_id
from device.push import Queued
from device.read import pull
from models import database, ledger
from models.database import rows
from models.ledger import facts
from models.problems import Problem
from models.projections import writing
from models.tables import Event, Held, Section, Statement
from models.vocabulary import MAX_HELD_PER_MEMBER
from tests.device.territory import TOLD, Territory
from tests.models.writing import Story, bent, item, last, only, signed_by, stranger

Json = dict[str, Any]
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def chain_digest(stream: str, number: int) -> str:
    [(digest,)] = rows(Statement.select(Statement.digest).where(Statement.stream == stream, Statement.number == number))
    return str(digest)


def reception(story: Story, dossier: str | None = None, **told: object) -> Queued:
    content = {"mode": "home_visit", "needs": ["alimentation"], "first_help": [], "text": "Le frigo est vide."} | told
    acts.record_reception(story.bruno, story.nord, content, story.now, dossier)
    return last(story.bruno)


# --- the same again


def test_an_event_sent_again_after_a_lost_reply_gets_its_first_receipt(story: Story) -> None:
    """T1"""
    queued = reception(story)
    first, again = only(story.doors.push(queued.entry)), only(story.doors.push(queued.entry))
    assert (first["verdict"], again["verdict"]) == ("accepted", "duplicate")
    assert first["position"] == again["position"] == {f"circle:{story.circles['nord.open']}": 1}
    assert len(rows(Event.select(Event.id))) == 1


def test_the_same_event_twice_in_one_push_is_one_event(story: Story) -> None:
    entry = reception(story).entry
    first, again = story.doors.push(entry, entry)
    assert (first["verdict"], again["verdict"]) == ("accepted", "duplicate")
    assert first["position"] == again["position"]


def test_the_same_id_with_other_content_never_replaces_the_first(story: Story) -> None:
    """T2"""
    queued = reception(story)
    story.doors.push(queued.entry)
    second = bent(story.bruno, queued, skipped=[], at=(story.now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%MZ"))
    assert only(story.doors.push(second))["code"] == "id_conflict"
    assert rows(Event.select(Event.digest)) == [(queued.signed.digest,)]


def test_two_threads_pushing_the_same_event_get_one_row_and_one_position(story: Story) -> None:
    """T3"""
    entries = [reception(story).entry for _ in range(10)]
    gate = threading.Barrier(4)
    answers: list[list[Json]] = []

    def push() -> None:
        gate.wait()
        answers.append(ledger.append(entries, story.now))
        database.close()

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(Event.select(Event.id))) == 10
    assert sorted(sum(v["verdict"] == "accepted" for v in answer) for answer in answers) == [0, 0, 0, 10]
    assert len({str([v["position"] for v in answer]) for answer in answers}) == 1


@pytest.mark.parametrize("mirror", [False, True])
def test_a_signature_written_otherwise_is_still_the_same_event(story: Story, mirror: bool) -> None:
    """T91"""
    queued = reception(story)
    story.doors.push(queued.entry)
    if mirror:
        head, _, signature = queued.signed.jws.rpartition(".")
        octets = base64.urlsafe_b64decode(signature + "==")
        s = ORDER - int.from_bytes(octets[32:])
        jws = head + "." + base64.urlsafe_b64encode(octets[:32] + s.to_bytes(32)).rstrip(b"=").decode()
    else:
        jws = bent(story.bruno, queued)["jws"]
    assert jws != queued.signed.jws
    assert only(story.doors.push(queued.entry | {"jws": jws}))["verdict"] == "duplicate"


def test_the_mirrored_signature_is_accepted_when_it_comes_first(story: Story) -> None:
    """T91"""
    queued = reception(story)
    again = queued.entry | {"jws": bent(story.bruno, queued)["jws"]}
    assert only(story.doors.push(again))["verdict"] == "accepted"
    assert only(story.doors.push(queued.entry))["verdict"] == "duplicate"


# --- one entry never stops another


def test_one_bad_entry_one_orphan_and_one_crash_do_not_stop_a_batch_of_twenty(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T10"""
    queue = [reception(story) for _ in range(20)]
    entries = [queued.entry for queued in queue]
    entries[6] = queue[6].entry | {"sections": {}}
    entries[7] = bent(story.bruno, queue[7], parents=[queue[6].id])
    honest = facts.event_level

    def fails_on_one(payload: Json) -> int:
        if payload["id"] == queue[11].id:
            raise ZeroDivisionError
        return honest(payload)

    monkeypatch.setattr(facts, "event_level", fails_on_one)
    verdicts = story.doors.push(*entries)
    told = [verdict["verdict"] for verdict in verdicts]
    assert (told[6], told[7], told[11]) == ("rejected", "held", "retry")
    assert (verdicts[6]["code"], verdicts[7]["reason"], verdicts[11]["after"]) == ("sections", "parent", 60)
    assert [told[place] for place in range(20) if place not in (6, 7, 11)] == ["accepted"] * 17
    assert len(rows(Event.select(Event.id))) == 17


def push_with_one_broken(story: Story, patch: pytest.MonkeyPatch, id: str | None) -> list[str]:
    """Three receptions; the second one's row has an id that the database refuses."""
    queue = [reception(story) for _ in range(3)]
    honest = writing._event

    def breaks(new: Any) -> Any:
        return (id, *honest(new)[1:]) if new.fact.id == queue[1].id else honest(new)

    patch.setattr(writing, "_event", breaks)
    return [verdict["verdict"] for verdict in story.doors.push(*(queued.entry for queued in queue))]


def test_a_row_the_database_refuses_does_not_stop_the_others(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10"""
    assert push_with_one_broken(story, monkeypatch, None) == ["accepted", "retry", "accepted"]


@pytest.mark.postgresql
def test_text_the_database_cannot_keep_does_not_stop_the_others(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10"""
    assert push_with_one_broken(story, monkeypatch, "a\0b") == ["accepted", "retry", "accepted"]


def test_a_database_that_fails_acknowledges_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T107"""
    entries = [reception(story).entry for _ in range(3)]

    def fails(entries: object, statements: object) -> None:
        raise peewee.OperationalError

    monkeypatch.setattr(writing, "_show", fails)
    with pytest.raises(Problem) as refusal:
        story.doors.push(*entries)
    assert refusal.value.code == "unavailable"
    monkeypatch.undo()
    assert rows(Event.select(Event.id)) == []
    assert [verdict["verdict"] for verdict in story.doors.push(*entries)] == ["accepted"] * 3


# --- shape


@pytest.mark.parametrize("entry", [None, 7, "a.b.c", [], {}, {"jws": 1}, {"sections": {}}, {"jws": "a.b.c"}])
def test_what_is_not_an_entry_is_malformed(story: Story, entry: object) -> None:
    verdict = only(story.doors.push(entry))
    assert (verdict["verdict"], verdict["code"], verdict["id"]) == ("rejected", "malformed", None)


@pytest.mark.parametrize("name", ["override", "role", "author", "team", "state", "position", "received_at", "beside"])
def test_a_member_beside_the_signed_payload_is_refused_not_ignored(story: Story, name: str) -> None:
    """T43"""
    verdict = only(story.doors.push(reception(story).entry | {name: "x"}))
    assert verdict["code"] == ("malformed" if name == "beside" else "unknown_field")
    assert rows(Event.select(Event.id)) == []


@pytest.mark.parametrize("name", ["override", "role", "author", "team", "state", "position", "received_at"])
def test_an_unknown_member_of_the_signed_payload_is_refused_not_ignored(story: Story, name: str) -> None:
    """T43"""
    assert only(story.doors.push(bent(story.bruno, reception(story), **{name: "x"})))["code"] == "unknown_field"


def test_another_suite_is_refused(story: Story) -> None:
    assert only(story.doors.push(bent(story.bruno, reception(story), suite="P384")))["code"] == "unknown_suite"


def test_a_signed_object_beyond_its_size_is_too_large(story: Story) -> None:
    bloated = bent(story.bruno, reception(story), skipped=list(range(1, 9000)))
    assert only(story.doors.push(bloated))["code"] == "too_large"


# --- who signs


def test_a_device_nobody_admitted_is_unknown(story: Story) -> None:
    kid, key = stranger(story.now)
    assert only(story.doors.push(signed_by(reception(story), kid, key)))["code"] == "unknown_key"


def test_a_signature_by_another_device_is_refused(story: Story) -> None:
    """T88"""
    queued = reception(story)
    assert (
        only(story.doors.push(signed_by(queued, story.bruno.device, story.amina.device_key)))["code"] == "bad_signature"
    )


def test_a_member_of_another_team_cannot_write_for_this_one(story: Story) -> None:
    """T88"""
    queued = reception(story)
    for other in (story.david, story.amina):
        heads = other.heads(other.bundle.organisation)
        verdict = only(story.doors.push(signed_by(queued, other.device, other.device_key, heads=heads)))
        assert verdict["code"] == "not_allowed"


def test_sealed_strings_that_are_not_those_signed_are_refused(story: Story) -> None:
    one, two = reception(story), reception(story)
    assert only(story.doors.push(one.entry | {"sections": two.entry["sections"]}))["code"] == "sections"


def test_a_circle_that_is_not_there_or_an_epoch_to_come_is_not_the_authors(story: Story) -> None:
    queued = reception(story)
    circle = queued.signed.payload["audience"]["own"].partition(".")[0]
    side = story.bruno.own(story.bruno.organisation.circles[circle])
    for name in (f"{new_id(story.now)}.1", f"{circle}.2"):
        later = type(side)(name, side.organisation, type(side.addressee)(name, side.addressee.key))
        made = write(story.bruno, "reception.recorded", {}, later, story.now, [Draft({"kind": "reception"}, 1)])
        story.bruno.outbox.clear()
        assert only(story.doors.push(made.entry))["code"] == "not_allowed"


def test_a_charter_administrator_records_nothing(story: Story, territory: Territory) -> None:
    phone = territory.gwenaelle
    card = phone.strings[phone.me.card]
    pull(territory.helene, story.now)
    admission.set_member(territory.helene, phone.bundle.member, story.now, card, teams=[story.nord])
    admission.grant_circle(territory.helene, story.circles["nord.open"], phone.bundle.member, story.now)
    territory.helene.deliver()
    pull(phone, story.now)
    phone.rules = False
    acts.record_reception(phone, story.nord, {"mode": "phone", "needs": [], "first_help": []}, story.now)
    assert only(story.doors.push(last(phone).entry))["code"] == "role"


# --- heads


def test_a_head_that_is_not_here_yet_makes_the_event_wait(story: Story, territory: Territory) -> None:
    admission.create_team(territory.helene, "Équipe", story.now)
    statement = last(territory.helene)
    queued = reception(story)
    head = [statement.signed.payload["number"], statement.signed.digest]
    late = bent(story.bruno, queued, heads=queued.signed.payload["heads"] | {f"organisation:{story.departement}": head})
    assert only(story.doors.push(late))["reason"] == "head"
    assert [verdict["verdict"] for verdict in story.doors.push(statement.entry, late)] == ["accepted", "accepted"]


def test_a_head_of_another_history_is_a_fork(story: Story) -> None:
    queued = reception(story)
    heads = queued.signed.payload["heads"] | {"network": [1, queued.signed.digest]}
    assert only(story.doors.push(bent(story.bruno, queued, heads=heads)))["code"] == "fork"


def test_a_head_older_than_the_device_that_signs_is_refused_as_readers_would(
    story: Story, territory: Territory
) -> None:
    queued, stream = reception(story), f"organisation:{story.departement}"
    before = story.bruno.organisation.devices[story.bruno.device].enrolled - 1
    head = [before, chain_digest(stream, before)]
    old = bent(story.bruno, queued, heads=queued.signed.payload["heads"] | {stream: head})
    assert only(story.doors.push(old))["code"] == "not_allowed"


def test_heads_that_leave_out_the_authors_organisation_or_name_another_are_malformed(story: Story) -> None:
    queued = reception(story)
    heads = queued.signed.payload["heads"]
    other = story.amina.heads(story.bank)
    assert only(story.doors.push(bent(story.bruno, queued, heads=other)))["code"] == "malformed"
    assert only(story.doors.push(bent(story.bruno, queued, heads=heads | other)))["code"] == "malformed"


# --- what it names


def test_an_event_whose_parent_is_not_here_waits_and_is_accepted_after_it(story: Story) -> None:
    """T17"""
    parent, child = reception(story), reception(story)
    orphan = bent(story.bruno, child, parents=[parent.id])
    assert only(story.doors.push(orphan))["reason"] == "parent"
    assert rows(Event.select(Event.id)) == []
    assert [verdict["verdict"] for verdict in story.doors.push(parent.entry, orphan)] == ["accepted", "accepted"]


def test_the_event_of_another_team_is_no_parent_and_not_even_said_to_exist(story: Story) -> None:
    acts.record_reception(story.david, story.sud, {"mode": "phone", "needs": [], "first_help": []}, story.now)
    theirs = last(story.david)
    story.doors.push(theirs.entry)
    ours = reception(story)
    known = only(story.doors.push(bent(story.bruno, ours, parents=[theirs.id])))
    unknown = only(story.doors.push(bent(story.bruno, ours, parents=[new_id(story.now)])))
    assert known["reason"] == unknown["reason"] == "parent"


def test_a_dossier_that_is_not_here_or_is_another_teams_makes_the_fact_wait(story: Story) -> None:
    dossier = story.dossier()
    assert only(story.doors.push(reception(story, new_id(story.now)).entry))["reason"] == "parent"
    acts.record_reception(story.david, story.sud, {"mode": "phone", "needs": [], "first_help": []}, story.now, dossier)
    assert only(story.doors.push(last(story.david).entry))["reason"] == "parent"
    assert only(story.doors.push(reception(story, dossier).entry))["verdict"] == "accepted"


def test_a_dossier_belongs_to_one_team_for_ever(story: Story) -> None:
    dossier = story.dossier()
    acts.open_dossier(story.david, story.sud, [item("C01", story.now)], story.now)
    stolen = bent(story.david, last(story.david), dossier=dossier)
    assert only(story.doors.push(stolen))["code"] == "id_conflict"
    acts.open_dossier(story.bruno, story.nord, [item("C01", story.now)], story.now)
    assert only(story.doors.push(bent(story.bruno, last(story.bruno), dossier=dossier)))["verdict"] == "accepted"


# --- levels


def test_a_sensitive_fact_in_the_open_circle_is_refused_and_in_the_bound_one_accepted(story: Story) -> None:
    bruno = story.bruno
    for level, kind, code in ((3, "open", "level"), (3, "bound", None), (1, "bound", "level"), (2, "open", "level")):
        side = bruno.own(bruno.organisation.circles[story.circles[f"nord.{kind}"]])
        write(bruno, "reception.recorded", {}, side, story.now, [Draft({"kind": "reception"}, level)])
        assert only(story.doors.push(last(bruno).entry)).get("code") == code, (level, kind)


def test_the_narrative_of_a_visit_goes_to_the_bound_circle_and_nothing_else_is_of_that_level(story: Story) -> None:
    dossier = story.dossier()
    bruno = story.bruno
    narrative = reception(story, narrative="Elle raconte.")
    assert only(story.doors.push(narrative.entry))["verdict"] == "accepted"
    bound = bruno.own(bruno.organisation.circles[story.circles["nord.bound"]])
    write(bruno, "dossier.corrected", {"dossier": dossier}, bound, story.now, [Draft({"kind": "item"}, 5)])
    assert only(story.doors.push(last(bruno).entry))["code"] == "level"


def test_an_open_event_never_names_what_the_bound_circle_keeps(story: Story) -> None:
    bruno, dossier = story.bruno, new_id(story.now)
    bound = bruno.own(bruno.organisation.circles[story.circles["nord.bound"]])
    opened = write(bruno, "dossier.opened", {"dossier": dossier}, bound, story.now, [Draft({"kind": "item"}, 3)])
    assert only(story.doors.push(opened.entry))["verdict"] == "accepted"
    by_dossier, by_parent = reception(story, dossier), bent(bruno, reception(story), parents=[opened.id])
    assert [v["code"] for v in story.doors.push(by_dossier.entry, by_parent)] == ["level", "level"]


# --- private notes


def test_a_private_note_goes_to_its_author_alone(story: Story) -> None:
    acts.record_note(story.bruno, "Penser à rappeler.", story.now, story.dossier())
    verdict = only(story.doors.push(last(story.bruno).entry))
    assert verdict["position"] == {f"member:{story.bruno.bundle.member}": 1}


def test_nobody_writes_into_someone_elses_notes(story: Story) -> None:
    acts.record_note(story.bruno, "Penser à rappeler.", story.now)
    queued = last(story.bruno)
    heads = story.helene.heads(story.departement)
    stolen = signed_by(queued, story.helene.device, story.helene.device_key, heads=heads)
    assert only(story.doors.push(stolen))["code"] == "not_allowed"


# --- those who left


@pytest.fixture
def gone(story: Story, territory: Territory) -> Story:
    """Bruno was removed; his phone does not know it yet."""
    story.dossier()
    admission.end_member(territory.helene, story.bruno.bundle.member, story.now)
    territory.helene.deliver()
    return story


def test_what_a_removed_member_still_had_is_held_for_a_supervisor_and_served_to_nobody(gone: Story) -> None:
    """T20, T88"""
    queued = reception(gone)
    for _ in range(2):
        assert only(gone.doors.push(queued.entry)) == {
            "id": queued.id, "digest": queued.signed.digest, "verdict": "held", "reason": "ended_member",
        }  # fmt: skip
    assert rows(Held.select(Held.event, Held.jws)) == [(queued.id, queued.signed.jws)]
    assert rows(Event.select(Event.id).where(Event.id == queued.id)) == []


def test_what_a_removed_member_sends_elsewhere_or_takes_back_is_refused(gone: Story) -> None:
    dossier = next(said["dossier"] for said in gone.bruno.known.values() if "dossier" in said)
    acts.give_consent(gone.bruno, gone.nord, dossier, gone.bank, ["C01"], TOLD, gone.now)
    consent = last(gone.bruno)
    assert only(gone.doors.push(consent.entry))["reason"] == "ended_member"
    assert only(gone.doors.push(gone.draft(consent.id, "C01").entry))["code"] == "not_allowed"
    acts.withdraw_consent(gone.bruno, [consent.id], gone.now)
    assert only(gone.doors.push(last(gone.bruno).entry))["code"] == "not_allowed"


def test_nobody_fills_the_quota_of_someone_who_left(gone: Story) -> None:
    queued = reception(gone)
    forged = signed_by(queued, gone.bruno.device, gone.amina.device_key)
    assert only(gone.doors.push(forged))["code"] == "bad_signature"
    assert only(gone.doors.push(queued.entry | {"sections": {}}))["code"] == "sections"
    assert rows(Held.select()) == []


def test_another_content_under_a_held_id_is_a_conflict(gone: Story) -> None:
    queued = reception(gone)
    gone.doors.push(queued.entry)
    other = bent(gone.bruno, queued, at=(gone.now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%MZ"))
    assert only(gone.doors.push(other))["code"] == "id_conflict"


def test_beyond_the_quota_it_stays_on_the_phone(gone: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_HELD_PER_MEMBER == 500
    monkeypatch.setattr("models.ledger.authors.MAX_HELD_PER_MEMBER", 2)
    told = [verdict["verdict"] for verdict in gone.doors.push(*(reception(gone).entry for _ in range(3)))]
    assert told == ["held", "held", "retry"]


def test_a_revoked_device_is_held_too_while_another_of_the_same_member_writes(
    story: Story, territory: Territory
) -> None:
    pull(territory.helene, story.now)
    territory.helene.state("device.revoked", {"device": story.bruno.device}, story.now)
    territory.helene.deliver()
    assert only(story.doors.push(reception(story).entry))["reason"] == "ended_member"


def test_the_day_after_the_last_day_is_too_late(story: Story, territory: Territory) -> None:
    phone = territory.helene
    card = phone.strings[phone.organisation.members[story.bruno.bundle.member].card]
    admission.set_member(phone, story.bruno.bundle.member, story.now, card, ends_on=story.now.date().isoformat())
    phone.deliver()
    assert only(story.doors.push(reception(story).entry))["verdict"] == "accepted"
    story.doors.now = story.now + timedelta(days=1)
    assert only(story.doors.push(reception(story).entry))["reason"] == "ended_member"


def test_facts_sealed_before_a_rotation_are_accepted(story: Story, territory: Territory) -> None:
    """T98"""
    queued = reception(story)
    pull(territory.helene, story.now)
    admission.rotate_circle(territory.helene, story.circles["nord.open"], story.now)
    territory.helene.deliver()
    assert only(story.doors.push(queued.entry))["verdict"] == "accepted"
    assert len(rows(Section.select(Section.event).where(Section.own_wrap.is_null(False)))) == 1
