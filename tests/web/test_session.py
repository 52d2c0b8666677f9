"""Signing in: by the device's key, by passphrase, code or passkey. What each token opens, how refusals look."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from device import admission, bundle, paper, recovery, signed
from device.keys import RECOVERY_SIGN_IN, derive
from device.phone import Phone
from device.primitives import b64u, new_id
from models import accounts
from models.vocabulary import BUNDLE_SESSION_MINUTES, SESSION_HOURS
from tests.device.territory import Territory
from tests.web.authenticator import Authenticator
from tests.web.conftest import NOW, PASSPHRASE, Clock, ask, code

DEVICE = "/api/session/device"
PASSPHRASE_ROUTE = "/api/session/passphrase"


def assertion(phone: Phone, nonce: str, **changes: Any) -> str:
    """What a phone signs to sign in; `changes` make it wrong."""
    payload = {
        "v": 1, "suite": "P256-A256GCM", "device": phone.device, "nonce": nonce, "origin": phone.origin,
        "at": "2026-03-04T09:41Z",
    }  # fmt: skip
    kid = changes.pop("kid", phone.device)
    key = changes.pop("key", phone.device_key)
    return signed.sign("accord.session", kid, payload | changes, key).jws


def nonce(client: FlaskClient, phone: Phone) -> str:
    return str(ask(client, "POST", DEVICE, body={"device": phone.device}).get_json()["nonce"])


# --- device ------------------------------------------------------------------------------------------------------


def test_a_device_signs_a_nonce_and_reads_for_twelve_hours(
    client: FlaskClient, territory: Territory, clock: Clock
) -> None:
    amina = territory.amina
    answer = ask(client, "POST", DEVICE, body={"assertion": assertion(amina, nonce(client, amina))}).get_json()
    assert (answer["member"], answer["organisation"]) == (amina.bundle.member, amina.bundle.organisation)
    assert ask(client, "GET", "/api/feed?after=network:0", answer["token"]).status_code == 200
    clock.now = NOW + timedelta(hours=SESSION_HOURS, seconds=1)
    assert code(ask(client, "GET", "/api/feed?after=network:0", answer["token"])) == "session_expired"


def test_a_nonce_serves_once_and_for_five_minutes(client: FlaskClient, territory: Territory, clock: Clock) -> None:
    amina = territory.amina
    once = nonce(client, amina)
    assert ask(client, "POST", DEVICE, body={"assertion": assertion(amina, once)}).status_code == 200
    assert code(ask(client, "POST", DEVICE, body={"assertion": assertion(amina, once)})) == "session_expired"
    late = nonce(client, amina)
    clock.now = NOW + timedelta(minutes=5, seconds=1)
    assert code(ask(client, "POST", DEVICE, body={"assertion": assertion(amina, late)})) == "session_expired"


def test_a_nonce_given_to_one_device_does_not_serve_another(client: FlaskClient, territory: Territory) -> None:
    for_bruno = nonce(client, territory.bruno)
    assert (
        code(ask(client, "POST", DEVICE, body={"assertion": assertion(territory.amina, for_bruno)}))
        == "session_expired"
    )


def test_an_unknown_device_gets_a_nonce_like_any_other_and_no_token(client: FlaskClient, territory: Territory) -> None:
    stranger = new_id(NOW)
    given = ask(client, "POST", DEVICE, body={"device": stranger}).get_json()["nonce"]
    forged = assertion(territory.amina, given, device=stranger, kid=stranger)
    assert code(ask(client, "POST", DEVICE, body={"assertion": forged})) == "unknown_key"


def test_another_key_and_another_origin_are_refused(client: FlaskClient, territory: Territory) -> None:
    amina, bruno = territory.amina, territory.bruno
    wrong_key = assertion(amina, nonce(client, amina), key=bruno.device_key)
    assert code(ask(client, "POST", DEVICE, body={"assertion": wrong_key})) == "bad_signature"
    elsewhere = assertion(amina, nonce(client, amina), origin="https://accord.example")
    assert code(ask(client, "POST", DEVICE, body={"assertion": elsewhere})) == "bad_signature"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [({}, "malformed"), ({"device": "x"}, "malformed"), ({"device": 1}, "malformed"), ({"assertion": ""}, "malformed"),
     ({"assertion": "a.b.c"}, "malformed"), ({"assertion": "x" * 5000}, "malformed"),
     ({"role": "supervisor"}, "unknown_field"),
     ({"device": "01890a5d-ac00-7000-8000-000000000001", "assertion": "a.b.c"}, "malformed"), ([], "malformed"),
     (None, "malformed")],
)  # fmt: skip
def test_what_is_neither_a_device_nor_an_assertion_is_refused(client: FlaskClient, body: Any, refusal: str) -> None:
    assert code(client.post(DEVICE, data=json.dumps(body))) == refusal


def test_an_event_cannot_be_passed_off_as_an_assertion(client: FlaskClient, territory: Territory) -> None:
    amina = territory.amina
    payload = {"v": 1, "suite": "P256-A256GCM", "device": amina.device, "nonce": nonce(client, amina),
               "origin": amina.origin, "at": "2026-03-04T09:41Z"}  # fmt: skip
    as_event = signed.sign("accord.event", amina.device, payload, amina.device_key).jws
    assert code(ask(client, "POST", DEVICE, body={"assertion": as_event})) == "malformed"


def test_an_ended_member_is_told_by_the_signed_act_itself(client: FlaskClient, territory: Territory) -> None:
    """And a token given before opens nothing more from then on."""
    amina, chloe = territory.amina, territory.chloe
    admission.end_member(chloe, amina.bundle.member, NOW)
    chloe.deliver()
    answers = [
        ask(client, "POST", DEVICE, body={"assertion": assertion(amina, nonce(client, amina))}),
        ask(client, "GET", "/api/feed?after=network:0", amina),
        ask(client, "GET", "/api/directory", amina),
        ask(client, "GET", "/api/bundle", amina),
    ]
    for answer in answers:
        assert (answer.status_code, code(answer)) == (403, "member_ended")
        assert signed.read(answer.get_json(force=True)["cause"], "accord.statement").payload["type"] == "member.ended"


# --- passphrase --------------------------------------------------------------------------------------------------


@pytest.fixture
def with_passphrase(territory: Territory) -> Phone:
    """Amina, who put her bundle here under a passphrase (one Argon2id run)."""
    territory.amina.add_passphrase(PASSPHRASE, NOW)
    return territory.amina


def test_a_passphrase_opens_the_bundle_for_ten_minutes_and_nothing_else(
    client: FlaskClient, territory: Territory, with_passphrase: Phone, clock: Clock
) -> None:
    costs = ask(client, "POST", PASSPHRASE_ROUTE, body={"account": "amina"}).get_json()
    proof = bundle.sign_in_proof(PASSPHRASE, costs)
    answer = ask(client, "POST", PASSPHRASE_ROUTE, body={"account": "amina", "proof": proof}).get_json()
    assert answer.keys() == {"token", "expires_at"}
    token = answer["token"]
    assert ask(client, "GET", "/api/bundle", token).get_json()["member"] == with_passphrase.bundle.member
    for method, path in [("PUT", "/api/bundle"), ("GET", "/api/feed?after=network:0"), ("GET", "/api/directory"),
                         ("POST", "/api/passkeys"), ("PUT", f"/api/invitations/{new_id(NOW)}")]:  # fmt: skip
        assert code(ask(client, method, path, token, body={})) == "session_expired"
    clock.now = NOW + timedelta(minutes=BUNDLE_SESSION_MINUTES, seconds=1)
    assert code(ask(client, "GET", "/api/bundle", token)) == "session_expired"


def test_unknown_names_and_wrong_proofs_look_the_same(
    client: FlaskClient, territory: Territory, with_passphrase: Phone
) -> None:
    """T82, second half: constant shape, and a stable fake for a name nobody has."""
    known, unknown, again = (
        ask(client, "POST", PASSPHRASE_ROUTE, body={"account": account}) for account in ("amina", "nobody", "nobody")
    )
    assert known.get_json().keys() == unknown.get_json().keys()
    assert unknown.data == again.data
    assert {name: unknown.get_json()[name] for name in "mtp"} == {name: known.get_json()[name] for name in "mtp"}
    assert len(unknown.get_json()["salt"]) == len(known.get_json()["salt"])
    wrong = [
        ask(client, "POST", PASSPHRASE_ROUTE, body={"account": account, "proof": "A" * 43})
        for account in ("amina", "nobody")
    ]
    assert {(answer.status_code, answer.data) for answer in wrong} == {(401, wrong[0].data)}
    assert code(wrong[0]) == "sign_in"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [({}, "malformed"), ({"account": ""}, "malformed"), ({"account": 1}, "malformed"),
     ({"account": "a" * 300}, "malformed"),
     ({"account": "amina", "proof": None}, "malformed"), ({"account": "amina", "proof": ""}, "malformed"),
     ({"account": "amina", "passphrase": "sept mots"}, "unknown_field"), ({"account": {"$ne": ""}}, "malformed")],
)  # fmt: skip
def test_a_malformed_sign_in_is_refused(client: FlaskClient, body: Any, refusal: str) -> None:
    assert code(ask(client, "POST", PASSPHRASE_ROUTE, body=body)) == refusal


def test_guessing_is_slowed_alike_for_a_name_that_exists_and_one_that_does_not(config: Any, app: Flask) -> None:
    client = create_app(dataclasses.replace(config, rate_factor=1)).test_client()
    for account in ("amina", "nobody"):
        codes = [
            code(ask(client, "POST", PASSPHRASE_ROUTE, body={"account": account, "proof": "A" * 43})) for _ in range(25)
        ]
        assert codes == ["sign_in"] * 20 + ["too_many"] * 5
        assert ask(client, "POST", PASSPHRASE_ROUTE, body={"account": account}).status_code == 200


# --- printed code ------------------------------------------------------------------------------------------------

RECOVERY_ROUTE = "/api/session/recovery"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [({}, "malformed"), ({"account": "amina"}, "malformed"), ({"proof": "A" * 43}, "malformed"),
     ({"account": "amina", "proof": ""}, "malformed"), ({"account": "amina", "proof": 1}, "malformed"),
     ({"account": "amina", "proof": "A" * 43, "code": "0000"}, "unknown_field"),
     ({"account": "amina", "proof": "A" * 43}, "sign_in"), ({"account": "nobody", "proof": "A" * 43}, "sign_in")],
)  # fmt: skip
def test_a_code_that_is_not_theirs_is_refused_in_one_shape(
    client: FlaskClient, with_passphrase: Phone, body: Any, refusal: str
) -> None:
    """T82: without a printed code, with another one, or for nobody."""
    assert code(ask(client, "POST", RECOVERY_ROUTE, body=body)) == refusal


def test_guessing_a_printed_code_is_slowed(config: Any, app: Flask) -> None:
    """T82. Who guesses spends their own tries: the account's owner comes back from another address."""
    client = create_app(dataclasses.replace(config, rate_factor=1)).test_client()
    body = {"account": "amina", "proof": "A" * 43}
    codes = [code(ask(client, "POST", RECOVERY_ROUTE, body=body)) for _ in range(25)]
    assert codes == ["sign_in"] * 20 + ["too_many"] * 5
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert code(client.post(RECOVERY_ROUTE, json=body, environ_base=elsewhere)) == "sign_in"


