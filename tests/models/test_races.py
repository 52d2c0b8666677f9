"""models/ledger: what a push was judged by does not change before it is written, whoever else writes meanwhile.

Each pair is tried in both orders: the second writer begins when the first has judged and not written.
"""

from __future__ import annotations

import copy
import json
import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from device import acts, admission
from device.primitives import new_id
from device.read import pull
from models import accounts
from models.accounts import KnownPasskey, invitations, passkeys
from models.database import rows
from models.problems import Problem
from models.projections import closings
from models.tables import AdmissionRequest, Event, Orientation, Section
from tests.device.territory import TOLD
from tests.models.doors import caller_of
from tests.models.racing import Writer, pushing, raced
from tests.models.writing import Story, bent, item, last

Json = dict[str, Any]
RECEPTION = {"mode": "phone", "needs": [], "first_help": []}


def told(verdicts: list[Json]) -> list[str]:
    """What became of each entry: accepted, or why not."""
    return [verdict.get("code") or verdict.get("reason") or verdict["verdict"] for verdict in verdicts]


def reception(story: Story, phone: Any, team: str) -> Json:
    acts.record_reception(phone, team, RECEPTION, story.now)
    return last(phone).entry


def ended(story: Story) -> Json:
    """Chloé ends Amina's membership."""
    admission.end_member(story.chloe, story.amina.bundle.member, story.now)
    return last(story.chloe).entry


def demoted(story: Story) -> Json:
    """Hélène takes Bruno out of his team."""
    card = story.helene.strings[story.helene.organisation.members[story.bruno.bundle.member].card]
    admission.set_member(story.helene, story.bruno.bundle.member, story.now, card, teams=[story.sud])
    return last(story.helene).entry


def withdrawn(story: Story, *consents: str) -> Json:
    acts.withdraw_consent(story.bruno, list(consents), story.now)
    return last(story.bruno).entry


def consented(story: Story, dossier: str) -> Any:
    acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C01", "C14"], TOLD, story.now)
    return last(story.bruno)


def alive(orientation: str) -> int:
    query = Section.select(Section.name).where(Section.event == orientation, Section.other_wrap.is_null(False))
    return len(rows(query))


def state_of(orientation: str) -> str:
    [(state,)] = rows(Orientation.select(Orientation.state).where(Orientation.id == orientation))
    return str(state)


# --- the roster


def test_a_member_removed_between_the_check_and_the_write_is_removed_after_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T49"""
    written, removed, waited = raced(
        monkeypatch,
        pushing(story.now, reception(story, story.amina, story.halles)),
        pushing(story.now, ended(story)),
    )
    assert (told(written), told(removed), waited) == (["accepted"], ["accepted"], True)


def test_what_a_member_sends_while_they_are_removed_is_held(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T49"""
    removed, sent, waited = raced(
        monkeypatch,
        pushing(story.now, ended(story)),
        pushing(story.now, reception(story, story.amina, story.halles)),
    )
    assert (told(removed), told(sent), waited) == (["accepted"], ["ended_member"], True)


def test_a_member_who_leaves_the_team_meanwhile_no_longer_writes_for_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T49"""
    entry = reception(story, story.bruno, story.nord)
    changed, sent, waited = raced(monkeypatch, pushing(story.now, demoted(story)), pushing(story.now, entry))
    assert (told(changed), told(sent), waited) == (["accepted"], ["not_allowed"], True)


@pytest.mark.parametrize("is_removed_first", [True, False])
def test_nothing_is_sent_to_a_circle_that_someone_leaves_meanwhile(
    story: Story, monkeypatch: pytest.MonkeyPatch, is_removed_first: bool
) -> None:
    """T49: the recipient's roster is judged by too."""
    sent = pushing(story.now, story.draft(story.consent(story.dossier()), "C01", "C14").entry)
    removed = pushing(story.now, ended(story))
    if is_removed_first:
        first, second, waited = raced(monkeypatch, removed, sent)
        assert (told(first), told(second), waited) == (["accepted"], ["awaits_rotation"], True)
    else:
        first, second, waited = raced(monkeypatch, sent, removed)
        assert (told(first), told(second), waited) == (["accepted"], ["accepted"], True)


