"""Who has no right to ask at all must not be able to keep others from asking, nor fill the server's memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from device import jose, signed
from device.primitives import b64u, new_id
from models.problems import Problem
from web import limits
from web.limits import LIMITS, Limiter

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def from_address(app: Flask, address: str, route: str, **names: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        limits.spend(route, NOON, **names)


@pytest.fixture
def strict(app: Flask) -> Flask:
    app.extensions["accord-limiter"] = Limiter(1)
    return app


def test_a_stranger_who_writes_a_phones_name_does_not_spend_what_it_may_send(strict: Flask) -> None:
    """Names of devices are in the rosters, which every signatory reads: they prove nothing."""
    for _ in range(LIMITS["session.device"]["device"].times):
        from_address(strict, "192.0.2.66", "session.device", device="amina's phone")
    with pytest.raises(Problem, match="too_many"):
        from_address(strict, "192.0.2.66", "session.device", device="amina's phone")
    from_address(strict, "198.51.100.7", "session.device", device="amina's phone")
    most = LIMITS["events.push"]["key"].times
    with strict.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.66"}):
        limits.spend_each("events.push", "key", {"amina's phone": most}, NOON)
    with strict.test_request_context(environ_base={"REMOTE_ADDR": "198.51.100.7"}):
        limits.spend_each("events.push", "key", {"amina's phone": most}, NOON)


def test_guesses_at_one_account_are_counted_together_wherever_they_come_from(strict: Flask) -> None:
    for number in range(LIMITS["session.passphrase"]["account"].times):
        from_address(strict, f"192.0.2.{number}", "session.passphrase", account="amina")
    with pytest.raises(Problem, match="too_many"):
        from_address(strict, "192.0.2.250", "session.passphrase", account="amina")


def test_one_house_has_one_ipv6_network_and_one_count(strict: Flask) -> None:
    for number in range(LIMITS["session.passkey"]["address"].times):
        from_address(strict, f"2001:db8:1:2::{number:x}", "session.passkey")
    with pytest.raises(Problem, match="too_many"):
        from_address(strict, "2001:db8:1:2:ffff::1", "session.passkey")
    from_address(strict, "2001:db8:1:3::1", "session.passkey")
    from_address(strict, "not an address", "session.passkey")


def test_a_flood_of_pushed_names_does_not_wipe_out_the_guesses_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COUNTED", 10)
    limiter = Limiter(1)
    for _ in range(LIMITS["session.passphrase"]["account"].times):
        limiter.spend("session.passphrase", "account", "amina", NOON)
    for number in range(100):
        limiter.spend("events.push", "key", f"made up {number}", NOON)
    with pytest.raises(Problem, match="too_many"):
        limiter.spend("session.passphrase", "account", "amina", NOON)


def test_a_long_name_takes_no_more_room_than_a_short_one() -> None:
    limiter = Limiter(1)
    limiter.spend("events.push", "key", "k" * 1_000_000, NOON)
    [(name, _)] = limiter._counts["events.push", "key"]
    assert len(name) == 12


def test_a_key_is_one_key_however_its_header_is_written(app: Flask) -> None:
    from web.sync import _signers

    key, kid = jose.generate_pair(), new_id(NOON)
    plain = signed.sign(signed.EVENT, kid, {}, key).jws
    spaced = b64u(f'{{ "typ":"accord.event", "kid" : "{kid}", "alg":"ES256"}}'.encode()) + "." + plain.split(".", 1)[1]
    assert set(_signers([{"jws": plain}, {"jws": spaced}])) == {kid}
    assert set(_signers([{"jws": "x"}, {"jws": 3}, 4, {}, {"jws": "W10.x.y"}, {"jws": ""}])) == {"None"}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_header_does_not_change_who_asks(strict: Flask, header: str) -> None:
    strict.extensions["accord-limiter"] = Limiter(0.01)
    client = strict.test_client()
    told = [
        client.post("/api/session/passkey", json={}, headers={header: f"203.0.113.{number}"}).status_code
        for number in range(3)
    ]
    assert told == [200, 200, 429]


def test_one_member_cannot_make_a_chain_that_every_phone_has_to_read_grow_without_end(app: Flask) -> None:
    """A volunteer may enrol devices of their own, and each is a statement: by the hundred, not by the million."""
    app.extensions["accord-limiter"] = Limiter(1)
    client, times = app.test_client(), LIMITS["statements.push"]["key"].times
    jws = b64u(b'{"kid":"one"}') + ".x.y"
    statements, events = (
        {"entries": [{"jws": jws, "beside": []}] * 50},
        {"entries": [{"jws": jws, "sections": {}}] * 50},
    )
    told = [client.post("/api/events", json=statements).status_code for _ in range(times // 50 + 1)]
    assert told == [200] * (times // 50) + [429]
    assert client.post("/api/events", json=events).status_code == 200
