"""models/accounts: bundles, signing in, sessions of devices, passkeys. Every refusal has one shape."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from device import admission, jose, signed
from device import bundle as bundles
from device.jose import Jwk
from device.phone import Phone
from device.primitives import SUITE, VERSION, b64u, instant, new_id
from device.read import pull
from models import accounts
from models.accounts import KnownPasskey
from models.database import rows
from models.problems import Problem
from models.tables import Bundle, Nonce, Session
from tests.device.territory import Territory
from tests.models.doors import ORIGIN, SECRET, Doors, caller_of, refused

Json = dict[str, Any]


# --- sessions of devices


def assertion(phone: Phone, nonce: str, now: datetime, key: Jwk | None = None, changes: Json | None = None) -> str:
    payload: Json = {"v": VERSION, "suite": SUITE, "device": phone.device, "nonce": nonce, "origin": ORIGIN}
    payload |= {"at": instant(now)} | (changes or {})
    return signed.sign(signed.SESSION, phone.device, payload, key or phone.device_key).jws


def test_a_device_that_signs_the_nonce_has_a_token_for_twelve_hours(territory: Territory, now: datetime) -> None:
    nonce = accounts.device_nonce(territory.bruno.device, now)
    opened = accounts.open_device_session(assertion(territory.bruno, nonce, now), ORIGIN, now)
    assert opened["member"] == territory.bruno.bundle.member
    assert opened["expires_at"] == "2026-03-04T21:41:37Z"
    who = accounts.caller(opened["token"], now)
    assert (who.scope, who.device, who.role) == ("device", territory.bruno.device, "worker")
    assert refused(accounts.caller, opened["token"], now + timedelta(hours=12, seconds=1)) == "session_expired"
    assert opened["token"] not in str(rows(Session.select()))


def test_a_nonce_serves_once_for_five_minutes_and_for_its_device(territory: Territory, now: datetime) -> None:
    bruno, amina = territory.bruno, territory.amina

    def opened(phone: Phone, nonce: str, at: datetime) -> str:
        return refused(accounts.open_device_session, assertion(phone, nonce, at), ORIGIN, at)

    nonce = accounts.device_nonce(bruno.device, now)
    accounts.open_device_session(assertion(bruno, nonce, now), ORIGIN, now)
    assert opened(bruno, nonce, now) == "session_expired"
    assert opened(bruno, "never given", now) == "session_expired"
    assert opened(bruno, accounts.device_nonce(amina.device, now), now) == "session_expired"
    assert opened(bruno, accounts.device_nonce(bruno.device, now), now + timedelta(minutes=6)) == "session_expired"


def test_an_assertion_that_fails_spends_its_nonce(territory: Territory, now: datetime) -> None:
    nonce = accounts.device_nonce(territory.bruno.device, now)
    wrong = assertion(territory.bruno, nonce, now, key=territory.amina.device_key)
    assert refused(accounts.open_device_session, wrong, ORIGIN, now) == "bad_signature"
    right = assertion(territory.bruno, nonce, now)
    assert refused(accounts.open_device_session, right, ORIGIN, now) == "session_expired"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"origin": "https://elsewhere.example"}, "bad_signature"),
        ({"suite": "P384"}, "unknown_suite"),
        ({"v": 2}, "unknown_suite"),
        ({"role": "supervisor"}, "unknown_field"),
        ({"nonce": 7}, "malformed"),
        ({"at": "now"}, "malformed"),
        ({"device": "019cb838-dbe0-7523-a73a-d05427d375fc"}, "malformed"),
    ],
)
def test_an_assertion_made_for_something_else_opens_nothing(
    territory: Territory, now: datetime, changes: Json, code: str
) -> None:
    nonce = accounts.device_nonce(territory.bruno.device, now)
    bent = assertion(territory.bruno, nonce, now, changes=changes)
    assert refused(accounts.open_device_session, bent, ORIGIN, now) == code


def test_an_event_is_never_taken_for_an_assertion(territory: Territory, now: datetime) -> None:
    event = signed.sign(signed.EVENT, territory.bruno.device, {"v": 1, "suite": SUITE}, territory.bruno.device_key)
    for jws in (event.jws, "a.b.c", None, 7):
        assert refused(accounts.open_device_session, jws, ORIGIN, now) == "malformed"


def test_a_device_nobody_admitted_gets_a_nonce_like_any_other_and_nothing_more(
    territory: Territory, now: datetime
) -> None:
    stranger, key = new_id(now), jose.generate_pair()
    nonce = accounts.device_nonce(stranger, now)
    payload = {"v": 1, "suite": SUITE, "device": stranger, "nonce": nonce, "origin": ORIGIN, "at": instant(now)}
    jws = signed.sign(signed.SESSION, stranger, payload, key).jws
    assert refused(accounts.open_device_session, jws, ORIGIN, now) == "unknown_key"


def test_who_left_is_told_by_the_signed_act_at_sign_in_and_with_a_token_they_still_have(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    bruno = territory.bruno
    pull(territory.helene, now)
    admission.end_member(territory.helene, bruno.bundle.member, now)
    act = territory.helene.outbox[-1].signed.jws
    territory.helene.deliver()
    nonce = accounts.device_nonce(bruno.device, now)
    for call in (
        lambda: accounts.open_device_session(assertion(bruno, nonce, now), ORIGIN, now),
        lambda: accounts.caller(bruno.api.token, now),
    ):
        with pytest.raises(Problem) as refusal:
            call()
        assert refusal.value.code == "member_ended"
        assert refusal.value.as_dict()["cause"] == act


def test_a_revoked_device_is_told_by_its_own_act(territory: Territory, now: datetime) -> None:
    pull(territory.helene, now)
    territory.helene.state("device.revoked", {"device": territory.bruno.device}, now)
    act = territory.helene.outbox[-1].signed.jws
    territory.helene.deliver()
    with pytest.raises(Problem) as refusal:
        accounts.caller(territory.bruno.api.token, now)
    assert refusal.value.as_dict()["cause"] == act


def test_a_last_day_is_told_by_the_act_that_set_it(territory: Territory, now: datetime) -> None:
    phone, member = territory.helene, territory.bruno.bundle.member
    admission.set_member(
        phone, member, now, phone.strings[phone.organisation.members[member].card], ends_on="2026-03-04"
    )
    act = phone.outbox[-1].signed.jws
    phone.deliver()
    assert accounts.caller(territory.bruno.api.token, now).member == member
    tomorrow = now + timedelta(hours=11)
    assert accounts.caller(territory.bruno.api.token, tomorrow).member == member
    nonce = accounts.device_nonce(territory.bruno.device, now + timedelta(days=1))
    late = assertion(territory.bruno, nonce, now)
    with pytest.raises(Problem) as refusal:
        accounts.open_device_session(late, ORIGIN, now + timedelta(days=1))
    assert refusal.value.as_dict()["cause"] == act


@pytest.mark.parametrize("token", [None, "", "guessed", "x" * 5000])
def test_a_token_that_is_none_is_an_expired_session(doors: Doors, now: datetime, token: str | None) -> None:
    assert refused(accounts.caller, token, now) == "session_expired"


def test_what_expired_is_forgotten(territory: Territory, now: datetime) -> None:
    accounts.device_nonce(territory.bruno.device, now)
    later = now + timedelta(days=2)
    nonce = accounts.device_nonce(territory.bruno.device, later)
    assert len(rows(Nonce.select(Nonce.nonce))) == 1
    accounts.open_device_session(assertion(territory.bruno, nonce, later), ORIGIN, later)
    assert len(rows(Session.select(Session.token))) == 1


# --- the bundle and its passphrase


def body(phone: Phone, **changes: Any) -> Json:
    """A bundle really sealed, but with a sign-in part that costs nothing to make."""
    header = {"alg": "A256KW", "enc": "A256GCM"}
    jwe = jose.seal_compact(header, phone.bundle_key, bytes(32))
    costs = {"salt": b64u(b"0123456789abcdef"), "m": 65536, "t": 3, "p": 1}
    slot = {"id": new_id(datetime(2026, 3, 4).astimezone()), "kind": "passphrase", "jwe": jwe, **costs}
    made: Json = {"previous": 0, "account": phone.bundle.account, "bundle": phone.bundle.seal(phone.bundle_key)}
    made |= {"slots": [slot], "sign_in": costs | {"proof": b64u(b"p" * 32)}}
    return made | changes


PROOF = b64u(b"p" * 32)


def test_a_bundle_is_put_then_found_with_the_passphrase_alone(territory: Territory, now: datetime) -> None:
    bruno = territory.bruno
    put = body(bruno)
    assert accounts.put_bundle(caller_of(bruno, now), put, now) == 1
    token = accounts.open_bundle_session("bruno", PROOF, now)["token"]
    who = accounts.caller(token, now)
    assert (who.scope, who.device) == ("bundle", None)
    kept = accounts.bundle(who)
    assert (kept["bundle"], kept["slots"], kept["version"]) == (put["bundle"], put["slots"], 1)
    assert set(kept["heads"]) == {"network", f"organisation:{bruno.bundle.organisation}"}
    assert refused(accounts.caller, token, now + timedelta(minutes=11)) == "session_expired"
    assert PROOF not in str(rows(Bundle.select()))


def test_wrong_and_unknown_look_the_same(territory: Territory, now: datetime) -> None:
    """T82"""
    accounts.put_bundle(caller_of(territory.bruno, now), body(territory.bruno), now)
    for account, proof in (("bruno", b64u(b"q" * 32)), ("nobody", PROOF), ("bruno", ""), ("nobody", "")):
        with pytest.raises(Problem) as refusal:
            accounts.open_bundle_session(account, proof, now)
        assert refusal.value.as_dict() == Problem("sign_in").as_dict()


def test_an_unknown_name_has_a_salt_that_never_changes_and_tells_nothing(territory: Territory, now: datetime) -> None:
    accounts.put_bundle(caller_of(territory.bruno, now), body(territory.bruno), now)
    known, unknown = (accounts.sign_in_parameters(name, SECRET) for name in ("bruno", "nobody"))
    assert unknown == accounts.sign_in_parameters("nobody", SECRET)
    assert unknown != accounts.sign_in_parameters("someone", SECRET)
    assert unknown != accounts.sign_in_parameters("nobody", "another server")
    assert {name: type(value) for name, value in known.items()} == {
        name: type(value) for name, value in unknown.items()
    }
    assert len(known["salt"]) == len(unknown["salt"])


def test_of_two_phones_that_change_it_at_once_the_second_is_told(territory: Territory, now: datetime) -> None:
    who = caller_of(territory.bruno, now)
    assert accounts.put_bundle(who, body(territory.bruno), now) == 1
    assert refused(accounts.put_bundle, who, body(territory.bruno), now) == "stale_bundle"
    assert accounts.put_bundle(who, body(territory.bruno, previous=1), now) == 2
    assert refused(accounts.put_bundle, who, body(territory.bruno, previous=1), now) == "stale_bundle"
    assert refused(accounts.put_bundle, who, body(territory.bruno, previous=7), now) == "stale_bundle"


def test_a_name_belongs_to_one_person_and_a_refusal_changes_nothing(territory: Territory, now: datetime) -> None:
    accounts.put_bundle(caller_of(territory.bruno, now), body(territory.bruno), now)
    amina = caller_of(territory.amina, now)
    assert refused(accounts.put_bundle, amina, body(territory.amina, account="bruno"), now) == "account_taken"
    assert refused(accounts.bundle, amina) == "not_found"
    assert accounts.put_bundle(amina, body(territory.amina), now) == 1
    assert (
        refused(accounts.put_bundle, amina, body(territory.amina, previous=1, account="bruno"), now) == "account_taken"
    )
    assert accounts.bundle(amina)["version"] == 1


def test_a_passphrase_changes_with_its_slot_in_one_act(territory: Territory, now: datetime) -> None:
    who = caller_of(territory.bruno, now)
    accounts.put_bundle(who, body(territory.bruno), now)
    changed = body(territory.bruno, previous=1)
    changed["sign_in"] = changed["sign_in"] | {"proof": b64u(b"n" * 32)}
    accounts.put_bundle(who, changed, now)
    assert refused(accounts.open_bundle_session, "bruno", PROOF, now) == "sign_in"
    assert accounts.open_bundle_session("bruno", b64u(b"n" * 32), now)["token"]


def test_the_last_door_may_not_be_a_passkey(territory: Territory, now: datetime) -> None:
    """T80"""
    made = body(territory.bruno)
    [slot] = made["slots"]
    passkey = {"id": slot["id"], "kind": "passkey", "jwe": slot["jwe"], "credential": b64u(b"c" * 64)}
    who = caller_of(territory.bruno, now)
    for slots in ([passkey], []):
        assert refused(accounts.put_bundle, who, made | {"slots": slots}, now) == "last_door"
    assert accounts.put_bundle(who, made | {"slots": [passkey, slot]}, now) == 1


def test_a_bundle_that_is_not_sealed_as_it_should_is_malformed(territory: Territory, now: datetime) -> None:
    who, made = caller_of(territory.bruno, now), body(territory.bruno)
    [slot] = made["slots"]
    other = jose.seal_compact({"alg": "A256KW", "enc": "A256GCM"}, b"k" * 32, bytes(32))
    bad: list[object] = [
        None, [], 7, {}, made | {"bundle": "clear"}, made | {"bundle": other}, made | {"bundle": ""},
        made | {"slots": [slot | {"jwe": made["bundle"]}]}, made | {"slots": [slot, slot]}, made | {"slots": [7]},
        made | {"slots": [slot | {"m": 1}]}, made | {"slots": [slot | {"t": 1}]}, made | {"slots": [slot | {"p": 4}]},
        made | {"sign_in": made["sign_in"] | {"m": 8}}, made | {"sign_in": made["sign_in"] | {"proof": "short"}},
        made | {"account": ""}, made | {"account": " bruno"}, made | {"previous": -1}, made | {"previous": True},
    ]  # fmt: skip
    for content in bad:
        assert refused(accounts.put_bundle, who, content, now) == "malformed", content
    for content in (made | {"role": "supervisor"}, made | {"slots": [slot | {"prf": "x"}]}):
        assert refused(accounts.put_bundle, who, content, now) == "unknown_field"
    assert rows(Bundle.select()) == []


def test_who_left_signs_in_no_more(territory: Territory, now: datetime) -> None:
    accounts.put_bundle(caller_of(territory.bruno, now), body(territory.bruno), now)
    pull(territory.helene, now)
    admission.end_member(territory.helene, territory.bruno.bundle.member, now)
    territory.helene.deliver()
    assert refused(accounts.open_bundle_session, "bruno", PROOF, now) == "member_ended"
    assert refused(accounts.open_bundle_session, "bruno", b64u(b"q" * 32), now) == "sign_in"


def test_a_new_phone_comes_in_by_the_passphrase(territory: Territory, doors: Doors, now: datetime) -> None:
    from device.phone import sign_in

    territory.bruno.add_passphrase("sept mots tirés au hasard pour cet essai", now)
    phone = sign_in(type(territory.bruno.api)(doors), ORIGIN, "bruno", "sept mots tirés au hasard pour cet essai", now)
    phone.open_session(now)
    pull(phone, now)
    assert phone.me.id == territory.bruno.bundle.member
    assert phone.keys.keys() == territory.bruno.keys.keys()
    assert bundles.open_bundle(phone.bundle.seal(phone.bundle_key), phone.bundle_key).account == "bruno"


# --- passkeys

KNOWN = KnownPasskey(b64u(b"c" * 300), b64u(b"k" * 77), 0)


def test_a_member_has_ten_passkeys_at_most(territory: Territory, now: datetime) -> None:
    who = caller_of(territory.bruno, now)
    for number in range(10):
        accounts.add_passkey(who, replace(KNOWN, credential=f"credential {number}"), now)
    assert refused(accounts.add_passkey, who, KNOWN, now) == "passkey"
    accounts.add_passkey(caller_of(territory.amina, now), KNOWN, now)


def test_a_passkey_signs_in_and_its_count_is_kept(territory: Territory, now: datetime) -> None:
    who = caller_of(territory.bruno, now)
    accounts.add_passkey(who, KNOWN, now)
    assert accounts.passkeys_of(who) == [KNOWN.credential]
    assert accounts.passkeys_of(caller_of(territory.amina, now)) == []
    opened = accounts.open_passkey_session(KNOWN.credential, 5, now)
    assert accounts.caller(opened["token"], now).scope == "bundle"
    assert accounts.passkey(KNOWN.credential).sign_count == 5


def test_a_passkey_nobody_added_is_no_way_in(territory: Territory, now: datetime) -> None:
    assert refused(accounts.passkey, "unknown") == "sign_in"
    assert refused(accounts.open_passkey_session, "unknown", 1, now) == "sign_in"


def test_one_passkey_is_one_persons(territory: Territory, now: datetime) -> None:
    accounts.add_passkey(caller_of(territory.bruno, now), KNOWN, now)
    assert refused(accounts.add_passkey, caller_of(territory.amina, now), KNOWN, now) == "passkey"


def test_a_challenge_serves_once_and_for_what_it_was_given(territory: Territory, now: datetime) -> None:
    bruno, amina = caller_of(territory.bruno, now), caller_of(territory.amina, now)
    challenge = accounts.passkey_challenge(now)
    accounts.spend_challenge(challenge, now)
    assert refused(accounts.spend_challenge, challenge, now) == "passkey"
    for given, spent in ((None, bruno), (bruno, None), (bruno, amina)):
        assert refused(accounts.spend_challenge, accounts.passkey_challenge(now, given), now, spent) == "passkey"
    late = accounts.passkey_challenge(now, bruno)
    assert refused(accounts.spend_challenge, late, now + timedelta(minutes=6), bruno) == "passkey"


def test_who_left_does_not_come_back_by_passkey(territory: Territory, now: datetime) -> None:
    accounts.add_passkey(caller_of(territory.bruno, now), KNOWN, now)
    pull(territory.helene, now)
    admission.end_member(territory.helene, territory.bruno.bundle.member, now)
    territory.helene.deliver()
    assert refused(accounts.open_passkey_session, KNOWN.credential, 1, now) == "member_ended"
