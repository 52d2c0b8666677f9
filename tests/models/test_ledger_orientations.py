"""models/ledger: what is sent to another team, and what becomes of it. Refused whole, or accepted whole."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from device import acts, admission
from device.events import Draft, write
from device.primitives import instant, new_id
from device.push import Queued
from device.read import pull
from models import database, directory, ledger
from models.database import rows
from models.directory.changes import changing
from models.tables import Grant, Orientation, Section
from models.vocabulary import ORIENTATION_ANSWERS, ORIENTATION_CANCELS
from tests.device.territory import TOLD
from tests.models.test_directory import HALLES
from tests.models.writing import REQUEST, Story, bent, item, last, only

Json = dict[str, Any]


def code(story: Story, entry: Json) -> str | None:
    verdict = only(story.doors.push(entry))
    found: str | None = verdict.get("code", verdict.get("reason"))
    return found


def nothing_left_the_team(story: Story) -> bool:
    return (
        rows(Section.select(Section.event).where(Section.other_wrap.is_null(False))) == [] == rows(Orientation.select())
    )


def answered(story: Story, id: str, state: str, previous: str | None = None, told: Json | None = None) -> Queued:
    acts.answer(story.amina, id, state, story.now, told)
    queued = last(story.amina)
    if previous is not None:
        queued.entry = bent(story.amina, queued, previous=previous)
    return queued


def cancelled(story: Story, id: str, state: str) -> Queued:
    acts.cancel(story.bruno, id, state, story.now)
    return last(story.bruno)


# --- what may be sent


def test_an_orientation_under_a_consent_is_shown_to_both_teams(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01", "C14")
    verdict = only(story.doors.push(story.draft(consent, "C01", "C14").entry))
    assert verdict["position"] == {
        f"circle:{story.circles['nord.open']}": 3,
        f"circle:{story.circles['halles.open']}": 1,
    }


def test_a_category_the_person_did_not_agree_to_stops_the_whole_event(story: Story) -> None:
    """T42"""
    consent = story.consent(story.dossier(), "C01", "C14")
    assert code(story, story.draft(consent, "C01", "C11").entry) == "consent_missing"
    assert nothing_left_the_team(story)


def test_a_category_this_team_may_not_receive_stops_the_whole_event(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    assert code(story, story.draft(consent, "C01", "C06").entry) == "matrix"
    assert code(story, story.draft(consent, "C05").entry) == "matrix"
    assert nothing_left_the_team(story)


def test_a_consent_that_is_over_allows_nothing_more(story: Story) -> None:
    """T41"""
    consent = story.consent(story.dossier(), "C01", duration="P1D")
    queued = story.draft(consent, "C01")
    story.doors.now = story.now + timedelta(days=1, minutes=1)
    until = instant(story.now + timedelta(hours=30))
    assert code(story, bent(story.bruno, queued, deadline=until, until=until)) == "consent_missing"


def test_a_phone_whose_clock_is_late_cannot_make_a_consent_last(story: Story) -> None:
    """T41: the duration counts from the device's time when that comes first."""
    dossier = story.dossier()
    early = story.now - timedelta(days=2)
    consent = acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], TOLD, early, duration="P1D")
    assert code(story, last(story.bruno).entry) is None
    assert code(story, story.draft(consent, "C01").entry) in ("consent_missing", "dates")
    assert nothing_left_the_team(story)


