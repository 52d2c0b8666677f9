"""The bundle: sealed, replaced whole, one version after another, its name unique, never without a second door."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from device import admission
from device.phone import Phone
from device.primitives import b64u, new_id
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code

COSTS = {"salt": b64u(b"s" * 16), "m": 65536, "t": 3, "p": 1}


def slot(kind: str = "passphrase", **changes: Any) -> dict[str, Any]:
    """A slot of the right shape: what it seals is nobody's business here."""
    sealed = ".".join([b64u(b'{"alg":"A256KW","enc":"A256GCM"}'), *[b64u(b"x" * 16)] * 4])
    more = COSTS if kind == "passphrase" else {"credential": "AAAA"} if kind == "passkey" else {}
    return {"id": new_id(NOW), "kind": kind, "jwe": sealed, **more, **changes}


def body(previous: int = 0, account: str = "amina", **changes: Any) -> dict[str, Any]:
    sealed = ".".join([b64u(b'{"alg":"dir","enc":"A256GCM"}'), "", *[b64u(b"x" * 16)] * 3])
    sign_in = {**COSTS, "proof": b64u(b"p" * 32)}
    whole = {"previous": previous, "account": account, "bundle": sealed, "slots": [slot()], "sign_in": sign_in}
    return whole | changes


def put(client: FlaskClient, who: Phone, content: dict[str, Any]) -> Any:
    return ask(client, "PUT", "/api/bundle", who, content)


def test_a_bundle_comes_back_as_it_was_put_with_the_heads_a_new_device_needs(
    client: FlaskClient, territory: Territory
) -> None:
    amina = territory.amina
    content = body(slots=[slot(), slot("passkey"), slot("recovery")])
    assert put(client, amina, content).get_json() == {"version": 1}
    kept = ask(client, "GET", "/api/bundle", amina).get_json()
    assert {name: kept[name] for name in ("bundle", "slots")} == {name: content[name] for name in ("bundle", "slots")}
    assert (kept["version"], kept["member"]) == (1, amina.bundle.member)
    assert kept["heads"].keys() == {"network", f"organisation:{amina.bundle.organisation}"}
    assert "sign_in" not in kept
    assert b64u(b"p" * 32) not in str(kept)


def test_each_replacement_names_the_version_it_replaces(client: FlaskClient, territory: Territory) -> None:
    amina = territory.amina
    assert put(client, amina, body()).get_json() == {"version": 1}
    assert put(client, amina, body(previous=1)).get_json() == {"version": 2}
    for previous in (0, 1, 3):
        answer = put(client, amina, body(previous=previous))
        assert (answer.status_code, code(answer)) == (409, "stale_bundle")


def test_an_account_name_belongs_to_one_member(client: FlaskClient, territory: Territory) -> None:
    put(client, territory.amina, body())
    assert code(put(client, territory.bruno, body())) == "account_taken"
    assert put(client, territory.bruno, body(account="bruno")).status_code == 200
    assert code(put(client, territory.bruno, body(previous=1, account="amina"))) == "account_taken"
    assert ask(client, "GET", "/api/bundle", territory.bruno).get_json()["version"] == 1


def test_nobody_reads_or_writes_the_bundle_of_another(client: FlaskClient, territory: Territory) -> None:
    put(client, territory.amina, body())
    assert code(ask(client, "GET", "/api/bundle", territory.david)) == "not_found"
    assert (
        code(ask(client, "GET", f"/api/bundle?member={territory.amina.bundle.member}", territory.david))
        == "unknown_field"
    )
    refused = put(client, territory.david, body(member=territory.amina.bundle.member))
    assert code(refused) == "unknown_field"


def test_the_last_door_that_is_not_a_passkey_stays(client: FlaskClient, territory: Territory) -> None:
    """T80."""
    for slots in ([], [slot("passkey")], [slot("passkey"), slot("passkey")]):
        assert code(put(client, territory.amina, body(slots=slots))) == "last_door"
    assert code(ask(client, "GET", "/api/bundle", territory.amina)) == "not_found"


@pytest.mark.parametrize("name", ["role", "version", "organisation", "permissions", "updated_at", "profile"])
def test_what_the_server_decides_cannot_be_sent(client: FlaskClient, territory: Territory, name: str) -> None:
    """T43."""
    assert code(put(client, territory.amina, body(**{name: "supervisor"}))) == "unknown_field"
    assert code(put(client, territory.amina, body(slots=[slot(**{name: "x"})]))) in ("unknown_field", "malformed")


@pytest.mark.parametrize(
    "wrong",
    [
        {"previous": -1}, {"previous": True}, {"previous": "0"}, {"account": ""}, {"account": " amina"},
        {"account": "x" * 201}, {"bundle": "clear text"}, {"bundle": "a.b.c.d.e"}, {"bundle": {"v": 1}},
        {"bundle": "x" * 70_000}, {"slots": "x"}, {"slots": [{}]}, {"slots": [slot(kind="master")]},
        {"slots": [slot(m=1024)]}, {"slots": [slot(t=1)]}, {"slots": [slot(p=4)]}, {"slots": [slot(m=2**31)]},
        {"slots": [slot(salt="short")]}, {"slots": [slot(jwe="{}")]}, {"slots": [slot() for _ in range(17)]},
        {"sign_in": {}}, {"sign_in": {**COSTS, "proof": "short"}}, {"sign_in": {**COSTS, "proof": "A" * 44}},
        {"sign_in": None},
    ],
)  # fmt: skip
def test_a_malformed_bundle_is_refused_and_nothing_is_kept(
    client: FlaskClient, territory: Territory, wrong: dict[str, Any]
) -> None:
    assert code(put(client, territory.amina, body(**wrong))) == "malformed"
    assert code(ask(client, "GET", "/api/bundle", territory.amina)) == "not_found"


def test_a_bundle_without_a_session_or_after_removal_is_refused(client: FlaskClient, territory: Territory) -> None:
    assert code(ask(client, "PUT", "/api/bundle", None, body())) == "session_expired"
    admission.end_member(territory.chloe, territory.amina.bundle.member, NOW)
    territory.chloe.deliver()
    assert code(put(client, territory.amina, body())) == "member_ended"
