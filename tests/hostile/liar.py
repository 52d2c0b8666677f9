"""A proxy that lies: between a phone and an honest server, it hears every answer and may say another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from device.transport import Reply, Transport
from tests.hostile.mutations import NotHere, Raw

Json = dict[str, Any]


def route_of(method: str, path: str, body: Any) -> str:
    """The name of what is answered: a route that answers two things has two."""
    words = urlsplit(path)
    match words.path.split("/")[2:]:
        case ["session", kind]:
            return f"session.{kind}." + ("token" if set(body or {}) & {"assertion", "proof", "credential"} else "asked")
        case ["invitations", _]:
            return "invitation.state" if "member=" in words.query else "invitation.requests"
        case ["bundle"]:
            return "bundle.put" if method == "PUT" else "bundle"
        case [name]:
            return name
    return words.path


class Liar:
    """`lie` bends the answers of `route`; `told` counts how often it did; `heard` keeps every honest answer."""

    def __init__(self, honest: Transport) -> None:
        self.honest = honest
        self.route = ""
        self.lie: Callable[[Json], Any] | None = None
        self.told = 0
        self.asked = 0
        self.heard: list[tuple[str, Json]] = []
        self.sent: list[tuple[str, Any]] = []

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self.asked += 1
        assert self.asked < 200, "the phone asks without end"
        reply = self.honest.send(method, path, body, headers)
        content = json.loads(body) if body and headers.get("Content-Encoding") != "gzip" else None
        route = route_of(method, path, content)
        self.sent.append((route, content))
        if reply.status != 200:
            return reply
        answer = json.loads(reply.body)
        self.heard.append((route, answer))
        return self._bent(answer) or reply if route == self.route and self.lie else reply

    def _bent(self, answer: Json) -> Reply | None:
        assert self.lie is not None
        try:
            said = self.lie(answer)
        except NotHere:
            return None
        self.told += 1
        if isinstance(said, Raw):
            return Reply(said.status, said.body, said.content_type)
        return Reply(200, json.dumps(said).encode(), "application/json")

    def begin(self, route: str, lie: Callable[[Json], Any]) -> None:
        self.route, self.lie, self.told, self.asked = route, lie, 0, 0

    def repent(self) -> None:
        self.lie, self.asked = None, 0