def test_the_printed_code_gives_a_token_for_the_bundle_alone(
    client: FlaskClient, territory: Territory, with_passphrase: Phone
) -> None:
    printed = recovery.print_code(territory.amina, PASSPHRASE, NOW)
    proof = b64u(derive(paper.read(printed, 16), RECOVERY_SIGN_IN))
    answer = ask(client, "POST", RECOVERY_ROUTE, body={"account": "amina", "proof": proof}).get_json()
    assert answer.keys() == {"token", "expires_at"}
    assert ask(client, "GET", "/api/bundle", answer["token"]).status_code == 200
    assert code(ask(client, "PUT", "/api/bundle", answer["token"], body={})) == "session_expired"
    [slot] = [one for one in territory.amina.slots if one["kind"] == "recovery"]
    assert code(ask(client, "POST", RECOVERY_ROUTE, body={"account": "amina", "proof": slot["proof"]})) == "sign_in"


# --- passkey -----------------------------------------------------------------------------------------------------


@pytest.fixture
def authenticator(client: FlaskClient, with_passphrase: Phone) -> Authenticator:
    """A passkey Amina added from her device."""
    made = Authenticator(origin="http://localhost:8000")
    options = ask(client, "POST", "/api/passkeys", with_passphrase, {}).get_json()["options"]
    answer = ask(client, "POST", "/api/passkeys", with_passphrase, {"credential": made.create(options)})
    assert answer.get_json() == {"credential_id": made.create(options)["id"]}
    return made


