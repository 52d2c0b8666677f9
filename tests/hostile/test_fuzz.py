"""Valid messages bent without end: whatever comes, a Problem or a verdict of a known shape, soon and in little memory.

HOSTILE_EXAMPLES says how many (a soak asks for many thousands); SEED, which is printed, plays the same again.
"""

from __future__ import annotations

import copy
import gzip
import json
import logging
import os
import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from device.phone import Phone
from device.primitives import new_id
from models.problems import CATALOGUE
from models.vocabulary import HELD_REASONS, MAX_BATCH_BYTES
from tests.device.territory import Territory
from tests.hostile.mutations import GONE, flipped, places, put
from tests.hostile.town import Recorded, recorded, story_of
from tests.web.conftest import NOW, ask, built, clock, config, territory

__all__ = ["built", "clock", "config", "territory"]

Json = dict[str, Any]
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "150"))
MAX_SECONDS = 5.0
bound = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
VERDICTS = ("accepted", "duplicate", "held", "rejected")
POOL: list[Any] = [
    GONE, None, True, False, 0, 1, -1, 2**31, 2**53, 2**63, 2**64, 10**400, 1.0, 1e308, "", "x", "é" * 300, "\x00",
    "\ud800", "a" * 70_000, "1" * 5000, "٣", "Ａ", "\u202e", "__proto__", "network", "C01", "C05.practical",
    "X.request", "C16", "9999-12-31T23:59Z", "0001-01-01T00:00Z", "2026-02-30T00:00Z", "2026-03-04T09:41Z", [], [[]],
    {}, {"a": 1},
    ["C01"] * 501, {"own": "member:x"}, "0" * 43, "A" * 43, "019cb838-dbe0-7000-8000-000000000000",
    "019cb838-dbe0-7000-8000-000000000000.1", "019cb838-dbe0-7000-8000-000000000000.9999999",
]  # fmt: skip


@pytest.fixture
def messages(client: FlaskClient, territory: Territory) -> list[Recorded]:
    return recorded(story_of(client, territory))


@pytest.fixture
def judged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], None]]:
    """Raises when the server met a fault of its own, even one that it answered by `retry`."""

    def check() -> None:
        faults = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert faults == []

    yield check


def bent(value: Any, dice: random.Random, pool: list[Any]) -> Any:
    """The same with one thing replaced, left out, moved from elsewhere, or misspelt."""
    whole = copy.deepcopy(value)
    found = list(places(whole))
    path = dice.choice(found)
    inner = whole
    for step in path:
        inner = inner[step]
    choice = dice.random()
    if choice < 0.2 and isinstance(inner, str):
        return put(whole, path, flipped(inner or "x", dice.random()))
    if choice < 0.4 and isinstance(inner, int):
        return put(whole, path, inner + dice.choice([-1, 1]))
    if choice < 0.5 and isinstance(inner, list):
        return put(whole, path, [*inner, *inner] or [None])
    if choice < 0.6 and isinstance(inner, dict):
        return put(whole, path, inner | {dice.choice(["role", "state", "x", "", "__proto__"]): dice.choice(pool[1:])})
    content = dice.choice(pool)
    return put(whole, path, content if content is GONE else copy.deepcopy(content))


def written(payload: Json, dice: random.Random) -> str:
    """JSON text that not every library would write: names twice, spaces, numbers as floats, deep members."""
    text = json.dumps(payload, ensure_ascii=dice.random() < 0.5, allow_nan=True)
    match dice.randrange(8):
        case 0:
            return text[:-1] + ',"v":1}'
        case 1:
            return text.replace('"v": 1', '"v": 1.0')
        case 2:
            return text[:-1] + ',"deep":' + "[" * 3000 + "]" * 3000 + "}"
        case 3:
            return text.replace(": 1", ": 1e400", 1)
        case 4:
            return "\ufeff" + text
        case _:
            return text


