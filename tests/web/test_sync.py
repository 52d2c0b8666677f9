"""Push and feed as HTTP: verdicts without a session, pages behind one; bounds, repeats, and nothing for outsiders."""

from __future__ import annotations

import dataclasses
import gzip
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from device import acts
from device.phone import Phone
from device.primitives import b64u
from models.database import rows
from models.tables import ALL
from models.vocabulary import MAX_BATCH_BYTES
from tests.device.territory import Territory
from tests.web.conftest import NOW, ask, code
from web.config import Config

EVENTS = "/api/events"


def named(kid: str) -> dict[str, str]:
    """An entry that says who signed it, and nothing else."""
    return {"jws": b64u(json.dumps({"kid": kid}).encode()) + ".x.y"}


def entries(phone: Phone) -> list[dict[str, Any]]:
    """What waits in a phone's outbox, as it would send it."""
    return [queued.entry for queued in phone.outbox]


def reception(territory: Territory, phone: Phone | None = None) -> dict[str, Any]:
    phone = phone or territory.bruno
    told = {"mode": "phone", "on": "2026-03-04T09:00Z", "needs": [], "first_help": []}
    acts.record_reception(phone, territory.nord, told, NOW)
    return entries(phone)[-1]


def push(client: FlaskClient, *content: Any) -> list[dict[str, Any]]:
    answer = ask(client, "POST", EVENTS, body={"entries": list(content)})
    assert answer.status_code == 200, answer.data
    verdicts: list[dict[str, Any]] = answer.get_json()["verdicts"]
    return verdicts


def counts() -> dict[str, int]:
    return {table.__name__: len(rows(table.select())) for table in ALL}


def test_a_push_needs_no_session_and_gets_a_verdict_for_each_entry(client: FlaskClient, territory: Territory) -> None:
    """T22: it works while the vault is locked, T1: and again after a lost answer."""
    entry = reception(territory)
    [first] = push(client, entry)
    assert first["verdict"] == "accepted"
    [again] = push(client, entry)
    assert (again["verdict"], again["position"], again["digest"]) == ("duplicate", first["position"], first["digest"])


def test_a_push_may_be_packed(client: FlaskClient, territory: Territory) -> None:
    packed = gzip.compress(json.dumps({"entries": [reception(territory)]}).encode())
    answer = client.post(EVENTS, data=packed, headers={"Content-Encoding": "gzip"})
    assert answer.get_json()["verdicts"][0]["verdict"] == "accepted"


@pytest.mark.parametrize("name", ["override", "role", "author", "team", "state", "position", "received_at", "member"])
def test_a_privileged_member_outside_the_signature_is_refused_and_nothing_is_stored(
    client: FlaskClient, territory: Territory, name: str
) -> None:
    """T43: in the batch, the whole request; in an entry, that entry; in its sections, that entry."""
    entry = reception(territory)
    before = counts()
    assert code(ask(client, "POST", EVENTS, body={"entries": [entry], name: "x"})) == "unknown_field"
    [beside] = push(client, entry | {name: "x"})
    assert (beside["verdict"], beside["code"]) == ("rejected", "unknown_field")
    [within] = push(client, entry | {"sections": entry["sections"] | {name: "x"}})
    assert within["verdict"] == "rejected"
    assert counts() == before


@pytest.mark.parametrize(
    "body", [{}, {"entries": None}, {"entries": {}}, {"entries": "x"}, [], {"entries": [], "entries2": []}]
)
def test_a_push_of_another_shape_is_refused(client: FlaskClient, app: Flask, body: Any) -> None:
    assert code(ask(client, "POST", EVENTS, body=body)) in ("malformed", "unknown_field")


@pytest.mark.parametrize(
    "entry",
    [None, 1, "x", [], {}, {"jws": 1}, {"jws": None, "sections": {}}, {"jws": "a.b.c", "sections": {}},
     {"jws": "a.b.c", "beside": []}, {"jws": "é.é.é", "sections": {}}, {"jws": "", "beside": []},
     {"jws": "a" * 200_000, "sections": {}}, {"jws": {"a": 1}, "beside": 1}],
)  # fmt: skip
def test_one_broken_entry_is_rejected_by_name_and_stops_no_other(
    client: FlaskClient, territory: Territory, entry: Any
) -> None:
    """T10, as HTTP."""
    first, second = reception(territory), reception(territory)
    verdicts = push(client, first, entry, second)
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted", "rejected", "accepted"]
    assert verdicts[1]["message"]


