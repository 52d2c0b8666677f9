"""Acts that would say who one is not, or what one may not: each signed well, by someone, and refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from device import acts, jose, signed
from device.phone import Phone
from device.primitives import digest, new_id
from models.database import rows
from models.tables import Consent, Ending, Event, Orientation
from tests.device.territory import TOLD
from tests.models.writing import Story, bent, item, last, signed_by

Json = dict[str, Any]


def said(story: Story, phone: Phone, kind: str, fields: Json, beside: list[str] | None = None) -> str:
    """What the server says to a statement that this phone's own rules were not asked about."""
    hostile = copy.deepcopy(phone, {id(phone.api): phone.api})
    hostile.rules = False
    hostile.state(kind, fields, story.now, beside)
    [verdict] = story.doors.push(hostile.outbox.pop().entry)
    return str(verdict.get("code") or verdict["verdict"])


def described(phone: Phone, id: str | None = None, **changes: Any) -> Json:
    """The member object of someone of a phone's organisation, changed."""
    known = phone.roster.organisation(phone.bundle.organisation).members[id or phone.bundle.member]
    kept = ("id", "signing", "encryption", "role", "profile", "permissions", "teams", "card", "ground")
    return {name: getattr(known, name) for name in kept if getattr(known, name) is not None} | changes


def card_of(phone: Phone) -> list[str]:
    return [phone.strings[phone.me.card]]


def keys() -> Json:
    return {"signing": jose.public_of(jose.generate_pair()), "encryption": jose.public_of(jose.generate_pair())}


# --- rank and secrecy


def test_nobody_raises_themselves_or_declares_themselves_bound(story: Story) -> None:
    chloe, amina, gwenaelle = story.chloe, story.amina, story.gwenaelle
    for phone, changes in (
        (chloe, {"ground": "profession"}),
        (amina, {"role": "supervisor"}),
        (gwenaelle, {"role": "supervisor"}),
    ):
        answer = said(story, phone, "member.role_set", {"member": described(phone, **changes)}, card_of(phone))
        assert answer == "not_allowed"


def test_a_charter_administrator_neither_ends_nor_takes_the_place_of_a_supervisor(story: Story) -> None:
    helene = story.helene.bundle.member
    assert said(story, story.gwenaelle, "member.ended", {"member": helene}) == "not_allowed"
    assert said(story, story.gwenaelle, "member.rekeyed", {"member": helene} | keys()) == "not_allowed"


def test_a_volunteer_takes_nobodys_keys_and_enrols_no_device_for_another(story: Story) -> None:
    chloe, public = story.chloe.bundle.member, keys()["signing"]
    assert said(story, story.amina, "member.rekeyed", {"member": chloe} | keys()) == "not_allowed"
    fields = {"device": new_id(story.now), "member": chloe, "signing": public}
    assert said(story, story.amina, "device.enrolled", fields) == "not_allowed"


@pytest.mark.parametrize("whose", ["device", "member"])
def test_an_id_of_another_organisation_is_never_used_again(story: Story, whose: str) -> None:
    taken = story.bruno.device if whose == "device" else story.bruno.bundle.member
    fields = {"device": taken, "member": story.amina.bundle.member, "signing": keys()["signing"]}
    assert said(story, story.amina, "device.enrolled", fields) == "id_conflict"
    member = described(story.chloe) | keys() | {"id": taken, "card": digest("x"), "role": "worker"}
    assert said(story, story.chloe, "member.added", {"member": member}, ["x"]) == "id_conflict"


def test_no_key_is_wrapped_for_someone_outside(story: Story) -> None:
    circle, public = story.circles["halles.open"], keys()["encryption"]
    holders = {story.chloe.bundle.member: digest("a"), story.bruno.bundle.member: digest("b")}
    fields = {"circle": circle, "epoch": 2, "public": public, "holders": holders, "blob": digest("c")}
    assert said(story, story.chloe, "circle.rotated", fields, ["a", "b", "c"]) == "not_found"
    granted = {"circle": circle, "epoch": 1, "member": story.bruno.bundle.member, "wrap": digest("a")}
    assert said(story, story.chloe, "circle.granted", granted, ["a"]) == "not_found"
    theirs = granted | {"circle": story.circles["nord.open"], "member": story.chloe.bundle.member}
    assert said(story, story.chloe, "circle.granted", theirs, ["a"]) == "not_found"


def test_a_statement_is_of_one_stream_only(story: Story) -> None:
    """Replayed under another organisation's name, or as an event, it is nothing."""
    story.chloe.state("team.created", {"team": {"id": new_id(story.now), "name": "Port", "structures": []}}, story.now)
    queued = last(story.chloe)
    elsewhere = signed_by(
        queued, queued.signed.kid, story.chloe.bundle.signing, stream=f"organisation:{story.departement}"
    )
    assert story.doors.push(elsewhere)[0]["verdict"] != "accepted"
    assert story.doors.push({"jws": queued.signed.jws, "sections": {}})[0]["code"] == "malformed"
    event = signed.sign(signed.EVENT, queued.signed.kid, queued.signed.payload, story.chloe.bundle.signing)
    assert story.doors.push({"jws": event.jws, "beside": []})[0]["code"] == "malformed"


