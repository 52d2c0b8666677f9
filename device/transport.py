"""How bytes reach a server: over HTTP, or straight into a WSGI test client. No redirect is ever followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol
from urllib import error, request


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` 0: no answer came back (the request may still have been received)."""

    status: int
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """One request, one reply; never raises for a network failure."""

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply: ...


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class HttpTransport:
    """Over urllib, without proxies: a phone speaks to the one server it was told of."""

    def __init__(self, server: str, timeout_seconds: float = 30) -> None:
        self._server = server.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._opener = request.build_opener(request.ProxyHandler({}), _NoRedirect)

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        asked = request.Request(self._server + path, data=body, headers=dict(headers), method=method)
        try:
            with self._opener.open(asked, timeout=self._timeout_seconds) as answer:
                return Reply(answer.status, answer.read(), answer.headers.get_content_type(), dict(answer.headers))
        except error.HTTPError as answer:
            with answer:
                return Reply(answer.code, answer.read(), answer.headers.get_content_type(), dict(answer.headers))
        except (OSError, HTTPException):
            return Reply(0, b"")


class WsgiTransport:
    """Over a Flask or werkzeug test client, passed in: it has `open(path, method=, data=, headers=)`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        answer = self._client.open(path, method=method, data=body, headers=dict(headers))
        with answer:
            return Reply(answer.status_code, answer.data, answer.mimetype, dict(answer.headers))