def test_fifty_entries_pass_and_one_more_is_too_many_at_once(client: FlaskClient, app: Flask) -> None:
    assert len(push(client, *[{}] * 50)) == 50
    answer = ask(client, "POST", EVENTS, body={"entries": [{}] * 51})
    assert (answer.status_code, code(answer)) == (413, "too_large")


def test_a_body_over_the_bound_is_413(client: FlaskClient, app: Flask) -> None:
    """T8."""
    answer = client.post(EVENTS, data=b'{"entries":["' + b"x" * MAX_BATCH_BYTES + b'"]}')
    assert (answer.status_code, code(answer)) == (413, "too_large")


def test_a_flood_signed_by_one_key_is_slowed_and_another_key_is_not(config: Config, app: Flask) -> None:
    client = create_app(dataclasses.replace(config, rate_factor=0.05)).test_client()
    codes = [ask(client, "POST", EVENTS, body={"entries": [named("one")] * 50}).status_code for _ in range(8)]
    assert codes == [200] * 6 + [429] * 2
    assert ask(client, "POST", EVENTS, body={"entries": [named("two")]}).status_code == 200


def test_an_empty_push_says_which_history_this_is(client: FlaskClient, app: Flask) -> None:
    answer = ask(client, "POST", EVENTS, body={"entries": []}).get_json()
    assert answer == {"epoch": client.get("/healthz").get_json()["epoch"], "verdicts": []}


# --- feed --------------------------------------------------------------------------------------------------------


def feed(client: FlaskClient, who: Phone | None, *after: str) -> Any:
    return ask(client, "GET", "/api/feed", who, query_string=[("after", stream) for stream in after])


def test_a_reader_gets_their_streams_after_the_positions_they_name(client: FlaskClient, territory: Territory) -> None:
    push(client, reception(territory), reception(territory))
    circle = f"circle:{territory.circles['nord.open']}"
    streams = feed(client, territory.bruno, f"{circle}:0", "network:0").get_json()["streams"]
    entries = streams[circle]["entries"]
    assert [entry["position"] for entry in entries] == [1, 2]
    later = feed(client, territory.bruno, f"{circle}:1").get_json()["streams"][circle]
    assert later == {"entries": entries[1:], "next": 2, "more": False}
    assert streams["network"]["entries"]


def test_a_stream_of_someone_else_looks_like_one_that_does_not_exist(client: FlaskClient, territory: Territory) -> None:
    push(client, reception(territory))
    for stream in (
        f"circle:{territory.circles['nord.open']}",
        f"member:{territory.bruno.bundle.member}",
        "circle:x",
        "what",
    ):
        for who in (territory.david, territory.amina):
            got = feed(client, who, f"{stream}:0").get_json()["streams"]
            assert got == {stream: {"entries": [], "next": 0, "more": False, "closed": True}}


def test_a_feed_without_a_session_is_refused_and_nothing_of_it_is_kept(
    client: FlaskClient, territory: Territory
) -> None:
    assert code(feed(client, None, "network:0")) == "session_expired"
    assert feed(client, territory.amina, "network:0").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "after",
    [[], ["network"], ["network:"], ["network:-1"], ["network:x"], ["network:1.5"], [":1"], ["network:٣"],
     ["network:" + "9" * 16], ["network:0", "network:1"], [f"circle:{n}:0" for n in range(51)]],
)  # fmt: skip
def test_a_cursor_that_cannot_be_read_is_refused(client: FlaskClient, territory: Territory, after: list[str]) -> None:
    assert code(feed(client, territory.amina, *after)) == "malformed"


def test_a_parameter_nobody_knows_is_refused(client: FlaskClient, territory: Territory) -> None:
    assert code(ask(client, "GET", "/api/feed?after=network:0&as=supervisor", territory.amina)) == "unknown_field"
