"""Keys that change hands, by the protocol on the real doors: removals, lost devices, paper, people let in again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from device import acts, admission, jose, paper, recovery, rekeying
from device.api import Api
from device.keys import pair_from
from device.phone import Phone, sign_in
from device.primitives import b64u, unb64u
from device.read import contents, pull, sync, try_every_key
from device.refusal import Refusal
from models import accounts
from tests.device.territory import ORIGIN, TOLD, Territory
from tests.models.doors import Doors

PHRASE = "sept mots tirés au sort pour cet essai"
RECEPTION = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"]}


@pytest.fixture
def circle(territory: Territory) -> str:
    return territory.circles["halles.open"]


def enter(doors: Doors, inviter: Phone, name: str, role: str, team: str, now: datetime) -> Phone:
    """A newcomer, admitted and given nothing yet."""
    invitation = admission.invite(inviter, "member", 1, now)
    joining = admission.join(Api(doors), ORIGIN, invitation, {"account": name.lower(), "name": name}, now)
    [request] = admission.requests(inviter, invitation)
    admission.admit_member(inviter, request, role, "F", [team], now)
    inviter.deliver()
    phone = admission.complete(joining, now)
    pull(phone, now)
    pull(inviter, now)
    return phone


def joined(doors: Doors, territory: Territory, name: str, role: str, now: datetime) -> Phone:
    """A newcomer at the food bank who holds its open circle."""
    phone = enter(doors, territory.chloe, name, role, territory.halles, now)
    admission.grant_circle(territory.chloe, territory.circles["halles.open"], phone.bundle.member, now)
    territory.chloe.deliver()
    pull(phone, now)
    return phone


def record(phone: Phone, territory: Territory, now: datetime) -> str:
    event = acts.record_reception(phone, territory.halles, RECEPTION, now)
    phone.deliver()
    return event


def reads(phone: Phone, event: str, now: datetime) -> bool:
    pull(phone, now)
    entry = phone.store.find(event)
    return entry is not None and contents(phone, entry)["s1"]["mode"] == "passage"


def epochs_of(phone: Phone, circle: str) -> list[str]:
    publics = phone.organisation.circles[circle].publics
    return [jose.thumbprint(publics[epoch]) for epoch in sorted(publics)]


# --- two hands at once


@pytest.mark.parametrize("order", range(6))
def test_two_removals_and_a_rotation_at_once_make_one_chain(
    doors: Doors, territory: Territory, circle: str, now: datetime, order: int
) -> None:
    """T97: three devices, none has seen the others. Whatever the order of arrival they converge, and who left opens
    nothing new."""
    mael = joined(doors, territory, "Mael", "supervisor", now)
    nadia = joined(doors, territory, "Nadia", "volunteer", now)
    territory.chloe.add_passphrase(PHRASE, now)
    again = sign_in(Api(doors), ORIGIN, "chloe", PHRASE, now)
    three = [territory.chloe, mael, again]
    for phone in three:
        pull(phone, now)
    amina = territory.amina
    hands: list[tuple[Phone, Callable[[], object]]] = [
        (territory.chloe, lambda: rekeying.end_and_rotate(territory.chloe, amina.bundle.member, now)),
        (mael, lambda: rekeying.end_and_rotate(mael, nadia.bundle.member, now)),
        (again, lambda: admission.rotate_circle(again, circle, now)),
    ]
    random.Random(order).shuffle(hands)
    # Each signs on what it knew before the others: the second and the third are overtaken, and do it again.
    for phone, act in hands:
        rekeying.insist(phone, act, now)
    for phone in three:
        sync(phone, now)
        assert rekeying.rotate_awaiting(phone, now) == []
    assert epochs_of(three[0], circle) == epochs_of(three[1], circle) == epochs_of(three[2], circle)
    assert len(set(epochs_of(mael, circle))) == 4
    event = record(mael, territory, now)
    assert all(reads(phone, event, now) for phone in three)
    entry = mael.store.find(event)
    assert entry is not None
    for gone in (amina, nadia):
        with pytest.raises(Refusal, match="cannot_open"):
            strings = entry.sections["s1"]
            try_every_key(gone, event, "s1", strings["core"], [strings["wrap"]])
        with pytest.raises(Refusal, match=r"session_expired|member_ended"):
            pull(gone, now)


def test_the_same_removal_by_two_people_is_done_once(doors: Doors, territory: Territory, now: datetime) -> None:
    """T97: the second one is told that there is nobody left to remove."""
    mael = joined(doors, territory, "Mael", "supervisor", now)
    gone = territory.amina.bundle.member
    rekeying.insist(territory.chloe, lambda: rekeying.end_and_rotate(territory.chloe, gone, now), now)
    with pytest.raises(Refusal, match="not_found"):
        rekeying.insist(mael, lambda: rekeying.end_and_rotate(mael, gone, now), now)
    assert mael.organisation.circles[territory.circles["halles.open"]].epoch == 2


def test_a_circle_that_awaits_is_rotated_by_the_next_holder_who_may(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """The remover holds no key: the circle awaits, its holder's phone does the rest, and only once."""
    mael = enter(doors, territory.chloe, "Mael", "supervisor", territory.halles, now)
    rekeying.end_and_rotate(mael, territory.amina.bundle.member, now)
    mael.deliver()
    pull(territory.chloe, now)
    known = territory.chloe.organisation.circles[circle]
    assert territory.chloe.organisation.awaits_rotation(known, now.date())
    assert rekeying.rotate_awaiting(mael, now) == []
    assert rekeying.rotate_awaiting(territory.chloe, now) == [circle]
    territory.chloe.deliver()
    assert rekeying.rotate_awaiting(territory.chloe, now) == []


