"""Writing one event: seal its sections, count it, sign it with the device key, queue it. No rule is checked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from device import signed
from device.phone import Phone, Side
from device.primitives import SUITE, VERSION, Json, instant, new_id
from device.push import Queued
from device.sections import Section, seal


@dataclass(frozen=True, slots=True)
class Draft:
    """A section to seal. With a `category` it is also sealed to the other side, and named by it."""

    content: Json
    level: int
    category: str | None = None


def write(
    phone: Phone,
    kind: str,
    fields: Json,
    own: Side,
    now: datetime,
    drafts: list[Draft],
    other: Side | None = None,
    parents: list[str] | None = None,
    event: str | None = None,
    changes: Json | None = None,
) -> Queued:
    """One event in the outbox. `changes` overwrite members of the payload before it is signed: for hostile tests."""
    event = event or new_id(now)
    sections = _seal(event, drafts, own, other)
    counter = (own.name.partition(".")[0], other.name.partition(".")[0] if other else None)
    last, prev = phone.counters.get(counter, (0, None))
    payload: Json = {
        "v": VERSION,
        "suite": SUITE,
        "id": event,
        "type": kind,
        "audience": {"own": own.name} | ({"other": other.name} if other else {}),
        "heads": phone.heads(phone.bundle.organisation, *([other.organisation] if other else [])),
        "at": instant(now),
        "parents": parents or [],
        "n": last + 1,
        "prev": prev,
        "skipped": [],
        "sections": {name: section.claim() for name, section in sections.items()},
    }
    made = signed.sign(signed.EVENT, phone.device, payload | fields | (changes or {}), phone.device_key)
    phone.counters[counter] = (last + 1, made.digest)
    phone.known[event] = made.payload
    return phone.queue(made, {"sections": {name: section.entry() for name, section in sections.items()}})


def write_withdrawal(
    phone: Phone, consents: list[str], now: datetime, categories: list[str] | None = None, kid: str | None = None
) -> Queued:
    """A `consent.withdrawn`: no audience, no heads, no counter, no section."""
    payload: Json = {"v": VERSION, "suite": SUITE, "id": new_id(now), "type": "consent.withdrawn"}
    payload |= {"at": instant(now), "parents": [], "consents": consents}
    payload |= {"categories": categories} if categories is not None else {}
    made = signed.sign(signed.EVENT, kid or phone.device, payload, phone.device_key)
    phone.known[payload["id"]] = payload
    return phone.queue(made, {"sections": {}})


def _seal(event: str, drafts: list[Draft], own: Side, other: Side | None) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    for draft in drafts:
        name = draft.category or f"s{1 + sum(one.startswith('s') for one in sections)}"
        shared = other.addressee if other and draft.category else None
        sections[name] = seal(event, name, draft.content, draft.level, own.addressee, shared, draft.category)
    return sections
