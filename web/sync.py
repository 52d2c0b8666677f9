"""The two roads of a phone: push what it signed, read what it may. No rule here; the doors judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, request

from models import feed, ledger, schema
from models.problems import Problem
from models.rules.formats import from_b64u, strict_json
from models.vocabulary import MAX_BATCH_ENTRIES
from web import limits, logs, packing, reading
from web.clock import now
from web.config import current
from web.guard import caller, permission, public

routes = Blueprint("sync", __name__)
MAX_POSITION_DIGITS = 15


@routes.post("/api/events")
@public("each entry is judged by its signature, so that an expired session never keeps a phone from sending")
def push() -> Response:
    """One verdict for each entry, in order (protocol §7). Nothing is acknowledged by any other answer."""
    entries = reading.fields({"entries": lambda value: isinstance(value, list)})["entries"]
    if len(entries) > MAX_BATCH_ENTRIES:
        raise Problem("too_large")
    instant = now()
    limits.spend("events.push", instant)
    limits.spend_each("events.push", "key", Counter(_signers(entries)), instant)
    limits.spend_each("statements.push", "key", Counter(_signers(filter(_is_statement, entries))), instant)
    room = limits.room(instant, current().secret_key)
    verdicts = ledger.append(entries, instant, demonstration=current().demonstration, room=room)
    logs.count(entries=len(entries), **Counter(str(verdict["verdict"]) for verdict in verdicts))
    return jsonify(epoch=schema.epoch(), verdicts=verdicts)


@routes.get("/api/feed")
@permission("feed.read")
def pull() -> Response:
    """A page of the streams asked for, each after its position (protocol §8)."""
    reading.no_query("after")
    cursors = [_cursor(text) for text in request.args.getlist("after")]
    logs.count(streams=len(cursors))
    return packing.page(feed.read(caller().reader, cursors, now()), "application/json")


def _is_statement(entry: object) -> bool:
    return isinstance(entry, dict) and "beside" in entry


def _signers(entries: Iterable[object]) -> Iterable[str]:
    """The key each entry says it is signed by: the same key, however its header is written."""
    for entry in entries:
        jws = entry.get("jws") if isinstance(entry, dict) else None
        header = from_b64u(jws.split(".", 1)[0][:1024]) if isinstance(jws, str) else None
        yield str((strict_json(header or b"") or {}).get("kid"))


def _cursor(text: str) -> tuple[str, int]:
    """`circle:<id>:12` is that stream, after position 12."""
    stream, _, position = text.rpartition(":")
    if not (stream and position.isascii() and position.isdigit() and len(position) <= MAX_POSITION_DIGITS):
        raise Problem("malformed")
    return stream, int(position)
