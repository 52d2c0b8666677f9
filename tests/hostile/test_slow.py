"""Requests that never end, and headers that never stop: the others are served meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import urlopen

import pytest

from tests.conftest import Live

HALF = b'POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n{"entries":['


@pytest.fixture
def lines(live: Live) -> Iterator[list[socket.socket]]:
    """More connections than the server has threads, each with half a request."""
    with ExitStack() as closing:
        yield [closing.enter_context(socket.create_connection(("127.0.0.1", live.port), 10)) for _ in range(40)]


def test_bodies_that_come_slowly_keep_nobody_waiting(live: Live, lines: list[socket.socket]) -> None:
    for line in lines:
        line.sendall(HALF)
    for _ in range(5):
        for line in lines:
            line.sendall(b"{},")
        with urlopen(f"{live.origin}/healthz", timeout=10) as answer:
            assert answer.status == 200


HEADERS = {
    "long": b"X: " + b"x" * 400_000,
    "many": b"X: y\r\n" * 60_000,
    "a token": b"Authorization: Bearer " + b"z" * 200_000,
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_great_headers_are_refused_and_the_server_goes_on(live: Live, header: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 10) as line:
        try:
            line.sendall(b"GET /api/feed?after=network:0 HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
            answer = line.recv(100)
        except ConnectionError:  # it hung up before the end
            answer = b""
        assert answer == b"" or int(answer.split()[1]) in (400, 401, 431)
    with urlopen(f"{live.origin}/healthz", timeout=10) as healthy:
        assert healthy.status == 200
