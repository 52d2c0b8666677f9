"""Whatever is sent to whatever route: a Problem, never a fault of ours, and nothing stored."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device import acts
from device.primitives import new_id
from models.database import rows
from models.tables import ALL, Nonce
from tests.device.territory import Territory
from tests.web import test_bundle, test_invitations
from tests.web.conftest import NOW, ask, code

ROUTES = [
    ("POST", "/api/session/device"), ("POST", "/api/session/passphrase"), ("POST", "/api/session/passkey"),
    ("POST", "/api/session/recovery"), ("POST", "/api/passkeys"), ("PUT", "/api/bundle"),
    ("PUT", f"/api/invitations/{new_id(NOW)}"), ("POST", f"/api/invitations/{new_id(NOW)}"), ("POST", "/api/events"),
]  # fmt: skip
NAMES = st.sampled_from(
    ["device", "assertion", "account", "proof", "credential", "entries", "jws", "sections", "beside", "request", "mac",
     "kind", "uses", "expires_at", "bundle", "slots", "sign_in", "previous", "id", "response",
     "clientDataJSON", "core", "wraps", ""]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40)
    | st.sampled_from(["a.b.c", "e30.e30.e30", "01890a5d-ac00-7000-8000-000000000001", "\x00", "🙂" * 50,
                         "-1", "1e999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


def stored() -> dict[str, int]:
    """How much is in each table; nonces come and go with every attempt."""
    return {table.__name__: len(rows(table.select())) for table in ALL if table is not Nonce}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_json_object_is_answered_and_stores_nothing(
    client: FlaskClient, territory: Territory, body: dict[str, Any]
) -> None:
    before = stored()
    for method, path in ROUTES:
        answer = ask(client, method, path, territory.chloe, body)
        assert answer.status_code < 500, (method, path, answer.data)
        assert answer.content_type in ("application/json", "application/problem+json")
    assert stored() == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_problem(client: FlaskClient, territory: Territory, data: bytes) -> None:
    for method, path in ROUTES:
        headers = {"Authorization": f"Bearer {territory.chloe.api.token}"}
        answer = client.open(path, method=method, data=b"\xff" + data, headers=headers)
        assert (answer.status_code, code(answer)) == (400, "malformed")


def test_a_good_message_with_one_thing_replaced_is_judged_and_never_breaks(
    client: FlaskClient, territory: Territory, seeded: random.Random
) -> None:
    """Each place of each good body, in turn, holds something else."""
    bruno = territory.bruno
    told = {"mode": "phone", "on": "2026-03-04T09:00Z", "needs": [], "first_help": []}
    acts.record_reception(bruno, territory.nord, told, NOW)
    good = [
        ("POST", "/api/events", {"entries": [bruno.outbox[-1].entry]}),
        ("PUT", "/api/bundle", test_bundle.body()),
        ("PUT", f"/api/invitations/{new_id(NOW)}", test_invitations.invitation()),
        ("POST", f"/api/invitations/{new_id(NOW)}", test_invitations.request_of(new_id(NOW))),
    ]
    others: list[Any] = [None, True, 0, -1, 1.5, "", "x", "é" * 30, [], [[]], {}, {"a": 1}, 2**70, "\u0000"]
    for method, path, body in good:
        for place in places(body):
            for other in seeded.sample(others, 6):
                answer = ask(client, method, path, territory.chloe, replaced(body, place, other))
                assert answer.status_code < 500, (path, place, other, answer.data)
                for verdict in answer.get_json(force=True).get("verdicts", []):
                    assert verdict["verdict"] in ("rejected", "held"), (place, other, verdict)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each member and element below a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for name, content in inner:
        found += [(*at, name), *places(content, (*at, name))]
    return found


def replaced(body: Any, place: tuple[Any, ...], other: Any) -> Any:
    whole = copy.deepcopy(body)
    inner = whole
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = other
    return whole


@pytest.mark.parametrize("path", ["/api/feed", "/api/directory", "/api/bundle", "/api/invitations/%s" % ("x" * 3000)])
@pytest.mark.parametrize(
    "query", ["after=%00", "after=circle:%F0%9F%99%82:1", "x" * 5000, "after=" + "&after=" * 200, "%"]
)
def test_any_address_is_answered(client: FlaskClient, territory: Territory, path: str, query: str) -> None:
    answer = ask(client, "GET", f"{path}?{query}", territory.chloe)
    assert answer.status_code < 500
    assert json.loads(answer.data)