# --- events


def orientation(story: Story) -> Any:
    return story.draft(story.consent(story.dossier(), "C01"), "C01")


BENT: list[tuple[str, Json, str]] = [
    ("a boolean is no integer", {"v": True}, "unknown_suite"),
    ("a decimal is no integer", {"level": 1.0}, "malformed"),
    ("nor is true", {"level": True}, "malformed"),
    ("levels start at one", {"level": 0}, "malformed"),
    ("the fifth never leaves", {"level": 5}, "malformed"),
    ("no counter before one", {"n": -1}, "malformed"),
    ("no number a phone cannot hold", {"n": 2**63}, "malformed"),
    ("no role is declared", {"role": "supervisor"}, "unknown_field"),
    ("no state is declared", {"state": "realisee"}, "unknown_field"),
    ("no epoch zero", {"audience": "0"}, "malformed"),
    ("no epoch with a zero before it", {"audience": "01"}, "malformed"),
    ("no full-width digit in an id", {"dossier": "１"}, "unknown_field"),
    ("a key that is not the consent's", {"withdrawal_key": keys()["signing"]}, "consent_missing"),
    ("a purpose that any object has", {"purpose": "constructor"}, "basis"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code"), [(c, k) for _, c, k in BENT], ids=[name for name, _, _ in BENT])
def test_what_is_bent_is_refused_whole(story: Story, changes: Json, code: str) -> None:
    queued = orientation(story)
    if "audience" in changes:
        audience = queued.signed.payload["audience"]
        changes = {"audience": audience | {"other": f"{audience['other'].partition('.')[0]}.{changes['audience']}"}}
    [verdict] = story.doors.push(bent(story.bruno, queued, **changes))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", code)
    assert rows(Orientation.select()) == []


def test_another_name_on_the_same_words_is_refused(story: Story) -> None:
    queued = orientation(story)
    for phone in (story.david, story.amina, story.gwenaelle):
        assert story.doors.push(signed_by(queued, phone.device, phone.device_key))[0]["verdict"] == "rejected"
        assert story.doors.push(signed_by(queued, phone.device, story.bruno.device_key))[0]["verdict"] == "rejected"
        assert story.doors.push(signed_by(queued, story.bruno.device, phone.device_key))[0]["code"] == "bad_signature"
    by_member = signed_by(queued, story.bruno.bundle.member, story.bruno.bundle.signing)
    assert story.doors.push(by_member)[0]["code"] == "unknown_key"
    assert rows(Event.select().where(Event.id == queued.id)) == []


# --- agreements


@pytest.mark.parametrize("codes", [["C16"], ["C19"], ["C99"], ["C16.practical"], ["C19.practical"]])
def test_what_is_never_shared_is_never_agreed(story: Story, codes: list[str]) -> None:
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C01"], TOLD, story.now)
    assert story.doors.push(bent(story.bruno, last(story.bruno), categories=codes))[0]["code"] == "level"
    assert rows(Consent.select()) == []


def test_a_consent_after_a_refusal_that_it_does_not_name_allows_nothing(story: Story) -> None:
    dossier = story.dossier()
    acts.refuse_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], story.now)
    story.doors.push(last(story.bruno).entry)
    acts.give_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], TOLD, story.now)
    consent = last(story.bruno)
    assert story.doors.push(bent(story.bruno, consent, parents=[]))[0]["verdict"] == "accepted"
    assert len(rows(Ending.select())) == 1
    assert story.doors.push(story.draft(consent.id, "C01").entry)[0]["code"] == "consent_missing"


def test_a_consent_for_one_organisation_opens_nothing_to_another(story: Story) -> None:
    dossier = story.dossier()
    acts.give_consent(story.bruno, story.nord, dossier, story.departement, ["C01"], TOLD, story.now)
    for_us = last(story.bruno)
    story.doors.push(for_us.entry)
    queued = story.draft(story.consent(dossier, "C01"), "C01")
    assert story.doors.push(bent(story.bruno, queued, ground={"consent": for_us.id}))[0]["code"] == "consent_missing"


def test_another_teams_dossier_and_consent_are_like_ones_that_do_not_exist(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    seen = {"mode": "phone", "needs": [], "first_help": []}
    acts.record_reception(story.david, story.sud, seen, story.now)
    queued = last(story.david)
    for known, unknown in (
        ({"dossier": dossier}, {"dossier": new_id(story.now)}),
        ({"parents": [consent]}, {"parents": [new_id(story.now)]}),
    ):
        told = [story.doors.push(bent(story.david, queued, **names))[0] for names in (known, unknown)]
        assert [(one["verdict"], one["reason"]) for one in told] == [("held", "parent")] * 2
    acts.open_dossier(story.david, story.sud, [item("C01", story.now)], story.now)
    assert story.doors.push(bent(story.david, last(story.david), dossier=dossier))[0]["code"] == "id_conflict"
