"""The shape of events: the clear members of the vocabulary's table, and the sections each type carries (protocol §3).

Whether ids exist, who may write and what may be said to whom is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from models.problems import Problem
from models.rules.formats import (
    Form,
    either,
    integer,
    is_category,
    is_circle_epoch,
    is_code,
    is_digest,
    is_id,
    is_instant,
    is_name,
    is_public_key,
    is_sealed,
    list_of,
    mapping_of,
    nothing_or,
    one_of,
    record,
)
from models.rules.signed import Signed, check_suite
from models.rules.statement_shape import is_head, is_organisation_stream
from models.vocabulary import (
    CONSENT_DAYS,
    EVENT_AUDIENCE,
    EVENT_COMMON,
    EVENT_FIELDS,
    MAX_LEVEL,
    MAX_PARENTS,
    MAX_SEALED_BYTES,
    MAX_SECTIONS,
    MAX_SHARED_LEVEL,
    ORIENTATION_ANSWERS,
    ORIENTATION_CANCELS,
    PAD_STEP_BYTES,
    PAD_STEPS_BYTES,
    SECTION_ANSWER,
    SECTION_NECESSITY,
    SECTION_REQUEST,
    SECTIONS_OUTSIDE_MATRIX,
    WITHDRAWN_COMMON,
    WITHDRAWN_WHY,
    EventType,
)

_OWN_NAME: Final = re.compile(r"s[1-9][0-9]?")
_ANSWERED: Final = sorted({state for states in ORIENTATION_ANSWERS.values() for state in states})
_CANCELLED: Final = sorted({state for states in ORIENTATION_CANCELS.values() for state in states})


def _is_private(value: object) -> bool:
    return isinstance(value, str) and value.startswith("member:") and is_id(value.removeprefix("member:"))


def _is_padded_size(value: object) -> bool:
    if not isinstance(value, int) or not integer(1)(value):
        return False
    if value > MAX_SEALED_BYTES:
        raise Problem("too_large")
    return value in PAD_STEPS_BYTES or value % PAD_STEP_BYTES == 0


def _heads_for(organisations: int) -> Form:
    """`network` and one to so many organisations, each `[number, digest]`."""
    are_heads = mapping_of(either(one_of("network"), is_organisation_stream), is_head, 2, 1 + organisations)
    return lambda value: are_heads(value) and isinstance(value, dict) and "network" in value


_BY_CONSENT: Final = record({"consent": is_id})
_BY_BASIS: Final = record({"basis": is_code, "version": integer(1)})


def _is_ground(value: object) -> bool:
    return _BY_CONSENT(value) if isinstance(value, dict) and "consent" in value else _BY_BASIS(value)


_WRAPS: Final = record({"own": is_digest}, {"other": is_digest})
_SECTION: Final = record(
    {"core": is_digest, "wraps": _WRAPS, "size": _is_padded_size, "level": integer(1, MAX_LEVEL)},
    {"category": either(is_category, one_of(*SECTIONS_OUTSIDE_MATRIX))},
)
_SECTIONS: Final = mapping_of(is_name, _SECTION, 0, MAX_SECTIONS)

_AUDIENCES: Final[dict[str, Form]] = {
    "own": record({"own": is_circle_epoch}),
    "both": record({"own": is_circle_epoch, "other": is_circle_epoch}),
    "private": record({"own": _is_private}),
}
_FORMS: Final[dict[str, Form]] = {
    "v": integer(1),
    "suite": is_name,
    "id": is_id,
    "at": is_instant,
    "parents": list_of(is_id, 0, MAX_PARENTS),
    "n": integer(1),
    "prev": nothing_or(is_digest),
    "skipped": list_of(integer(1)),
    "sections": _SECTIONS,
    "dossier": is_id,
    "recipient": is_id,
    "categories": list_of(is_category, 1),
    "purpose": is_code,
    "basis": record({"id": is_code, "version": integer(1)}),
    "duration": one_of(*CONSENT_DAYS),
    "withdrawal_key": is_public_key,
    "consents": list_of(is_id, 1, MAX_PARENTS),
    "why": one_of(*WITHDRAWN_WHY),
    "locator": is_digest,
    "sealed": is_sealed,
    "ground": _is_ground,
    "until": is_instant,
    "deadline": is_instant,
    "level": integer(1, MAX_SHARED_LEVEL),
    "reply_by": is_instant,
    "follows": is_id,
    "orientation": is_id,
    "previous": is_id,
}
_STATES: Final = {
    EventType.ORIENTATION_ANSWERED: one_of(*_ANSWERED),
    EventType.ORIENTATION_CANCELLED: one_of(*_CANCELLED),
}


class _Carried(NamedTuple):
    """What a type's sections may be: how many without category, which shared ones it must have, which it may have."""

    own_low: int
    own_high: int
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    categories: bool = False


