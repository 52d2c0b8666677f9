"""A server that judges nothing: it stores and serves what it is given, so that phones can be tried against its lies.

`withheld`, `forged` and `seen` let a test hide an entry, replace one, or read every body that passed.
"""

from __future__ import annotations

import gzip
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from device.primitives import digest
from device.transport import Reply

Json = dict[str, Any]


class Relay:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.streams: dict[str, list[Json]] = defaultdict(list)
        self.bundles: dict[str, Json] = {}
        self.invitations: dict[str, list[Json]] = defaultdict(list)
        self.members: dict[str, str] = {}
        self.seen: list[bytes] = []
        self.answer: Callable[[str, Json], Reply | None] = lambda path, body: None
        self.epoch = "one"
        self._tokens = itertools.count()

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body or b"")
        self.seen.append(body or b"")
        content = json.loads(body) if body else {}
        route = urlsplit(path)
        told = self.answer(route.path, content)
        if told is not None:
            return told
        query = parse_qsl(route.query)
        return Reply(200, json.dumps(self._answer(method, route.path, query, content)).encode(), "application/json")

    def _answer(self, method: str, path: str, query: list[tuple[str, str]], body: Json) -> Json:
        match path.split("/")[2:]:
            case ["events"]:
                return {"epoch": self.epoch, "verdicts": [self._take(entry) for entry in body["entries"]]}
            case ["feed"]:
                asked = (value.rsplit(":", 1) for _, value in query)
                return {"epoch": self.epoch, "streams": {name: self._page(name, int(after)) for name, after in asked}}
            case ["session", "device"]:
                return {"nonce": "n"} if "device" in body else _session(f"t{next(self._tokens)}")
            case ["session", "passphrase"]:
                kept = self.bundles[body["account"]]["sign_in"]
                return _session(body["account"]) if "proof" in body else {k: v for k, v in kept.items() if k != "proof"}
            case ["bundle"] if method == "PUT":
                self.bundles[body["account"]] = body
                return {"version": body["previous"] + 1}
            case ["bundle"]:
                kept = next(iter(self.bundles.values()))
                return {"version": 1, "bundle": kept["bundle"], "slots": kept["slots"], "heads": self.heads()}
            case ["invitations", name]:
                return self._invitation(method, name, dict(query), body)
        raise AssertionError(path)

    def _invitation(self, method: str, name: str, query: Mapping[str, str], body: Json) -> Json:
        if method == "POST":
            self.invitations[name].append(body)
        if method == "GET" and "member" in query:
            organisation = self.members.get(query["member"])
            return {"state": "admitted", "organisation": organisation, "heads": self.heads()}
        return {"kind": "member", "requests": self.invitations[name]}

    def heads(self) -> Json:
        return {
            name: [len(lines), digest(lines[-1]["jws"].rpartition(".")[0])]
            for name, lines in self.streams.items()
            if name == "network" or name.startswith("organisation:")
        }

    def _take(self, entry: Json) -> Json:
        payload = payload_of(entry["jws"])
        verdict = {"digest": digest(entry["jws"].rpartition(".")[0]), "verdict": "accepted", "position": {}}
        if "beside" in entry:
            if any(line["jws"] == entry["jws"] for line in self.streams[payload["stream"]]):
                return verdict | {"id": f"{payload['stream']}#{payload['number']}", "verdict": "duplicate"}
            self._note_members(payload)
            self.append(payload["stream"], {"jws": entry["jws"], "beside": entry["beside"]})
            return verdict | {"id": f"{payload['stream']}#{payload['number']}"}
        for side, name in payload.get("audience", {}).items():
            sections = {
                section: {"core": strings["core"], "wrap": strings["wraps"][side]}
                for section, strings in entry["sections"].items()
                if side in strings["wraps"]
            }
            stream = name if name.startswith("member:") else "circle:" + name.rpartition(".")[0]
            self.append(stream, {"jws": entry["jws"], "sections": sections})
        return verdict | {"id": payload["id"]}

    def _note_members(self, payload: Json) -> None:
        organisation = payload["stream"].removeprefix("organisation:")
        if payload["type"] == "organisation.admitted":
            self.members[payload["administrator"]["id"]] = payload["organisation"]["id"]
        if payload["type"] == "member.added":
            self.members[payload["member"]["id"]] = organisation

    def append(self, stream: str, line: Json) -> None:
        moment = self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.streams[stream].append({"position": len(self.streams[stream]) + 1, "received_at": moment} | line)

    def _page(self, stream: str, after: int) -> Json:
        lines = [line for line in self.streams[stream] if line["position"] > after]
        return {"entries": lines[:20], "next": lines[:20][-1]["position"] if lines else after, "more": len(lines) > 20}


def _session(token: str) -> Json:
    return {"token": token, "expires_at": "2026-03-04T21:41:37Z"}


def payload_of(token: str) -> Json:
    import base64

    part = token.split(".")[1]
    content: Json = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content
