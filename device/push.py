"""Pushing the outbox: batches, and the verdicts read back. What is not a verdict for that object is not delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from device.api import Api, json_of
from device.primitives import Json, compact_json
from device.signed import STATEMENT, Signed

MAX_ENTRIES = 50
MAX_BYTES = 512 * 1024
NOT_DELIVERED = "not_delivered"
SETTLED = ("accepted", "duplicate")
_VERDICTS = ("accepted", "duplicate", "held", "rejected", "retry")


@dataclass(slots=True)
class Queued:
    """A sealed act waiting for its verdict; `entry` is what travels."""

    signed: Signed
    entry: Json
    verdict: str = NOT_DELIVERED
    answer: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The event's id, or `<stream>#<number>` for a statement."""
        payload = self.signed.payload
        return f"{payload['stream']}#{payload['number']}" if self.signed.typ == STATEMENT else str(payload.get("id"))

    @property
    def code(self) -> str | None:
        """Why it was rejected, or held."""
        return self.answer.get("code") or self.answer.get("reason")


def push(api: Api, queue: list[Queued]) -> str | None:
    """Offer each entry once, in order, writing its verdict. Returns the server's epoch, None if nothing arrived."""
    epoch = None
    for batch in _batches(queue):
        epoch = _offer(api, batch) or epoch
    return epoch


def tally(outbox: list[Queued], settled: list[Queued]) -> dict[str, int]:
    """The counts a person is shown: only what the server accepted is counted as such; what it refused stands apart."""
    refused = sum(queued.verdict == "rejected" for queued in outbox)
    return {"accepted": len(settled), "pending": len(outbox) - refused, "rejected": refused}


def _batches(queue: list[Queued]) -> list[list[Queued]]:
    batches: list[list[Queued]] = []
    room = 0
    for queued in queue:
        size = len(compact_json(queued.entry).encode()) + 1
        if not batches or len(batches[-1]) == MAX_ENTRIES or size > room:
            batches.append([])
            room = MAX_BYTES - len('{"entries":[]}')
        batches[-1].append(queued)
        room -= size
    return batches


def _offer(api: Api, batch: list[Queued]) -> str | None:
    body = compact_json({"entries": [queued.entry for queued in batch]}).encode()
    reply = api.send("POST", "/api/events", body, compress=True)
    if reply.status == 413 and len(batch) > 1:
        half = len(batch) // 2
        epochs = [_offer(api, part) for part in (batch[:half], batch[half:])]
        return epochs[1] or epochs[0]
    answer = (json_of(reply) if reply.status == 200 else None) or {}
    for queued in batch:
        queued.answer = _verdict_for(queued, answer.get("verdicts"))
        queued.verdict = queued.answer.get("verdict", NOT_DELIVERED)
    epoch = answer.get("epoch")
    return str(epoch) if epoch is not None else None


def _verdict_for(queued: Queued, verdicts: Any) -> Json:
    """The verdict with this id and digest; {} when there is none: an answer about something else settles nothing."""
    for verdict in verdicts if isinstance(verdicts, list) else []:
        if not isinstance(verdict, dict) or verdict.get("verdict") not in _VERDICTS:
            continue
        if verdict.get("digest") == queued.signed.digest and verdict.get("id") == queued.id:
            return verdict
    return {}
