"""Phones against a server that lies: what is not signed, chained and sealed by those it names is not believed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from device import acts, admission, jose, signed
from device.api import Api
from device.events import Draft, write
from device.phone import Phone, sign_in
from device.primitives import new_id
from device.read import contents, pull, try_every_key
from device.refusal import Refusal
from tests.device.relay import Relay
from tests.device.territory import ORIGIN, TOLD, Territory

REQUEST = {"need": "alimentation", "text": "Un colis pour deux."}


def orient(territory: Territory, now: datetime, codes: tuple[str, ...] = ("C01", "C14")) -> tuple[str, str]:
    """(consent, orientation) from Bruno to the food bank, delivered and read by all."""
    phone, team = territory.bruno, territory.nord
    items = [acts.item(code, {"called": "Zoé"}, now) for code in codes]
    dossier = acts.open_dossier(phone, team, [acts.item("C01", {"called": "Zoé"}, now)], now)
    consent = acts.give_consent(phone, team, dossier, territory.chloe.bundle.organisation, list(codes), TOLD, now)
    sent = acts.send_orientation(phone, team, consent, territory.halles, REQUEST, items, now)
    territory.sync(now)
    return consent, sent


def test_an_orientation_goes_and_its_answer_comes_back(territory: Territory, now: datetime) -> None:
    """The journey: sealed by Bruno, opened by Amina alone on the other side, answered, read by Bruno and Hélène."""
    _, sent = orient(territory, now)
    entry = territory.amina.store.find(sent)
    assert entry is not None
    assert set(contents(territory.amina, entry)) == {"X.request", "C01", "C14"}
    acts.mark_opened(territory.amina, sent, now)
    acts.answer(territory.amina, sent, "refusee", now, {"reason": "complet"})
    territory.sync(now)
    assert acts.state_of(territory.bruno, sent, now) == "refusee"
    answers = list(territory.helene.store.entries("orientation.answered"))
    assert contents(territory.helene, answers[0])["X.answer"] == {"kind": "answer", "reason": "complet"}
    assert territory.david.store.find(sent) is None


def test_the_recipient_learns_neither_the_dossier_nor_the_consent(territory: Territory, now: datetime) -> None:
    consent, sent = orient(territory, now)
    entry = territory.amina.store.find(sent)
    assert entry is not None and "s1" not in entry.sections and "dossier" not in entry.signed.payload
    assert territory.amina.store.find(consent) is None


def test_nobody_else_opens_it_even_from_raw_bytes(territory: Territory, relay: Relay, now: datetime) -> None:
    """Every key David holds is tried on every byte he should never have been given; Chloé's opens it (control)."""
    _, sent = orient(territory, now)
    line = next(x for x in relay.streams["circle:" + territory.circles["halles.open"]] if "sections" in x)
    for name, strings in line["sections"].items():
        with pytest.raises(Refusal, match="cannot_open"):
            try_every_key(territory.david, sent, name, strings["core"], [strings["wrap"]])
        assert try_every_key(territory.chloe, sent, name, strings["core"], [strings["wrap"]])


def test_the_server_saw_no_word_that_was_sealed(territory: Territory, relay: Relay, now: datetime) -> None:
    orient(territory, now)
    assert relay.seen
    assert not any("Zoé".encode() in body or b"colis" in body for body in relay.seen)


def test_swapped_sections_are_refused_and_the_rest_is_read(territory: Territory, relay: Relay, now: datetime) -> None:
    """T86: the server swaps two cores; an alarm is raised, nothing of it is shown, the next event is read."""
    _, sent = orient(territory, now)
    stream = "circle:" + territory.circles["halles.open"]
    line = relay.streams[stream][-1]["sections"]
    line["C01"]["core"], line["C14"]["core"] = line["C14"]["core"], line["C01"]["core"]
    newcomer = fresh(territory, relay, "Farid", now)
    reception = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"]}
    later = acts.record_reception(territory.amina, territory.halles, reception, now)
    territory.sync(now)
    pull(newcomer, now)
    assert newcomer.store.find(sent) is None and newcomer.store.find(later) is not None
    assert [alarm.code for alarm in newcomer.store.alarms] == ["sections"]


def fresh(territory: Territory, relay: Relay, name: str, now: datetime) -> Phone:
    """One more volunteer of the food bank, granted and read from zero."""
    invitation = admission.invite(territory.chloe, "member", 1, now)
    joining = admission.join(Api(relay), ORIGIN, invitation, {"account": name.lower(), "name": name}, now)
    [request] = admission.requests(territory.chloe, invitation)
    admission.admit_member(territory.chloe, request, "volunteer", "F", [territory.halles], now)
    territory.chloe.deliver()
    phone = admission.complete(joining, now)
    pull(phone, now)
    pull(territory.chloe, now)
    admission.grant_circle(territory.chloe, territory.circles["halles.open"], phone.bundle.member, now)
    territory.chloe.deliver()
    pull(phone, now)
    return phone