def entry_of(dice: random.Random, messages: list[Recorded], phones: list[Phone]) -> Any:
    """An entry as a hostile phone would make it: bent inside and signed well, or bent outside."""
    one, other = dice.choice(messages), dice.choice(messages).queued.signed.payload
    if dice.random() < 0.9:
        one = one.renewed(new_id(NOW + timedelta(minutes=dice.randrange(9))))
    payload = one.queued.signed.payload
    for _ in range(dice.randrange(3)):
        known = [name for name in payload if name in other]
        if known and dice.random() < 0.7:
            name = dice.choice(known)  # what is right elsewhere goes further than what is right nowhere
            payload = payload | {name: other[name]}
        elif payload:
            payload = bent(payload, dice, POOL)
    signer = one.phone if dice.random() < 0.8 else dice.choice(phones)
    text = written(payload, dice) if dice.random() < 0.2 else json.dumps(payload)
    entry: Any = one.again(text, signer)
    for _ in range(dice.choice([0, 0, 0, 0, 1, 2])):
        entry = bent(entry, dice, POOL) if isinstance(entry, dict) and entry else entry
    return entry


def check_answer(answer: TestResponse) -> None:
    """A problem of the catalogue, or an answer."""
    assert answer.status_code < 500, answer.data[:500]
    if answer.status_code == 200:
        return
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["code"] in CATALOGUE and set(problem) >= {"code", "message", "retry"}
    assert CATALOGUE[problem["code"]].status == answer.status_code


def check_verdicts(answer: TestResponse, count: int) -> list[str]:
    """The codes and verdicts that were given."""
    verdicts = answer.get_json()["verdicts"]
    assert len(verdicts) == count
    for verdict in verdicts:
        assert verdict["verdict"] in VERDICTS, verdict
        assert verdict["id"] is None or isinstance(verdict["id"], str)
        if verdict["verdict"] == "rejected":
            assert verdict["code"] in CATALOGUE and verdict["message"] == CATALOGUE[verdict["code"]].message
        elif verdict["verdict"] == "held":
            assert verdict["reason"] in HELD_REASONS
        else:
            assert verdict["position"] or "#" not in verdict["id"]
    return [str(verdict.get("code") or verdict["verdict"]) for verdict in verdicts]


def test_any_push_of_bent_messages_has_its_verdicts(
    client: FlaskClient, territory: Territory, messages: list[Recorded], judged: Callable[[], None]
) -> None:
    phones = [territory.bruno, territory.amina, territory.chloe, territory.david, territory.gwenaelle]
    reached: Counter[str] = Counter()

    @bound
    @given(seed=st.integers(0, 2**32 - 1))
    def play(seed: int) -> None:
        dice = random.Random(seed)
        entries = [entry_of(dice, messages, phones) for _ in range(dice.choice([1, 1, 2, 5]))]
        body = json.dumps({"entries": entries}).encode()
        headers = {"Content-Type": "application/json"}
        if dice.random() < 0.2:
            body, headers = gzip.compress(body, mtime=0), headers | {"Content-Encoding": "gzip"}
        began = time.perf_counter()
        answer = client.post("/api/events", data=body, headers=headers)
        assert time.perf_counter() - began < MAX_SECONDS
        check_answer(answer)
        if answer.status_code == 200:
            reached.update(check_verdicts(answer, len(entries)))
        judged()

    play()
    assert len(reached) >= 10, reached  # a fuzz that only meets the first check shows nothing