def sign_in_options(client: FlaskClient) -> dict[str, Any]:
    options: dict[str, Any] = ask(client, "POST", "/api/session/passkey", body={}).get_json()["options"]
    return options


def test_a_passkey_opens_the_bundle_and_nothing_else(
    client: FlaskClient, authenticator: Authenticator, with_passphrase: Phone
) -> None:
    credential = authenticator.answer(sign_in_options(client))
    answer = ask(client, "POST", "/api/session/passkey", body={"credential": credential}).get_json()
    assert answer.keys() == {"token", "expires_at"}
    assert ask(client, "GET", "/api/bundle", answer["token"]).get_json()["member"] == with_passphrase.bundle.member
    assert code(ask(client, "GET", "/api/feed?after=network:0", answer["token"])) == "session_expired"


def test_a_passkey_whose_door_was_closed_signs_in_no_more(
    client: FlaskClient, authenticator: Authenticator, with_passphrase: Phone
) -> None:
    """T80, T99: who stole the phone has its passkey still. One that keeps its slot goes on, whatever others close."""
    sealed = {"id": new_id(NOW), "kind": "passkey", "jwe": with_passphrase.slots[0]["jwe"]}
    [credential] = accounts.passkeys_of(accounts.caller(with_passphrase.api.token, NOW))
    with_passphrase.slots.append(sealed | {"credential": credential})
    with_passphrase.add_passphrase(PASSPHRASE, NOW)

    def asked() -> Any:
        return ask(client, "POST", "/api/session/passkey",
                   body={"credential": authenticator.answer(sign_in_options(client))})  # fmt: skip

    assert asked().status_code == 200
    with_passphrase.slots = [one for one in with_passphrase.slots if one["kind"] != "passkey"]
    with_passphrase.add_passphrase(PASSPHRASE, NOW)
    assert code(asked()) == "sign_in"


