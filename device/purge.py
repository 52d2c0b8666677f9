"""Purge lines: destroyed only when the cause they cite is in that stream, is signed, and covers what they name."""

from __future__ import annotations

from datetime import datetime

from device.acts import last_move
from device.phone import Phone
from device.primitives import Json, read_instant
from device.refusal import Refusal
from device.store import Entry
from device.witness import may_take_back

_OUTSIDE_MATRIX = ("X.request", "X.necessity", "X.answer")
# A date closes only what is still in one of these states.
_CLOSED_BY_DATE = {
    "deadline": ("envoyee", "en_attente"),
    "until": ("realisee", "interrompue", "close_sans_suite"),
}


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
    if sent is None:
        return False
    if cause in _CLOSED_BY_DATE:
        state = str(last_move(phone, sent["id"]).get("state", "envoyee"))
        return read_instant(sent[cause]) <= now and state in _CLOSED_BY_DATE[cause]
    act = phone.store.streams[entry.stream].get(cause)
    if act is None:
        return False
    said = act.signed.payload
    match said["type"]:
        case "consent.withdrawn":
            return _is_withdrawn(phone, entry.stream, sent, name, act)
        case "orientation.answered":
            return bool(said["orientation"] == sent["id"] and said["state"] == "refusee")
        case "orientation.cancelled":
            return bool(said["orientation"] == sent["id"])
    return False


def _sent(phone: Phone, entry: Entry) -> Json | None:
    """The `orientation.sent` that an entry is, or follows."""
    said = entry.signed.payload
    return said if said["type"] == "orientation.sent" else phone.known.get(said.get("orientation", ""))


def _is_withdrawn(phone: Phone, stream: str, sent: Json, name: str, act: Entry) -> bool:
    """Whether this stream's withdrawals, of those who may, add up to the section; the cause is one of them.

    It need not name the ground: it ends other consents of its scope, which its author did not know.
    """
    found = phone.store.streams[stream].values()
    theirs = [one for one in found if one.type == "consent.withdrawn" and may_take_back(phone, one.signed, sent)]
    scopes = [one.signed.payload.get("categories") for one in theirs]
    sections = [section["category"] for section in sent["sections"].values() if "category" in section]
    codes = [code for code in sections if code not in _OUTSIDE_MATRIX]
    left = [code for code in codes if not any(scope is None or code in scope for scope in scopes)]
    return act in theirs and (name not in left if name in codes else not left)