@bound
@given(seed=st.integers(0, 2**32 - 1))
def test_any_question_to_the_feed_is_answered(
    client: FlaskClient, territory: Territory, judged: Callable[[], None], seed: int
) -> None:
    dice = random.Random(seed)
    bruno, amina = territory.bruno.bundle, territory.amina.bundle
    names = ["network", f"organisation:{bruno.organisation}", f"member:{amina.member}", "circle:", "organisation:x",
             *(f"circle:{id}" for id in territory.circles.values()), "é", "%00", "a" * 3000,
             "circle:019cb838-dbe0-7000-8000-000000000000' OR '1'='1", "member:\u202e", ":::"]  # fmt: skip
    after = ["0", "1", "-1", "999999999999999", "9" * 16, "9" * 5000, "1.5", "٣", "", "0x1", " 1", "1_0", "+1", "NaN"]
    asked = [f"{dice.choice(names)}:{dice.choice(after)}" for _ in range(dice.choice([0, 1, 2, 5, 50, 51]))]
    who = dice.choice([territory.amina, territory.bruno, territory.gwenaelle, "x" * 5000, "", None])
    query = [("after", text) for text in asked] + ([("x", "1")] if dice.random() < 0.1 else [])
    answer = ask(client, "GET", "/api/feed", who, query_string=query)
    check_answer(answer)
    if answer.status_code == 200:
        assert set(answer.get_json()["streams"]) == {text.rpartition(":")[0] for text in asked}
    judged()


SESSIONS: list[tuple[str, Json]] = [
    ("/api/session/device", {"device": "019cb838-dbe0-7000-8000-000000000000"}),
    ("/api/session/device", {"assertion": "a.b.c"}),
    ("/api/session/passphrase", {"account": "amina"}),
    ("/api/session/passphrase", {"account": "amina", "proof": "A" * 43}),
    ("/api/session/passkey", {"credential": {"id": "x", "rawId": "x", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": None}}}),
    ("/api/invitations/019cb838-dbe0-7000-8000-000000000000", {"request": "{}", "mac": "A" * 43}),
]  # fmt: skip


@bound
@given(seed=st.integers(0, 2**32 - 1))
def test_any_attempt_to_sign_in_is_answered(
    client: FlaskClient, territory: Territory, judged: Callable[[], None], seed: int
) -> None:
    dice = random.Random(seed)
    path, body = dice.choice(SESSIONS)
    for _ in range(dice.randrange(4)):
        body = bent(body, dice, POOL) if body else body
    try:
        data = written(body, dice).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        return
    answer = client.post(path, data=data, headers={"Content-Type": "application/json"})
    check_answer(answer)
    judged()


# --- what costs the most ---------------------------------------------------------------------------------------------


def _bodies(messages: list[Recorded]) -> dict[str, bytes]:
    """Bodies of the greatest size that passes, each the worst of its kind."""
    room = MAX_BATCH_BYTES - 200
    one = next(message for message in messages if message.type == "orientation.sent").queued.entry
    return {
        "one text": b'{"entries":["' + b"x" * room + b'"]}',
        "brackets": b'{"entries":' + b"[" * (room // 2) + b"]" * (room // 2) + b"}",
        "empty objects": b'{"entries":[' + b"{}," * (room // 3 - 1) + b"{}]}",
        "names": b'{"entries":[{' + b",".join(b'"%07d":0' % number for number in range(room // 12)) + b"}]}",
        "escapes": b'{"entries":["' + b"\\u0041" * (room // 6) + b'"]}',
        "digits": b'{"entries":[' + b"9" * room + b"]}",
        "great tokens": json.dumps({"entries": [{"jws": f"e30.{'A' * 10_000}.AA", "sections": {}}] * 50}).encode(),
        "fifty times one": json.dumps({"entries": [one] * 50}).encode(),
        "a bomb": gzip.compress(b"\x00" * 300_000_000, 9, mtime=0),
    }  # fmt: skip


def test_no_body_takes_long_or_much(client: FlaskClient, messages: list[Recorded], judged: Callable[[], None]) -> None:
    worst = {}
    for name, body in _bodies(messages).items():
        headers = {"Content-Encoding": "gzip"} if name == "a bomb" else {}
        tracemalloc.start()
        began = time.process_time()
        answer = client.post("/api/events", data=body, headers=headers)
        seconds, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        worst[name] = f"{seconds:.2f} s, {peak / 2**20:.0f} MiB: {answer.status_code}"
        check_answer(answer)
        assert seconds < MAX_SECONDS and peak < 64 * 2**20, worst
    judged()
    print(worst)