def test_who_joins_a_circle_reads_it_from_the_beginning(territory: Territory, relay: Relay, now: datetime) -> None:
    """T30: also through an epoch that ended before they came."""
    _, sent = orient(territory, now)
    admission.rotate_circle(territory.chloe, territory.circles["halles.open"], now)
    territory.sync(now)
    newcomer = fresh(territory, relay, "Farid", now)
    entry = newcomer.store.find(sent)
    assert entry is not None and contents(newcomer, entry)["C01"]["fields"] == {"called": "Zoé"}


def test_who_left_cannot_open_what_comes_after_the_rotation(territory: Territory, relay: Relay, now: datetime) -> None:
    """T97: Amina keeps her keys; the next epoch's bytes stay closed to her, even handed over."""
    admission.end_member(territory.chloe, territory.amina.bundle.member, now)
    admission.rotate_circle(territory.chloe, territory.circles["halles.open"], now)
    territory.chloe.deliver()
    reception = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"]}
    event = acts.record_reception(territory.chloe, territory.halles, reception, now)
    territory.chloe.deliver()
    line = relay.streams["circle:" + territory.circles["halles.open"]][-1]
    for name, strings in line["sections"].items():
        with pytest.raises(Refusal, match="cannot_open"):
            try_every_key(territory.amina, event, name, strings["core"], [strings["wrap"]])


def test_a_removed_members_event_is_refused_by_readers(territory: Territory, now: datetime) -> None:
    """T88: Amina, ended, signs on the heads of after."""
    admission.end_member(territory.chloe, territory.amina.bundle.member, now)
    territory.sync(now)
    reception = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"]}
    event = acts.record_reception(territory.amina, territory.halles, reception, now)
    territory.sync(now)
    assert territory.chloe.store.find(event) is None
    assert [alarm.code for alarm in territory.chloe.store.alarms] == ["not_allowed"]


def test_an_event_moved_to_another_circle_is_refused(territory: Territory, relay: Relay, now: datetime) -> None:
    """T86."""
    orient(territory, now)
    line = relay.streams["circle:" + territory.circles["nord.open"]][0]
    relay.append("circle:" + territory.circles["sud.open"], {"jws": line["jws"], "sections": {}})
    pull(territory.david, now)
    assert [alarm.code for alarm in territory.david.store.alarms] == ["malformed"]
    assert not list(territory.david.store.entries())


def test_a_second_history_of_the_roster_suspends_the_phone(territory: Territory, relay: Relay, now: datetime) -> None:
    """The heads seen are pinned: a fork and a rollback are refused."""
    stream = f"organisation:{territory.chloe.bundle.organisation}"
    other = dict(relay.streams[stream][-1])
    territory.bruno.store.cursors[stream] -= 1
    other["jws"] = resign(territory, now, relay.streams[stream][-1])
    relay.streams[stream][-1] = other
    with pytest.raises(Refusal, match="fork"):
        pull(territory.bruno, now)


def resign(territory: Territory, now: datetime, line: dict[str, object]) -> str:
    """The food bank's own supervisor signs another statement under a number already used."""

    payload = signed.read(str(line["jws"]), signed.STATEMENT).payload | {"at": "2026-03-04T09:42Z"}
    return signed.sign(signed.STATEMENT, territory.chloe.bundle.member, payload, territory.chloe.bundle.signing).jws


def test_a_chain_ahead_by_what_was_not_sent_yet_is_no_rollback(territory: Territory, now: datetime) -> None:
    """A push was lost, the next reading is honest: nobody is accused."""
    territory.sync(now)
    admission.create_team(territory.helene, "Équipe de nuit", now)
    pull(territory.helene, now)
    territory.helene.deliver()
    pull(territory.helene, now)


