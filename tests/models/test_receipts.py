"""models/receipts and the ledger: what the holder of a paper learns, and takes back, without an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from device import acts, jose, receipts
from device.jose import Jwk
from device.primitives import b64u, digest, new_id
from device.refusal import Refusal
from models import receipts as door
from models.database import rows
from models.problems import Problem
from models.tables import Receipt
from tests.models.test_ledger_withdrawals import alive, state_of
from tests.models.writing import Story, bent, last, only

Json = dict[str, Any]
SECRET = bytes(range(16))
SAID: Json = {"organisation": "Département", "team": "Nord", "language": "ar", "consents": []}


def issued(story: Story, *consents: str, secret: bytes = SECRET, key: Jwk | None = None) -> Jwk:
    """The key of a receipt of these consents, accepted by the server."""
    key = key or jose.generate_pair()
    receipts.issue(story.bruno, list(consents), key, secret, SAID, story.now)
    verdict = only(story.doors.push(last(story.bruno).entry))
    assert verdict["verdict"] == "accepted", verdict
    return key


def held(story: Story, secret: bytes = SECRET) -> list[Json]:
    return door.of_holder(receipts.locate(secret), story.now)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as found:
        call()
    return found.value.code


def test_whoever_holds_the_paper_reads_what_was_agreed_and_where_it_stands(story: Story) -> None:
    """J4: opened from the secret alone; the server gives back what it cannot read, and the states it knows."""
    consent = story.consent(story.dossier(), "C01", "C14")
    key = issued(story, consent)
    orientation = story.orientation(consent, "C01")
    [receipt] = held(story)
    opened = receipts.open_sealed(receipt["sealed"], SECRET)
    assert opened.key == key
    assert opened.content == SAID
    [one] = receipt["consents"]
    assert (one["id"], one["recipient"]) == (consent, story.bank)
    assert one["categories"] == one["agreed"] == ["C01", "C14"]
    [sent] = one["orientations"]
    assert (sent["id"], sent["state"], sent["opened_at"]) == (orientation, "envoyee", None)


def test_it_says_who_opened_and_what_became_of_it(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    issued(story, consent)
    orientation = story.orientation(consent, "C01")
    story.read()
    acts.mark_opened(story.amina, orientation, story.now)
    acts.answer(story.amina, orientation, "acceptee", story.now)
    story.amina.deliver()
    [sent] = held(story)[0]["consents"][0]["orientations"]
    assert sent["state"] == "acceptee"
    assert sent["opened_at"] == story.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_before_the_phone_has_sent_it_nothing_is_found(story: Story) -> None:
    """Not yet sent, never was, mistyped: one shape, so that asking tells nothing."""
    consent = story.consent(story.dossier())
    receipts.issue(story.bruno, [consent], jose.generate_pair(), SECRET, SAID, story.now)
    assert refused(lambda: held(story)) == "not_found"
    assert refused(lambda: held(story, bytes(16))) == "not_found"
    story.bruno.deliver()
    assert held(story)


def test_the_secret_its_code_and_what_is_said_never_reach_the_server(story: Story) -> None:
    """T39: the bytes pushed hold neither the secret, nor what opens, nor what finds: a digest of it only."""
    consent = story.consent(story.dossier())
    receipts.issue(story.bruno, [consent], jose.generate_pair(), SECRET, SAID, story.now)
    entry = last(story.bruno).entry
    only(story.doors.push(entry))
    told = str(entry) + str(rows(Receipt.select()))
    for hidden in (b64u(SECRET), receipts.code(SECRET), receipts.locate(SECRET), "Nord"):
        assert hidden not in told
    assert digest(receipts.locate(SECRET)) in str(rows(Receipt.select()))


def test_the_person_takes_it_back_alone_with_the_key_of_the_paper(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01", "C14")
    issued(story, consent)
    orientation = story.orientation(consent, "C01", "C14")
    key = receipts.open_sealed(held(story)[0]["sealed"], SECRET).key
    taken = receipts.take_back(key, [consent], story.now, ["C14"])
    assert only(story.doors.push({"jws": taken.jws, "sections": {}}))["verdict"] == "accepted"
    [one] = held(story)[0]["consents"]
    assert one["agreed"] == ["C01"]
    assert "C14" not in alive(orientation)
    taken = receipts.take_back(key, [consent], story.now)
    assert only(story.doors.push({"jws": taken.jws, "sections": {}}))["verdict"] == "accepted"
    [one] = held(story)[0]["consents"]
    assert (one["agreed"], one["orientations"][0]["state"]) == ([], "annulee")
    assert alive(orientation) == []
    assert state_of(orientation) == ("annulee", 1)


def test_a_receipt_issued_again_closes_the_lost_paper_and_its_key_takes_back(story: Story) -> None:
    """T52: the paper was lost or taken: it finds nothing more; the new one does all the old one did."""
    lost = jose.generate_pair()
    consent = story.consent(story.dossier(), "C01", withdrawal_key=jose.public_of(lost))
    issued(story, consent, key=lost)
    story.now += timedelta(minutes=1)
    story.doors.now = story.now
    again = bytes(16)
    key = issued(story, consent, secret=again)
    assert refused(lambda: held(story)) == "not_found"
    assert held(story, again)[0]["consents"][0]["agreed"] == ["C01"]
    taken = receipts.take_back(key, [consent], story.now)
    assert only(story.doors.push({"jws": taken.jws, "sections": {}}))["verdict"] == "accepted"
    assert held(story, again)[0]["consents"][0]["agreed"] == []


def test_the_key_of_the_lost_paper_still_takes_back(story: Story) -> None:
    lost = jose.generate_pair()
    consent = story.consent(story.dossier(), "C01", withdrawal_key=jose.public_of(lost))
    issued(story, consent, key=lost)
    issued(story, consent, secret=bytes(16))
    taken = receipts.take_back(lost, [consent], story.now)
    assert only(story.doors.push({"jws": taken.jws, "sections": {}}))["verdict"] == "accepted"


def test_one_card_serves_again_months_later(story: Story) -> None:
    first = story.consent(story.dossier(), "C01")
    issued(story, first)
    story.now += timedelta(days=60)
    story.doors.now = story.now
    second = story.consent(story.dossier(), "C14")
    issued(story, second)
    assert [one["consents"][0]["id"] for one in held(story)] == [first, second]


def test_a_withdrawal_and_a_receipt_of_another_travel_in_one_push(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    key = jose.generate_pair()
    receipts.issue(story.bruno, [consent], key, SECRET, SAID, story.now)
    taken = receipts.take_back(key, [consent], story.now)
    verdicts = story.doors.push(last(story.bruno).entry, {"jws": taken.jws, "sections": {}})
    assert [each["verdict"] for each in verdicts] == ["accepted", "accepted"]


# --- what is refused


def test_the_key_of_another_receipt_takes_nothing_back(story: Story) -> None:
    mine = story.consent(story.dossier(), "C01")
    theirs = story.consent(story.dossier(), "C01")
    issued(story, theirs, secret=bytes(16))
    key = issued(story, mine)
    verdict = only(story.doors.push({"jws": receipts.take_back(key, [theirs], story.now).jws, "sections": {}}))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "unknown_key")
    assert held(story, bytes(16))[0]["consents"][0]["agreed"] == ["C01"]


def test_a_forged_signature_under_the_name_of_the_receipts_key_is_refused(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01")
    key = issued(story, consent)
    thief = jose.generate_pair()
    said = receipts.take_back(thief, [consent], story.now).payload
    forged = receipts.sign("accord.event", jose.thumbprint(key), said, thief)
    verdict = only(story.doors.push({"jws": forged.jws, "sections": {}}))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "bad_signature")


@pytest.mark.parametrize("why", ["ended", "invalid", "mistake"])
def test_only_the_organisation_says_why_it_ends_an_agreement(story: Story, why: str) -> None:
    consent = story.consent(story.dossier(), "C01")
    key = issued(story, consent)
    acts.withdraw_consent(story.bruno, [consent], story.now)
    queued = last(story.bruno)
    by_paper = receipts.sign("accord.event", jose.thumbprint(key), queued.signed.payload | {"why": why}, key)
    verdict = only(story.doors.push({"jws": by_paper.jws, "sections": {}}))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "malformed")
    assert only(story.doors.push(bent(story.bruno, queued, why=why)))["verdict"] == "accepted"
    assert held(story)[0]["consents"][0]["agreed"] == []


def _issue(story: Story, *consents: str, **changes: object) -> Json:
    receipts.issue(story.bruno, list(consents), jose.generate_pair(), SECRET, SAID, story.now)
    return only(story.doors.push(bent(story.bruno, last(story.bruno), **changes)))


def test_a_receipt_names_consents_of_its_dossier_only(story: Story) -> None:
    mine, theirs = (story.consent(story.dossier(), "C01") for _ in range(2))
    verdict = _issue(story, mine, consents=[mine, theirs])
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "not_found")


def test_a_receipt_waits_for_a_consent_nobody_has_sent_yet(story: Story) -> None:
    mine = story.consent(story.dossier(), "C01")
    verdict = _issue(story, mine, consents=[mine, new_id(story.now)])
    assert (verdict["verdict"], verdict["reason"]) == ("held", "parent")


def test_a_receipt_in_the_open_circle_names_nothing_of_the_bound_one(story: Story) -> None:
    consent = story.consent(story.dossier(), "C05")
    receipts.issue(story.bruno, [consent], jose.generate_pair(), SECRET, SAID, story.now)
    queued = last(story.bruno)
    assert only(story.doors.push(queued.entry))["verdict"] == "accepted"
    opened = story.consent(story.dossier(), "C01")
    verdict = _issue(story, opened, dossier=queued.signed.payload["dossier"], consents=[consent], parents=[])
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "level")


@pytest.mark.parametrize(
    "sealed",
    ["", "a.b.c.d.e", "e30..AAAA.AAAA", "e30..AAAA.AAAA.AAAA.AAAA", "e30..AAAA.A.AAAA", "e30..." + "A" * 8200, 7, None],
    ids=["empty", "wrapped", "four parts", "six parts", "not b64u", "too long", "a number", "nothing"],
)
def test_what_is_not_sealed_as_the_protocol_says_is_malformed(story: Story, sealed: object) -> None:
    verdict = _issue(story, story.consent(story.dossier(), "C01"), sealed=sealed)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "malformed")


def test_another_paper_opens_nothing(story: Story) -> None:
    issued(story, story.consent(story.dossier(), "C01"))
    sealed = held(story)[0]["sealed"]
    with pytest.raises(Refusal, match="cannot_open"):
        receipts.open_sealed(sealed, bytes(16))


def test_wanting_to_think_is_written_down_and_opens_nothing(story: Story) -> None:
    dossier = story.dossier()
    consent = story.consent(dossier, "C01")
    acts.defer_consent(story.bruno, story.nord, dossier, story.bank, ["C01"], story.now)
    verdict = only(story.doors.push(last(story.bruno).entry))
    assert verdict["verdict"] == "accepted"
    assert story.orientation(consent, "C01")
