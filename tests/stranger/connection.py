"""The wire of docs/protocol.md: signing in, enrolling a device, sessions (§5, §6), push (§7)."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from .jose import SUITE, Json, Refused, Signed, b64u, dumps, loads, new_key, public_of, sign
from .roster import Head, Roster
from .sealing import expand, new_slot, open_compact, seal, stretched


class Problem(Exception):
    """An `application/problem+json` the server answered."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body.get('code')}")
        self.status, self.code, self.body = status, str(body.get("code")), body


def instant(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%MZ")


def new_id(now: datetime) -> str:
    """A UUID version 7 whose time is floored to the minute."""
    minute = int(now.timestamp()) // 60 * 60_000
    raw = bytearray(minute.to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def days(now: datetime, count: int) -> str:
    return instant(now + timedelta(days=count))


def today() -> datetime:
    return datetime.now(UTC)


class Connection:
    """One device. `origin` is what assertions are signed for, `base` where the server listens."""

    def __init__(self, base: str, origin: str | None = None) -> None:
        self.base, self.origin = base, origin or base
        self.device, self.key = "", new_key()
        self.token = ""
        self.me: Json = {}
        self.told: Json = {}
        self.roster = Roster("")

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return loads(answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Problem(refusal.code, loads(refusal.read())) from None

    # §5 Doors

    def sign_in(self, account: str, passphrase: str) -> Json:
        """Opens the bundle by its passphrase slot and returns the answer of `/api/bundle`."""
        door = self.call("POST", "/api/session/passphrase", {"account": account})
        proof = b64u(expand(stretched(passphrase, door), "accord sign-in 1"))
        granted = self.call("POST", "/api/session/passphrase", {"account": account, "proof": proof})
        self.token = granted["token"]
        answer = self.call("GET", "/api/bundle")
        slot = next(slot for slot in answer["slots"] if slot["kind"] == "passphrase")
        bundle_key = open_compact(slot["jwe"], key=expand(stretched(passphrase, slot), "accord slot 1"))
        self.me = loads(open_compact(answer["bundle"], key=bundle_key))
        if self.me["v"] != 1 or (self.me["member"], self.me["organisation"]) != (
            answer["member"],
            answer["organisation"],
        ):
            raise Refused("cannot_open", "another member's bundle")
        if self.roster.genesis not in ("", self.me["genesis"]):
            raise Refused("fork", "another genesis")
        self.roster.genesis = self.me["genesis"]
        for stream, head in answer["heads"].items():
            self._not_behind(stream, head)
        return answer

    def _not_behind(self, stream: str, head: Head) -> None:
        """Refuses heads that deny what this client already verified."""
        known = len(self.roster.digests.get(stream, []))
        if known and int(head[0]) < known:
            raise Refused("fork", f"{stream} went back")
        if known and int(head[0]) == known:
            self.roster.knows(stream, head)

    def enrol(self, heads: Json, now: datetime) -> None:
        """A device of our own, signed by the member's key on the heads the bundle came with; then a session.

        These heads are the server's word: `sync` checks them against the chain before anything is sealed.
        """
        self.device, self.told = self.device or new_id(now), heads
        told = {"device": self.device, "member": self.me["member"], "signing": public_of(self.key)}
        verdict = self.state("device.enrolled", now, heads, told)
        if verdict.get("code") == "stale_head":  # someone else's statement came first: sign again on the new head
            self.told = self.call("GET", "/api/bundle")["heads"]
            verdict = self.state("device.enrolled", now, self.told, told)
        if verdict["verdict"] not in ("accepted", "duplicate"):
            raise Refused(str(verdict.get("code") or verdict.get("reason")), "enrolment")
        self.open_session(now)

    def state(self, kind: str, now: datetime, heads: Json, members: Json, beside: Sequence[str] = ()) -> Json:
        """Signs a statement of our organisation with the member's key; returns its verdict."""
        stream = f"organisation:{self.me['organisation']}"
        number, newest = heads[stream]
        body = {**SUITE, "type": kind, "stream": stream, "number": number + 1, "prev": newest, "at": instant(now)}
        body |= {"heads": {"network": heads["network"]}, **members}
        signed = sign(body, self.me["member"], "accord.statement", self.me["signing"])
        return self.push({f"{stream}#{number + 1}": (signed, {"jws": signed.jws, "beside": list(beside)})})[0]

    def open_session(self, now: datetime) -> None:
        nonce = self.call("POST", "/api/session/device", {"device": self.device})["nonce"]
        body = {**SUITE, "device": self.device, "nonce": nonce, "origin": self.origin, "at": instant(now)}
        assertion = sign(body, self.device, "accord.session", self.key).jws
        self.token = self.call("POST", "/api/session/device", {"assertion": assertion})["token"]

    def keep_bundle(self, passphrase: str, previous: int, now: datetime) -> int:
        """Seals our keys anew behind one passphrase; returns the bundle's version."""
        key = os.urandom(32)
        head, iv, text, tag = seal({"alg": "dir", "enc": "A256GCM"}, key, dumps(self.me).encode())
        slot, sign_in = new_slot(new_id(now), key, passphrase)
        body = {"previous": previous, "account": self.me["account"], "bundle": f"{head}..{iv}.{text}.{tag}"}
        return int(self.call("PUT", "/api/bundle", body | {"slots": [slot], "sign_in": sign_in})["version"])

    # §7 Push

    def push(self, entries: Mapping[str, tuple[Signed, Json]]) -> list[Json]:
        """The verdicts; an answer without our id and digest means: not delivered."""
        answer = self.call("POST", "/api/events", {"entries": [entry for _, entry in entries.values()]})
        verdicts: list[Json] = answer["verdicts"]
        asked = [(name, signed.digest) for name, (signed, _) in entries.items()]
        if [(verdict["id"], verdict["digest"]) for verdict in verdicts] != asked:
            raise Refused("malformed", "verdicts")
        return verdicts