def test_an_answer_serves_once_even_when_it_was_wrong(client: FlaskClient, authenticator: Authenticator) -> None:
    credential = authenticator.answer(sign_in_options(client))
    assert ask(client, "POST", "/api/session/passkey", body={"credential": credential}).status_code == 200
    assert code(ask(client, "POST", "/api/session/passkey", body={"credential": credential})) == "passkey"
    options = sign_in_options(client)
    stranger = Authenticator(origin="http://localhost:8000", id=authenticator.id)
    assert code(ask(client, "POST", "/api/session/passkey", body={"credential": stranger.answer(options)})) == "passkey"
    mine = authenticator.answer(options)
    assert code(ask(client, "POST", "/api/session/passkey", body={"credential": mine})) == "passkey"


def test_an_unknown_passkey_is_answered_like_a_wrong_passphrase(client: FlaskClient, app: Flask) -> None:
    stranger = Authenticator(origin="http://localhost:8000")
    credential = stranger.answer(sign_in_options(client))
    assert code(ask(client, "POST", "/api/session/passkey", body={"credential": credential})) == "sign_in"


def test_a_challenge_to_make_a_passkey_is_for_its_member_alone(
    client: FlaskClient, territory: Territory, with_passphrase: Phone
) -> None:
    territory.chloe.add_passphrase(PASSPHRASE, NOW)
    options = ask(client, "POST", "/api/passkeys", with_passphrase, {}).get_json()["options"]
    made = Authenticator(origin="http://localhost:8000").create(options)
    assert code(ask(client, "POST", "/api/passkeys", territory.chloe, {"credential": made})) == "passkey"
    assert code(ask(client, "POST", "/api/session/passkey", body={"credential": made})) == "passkey"


def test_the_same_passkey_cannot_become_someone_elses(
    client: FlaskClient, territory: Territory, authenticator: Authenticator
) -> None:
    chloe = territory.chloe
    chloe.add_passphrase(PASSPHRASE, NOW)
    options = ask(client, "POST", "/api/passkeys", chloe, {}).get_json()["options"]
    assert code(ask(client, "POST", "/api/passkeys", chloe, {"credential": authenticator.create(options)})) == "passkey"


@pytest.mark.parametrize("path", ["/api/session/passkey", "/api/passkeys"])
def test_the_secret_of_a_passkey_is_refused_before_it_is_looked_at(
    client: FlaskClient, territory: Territory, path: str
) -> None:
    """T76."""
    leak = {"credential": {"clientExtensionResults": {"prf": {"results": {"first": "AAAA"}}}}}
    assert code(ask(client, "POST", path, territory.amina, leak)) == "prf_output"
    assert accounts.passkeys_of(accounts.caller(territory.amina.api.token, NOW)) == []


@pytest.mark.parametrize(
    "body", [{"credential": "x"}, {"credential": []}, {"credential": {}}, {"credential": {"id": 1}}]
)
def test_a_broken_credential_is_refused(client: FlaskClient, territory: Territory, body: Any) -> None:
    for path in ("/api/session/passkey", "/api/passkeys"):
        assert code(ask(client, "POST", path, territory.amina, body)) in ("passkey", "malformed")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer wrong", "bearer\tx", "Bearer é", "Token x", "Bearer x y"]
)
def test_a_route_behind_a_permission_wants_a_token_and_not_a_cookie(
    client: FlaskClient, app: Flask, header: str
) -> None:
    client.set_cookie("session", "anything")
    answer = client.get("/api/bundle", headers={"Authorization": header} if header else {})
    assert (answer.status_code, code(answer)) == (401, "session_expired")
