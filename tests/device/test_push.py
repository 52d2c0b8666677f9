"""The outbox against answers that are not verdicts: nothing is ever taken for delivered, nothing is ever dropped."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from device import acts
from device.phone import Phone
from device.transport import Reply
from tests.device.relay import Relay
from tests.device.territory import Territory

HTML = b"<html>Bienvenue sur le Wi-Fi</html>"


def record(phone: Phone, team: str, count: int, now: datetime) -> list[str]:
    reception = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"], "adults": 1}
    return [acts.record_reception(phone, team, reception, now) for _ in range(count)]


def answer_with(relay: Relay, reply: Reply) -> None:
    relay.answer = lambda path, body: reply if path == "/api/events" else None


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, HTML, "text/html"),
        Reply(200, HTML, "application/json"),
        Reply(200, b'{"epoch":"one","verdicts":[', "application/json"),
        Reply(200, b"[]", "application/json"),
        Reply(200, b'{"epoch":"one"}', "application/json"),
        Reply(200, b'{"epoch":"one","verdicts":[{"verdict":"accepted"}]}', "application/json"),
        Reply(302, HTML, "text/html"),
        Reply(401, b'{"code":"session_expired"}', "application/problem+json"),
        Reply(403, b'{"code":"forbidden"}', "application/problem+json"),
        Reply(404, HTML, "text/html"),
        Reply(410, HTML, "text/html"),
        Reply(413, HTML, "text/html"),
        Reply(422, b"{}", "application/json"),
        Reply(429, b"{}", "application/json"),
        Reply(502, HTML, "text/html"),
        Reply(503, b"", ""),
        Reply(0, b""),
    ],
)
def test_anything_but_a_verdict_means_not_delivered(
    territory: Territory, relay: Relay, now: datetime, reply: Reply
) -> None:
    """T5, T6, T7, T8: captive portal, proxy errors, whole-batch refusals; then the same outbox goes through."""
    ids = record(territory.amina, territory.halles, 3, now)
    answer_with(relay, reply)
    left = territory.amina.push()
    assert [queued.id for queued in left] == ids
    assert {queued.verdict for queued in left} == {"not_delivered"}
    relay.answer = lambda path, body: None
    assert territory.amina.push() == []


def test_a_verdict_for_another_id_or_digest_settles_nothing(territory: Territory, relay: Relay, now: datetime) -> None:
    [event] = record(territory.amina, territory.halles, 1, now)
    for wrong in ({"id": event, "digest": "x"}, {"id": "x", "digest": territory.amina.outbox[0].signed.digest}):
        body = {"epoch": "one", "verdicts": [wrong | {"verdict": "accepted", "position": {}}]}
        answer_with(relay, Reply(200, json.dumps(body).encode(), "application/json"))
        assert [queued.id for queued in territory.amina.push()] == [event]


def test_a_batch_too_large_is_halved_down_to_one(territory: Territory, relay: Relay, now: datetime) -> None:
    """T8."""
    sizes: list[int] = []

    def only_small(path: str, body: dict[str, Any]) -> Reply | None:
        if path == "/api/events":
            sizes.append(len(body["entries"]))
            return Reply(413, b"", "text/html") if len(body["entries"]) > 2 else None
        return None

    record(territory.amina, territory.halles, 7, now)
    relay.answer = only_small
    assert territory.amina.push() == []
    assert sizes == [7, 3, 1, 2, 4, 2, 2]


def test_no_batch_holds_more_than_fifty_entries(territory: Territory, relay: Relay, now: datetime) -> None:
    record(territory.amina, territory.halles, 101, now)
    before = len(relay.seen)
    assert territory.amina.push() == []
    assert [len(json.loads(body)["entries"]) for body in relay.seen[before:]] == [50, 50, 1]


def test_one_bad_verdict_does_not_hold_back_the_others(territory: Territory, relay: Relay, now: datetime) -> None:
    """T10, seen from the phone: each entry has its own verdict, and only the settled ones leave."""
    ids = record(territory.amina, territory.halles, 3, now)
    digests = [queued.signed.digest for queued in territory.amina.outbox]
    words: list[dict[str, Any]] = [
        {"verdict": "accepted", "position": {}},
        {"verdict": "rejected", "code": "level", "message": "…"},
        {"verdict": "retry", "after": 5},
    ]
    verdicts = [{"id": event, "digest": digest} | word for event, digest, word in zip(ids, digests, words, strict=True)]
    body = json.dumps({"epoch": "one", "verdicts": verdicts}).encode()
    answer_with(relay, Reply(200, body, "application/json"))
    left = territory.amina.push()
    assert [(queued.id, queued.verdict, queued.code) for queued in left] == [
        (ids[1], "rejected", "level"),
        (ids[2], "retry", None),
    ]


def test_a_restored_server_is_offered_everything_again(territory: Territory, relay: Relay, now: datetime) -> None:
    """T28: a new epoch means that what was accepted may be lost."""
    [event] = record(territory.amina, territory.halles, 1, now)
    territory.sync(now)
    circle = "circle:" + territory.circles["halles.open"]
    relay.epoch, relay.streams[circle] = "two", []
    territory.sync(now)
    assert event in [queued.id for queued in territory.amina.outbox]
    territory.sync(now)
    assert territory.chloe.store.find(event) is not None
    assert territory.amina.store.find(event) is not None
