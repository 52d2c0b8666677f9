"""The doors as a device sees them, without the web: each route of the protocol is one call."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from device.phone import Phone
from device.transport import Reply
from models import accounts, feed, ledger, schema
from models.accounts import Caller
from models.problems import Problem

Json = dict[str, Any]
ORIGIN = "http://localhost:8000"
SECRET = "a secret of the server, for tests"


def refused(call: Any, *arguments: object) -> str:
    """The code of the Problem this call raises."""
    with pytest.raises(Problem) as refusal:
        call(*arguments)
    return refusal.value.code


def caller_of(phone: Phone, now: datetime) -> Caller:
    """Who the phone's token names."""
    return accounts.caller(phone.api.token, now)


class Doors:
    """A transport for `device/`. `now` is the server's clock, set by the test; `verdicts`: those of the last push."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.verdicts: list[Json] = []

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body or b"")
        content = json.loads(body) if body else {}
        route = urlsplit(path)
        token = headers.get("Authorization", "").removeprefix("Bearer ") or None
        try:
            answer = self._answer(method, route.path.split("/")[2:], parse_qsl(route.query), content, token)
        except Problem as problem:
            return Reply(problem.status, json.dumps(problem.as_dict()).encode(), "application/problem+json")
        return Reply(200, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), "application/json")

    def push(self, *entries: object) -> list[Json]:
        self.verdicts = ledger.append(list(entries), self.now, demonstration=True)
        return self.verdicts

    def _answer(
        self, method: str, path: list[str], query: list[tuple[str, str]], body: Json, token: str | None
    ) -> Json | bytes:
        match path:
            case ["events"]:
                return {"epoch": schema.epoch(), "verdicts": self.push(*body["entries"])}
            case ["feed"]:
                asked = [(value.rsplit(":", 1)[0], int(value.rsplit(":", 1)[1])) for _, value in query]
                return feed.read(accounts.caller(token, self.now).reader, asked, self.now)
            case ["session", "device"] if "device" in body:
                return {"nonce": accounts.device_nonce(body["device"], self.now)}
            case ["session", "device"]:
                return accounts.open_device_session(body["assertion"], ORIGIN, self.now)
            case ["session", "passphrase"] if "proof" in body:
                return accounts.open_bundle_session(body["account"], body["proof"], self.now)
            case ["session", "passphrase"]:
                return accounts.sign_in_parameters(body["account"], SECRET)
            case ["session", "recovery"]:
                return accounts.open_recovery_session(body["account"], body["proof"], self.now)
            case ["bundle"] if method == "PUT":
                return {"version": accounts.put_bundle(accounts.caller(token, self.now), body, self.now)}
            case ["bundle"]:
                return accounts.bundle(accounts.caller(token, self.now))
            case ["invitations", id]:
                return self._invitation(method, id, dict(query), body, token)
        raise AssertionError(path)

    def _invitation(self, method: str, id: str, query: Mapping[str, str], body: Json, token: str | None) -> Json:
        if method == "POST":
            accounts.ask_admission(id, body["request"], body["mac"], self.now)
            return {}
        if "member" in query:
            return accounts.admission_state(id, query["member"])
        who = accounts.caller(token, self.now)
        if method == "PUT":
            accounts.put_invitation(who, id, body, self.now)
            return {}
        return accounts.admissions(who, id)