_CARRIED: Final[dict[str, _Carried]] = {
    EventType.DOSSIER_OPENED: _Carried(1, MAX_SECTIONS),
    EventType.DOSSIER_CORRECTED: _Carried(1, MAX_SECTIONS),
    EventType.RECEPTION_RECORDED: _Carried(1, MAX_SECTIONS),
    EventType.NOTE_RECORDED: _Carried(1, 1),
    EventType.CONSENT_GIVEN: _Carried(1, 1),
    EventType.CONSENT_REFUSED: _Carried(0, 1),
    EventType.CONSENT_DEFERRED: _Carried(0, 1),
    EventType.RECEIPT_ISSUED: _Carried(1, 1),
    EventType.ORIENTATION_SENT: _Carried(0, 1, (SECTION_REQUEST,), (SECTION_NECESSITY,), categories=True),
    EventType.ORIENTATION_OPENED: _Carried(0, 0),
    EventType.ORIENTATION_ANSWERED: _Carried(0, 1, (), (SECTION_ANSWER,)),
    EventType.ORIENTATION_CANCELLED: _Carried(0, 1),
}


def _form(event_type: str) -> Form:
    required, optional = EVENT_FIELDS[event_type]
    audience = EVENT_AUDIENCE[event_type]
    forms = _FORMS | {"type": one_of(event_type)}
    if event_type in _STATES:
        forms["state"] = _STATES[EventType(event_type)]
    if audience != "none":
        forms |= {"audience": _AUDIENCES[audience], "heads": _heads_for(2 if audience == "both" else 1)}
    common = WITHDRAWN_COMMON if audience == "none" else EVENT_COMMON
    return record({name: forms[name] for name in (*common, *required)}, {name: forms[name] for name in optional})


_EVENTS: Final = {event_type: _form(event_type) for event_type in EVENT_FIELDS}


def check_event(signed: Signed) -> None:
    """Shape of an event. Raises Problem(malformed | unknown_suite | unknown_field | too_large)."""
    payload = signed.payload
    check_suite(payload)
    event_type = payload.get("type")
    form = _EVENTS.get(event_type) if isinstance(event_type, str) else None
    if form is None or not form(payload):
        raise Problem("malformed")
    if event_type == EventType.CONSENT_WITHDRAWN:  # a device, or the thumbprint of the receipt's withdrawal key
        fits = is_id(signed.kid) or (is_digest(signed.kid) and "why" not in payload)
    else:
        fits = is_id(signed.kid) and _counts(payload) and _carries(payload["sections"], _CARRIED[payload["type"]])
    if not fits:
        raise Problem("malformed")


def _counts(payload: Mapping[str, Any]) -> bool:
    """The first of a counter follows nothing; a number abandoned comes before this one."""
    return (payload["n"] > 1 or payload["prev"] is None) and all(number < payload["n"] for number in payload["skipped"])


def _carries(sections: Mapping[str, Any], carried: _Carried) -> bool:
    """A shared section is named by its category; one for the author's team alone has a neutral name and no category."""
    shared = {name for name, section in sections.items() if "other" in section["wraps"]}
    if any(sections[name].get("category") != name for name in shared) or not shared >= set(carried.must):
        return False
    if not all(name in (*carried.must, *carried.may) or (carried.categories and is_category(name)) for name in shared):
        return False
    own = sections.keys() - shared
    if any("category" in sections[name] or not _OWN_NAME.fullmatch(name) for name in own):
        return False
    return carried.own_low <= len(own) <= carried.own_high