def test_another_network_is_refused_by_who_pinned_the_genesis(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    phone = territory.bruno
    phone.roster.genesis, phone.roster.network = "another", type(phone.roster.network)()
    phone.roster.organisations.clear()
    phone.store.cursors.clear()
    with pytest.raises(Refusal, match="fork"):
        pull(phone, now)


def test_a_server_cannot_add_a_reader(territory: Territory, relay: Relay, now: datetime) -> None:
    """T92: a member that no supervisor signed breaks the chain; nobody wraps for them."""
    stream = f"organisation:{territory.chloe.bundle.organisation}"
    intruder = jose.generate_pair()
    phone = territory.david
    described, card = admission.member_object(
        {"id": new_id(now), "signing": jose.public_of(intruder), "encryption": jose.public_of(intruder)},
        "Mallory", "volunteer", "F", None, [], False,
    )  # fmt: skip
    payload = phone.said("member.added", stream, now) | {"heads": phone.heads(), "member": described}

    forged = signed.sign(signed.STATEMENT, territory.chloe.bundle.member, payload, phone.bundle.signing)
    relay.append(stream, {"jws": forged.jws, "beside": [card]})
    with pytest.raises(Refusal, match="bad_signature"):
        pull(phone, now)
    assert described["id"] not in phone.roster.organisation(territory.chloe.bundle.organisation).members


def test_a_substituted_key_does_not_match_the_invitation(territory: Territory, relay: Relay, now: datetime) -> None:
    """T83: the server changes the key a newcomer sent; without the secret it cannot make the code match."""
    invitation = admission.invite(territory.chloe, "member", 1, now)
    joining = admission.join(Api(relay), ORIGIN, invitation, {"account": "farid", "name": "Farid"}, now)
    posted = relay.invitations[invitation.id][0]
    signing = str(joining.phone.bundle.signing["x"])
    posted["request"] = posted["request"].replace(signing, jose.generate_pair()["x"])
    [request] = admission.requests(territory.chloe, invitation)
    assert not request.verified and request.digits != joining.digits()
    with pytest.raises(Refusal, match="bad_signature"):
        admission.admit_member(territory.chloe, request, "volunteer", "F", [territory.halles], now)


def test_a_new_phone_opens_everything_with_the_passphrase_alone(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    _, sent = orient(territory, now)
    territory.amina.add_passphrase("sept mots tirés au sort pour Amina", now)
    again = sign_in(Api(relay), ORIGIN, "amina", "sept mots tirés au sort pour Amina", now)
    pull(again, now)
    entry = again.store.find(sent)
    assert entry is not None and set(contents(again, entry)) == {"X.request", "C01", "C14"}
    with pytest.raises(Refusal, match="cannot_open"):
        sign_in(Api(relay), ORIGIN, "amina", "sept autres mots", now)


def test_a_private_note_comes_back_to_its_author_alone(territory: Territory, relay: Relay, now: datetime) -> None:
    event = acts.record_note(territory.bruno, "Rappeler mardi.", now)
    territory.sync(now)
    entry = territory.bruno.store.find(event)
    assert entry is not None and contents(territory.bruno, entry)["s1"]["text"] == "Rappeler mardi."
    line = relay.streams[f"member:{territory.bruno.bundle.member}"][0]["sections"]["s1"]
    with pytest.raises(Refusal, match="cannot_open"):
        try_every_key(territory.helene, event, "s1", line["core"], [line["wrap"]])


def bruno_with_consent(territory: Territory, now: datetime) -> str:
    phone, team = territory.bruno, territory.nord
    dossier = acts.open_dossier(phone, team, [acts.item("C01", {"called": "Zoé"}, now)], now)
    return acts.give_consent(phone, team, dossier, territory.chloe.bundle.organisation, ["C01", "C14"], TOLD, now)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("C11", "consent_missing"),
        ("C02", "matrix"),
        ("C05", "matrix"),
        ("C05.practical", "consent_missing"),
        ("C06", "matrix"),
        ("C09", "matrix"),
        ("C15", "matrix"),
    ],
)
def test_an_honest_phone_refuses_before_the_server_has_to(
    territory: Territory, now: datetime, code: str, refused: str
) -> None:
    consent = bruno_with_consent(territory, now)
    with pytest.raises(Refusal, match=refused):
        acts.send_orientation(
            territory.bruno, territory.nord, consent, territory.halles, REQUEST, [acts.item(code, {}, now)], now
        )


def test_a_consent_opens_nothing_after_its_end(territory: Territory, now: datetime) -> None:
    consent, later = bruno_with_consent(territory, now), now + timedelta(days=184)
    items = [acts.item("C01", {}, now)]
    with pytest.raises(Refusal, match="consent_missing"):
        acts.send_orientation(territory.bruno, territory.nord, consent, territory.halles, REQUEST, items, later)


def test_a_withdrawn_consent_opens_nothing_until_one_that_knows_of_it(territory: Territory, now: datetime) -> None:
    phone, items = territory.bruno, [acts.item("C01", {}, now)]
    consent = bruno_with_consent(territory, now)
    acts.withdraw_consent(phone, [consent], now)
    with pytest.raises(Refusal, match="consent_missing"):
        acts.send_orientation(phone, territory.nord, consent, territory.halles, REQUEST, items, now)
    dossier, bank = phone.known[consent]["dossier"], territory.chloe.bundle.organisation
    again = acts.give_consent(phone, territory.nord, dossier, bank, ["C01"], TOLD, now)
    assert acts.send_orientation(phone, territory.nord, again, territory.halles, REQUEST, items, now)


@pytest.mark.parametrize("code", ["C11", "C06"])
def test_without_its_rules_a_phone_sends_what_it_should_not(territory: Territory, now: datetime, code: str) -> None:
    """The hostile client of the tests: the server alone stands in its way."""
    consent = bruno_with_consent(territory, now)
    territory.bruno.rules = False
    acts.send_orientation(
        territory.bruno, territory.nord, consent, territory.halles, REQUEST, [acts.item(code, {}, now)], now
    )
    assert territory.bruno.push() == []


def test_nothing_is_sealed_without_the_circles_key(territory: Territory, now: datetime) -> None:
    """I10: David does not hold the Nord circle, and no key is taken from anywhere but the roster."""
    circle = territory.david.roster.circle(territory.circles["nord.open"])[1]
    with pytest.raises(Refusal, match="not_allowed"):
        write(territory.david, "dossier.opened", {"dossier": new_id(now)}, territory.david.own(circle), now, [
            Draft({"kind": "item"}, 1)
        ])  # fmt: skip
