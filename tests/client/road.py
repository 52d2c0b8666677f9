"""The road between a phone and its server: a proxy on 127.0.0.1 that spoils what passes by, as bytes.

A browser's own interception can neither cut an answer in its middle nor deliver a request twice, or long after its
sender gave up. Only what goes to `/api/` is spoiled.
"""

from __future__ import annotations

import dataclasses
import http.client
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.client.phones import digest_of

if TYPE_CHECKING:
    from tests.conftest import Live

PORTAL = b"<!doctype html><title>Wi-Fi</title><h1>Bienvenue, acceptez nos conditions</h1>"
LATE_S = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the phone. `body` may be less than `length` announces: the connection then breaks."""

    status: int
    headers: dict[str, str]
    body: bytes
    length: int
    pause_s: float = 0.0  # before each part, when it comes drop by drop
    parts: int = 1

    def cut(self, share: float, is_length_honest: bool) -> Answer:
        part = self.body[: int(len(self.body) * share)]
        return dataclasses.replace(self, body=part, length=len(part) if is_length_honest else self.length)


Send = Callable[[], Answer]
Fault = Callable[[Send], Answer | None]


def answer(status: int, body: bytes = PORTAL, **headers: str) -> Answer:
    """What somebody else on the road says in the server's place."""
    return Answer(status, {"Content-Type": "text/html", **headers}, body, len(body))


def _later(send: Send) -> None:
    """The phone gives up; what it sent arrives all the same, after what it sends next."""
    threading.Timer(LATE_S, send).start()


def _twice_at_once(send: Send) -> Answer:
    other = threading.Thread(target=send)
    other.start()
    found = send()
    other.join()
    return found


def _slowly(send: Send) -> Answer:
    time.sleep(LATE_S)
    return send()


def _after_a_while(send: Send) -> Answer:
    found = send()
    time.sleep(LATE_S)
    return found


# What may happen to a request, by name. `None`: the connection ends without an answer.
FAULTS: dict[str, Fault] = {
    "never arrives": lambda send: None,
    "arrives, unanswered": lambda send: send() and None,
    "arrives late, unanswered": _later,
    "arrives twice": lambda send: send() and send(),
    "arrives twice at once": _twice_at_once,
    "goes slowly": _slowly,
    "comes back slowly": _after_a_while,
    "cut at a tenth": lambda send: send().cut(0.1, is_length_honest=False),
    "cut at half": lambda send: send().cut(0.5, is_length_honest=True),
    "cut near the end": lambda send: send().cut(0.9, is_length_honest=False),
    "drips": lambda send: dataclasses.replace(send(), pause_s=0.1, parts=8),
    "falls silent": lambda send: dataclasses.replace(send().cut(0.5, is_length_honest=False), pause_s=1, parts=2),
    "portal": lambda send: answer(200),
    "login": lambda send: answer(302, Location="/login"),
    "gateway": lambda send: answer(502),
    "busy": lambda send: answer(429, **{"Retry-After": "0"}),
}


class Road:
    """Listens until `close()`. `spoil(path)` names the fault of each request to come, or says None."""

    def __init__(self, live: Live) -> None:
        road = self
        self._to = live.port
        self.spoil: Callable[[str], str | None] = lambda path: None
        self.seen: Counter[str] = Counter()
        self.given_up: Counter[str] = Counter()  # answers whose phone hung up before their end, by fault

        class Way(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                road._pass(self)

            def do_POST(self) -> None:
                road._pass(self)

            def do_PUT(self) -> None:
                road._pass(self)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing: the requests of a test are not news."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Way)
        self._server.daemon_threads = True
        self.origin = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        # Phones sign the address they speak to: the server must know itself by this one.
        live.origin = self.origin
        live.app.extensions["accord-config"] = dataclasses.replace(live.config, origin=self.origin)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _pass(self, way: BaseHTTPRequestHandler) -> None:
        body = way.rfile.read(int(way.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in way.headers.items() if name.lower() != "connection"}

        def send() -> Answer:
            return self._ask(way.command, way.path, body, headers)

        name = self.spoil(way.path) if way.path.startswith("/api/") else None
        if name:
            self.seen[name] += 1
        way.close_connection = True
        found = FAULTS[name](send) if name else send()
        if found is not None and not _give(way, found) and name:
            self.given_up[name] += 1

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._to, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            reply = connection.getresponse()
            read = reply.read()
            return Answer(reply.status, dict(reply.getheaders()), read, len(read))
        except OSError:  # the server is down, as a gateway would say
            return answer(502)
        finally:
            connection.close()


def _give(way: BaseHTTPRequestHandler, found: Answer) -> bool:
    """Whether the phone stayed to hear all of it."""
    try:
        way.send_response_only(found.status)
        for name, value in found.headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                way.send_header(name, value)
        way.send_header("Content-Length", str(found.length))
        way.send_header("Connection", "close")
        way.end_headers()
        size = -(-len(found.body) // found.parts) or 1
        for at in range(0, len(found.body), size):
            time.sleep(found.pause_s)
            way.wfile.write(found.body[at : at + size])
        time.sleep(found.pause_s)
    except OSError:
        return False
    return True


def ledger(live: Live) -> dict[str, str]:
    """{event: digest of what the server keeps}. Fails if one stands twice in a stream."""
    with closing(sqlite3.connect(live.config.database_url.removeprefix("sqlite:///"))) as base:
        shown = base.execute("select stream, event from entry where event is not null").fetchall()
        assert len(shown) == len(set(shown)), "an event stands twice in a stream"
        return {id: digest_of(jws) for id, jws in base.execute("select id, jws from event")}


def hurried(rate: int) -> str:
    """A script for a page whose clock and timers go `rate` times as fast as ours."""
    return f"""(() => {{
      const now = Date.now, begun = now();
      Date.now = () => begun + (now() - begun) * {rate};
      for (const name of ["setTimeout", "setInterval"]) {{
        const real = globalThis[name];
        globalThis[name] = (act, ms = 0, ...rest) => real(act, ms / {rate}, ...rest);
      }}
    }})()"""