def test_a_membership_that_ended_by_date_is_rotated_without_anyones_removal(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    nadia = joined(doors, territory, "Nadia", "volunteer", now)
    card = territory.chloe.strings[territory.chloe.organisation.members[nadia.bundle.member].card]
    admission.set_member(territory.chloe, nadia.bundle.member, now, card, ends_on=now.date().isoformat())
    territory.chloe.deliver()
    assert rekeying.rotate_awaiting(territory.chloe, now) == []
    tomorrow = now + timedelta(days=1)
    doors.now = tomorrow
    territory.chloe.open_session(tomorrow)
    pull(territory.chloe, tomorrow)
    assert rekeying.rotate_awaiting(territory.chloe, tomorrow) == [circle]
    territory.chloe.deliver()
    assert nadia.bundle.member not in territory.chloe.organisation.circles[circle].holders


# --- epochs that are no longer the newest


def test_a_fact_of_an_old_epoch_is_read_and_a_disclosure_to_one_is_refused(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """T98: sealed at epoch 1 while the circle goes to 3 after a removal."""
    nadia = joined(doors, territory, "Nadia", "volunteer", now)
    fact = acts.record_reception(nadia, territory.halles, RECEPTION, now)
    bruno, halles = territory.bruno, territory.halles
    dossier = acts.open_dossier(bruno, territory.nord, [acts.item("C01", {"called": "Zoé"}, now)], now)
    bank = territory.chloe.bundle.organisation
    consent = acts.give_consent(bruno, territory.nord, dossier, bank, ["C01"], TOLD, now)
    bruno.deliver()
    request = {"need": "alimentation"}
    items = [acts.item("C01", {"called": "Zoé"}, now)]
    acts.send_orientation(bruno, territory.nord, consent, halles, request, items, now)
    rekeying.end_and_rotate(territory.chloe, territory.amina.bundle.member, now)
    admission.rotate_circle(territory.chloe, circle, now)
    territory.chloe.deliver()
    nadia.deliver()
    assert territory.chloe.organisation.circles[circle].epoch == 3
    assert reads(territory.chloe, fact, now)
    with pytest.raises(Refusal, match="stale_epoch"):
        bruno.deliver()
    bruno.outbox.clear()
    pull(bruno, now)
    again = acts.send_orientation(bruno, territory.nord, consent, halles, request, items, now)
    bruno.deliver()
    pull(territory.chloe, now)
    entry = territory.chloe.store.find(again)
    assert entry is not None and contents(territory.chloe, entry)["C01"]["fields"] == {"called": "Zoé"}


@pytest.mark.parametrize("step", ["ended", "rotated", "lost_answer", "not_pushed"])
def test_a_rotation_cut_at_any_step_leaves_nothing_unreadable(
    doors: Doors, territory: Territory, circle: str, now: datetime, step: str
) -> None:
    """T99: the removal went alone, both went, their answer was lost, or nothing went. A phone that knows only the old
    epoch writes meanwhile; the phone that rotated is lost, and another one ends the work."""
    mael = joined(doors, territory, "Mael", "supervisor", now)
    before = record(mael, territory, now)
    rekeying.end_and_rotate(territory.chloe, territory.amina.bundle.member, now)
    ended, rotated = territory.chloe.outbox
    pushed = {"ended": [ended], "rotated": [ended, rotated], "lost_answer": [ended, rotated], "not_pushed": []}[step]
    doors.push(*(queued.entry for queued in pushed))
    meanwhile = record(mael, territory, now)
    pull(mael, now)
    rekeying.insist(mael, lambda: rekeying.rotate_awaiting(mael, now), now)
    if step == "lost_answer":
        doors.push(*(queued.entry for queued in pushed))
        assert [one["verdict"] for one in doors.verdicts] == ["duplicate", "duplicate"]
    after = record(mael, territory, now)
    expected = 1 if step == "not_pushed" else 2
    assert mael.organisation.circles[circle].epoch == expected
    assert all(reads(mael, event, now) for event in (before, meanwhile, after))


# --- a device lost


def test_a_member_who_lost_a_phone_takes_new_keys_and_reads_everything_again(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """trust.md §2. The lost phone keeps its keys: they sign nothing, and open nothing written since."""
    territory.chloe.add_passphrase("une phrase que quelqu’un connaît", now)
    lost = territory.chloe
    here = sign_in(Api(doors), ORIGIN, "chloe", "une phrase que quelqu’un connaît", now)
    pull(here, now)
    before = record(here, territory, now)
    rekeying.renew_keys(here, now, PHRASE)
    rekeying.insist(here, lambda: rekeying.rekey(here, now, [lost.device]), now)
    after = record(here, territory, now)
    assert reads(here, before, now) and reads(here, after, now)
    assert reads(territory.amina, after, now)
    with pytest.raises(Refusal, match="member_ended"):
        lost.open_session(now)
    with pytest.raises(Refusal, match=r"sign_in|cannot_open"):
        sign_in(Api(doors), ORIGIN, "chloe", "une phrase que quelqu’un connaît", now)
    entry = here.store.find(after)
    assert entry is not None
    with pytest.raises(Refusal, match="cannot_open"):
        try_every_key(lost, after, "s1", entry.sections["s1"]["core"], [entry.sections["s1"]["wrap"]])
    third = sign_in(Api(doors), ORIGIN, "chloe", PHRASE, now)
    assert reads(third, before, now) and reads(third, after, now)


def test_new_keys_already_in_the_bundle_do_nothing_until_the_roster_names_them(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    """T99: the bundle was put, the statement never left."""
    rekeying.renew_keys(territory.chloe, now, PHRASE)
    again = sign_in(Api(doors), ORIGIN, "chloe", PHRASE, now)
    pull(again, now)
    admission.create_team(again, "Épicerie", now)
    again.deliver()
    rekeying.insist(again, lambda: rekeying.rekey(again, now), now)
    admission.create_team(again, "Vestiaire", now)
    again.deliver()
    assert again.me.signing == jose.public_of(again.bundle.next or {})


def test_a_worker_with_new_keys_waits_for_a_holder_and_then_reads_again(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    before = record(territory.chloe, territory, now)
    amina = territory.amina
    rekeying.renew_keys(amina, now)
    rekeying.insist(amina, lambda: rekeying.rekey(amina, now), now)
    event = acts.record_reception(amina, territory.halles, RECEPTION, now)
    with pytest.raises(Refusal, match="not_allowed"):
        amina.deliver()
    pull(territory.chloe, now)
    assert rekeying.rotate_awaiting(territory.chloe, now) == [circle]
    territory.chloe.deliver()
    amina.deliver()
    assert reads(amina, before, now) and reads(territory.chloe, event, now)


def test_a_member_without_any_device_left_loses_the_next_epochs(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    rekeying.revoke_device(territory.chloe, territory.amina.device, now)
    territory.chloe.deliver()
    known = territory.chloe.organisation.circles[circle]
    assert known.epoch == 2 and territory.amina.bundle.member not in known.wraps[2]
    assert not territory.chloe.organisation.awaits_rotation(known, now.date())


# --- paper


def test_the_printed_code_alone_opens_the_bundle_on_a_new_phone(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    """T80, T83: everything lost but the sheet."""
    before = record(territory.amina, territory, now)
    printed = recovery.print_code(territory.amina, PHRASE, now)
    again = recovery.sign_in_with_code(Api(doors), ORIGIN, "amina", printed.lower().replace("-", " "), now)
    assert reads(again, before, now)
    again.replace_bundle_key("une autre phrase toute neuve", now)
    with pytest.raises(Refusal, match="sign_in"):
        recovery.sign_in_with_code(Api(doors), ORIGIN, "amina", printed, now)
    with pytest.raises(Refusal, match="sign_in"):
        sign_in(Api(doors), ORIGIN, "amina", PHRASE, now)


@pytest.mark.parametrize("account", ["amina", "bruno", "personne"])
def test_a_wrong_code_and_an_unknown_name_have_one_answer(
    doors: Doors, territory: Territory, now: datetime, account: str
) -> None:
    """T82: of a code that is well formed and not theirs."""
    recovery.print_code(territory.amina, PHRASE, now)
    territory.bruno.add_passphrase(PHRASE, now)
    with pytest.raises(Refusal, match="sign_in"):
        recovery.sign_in_with_code(Api(doors), ORIGIN, account, paper.write(b"k" * 16), now)


@pytest.mark.parametrize("typed", ["", "0000", "O0I1-L000-0000-0000-0000-0000-0000", "U" * 28, "é" * 28])
def test_a_mistyped_code_is_told_before_anything_is_asked(doors: Doors, now: datetime, typed: str) -> None:
    with pytest.raises(Refusal, match="recovery_code"):
        recovery.sign_in_with_code(Api(doors), ORIGIN, "amina", typed, now)


def test_what_is_printed_is_read_back_whatever_the_hand() -> None:
    for secret in (b"\0" * 16, b"\xff" * 32, bytes(range(16)), bytes(range(32))):
        printed = paper.write(secret)
        assert paper.read(printed.lower().replace("-", "  ").replace("0", "o").replace("1", "l"), len(secret)) == secret
        with pytest.raises(Refusal, match="recovery_code"):
            paper.read(printed[:-1] + ("0" if printed[-1] != "0" else "1"), len(secret))


def test_the_organisations_sheet_gives_its_open_circles_to_a_supervisor_let_in_again(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """Every holder is gone, the sheet remains: what was written is read again, and the sheet still holds."""
    chloe = territory.chloe
    sheet, private = admission.add_recovery_key(chloe, "La présidente", now)
    admission.grant_circle(chloe, circle, sheet, now)
    before = record(chloe, territory, now)
    mael = enter(doors, chloe, "Mael", "supervisor", territory.halles, now)
    for holder in (territory.amina.bundle.member, chloe.bundle.member):
        admission.end_member(mael, holder, now)
    mael.deliver()
    pull(mael, now)
    assert mael.keys == {} and rekeying.rotate_awaiting(mael, now) == []
    printed = recovery.print_key(private)
    assert recovery.reopen_circles(mael, printed, now) == [circle]
    mael.deliver()
    assert reads(mael, before, now) and reads(mael, record(mael, territory, now), now)
    assert sheet in mael.organisation.circles[circle].holders
    assert recovery.reopen_circles(mael, printed, now) == []


def test_a_sheet_of_elsewhere_opens_nothing(territory: Territory, now: datetime) -> None:
    with pytest.raises(Refusal, match="recovery_code"):
        recovery.reopen_circles(territory.chloe, recovery.print_key(jose.generate_pair()), now)


def test_only_supervisors_are_given_what_is_sealed_to_the_sheet(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """T92: a volunteer, a worker and another organisation are not, even after all was read again."""
    nadia = enter(doors, territory.chloe, "Nadia", "volunteer", territory.halles, now)
    mael = enter(doors, territory.chloe, "Mael", "supervisor", territory.halles, now)
    known = territory.chloe.organisation.circles[circle]
    [sheet] = [one.id for one in territory.chloe.organisation.members.values() if one.role == "recovery"]
    named = {known.wraps[1][sheet], known.blobs[1]}
    for phone, given in ((nadia, set()), (territory.helene, set()), (mael, named)):
        rekeying.forget_overtaken(phone, now)
        assert named & phone.strings.keys() == given


# --- let in again


def come_back(doors: Doors, territory: Territory, now: datetime) -> tuple[admission.Invitation, admission.Joining]:
    invitation = admission.invite(territory.chloe, "member", 1, now)
    person, was = {"account": "amina", "name": "Amina"}, territory.amina.bundle.member
    return invitation, admission.join(Api(doors), ORIGIN, invitation, person, now, returning=was)


def test_who_lost_everything_comes_back_as_the_same_member_and_reads_the_team_again(
    doors: Doors, territory: Territory, circle: str, now: datetime
) -> None:
    """T83: what the team may read comes back with the circle; private notes were sealed to keys that are gone."""
    before = record(territory.amina, territory, now)
    note = acts.record_note(territory.amina, "Rappeler mardi.", now)
    territory.amina.deliver()
    invitation, joining = come_back(doors, territory, now)
    with pytest.raises(Refusal, match="not_found"):
        admission.complete(joining, now)
    accounts.forget_requests(now)  # it stays: the member is known, not the keys they ask for
    [request] = admission.requests(territory.chloe, invitation)
    rekeying.insist(territory.chloe, lambda: rekeying.readmit(territory.chloe, request, now), now)
    again = admission.complete(joining, now)
    assert reads(again, before, now)
    assert reads(territory.chloe, record(again, territory, now), now)
    entry = again.store.find(note)
    assert entry is not None
    with pytest.raises(Refusal, match="cannot_open"):
        contents(again, entry)
    with pytest.raises(Refusal, match="member_ended"):
        territory.amina.open_session(now)


def test_keys_changed_by_the_server_during_a_readmission_are_refused(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    """T83."""
    invitation, joining = come_back(doors, territory, now)
    [request] = admission.requests(territory.chloe, invitation)
    swapped = dict(request.content["member"], signing=jose.public_of(jose.generate_pair()))
    forged = admission.Request(request.content | {"member": swapped}, False, "")
    with pytest.raises(Refusal, match="bad_signature"):
        rekeying.readmit(territory.chloe, forged, now)
    with pytest.raises(Refusal, match="not_found"):
        admission.complete(joining, now)


def test_a_printed_key_is_the_pair_it_was_printed_from() -> None:
    private = jose.generate_pair()
    assert pair_from(unb64u(private["d"])) == private
    with pytest.raises(Refusal, match="recovery_code"):
        pair_from(unb64u(b64u(b"\xff" * 32)))
