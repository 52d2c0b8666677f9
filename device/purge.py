"""Purge lines: destroyed only when the cause they cite is in that stream, is signed, and covers what they name."""

from __future__ import annotations

from datetime import datetime

from device.phone import Phone
from device.primitives import Json, read_instant
from device.refusal import Refusal
from device.store import Entry
from device.witness import receipt_key

_OUTSIDE_MATRIX = ("X.request", "X.necessity", "X.answer")


def purge(phone: Phone, stream: str, line: Json, now: datetime) -> None:
    """Delete the sections named. Without a valid cause: close access, destroy nothing, Refusal(cannot_open)."""
    for event, name in line["wraps"]:
        entry = phone.store.streams.get(stream, {}).get(event)
        if entry is None or name not in entry.sections:
            continue
        if not _is_caused(phone, entry, name, line["cause"], now):
            phone.store.closed.add((stream, event))
            raise Refusal("cannot_open")
        del entry.sections[name]


def _is_caused(phone: Phone, entry: Entry, name: str, cause: str, now: datetime) -> bool:
    sent = _sent(phone, entry)
    if cause in ("deadline", "until"):
        return sent is not None and read_instant(sent[cause]) <= now
    act = phone.store.streams[entry.stream].get(cause)
    if act is None or sent is None:
        return False
    said = act.signed.payload
    match said["type"]:
        case "consent.withdrawn":
            return _is_withdrawn(phone, entry, sent, name, act)
        case "orientation.answered":
            return bool(said["orientation"] == sent["id"] and said["state"] == "refusee")
        case "orientation.cancelled":
            return bool(said["orientation"] == sent["id"])
    return False


def _sent(phone: Phone, entry: Entry) -> Json | None:
    """The `orientation.sent` that an entry is, or follows."""
    said = entry.signed.payload
    return said if said["type"] == "orientation.sent" else phone.known.get(said.get("orientation", ""))


def _is_withdrawn(phone: Phone, entry: Entry, sent: Json, name: str, act: Entry) -> bool:
    """The ground is a consent it names, by someone who may, and the section or everything sent is in its scope."""
    said = act.signed.payload
    if sent["ground"].get("consent") not in said["consents"]:
        return False
    if receipt_key(phone, act.signed) is None:
        author = sent["audience"]["own"].rpartition(".")[0]
        if phone.roster.device(act.signed.kid)[0] is not phone.roster.circle(author)[0]:
            return False
    scope = said.get("categories")
    categories = [section["category"] for section in sent["sections"].values() if "category" in section]
    is_whole = scope is None or all(code in scope for code in categories if code not in _OUTSIDE_MATRIX)
    return is_whole or (scope is not None and name in scope)
