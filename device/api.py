"""The routes of docs/protocol.md §6 as calls: JSON in, JSON out, a refusal as an exception."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from urllib.parse import urlencode

from device.answers import check
from device.primitives import Json, compact_json, read_json
from device.refusal import Refusal
from device.transport import Reply, Transport


@dataclass(slots=True)
class Api:
    """One server. `token` is sent when there is one."""

    transport: Transport
    token: str | None = None

    def call(self, method: str, path: str, body: Json | None = None, token: str | None = None) -> Json:
        """The JSON answered. Refusal(code of the problem), or Refusal(unavailable) for anything that is not ours,
        Refusal(malformed) for an answer this route does not give."""
        reply = self.send(method, path, compact_json(body).encode() if body is not None else None, token=token)
        answer = json_of(reply)
        if answer is None:
            raise Refusal("unavailable", status=reply.status)
        if reply.status != 200:
            code = answer.pop("code", "unavailable")
            details = {name: answer[name] for name in ("after", "cause", "current", "category") if name in answer}
            raise Refusal(code if isinstance(code, str) else "unavailable", **details)
        return check(method, path, answer)

    def send(
        self, method: str, path: str, body: bytes | None, token: str | None = None, compress: bool = False
    ) -> Reply:
        """The raw reply, whatever it is."""
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        if compress and body is not None:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        return self.transport.send(method, path, body, headers)

    def feed(self, cursors: list[tuple[str, int]]) -> Json:
        """One page of at most 50 streams: {epoch, streams}."""
        query = urlencode([("after", f"{stream}:{position}") for stream, position in cursors])
        return self.call("GET", f"/api/feed?{query}")


def json_of(reply: Reply) -> Json | None:
    """The JSON object of a reply, None when it holds anything else: a captive portal's page, half an answer."""
    if reply.content_type not in ("application/json", "application/problem+json"):
        return None
    try:
        return read_json(reply.body)
    except Refusal:
        return None
