"""Between a phone and the server: each fault a request may meet, by name. A schedule says which, at which request."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee

from device.transport import Reply
from tests.simulator.server import Killed

if TYPE_CHECKING:
    from tests.simulator.world import World

Request = tuple[str, str, bytes | None, Mapping[str, str]]
NOTHING = Reply(0, b"")
LOGIN_PAGE = b"<!doctype html><title>Connexion au Wi-Fi</title><form>"


class PhoneDied(BaseException):
    """The phone's process is gone; what it had not stored was never written."""


@dataclass(slots=True)
class Wire:
    """One phone's transport. `plan`: {number of the request within the step, from 0: (fault, its parameter)}."""

    world: World
    name: str
    plan: dict[int, tuple[str, int]]
    sent: int = 0

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        fault = self.plan.get(self.sent)
        self.sent += 1
        self.world.paths.append(path)
        request = (method, path, body, dict(headers))
        if fault is None:
            return self.through(request)
        kind, parameter = fault
        self.world.counts[f"fault {kind}"] += 1
        return FAULTS[kind](self, request, parameter)

    def through(self, request: Request, watch: Callable[[int], None] | None = None) -> Reply:
        """To the server and back; god looks at the answer."""
        server = self.world.server
        try:
            reply = server.send_watched(*request, watch=watch) if watch else server.send(*request)
        except Killed:
            server.close()
            reply = NOTHING
        self.world.answered(self.name, request, reply)
        return reply


Fault = Callable[[Wire, Request, int], Reply]


def _answer(status: int, body: bytes = LOGIN_PAGE, content_type: str = "text/html", **headers: str) -> Fault:
    return lambda wire, request, parameter: Reply(status, body, content_type, headers)


def _problem(status: int, code: str, **details: object) -> Fault:
    body = json.dumps({"code": code, "message": "…", "retry": False} | details).encode()
    return _answer(status, body, "application/problem+json")


def _lose_answer(wire: Wire, request: Request, parameter: int) -> Reply:
    wire.through(request)
    return NOTHING


def _twice(wire: Wire, request: Request, parameter: int) -> Reply:
    first = wire.through(request)
    second = wire.through(request)
    return second if parameter % 2 else first


def _delay(wire: Wire, request: Request, parameter: int) -> Reply:
    """The phone gives up waiting; the request arrives at a later step, in whatever order."""
    wire.world.late.append((wire.name, request))
    return NOTHING


def _cut_answer(wire: Wire, request: Request, parameter: int) -> Reply:
    reply = wire.through(request)
    return Reply(reply.status, reply.body[: len(reply.body) * (1 + parameter % 9) // 10], reply.content_type)


def _cut_request(wire: Wire, request: Request, parameter: int) -> Reply:
    method, path, body, headers = request
    return wire.through((method, path, (body or b"")[: len(body or b"") // 2] or None, headers))


def _gateway_after(wire: Wire, request: Request, parameter: int) -> Reply:
    wire.through(request)
    return Reply(504, LOGIN_PAGE, "text/html")


def _kill_during(wire: Wire, request: Request, parameter: int) -> Reply:
    def watch(statement: int) -> None:
        if statement == 1 + parameter % 14:
            raise Killed

    return wire.through(request, watch)


def _kill_after(wire: Wire, request: Request, parameter: int) -> Reply:
    wire.through(request)
    wire.world.server.close()
    return NOTHING


def _database_fails(wire: Wire, request: Request, parameter: int) -> Reply:
    def watch(statement: int) -> None:
        if statement == 1 + parameter % 14:
            raise peewee.OperationalError("disk full")

    return wire.through(request, watch)


def _die_before(wire: Wire, request: Request, parameter: int) -> Reply:
    raise PhoneDied


def _die_after(wire: Wire, request: Request, parameter: int) -> Reply:
    wire.through(request)
    raise PhoneDied


def _meanwhile(wire: Wire, request: Request, parameter: int) -> Reply:
    """Another worker serves another phone, after this request was read and before its transaction begins."""
    world = wire.world
    names = [name for name in world.devices if name != wire.name]
    other = world.who_sends(names[parameter % len(names)], wire.name)
    with world.before_next_transaction(lambda: world.sync_quietly(other)):
        return wire.through(request)


def _alter_request(wire: Wire, request: Request, parameter: int) -> Reply:
    """Bytes swapped on the way up: two sealed strings of one push change places, or one loses a bit."""
    method, path, body, headers = request
    if path != "/api/events" or body is None:
        return wire.through(request)
    pushed = json.loads(gzip.decompress(body))
    sealed = [one for entry in pushed["entries"] for one in entry.get("sections", {}).values()]
    if sealed:
        one = sealed[parameter % len(sealed)]
        other = sealed[(parameter + 1) % len(sealed)]
        if one is not other:
            one["wraps"], other["wraps"] = other["wraps"], one["wraps"]
        else:
            one["core"] = one["core"][:-1] + ("A" if one["core"][-1] != "A" else "Q")
    return wire.through((method, path, gzip.compress(json.dumps(pushed).encode(), mtime=0), headers))


def _alter_answer(wire: Wire, request: Request, parameter: int) -> Reply:
    """Someone on the way puts their own key in the place of a circle's: only the signature tells."""
    reply = wire.through(request)
    if reply.status != 200 or not request[1].startswith("/api/feed"):
        return reply
    page = json.loads(reply.body)
    for stream in page["streams"].values():
        for entry in stream["entries"]:
            entry["jws"] = _with_another_key(wire, entry["jws"]) if "beside" in entry else entry.get("jws", "")
            if not entry["jws"]:
                del entry["jws"]
    return Reply(200, json.dumps(page).encode(), reply.content_type)


def _with_another_key(wire: Wire, jws: str) -> str:
    head, said, signature = jws.split(".")
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    if "public" not in payload:
        return jws
    payload["public"] = wire.world.strange_key
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return ".".join((head, base64.urlsafe_b64encode(written).rstrip(b"=").decode(), signature))


FAULTS: dict[str, Fault] = {
    "drop_request": _answer(0, b"", ""),
    "drop_answer": _lose_answer,
    "duplicate": _twice,
    "delay": _delay,
    "cut_answer": _cut_answer,
    "cut_request": _cut_request,
    "login_page": _answer(200),
    "empty_object": _answer(200, b"{}", "application/json"),
    "no_content": _answer(204, b"", ""),
    "redirect": _answer(302, b"", "text/html", Location="http://login.example/"),
    "signed_out": _problem(401, "session_expired"),
    "not_found": _answer(404),
    "bad_gateway": _answer(502),
    "gateway_after": _gateway_after,
    "too_large": _answer(413),
    "too_many": _problem(429, "too_many", after=30),
    "kill_during": _kill_during,
    "kill_after": _kill_after,
    "database_fails": _database_fails,
    "die_before": _die_before,
    "die_after": _die_after,
    "meanwhile": _meanwhile,
    "alter_request": _alter_request,
    "alter_answer": _alter_answer,
}