def test_of_two_statements_of_one_number_the_second_is_signed_anew(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = []
    for phone, name in ((copy.deepcopy(story.helene), "Équipe Est"), (story.helene, "Équipe Ouest")):
        admission.create_team(phone, name, story.now)
        entries.append(last(phone).entry)
    first, second, waited = raced(monkeypatch, *(pushing(story.now, entry) for entry in entries))
    assert (told(first), told(second), waited) == (["accepted"], ["stale_head"], True)


# --- consents


def test_a_withdrawal_meanwhile_closes_what_was_being_sent(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T40"""
    consent = story.consent(story.dossier())
    sent = story.draft(consent, "C01", "C14")
    first, second, waited = raced(
        monkeypatch, pushing(story.now, sent.entry), pushing(story.now, withdrawn(story, consent))
    )
    assert (told(first), told(second), waited) == (["accepted"], ["accepted"], True)
    assert (state_of(sent.id), alive(sent.id)) == ("annulee", 0)


def test_what_is_sent_while_its_consent_is_withdrawn_is_refused(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """T40"""
    consent = story.consent(story.dossier())
    sent = story.draft(consent, "C01", "C14")
    first, second, waited = raced(
        monkeypatch, pushing(story.now, withdrawn(story, consent)), pushing(story.now, sent.entry)
    )
    assert (told(first), told(second), waited) == (["accepted"], ["consent_missing"], True)
    assert rows(Orientation.select()) == []


@pytest.mark.parametrize("is_withdrawn_first", [True, False])
def test_a_withdrawal_that_crosses_its_consent_is_not_lost(
    story: Story, monkeypatch: pytest.MonkeyPatch, is_withdrawn_first: bool
) -> None:
    """Whichever is written first, nothing may be sent under the consent afterwards."""
    consent = consented(story, story.dossier())
    given = pushing(story.now, consent.entry)
    taken = pushing(story.now, withdrawn(story, consent.id))
    sent = story.draft(consent.id, "C01")
    first, second, waited = raced(monkeypatch, *((taken, given) if is_withdrawn_first else (given, taken)))
    assert waited
    assert (told(first), told(second)) == (
        (["parent"], ["accepted"]) if is_withdrawn_first else (["accepted"], ["accepted"])
    )
    assert told(story.doors.push(sent.entry)) == ["consent_missing"]


def test_a_withdrawal_reaches_what_is_sent_under_another_consent_of_the_dossier_given_meanwhile(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = story.dossier()
    old, new = story.consent(dossier), consented(story, dossier)
    sent = story.draft(new.id, "C01", "C14")
    taken = withdrawn(story, old)
    first, second, waited = raced(monkeypatch, pushing(story.now, new.entry, sent.entry), pushing(story.now, taken))
    assert (told(first), told(second), waited) == (["accepted", "accepted"], ["accepted"], True)
    assert (state_of(sent.id), alive(sent.id)) == ("annulee", 0)


# --- orientations


@pytest.mark.parametrize("is_accepted_first", [True, False])
def test_of_an_acceptance_and_a_cancellation_one_wins_and_the_other_is_told(
    story: Story, monkeypatch: pytest.MonkeyPatch, is_accepted_first: bool
) -> None:
    """T36, T37"""
    id = story.sent("C01", "C14")
    acts.answer(story.amina, id, "acceptee", story.now)
    acts.cancel(story.bruno, id, "annulee", story.now)
    moves = [last(story.amina).entry, last(story.bruno).entry]
    first, second, waited = raced(
        monkeypatch, *(pushing(story.now, entry) for entry in (moves if is_accepted_first else moves[::-1]))
    )
    won = "acceptee" if is_accepted_first else "annulee"
    assert (told(first), told(second), waited) == (["accepted"], ["stale_state"], True)
    assert second[0]["current"] == state_of(id) == won


def test_two_answers_of_one_team_from_two_devices_are_not_both_taken(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T37"""
    id = story.sent("C01", "C14")
    pull(story.chloe, story.now)
    acts.answer(story.amina, id, "acceptee", story.now)
    acts.answer(story.chloe, id, "refusee", story.now)
    first, second, _ = raced(
        monkeypatch, pushing(story.now, last(story.amina).entry), pushing(story.now, last(story.chloe).entry)
    )
    assert (told(first), told(second), second[0]["current"]) == (["accepted"], ["stale_state"], "acceptee")
    assert alive(id) > 0


def test_two_workers_close_what_is_due_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    id = story.sent("C01", "C14")
    late = story.now + timedelta(days=31)
    first, second, waited = raced(monkeypatch, lambda: closings.close_due(late), lambda: closings.close_due(late))
    assert (first, second, waited) == (1, 0, True)
    assert (state_of(id), alive(id)) == ("expiree", 0)


# --- the same thing twice, and what does not touch


@pytest.mark.parametrize("written", [False, True])
def test_the_same_events_from_two_connections_in_opposite_orders_are_each_one_row(
    story: Story, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """T3: both are given the same positions, and neither stops the other for ever."""
    entries = [reception(story, story.bruno, story.nord) for _ in range(4)]
    pushes = pushing(story.now, *entries), pushing(story.now, *reversed(entries))
    both = raced(monkeypatch, *pushes, written=written)[:2]
    assert sorted(map(told, both)) == [["accepted"] * 4, ["duplicate"] * 4]
    first, second = ({verdict["id"]: verdict["position"] for verdict in verdicts} for verdicts in both)
    assert first == second
    assert len(rows(Event.select().where(Event.id.in_(list(first))))) == 4


def test_a_dossier_opened_twice_at_once_has_one_team(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = acts.open_dossier(story.bruno, story.nord, [item("C01", story.now)], story.now)
    mine = last(story.bruno).entry
    acts.open_dossier(story.david, story.sud, [item("C01", story.now)], story.now)
    theirs = last(story.david)
    pushes = pushing(story.now, mine), pushing(story.now, bent(story.david, theirs, dossier=dossier))
    first, second, _ = raced(monkeypatch, *pushes, written=True)
    assert (told(first), told(second)) == (["accepted"], ["id_conflict"])


@pytest.mark.parametrize("other", ["another organisation", "another team", "the same circle"])
def test_writers_who_share_only_rosters_do_not_wait_for_each_other(
    story: Story, monkeypatch: pytest.MonkeyPatch, other: str, engine: str
) -> None:
    """On PostgreSQL. SQLite has one writer at a time."""
    entries = {
        "another organisation": reception(story, story.amina, story.halles),
        "another team": reception(story, story.david, story.sud),
        "the same circle": reception(story, story.helene, story.nord),
    }
    first, second, waited = raced(
        monkeypatch,
        pushing(story.now, reception(story, story.bruno, story.nord)),
        pushing(story.now, entries[other]),
    )
    assert (told(first), told(second)) == (["accepted"], ["accepted"])
    assert waited == (engine == "sqlite")


# --- other doors


@pytest.fixture
def hesitant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what these doors read and what they write, others have the time to come in."""

    def slowly(query: Any) -> Any:
        found = rows(query)
        time.sleep(0.01)
        return found

    for door in (invitations, passkeys):
        monkeypatch.setattr(door, "rows", slowly)


def test_an_invitation_is_not_used_once_too_often(story: Story, hesitant: None) -> None:
    """Sixteen joiners at once for three places."""
    invitation = admission.invite(story.chloe, "member", 3, story.now)
    asked = [json.dumps({"v": 1, "member": {"id": new_id(story.now)}}) for _ in range(16)]
    writers = [Writer(partial(accounts.ask_admission, invitation.id, one, "mac", story.now)) for one in asked]
    outcomes = [outcome_of(writer) for writer in writers]
    assert sorted(outcomes) == ["not_found"] * 13 + ["ok"] * 3
    assert len(rows(AdmissionRequest.select().where(AdmissionRequest.invitation == invitation.id))) == 3


def test_nobody_has_one_passkey_too_many(story: Story, hesitant: None) -> None:
    who = caller_of(story.bruno, story.now)
    known = [KnownPasskey(f"credential{number}", "key", 0) for number in range(14)]
    writers = [Writer(partial(accounts.add_passkey, who, one, story.now)) for one in known]
    assert sorted(outcome_of(writer) for writer in writers) == ["ok"] * 10 + ["passkey"] * 4


def outcome_of(writer: Writer) -> str:
    try:
        writer.done()
    except Problem as problem:
        return problem.code
    return "ok"
