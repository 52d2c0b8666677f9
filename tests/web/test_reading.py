"""A body is read within bounds, strictly, or refused by name; nothing half-read reaches a door."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from flask import Flask

from models.problems import Problem
from models.rules.formats import integer, is_id, is_name
from web import reading


def _read(app: Flask, data: bytes, **headers: str) -> dict[str, Any]:
    with app.test_request_context("/api/x", method="POST", data=data, headers=headers):
        return reading.json_object()


def _code(app: Flask, data: bytes, **headers: str) -> str:
    with pytest.raises(Problem) as refusal:
        _read(app, data, **headers)
    return refusal.value.code


def test_plain_and_packed_bodies_are_read_alike(app: Flask) -> None:
    body = json.dumps({"nom": "é", "n": 1}).encode()
    assert _read(app, body) == {"nom": "é", "n": 1}
    assert _read(app, gzip.compress(body), **{"Content-Encoding": "gzip"}) == {"nom": "é", "n": 1}


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b'"x"', b"1", b"{", b'{"a":1}x', b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":-Infinity}',
     b"\xff\xfe", b'{"a":"\\ud800"}', b"\xef\xbb\xbf{}", b"<html></html>", b"a=1", b"[" * 100_000, b'{"a":' * 100_000],
)  # fmt: skip
def test_what_is_not_one_strict_object_is_malformed(app: Flask, data: bytes) -> None:
    assert _code(app, data) == "malformed"


def test_a_body_over_the_bound_is_too_large_even_when_it_lies_about_its_length(app: Flask) -> None:
    """T8: 413, so that the phone halves its batch."""
    big = b'{"a":"' + b"x" * reading.MAX_BODY_BYTES + b'"}'
    assert _code(app, big) == "too_large"
    just = b'{"a":"' + b"x" * (reading.MAX_BODY_BYTES - 8) + b'"}'
    assert _read(app, just)["a"].startswith("x")


def test_a_small_packed_body_that_unpacks_to_gigabytes_is_cut_off(app: Flask) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(b"\0" * 1024 * 1024) for _ in range(64)) + packer.flush()
    assert len(bomb) < reading.MAX_BODY_BYTES
    assert _code(app, bomb, **{"Content-Encoding": "gzip"}) == "too_large"


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"not gzip",
        gzip.compress(b'{"a":1}', mtime=0)[:-4],
        gzip.compress(b'{"a":1}', mtime=0) + b"more",
        zlib.compress(b"{}"),
    ],
    ids=["empty", "not gzip", "cut", "followed", "deflate"],
)
def test_a_broken_packing_is_malformed(app: Flask, packed: bytes) -> None:
    assert _code(app, packed, **{"Content-Encoding": "gzip"}) == "malformed"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_another_packing_is_malformed(app: Flask, encoding: str) -> None:
    assert _code(app, b"{}", **{"Content-Encoding": encoding}) == "malformed"


@pytest.mark.parametrize(
    "body",
    [
        {"credential": {"clientExtensionResults": {"prf": {"enabled": True, "results": {"first": "AAAA"}}}}},
        {"credential": {"clientExtensionResults": {"prf": {"results": {"first": "AAAA", "second": "BBBB"}}}}},
        {"credential": {"clientExtensionResults": {"prf": {"results": None}}}},
        {"x": [[{"deep": {"prf": {"first": "AAAA"}}}]]},
        {"prf": "AAAA"},
        {"prf": ["AAAA"]},
        {"extensions": {"hmacGetSecret": {"output1": "AAAA"}}},
        {"extensions": {"hmac-secret": "AAAA"}},
    ],
)
def test_the_secret_of_a_passkey_is_refused_wherever_it_hides(app: Flask, body: dict[str, Any]) -> None:
    """T76: the output of PRF opens the vault; a body that carries it is refused before anything else is looked at."""
    assert _code(app, json.dumps(body).encode()) == "prf_output"
    assert _code(app, gzip.compress(json.dumps(body).encode()), **{"Content-Encoding": "gzip"}) == "prf_output"


def test_saying_that_a_passkey_can_derive_is_not_its_secret(app: Flask) -> None:
    assert _read(app, b'{"c": {"prf": {"enabled": true}, "hmac-secret": true}}')


def _fields(app: Flask, body: dict[str, Any]) -> dict[str, Any]:
    with app.test_request_context("/api/x", method="POST", data=json.dumps(body)):
        return reading.fields({"name": is_name, "uses": integer(1, 40)}, {"team": is_id})


def test_every_member_is_of_its_form(app: Flask) -> None:
    assert _fields(app, {"name": "amina", "uses": 2}) == {"name": "amina", "uses": 2}


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "amina"}, {"name": "", "uses": 1}, {"name": "amina", "uses": 0}, {"name": "amina", "uses": 41},
     {"name": "amina", "uses": True}, {"name": "amina", "uses": "1"}, {"name": "amina", "uses": 1.0},
     {"name": ["amina"], "uses": 1}, {"name": None, "uses": 1}, {"name": "amina", "uses": 1, "team": "x"}],
)  # fmt: skip
def test_a_member_missing_or_of_another_form_is_malformed(app: Flask, body: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="malformed"):
        _fields(app, body)


@pytest.mark.parametrize(
    "name", ["role", "override", "author", "state", "position", "received_at", "team_id", "__proto__"]
)
def test_a_member_nobody_asked_for_is_refused_not_ignored(app: Flask, name: str) -> None:
    """T43: mass assignment."""
    with pytest.raises(Problem, match="unknown_field"):
        _fields(app, {"name": "amina", "uses": 1, name: "supervisor"})


def test_a_query_nobody_asked_for_is_refused(app: Flask) -> None:
    with app.test_request_context("/api/x?member=1&admin=1"):
        reading.no_query("member", "admin")
        with pytest.raises(Problem, match="unknown_field"):
            reading.no_query("member")