def test_another_purpose_than_the_one_agreed_is_refused(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    assert code(story, bent(story.bruno, queued, purpose="coordonner_a_plusieurs")) in ("basis", "consent_missing")


def test_a_ground_that_is_not_here_makes_it_wait_and_another_teams_too(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    assert code(story, bent(story.bruno, queued, ground={"consent": new_id(story.now)}, parents=[])) == "parent"
    dossier = acts.open_dossier(story.david, story.sud, [acts.item("C01", {}, story.now)], story.now)
    theirs = acts.give_consent(story.david, story.sud, dossier, story.bank, ["C01"], TOLD, story.now)
    story.david.deliver()
    assert code(story, bent(story.bruno, queued, ground={"consent": theirs}, parents=[])) == "parent"


def test_a_basis_that_nobody_enabled_opens_nothing(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    for basis in ("person.carried", "gdpr.6.1.e", "unheard.of"):
        ground = {"basis": basis, "version": 1}
        assert code(story, bent(story.bruno, queued, ground=ground)) in ("basis", "consent_missing")


def test_the_withdrawal_key_is_the_consents(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    key = story.bruno.organisation.devices[story.bruno.device].signing
    assert code(story, bent(story.bruno, queued, withdrawal_key=dict(key))) == "consent_missing"


@pytest.mark.parametrize(
    ("deadline", "until"),
    [
        (timedelta(days=31), timedelta(days=60)),
        (timedelta(minutes=-5), timedelta(days=60)),
        (timedelta(days=10), timedelta(days=184)),
    ],
)
def test_dates_that_do_not_hold_are_refused(story: Story, deadline: timedelta, until: timedelta) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    late = bent(story.bruno, queued, deadline=instant(story.now + deadline), until=instant(story.now + until))
    assert code(story, late) == "dates"
    assert nothing_left_the_team(story)


def test_two_clocks_may_differ_a_little(story: Story) -> None:
    ahead = story.now + timedelta(minutes=8)
    dossier = story.dossier()
    consent = acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], TOLD, ahead)
    story.bruno.deliver()
    story.bruno.rules = False
    acts.send_orientation(story.bruno, story.nord, consent, story.halles, {"need": "alimentation"}, [], ahead)
    assert code(story, last(story.bruno).entry) is None


def test_a_circle_that_does_not_exist_or_is_the_own_teams_is_no_recipient(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    audience, heads = queued.signed.payload["audience"], queued.signed.payload["heads"]
    kept = {stream: head for stream, head in heads.items() if story.bank not in stream}
    for circle, known in (
        (new_id(story.now), heads),
        (story.circles["nord.bound"], kept),
        (story.circles["halles.open"], heads),
    ):
        epoch = 7 if circle == story.circles["halles.open"] else 1
        moved = {"own": audience["own"], "other": f"{circle}.{epoch}"}
        entry = resealed(story, queued, moved, known)
        assert code(story, entry) == "no_recipient"


def resealed(story: Story, queued: Queued, audience: Json, heads: Json) -> Json:
    """The same orientation really sealed to another audience, so that only its recipient is wrong."""
    bruno = story.bruno
    own = bruno.own(bruno.organisation.circles[audience["own"].partition(".")[0]])
    halles = bruno.other(bruno.roster.circle(story.circles["halles.open"])[1])
    other = type(halles)(
        audience["other"], halles.organisation, type(halles.addressee)(audience["other"], halles.addressee.key)
    )
    fields = {name: queued.signed.payload[name] for name in ("ground", "purpose", "until", "deadline", "level")}
    drafts = [Draft({"kind": "request", "need": "alimentation"}, 1, "X.request"), Draft({}, 1, "C01")]
    made = write(bruno, "orientation.sent", fields, own, story.now, drafts, other, changes={"heads": heads})
    return last(bruno).entry if made else {}


def test_after_a_departure_nothing_new_is_sent_until_the_key_was_renewed(story: Story) -> None:
    """T98"""
    consent = story.consent(story.dossier(), "C01")
    before = story.draft(consent, "C01")
    admission.end_member(story.chloe, story.amina.bundle.member, story.now)
    story.chloe.deliver()
    assert code(story, before.entry) == "awaits_rotation"
    pull(story.chloe, story.now)
    kept = list(story.chloe.organisation.circles[story.circles["halles.open"]].holders)
    admission.rotate_circle(story.chloe, story.circles["halles.open"], story.now, kept)
    story.chloe.deliver()
    assert code(story, before.entry) == "stale_epoch"
    pull(story.bruno, story.now)
    assert code(story, story.draft(consent, "C01").entry) is None


def test_a_rotation_without_departure_makes_nothing_stale(story: Story) -> None:
    before = story.draft(story.consent(story.dossier(), "C01"), "C01")
    admission.rotate_circle(story.chloe, story.circles["halles.open"], story.now)
    story.chloe.deliver()
    assert code(story, before.entry) is None


def test_without_a_charter_nothing_is_sent(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    pull(story.gwenaelle, story.now)
    [charter] = story.gwenaelle.roster.network.charters
    story.gwenaelle.state_as_authority("charter.ended", {"charter": charter}, story.now)
    story.gwenaelle.deliver()
    assert code(story, story.draft(consent, "C01").entry) == "charter"


def test_what_is_declared_less_sensitive_than_it_is_is_refused(story: Story) -> None:
    """The level is the last thing asked: everything else must hold for it to be told."""
    queued = story.draft(story.consent(story.dossier(), "C13"), "C13")
    claims = queued.signed.payload["sections"]
    lower = {name: claim | {"level": 1} for name, claim in claims.items()}
    assert code(story, bent(story.bruno, queued, sections=lower, level=1)) == "level"
    assert code(story, queued.entry) is None


def test_an_orientation_sent_from_the_circle_of_another_level_is_refused(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    queued = story.draft(consent, "C01")
    claims = {name: claim | {"level": 3} for name, claim in queued.signed.payload["sections"].items()}
    assert code(story, bent(story.bruno, queued, sections=claims)) == "level"


# --- what becomes of it


def test_the_whole_way_from_sent_to_done(story: Story) -> None:
    id = story.sent("C01", "C14")
    acts.mark_opened(story.amina, id, story.now)
    assert code(story, last(story.amina).entry) is None
    for state in ("acceptee", "rdv_fixe", "non_venue", "rdv_fixe", "en_cours", "realisee"):
        told = {"outcome": "colis_remis"} if state == "realisee" else None
        assert code(story, answered(story, id, state, told=told).entry) is None, state
    [row] = rows(Orientation.select(Orientation.state, Orientation.opened_at, Orientation.derived))
    assert row == ("realisee", "2026-03-04T09:41:37Z", 0)
    until = rows(Orientation.select(Orientation.until))[0][0]
    assert rows(Grant.select(Grant.ends_at, Grant.closed).where(Grant.event == id)) == [(until, 0)]


def test_opening_twice_or_late_is_a_fact_and_never_an_error(story: Story) -> None:
    id = story.sent("C01")
    for _ in range(2):
        acts.mark_opened(story.amina, id, story.now)
        assert code(story, last(story.amina).entry) is None
    story.doors.push(cancelled(story, id, "annulee").entry)
    acts.mark_opened(story.chloe, id, story.now)
    assert code(story, last(story.chloe).entry) is None


@pytest.mark.parametrize("by", ["answer", "cancel"])
@pytest.mark.parametrize("before", sorted(ORIENTATION_ANSWERS))
def test_every_move_that_is_not_in_the_table_is_refused(story: Story, by: str, before: str) -> None:
    """T38"""
    way = {
        "envoyee": [], "en_attente": ["en_attente"], "acceptee": ["acceptee"], "rdv_fixe": ["acceptee", "rdv_fixe"],
        "non_venue": ["acceptee", "rdv_fixe", "non_venue"], "en_cours": ["acceptee", "en_cours"],
    }[before]  # fmt: skip
    id = story.sent("C01")
    for state in way:
        assert code(story, answered(story, id, state).entry) is None
    pull(story.bruno, story.now)
    allowed = (ORIENTATION_ANSWERS if by == "answer" else ORIENTATION_CANCELS)[before]
    everything = {
        state
        for states in (ORIENTATION_ANSWERS if by == "answer" else ORIENTATION_CANCELS).values()
        for state in states
    }
    for state in sorted(everything - set(allowed)):
        queued = answered(story, id, state) if by == "answer" else cancelled(story, id, state)
        assert code(story, queued.entry) == "illegal_move", state
        (story.amina if by == "answer" else story.bruno).known.pop(queued.id)
    assert rows(Orientation.select(Orientation.state)) == [(before,)]


def test_nothing_moves_once_it_is_over(story: Story) -> None:
    """T38"""
    id = story.sent("C01")
    for state in ("acceptee", "en_cours", "realisee"):
        story.doors.push(answered(story, id, state).entry)
    pull(story.bruno, story.now)
    assert code(story, cancelled(story, id, "annulee").entry) == "illegal_move"
    assert code(story, answered(story, id, "en_cours").entry) == "illegal_move"


def test_of_two_who_move_at_once_one_wins_and_the_other_is_told_where_things_stand(story: Story) -> None:
    """T36"""
    id = story.sent("C01")
    entries = [answered(story, id, "acceptee").entry, cancelled(story, id, "annulee").entry]
    gate = threading.Barrier(2)
    verdicts: list[Json] = []

    def push(entry: Json) -> None:
        gate.wait()
        verdicts.extend(ledger.append([entry], story.now))
        database.close()

    threads = [threading.Thread(target=push, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(state,)] = rows(Orientation.select(Orientation.state))
    assert sorted(verdict["verdict"] for verdict in verdicts) == ["accepted", "rejected"]
    [refused] = [verdict for verdict in verdicts if verdict["verdict"] == "rejected"]
    assert (refused["code"], refused["current"]) == ("stale_state", state)


def test_two_devices_of_one_team_answer_and_the_first_received_wins(story: Story) -> None:
    """T37"""
    id = story.sent("C01")
    acts.answer(story.chloe, id, "refusee", story.now, {"reason": "complet"})
    first, second = story.doors.push(answered(story, id, "acceptee").entry, last(story.chloe).entry)
    assert (first["verdict"], second["code"], second["current"]) == ("accepted", "stale_state", "acceptee")


def test_an_outsider_can_neither_answer_nor_cancel(story: Story) -> None:
    """T88"""
    id = story.sent("C01")
    sent = story.bruno.known[id]
    david = story.david
    own = david.own(david.organisation.circles[story.circles["sud.open"]])
    other = david.other(david.roster.circle(sent["audience"]["other"].partition(".")[0])[1])
    for kind, state in (("orientation.answered", "acceptee"), ("orientation.cancelled", "annulee")):
        fields = {"orientation": id, "state": state, "previous": id}
        write(david, kind, fields, own, story.now, [], other)
        assert code(story, last(david).entry) == "parent"
    assert rows(Orientation.select(Orientation.state)) == [("envoyee",)]


def test_each_side_keeps_to_its_own_acts_and_to_the_two_circles(story: Story) -> None:
    id = story.sent("C01")
    bruno, amina = story.bruno, story.amina
    nord = bruno.own(bruno.organisation.circles[story.circles["nord.open"]])
    bound = bruno.own(bruno.organisation.circles[story.circles["nord.bound"]])
    halles = bruno.other(bruno.roster.circle(story.circles["halles.open"])[1])
    sud = bruno.other(bruno.roster.circle(story.circles["sud.open"])[1])
    fields = {"orientation": id, "state": "acceptee", "previous": id}
    write(bruno, "orientation.answered", fields, nord, story.now, [], halles)
    assert code(story, last(bruno).entry) == "not_found"
    fields = {"orientation": id, "state": "annulee", "previous": id}
    write(bruno, "orientation.cancelled", fields, bound, story.now, [], halles)
    assert code(story, last(bruno).entry) == "not_found"
    write(bruno, "orientation.cancelled", fields, nord, story.now, [], sud)
    assert code(story, last(bruno).entry) == "no_recipient"
    own = amina.own(amina.organisation.circles[story.circles["halles.open"]])
    back = amina.other(amina.roster.circle(story.circles["nord.open"])[1])
    write(amina, "orientation.cancelled", fields, own, story.now, [], back)
    assert code(story, last(amina).entry) == "not_found"


def test_an_answer_may_not_carry_what_an_open_circle_may_not_read(story: Story) -> None:
    id = story.sent("C01")
    amina = story.amina
    own = amina.own(amina.organisation.circles[story.circles["halles.open"]])
    back = amina.other(amina.roster.circle(story.circles["nord.open"])[1])
    fields = {"orientation": id, "state": "acceptee", "previous": id}
    write(amina, "orientation.answered", fields, own, story.now, [Draft({"kind": "answer"}, 3, "X.answer")], back)
    assert code(story, last(amina).entry) == "level"


def test_the_answer_is_readable_by_the_sender_for_good(story: Story) -> None:
    id = story.sent("C01")
    queued = answered(story, id, "refusee", told={"reason": "complet"})
    assert code(story, queued.entry) is None
    assert rows(Grant.select(Grant.circle, Grant.ends_at, Grant.closed).where(Grant.event == queued.id)) == [
        (story.circles["nord.open"], None, 0)
    ]


@pytest.mark.parametrize("ends", ["refusee", "annulee", "saisie_par_erreur"])
def test_refused_or_cancelled_the_recipients_wraps_are_destroyed_and_ours_kept(story: Story, ends: str) -> None:
    id = story.sent("C01", "C14")
    queued = answered(story, id, ends) if ends == "refusee" else cancelled(story, id, ends)
    assert code(story, queued.entry) is None
    sections = rows(Section.select(Section.own_wrap, Section.other_wrap, Section.core).where(Section.event == id))
    assert all(own and core and other is None for own, other, core in sections)
    assert rows(Grant.select(Grant.closed).where(Grant.event == id)) == [(1,)]


def test_an_orientation_that_follows_another_names_one_we_know(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    first = story.orientation(consent, "C01")
    assert code(story, story.draft(consent, "C01", follows=new_id(story.now)).entry) == "parent"
    assert code(story, story.draft(consent, "C01", follows=first).entry) is None


def test_nobody_answers_after_the_deadline_even_before_it_was_noticed(story: Story) -> None:
    id = story.sent("C01")
    queued = answered(story, id, "acceptee")
    story.doors.now = story.now + timedelta(days=31)
    verdict = only(story.doors.push(queued.entry))
    assert (verdict["code"], verdict["current"]) == ("stale_state", "expiree")


# --- where it is received tells something


def received_at(story: Story, places: list[str]) -> str:
    """A new team of the food bank, which receives for these places in an open circle."""
    chloe, now = story.chloe, story.now
    team = admission.create_team(chloe, "Permanence", now, places)
    admission.set_member(chloe, chloe.bundle.member, now, chloe.strings[chloe.me.card], teams=[story.halles, team])
    key, _ = admission.add_recovery_key(chloe, "La présidente", now)
    admission.create_circle(chloe, team, "open", [chloe.bundle.member, key], now)
    chloe.deliver()
    pull(story.bruno, now)
    return team


def sent_to(story: Story, team: str) -> Queued:
    """An orientation at the lowest level, as a hostile phone would make it."""
    consent = story.consent(story.dossier(), "C01", "C14")
    story.bruno.rules = False
    items = [item(each, story.now) for each in ("C01", "C14")]
    acts.send_orientation(story.bruno, story.nord, consent, team, REQUEST, items, story.now)
    return last(story.bruno)


@pytest.mark.parametrize(
    ("kinds", "refused"),
    [
        (["csapa_caarud"], "level"),
        (["csapa_caarud", "cada_huda_cph"], "level"),
        (["csapa_caarud", "epicerie_sociale"], None),
        (["epicerie_sociale"], None),
        ([None], None),
        ([], None),
    ],
)
def test_a_team_that_receives_at_sensitive_places_alone_is_told_nothing_at_a_low_level(
    story: Story, kinds: list[str | None], refused: str | None
) -> None:
    """The circle that reads would tell that the person goes to an addiction centre."""
    rows_ = [HALLES | {"id": f"essai--{n}", "reseaux_porteurs": [], "kind": kind} for n, kind in enumerate(kinds)]
    if rows_:
        directory.import_places([{name: value for name, value in row.items() if value} for row in rows_], story.now)
    team = received_at(story, [f"essai--{n}" for n in range(len(kinds))])
    assert code(story, sent_to(story, team).entry) == refused
    assert refused is None or nothing_left_the_team(story)


def test_a_closed_place_and_one_that_nobody_knows_tell_nothing(story: Story) -> None:
    directory.import_places([HALLES | {"id": "essai--0", "kind": "csapa_caarud"}], story.now)
    with changing(story.now, None) as change:
        change.set("essai--0", {"active": False}, "closed")
    team = received_at(story, ["essai--0", "essai--ailleurs"])
    assert code(story, sent_to(story, team).entry) is None
