"""The shape of what is signed in clear: exactly these members, each of one form (docs/protocol.md §2 and §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from device.jose import check_public
from device.primitives import Json, read_instant
from device.refusal import Refusal

Form = Callable[[Any], bool]
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE = re.compile(r"[A-Za-z0-9_.*-]{1,80}")
_SEALED = re.compile(r"[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+")
_SIDE = re.compile(rf"{_ID.pattern}\.[1-9][0-9]*|member:{_ID.pattern}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_id(value: Any) -> bool:
    """A UUID version 7 that tells no more than the minute."""
    return _matches(_ID)(value) and int(value.replace("-", "")[:12], 16) % 60_000 == 0


def is_instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 17 and bool(read_instant(value))
    except Refusal:
        return False


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_key(value: Any) -> bool:
    try:
        return bool(check_public(value))
    except (Refusal, TypeError, AttributeError):
        return False


def _matches(pattern: re.Pattern[str]) -> Form:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _number(low: int, high: int = 2**53) -> Form:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _one_of(*words: Any) -> Form:
    return lambda value: not isinstance(value, list | dict) and value in words


def _list(form: Form) -> Form:
    return lambda value: isinstance(value, list) and all(map(form, value))


def _map(key: Form, form: Form) -> Form:
    return lambda value: isinstance(value, dict) and all(map(key, value)) and all(map(form, value.values()))


def _either(one: Form, other: Form) -> Form:
    return lambda value: one(value) or other(value)


def _is_stream(value: Any) -> bool:
    return isinstance(value, str) and (value == "network" or is_id(value.removeprefix("organisation:")))


def _record(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> Form:
    def form(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        check(value, required, optional or {})
        return True

    return form


def check(value: Json, required: Mapping[str, Form], optional: Mapping[str, Form]) -> None:
    """Refusal(unknown_field) for a member that has no place here, Refusal(malformed) for a missing or misshapen one."""
    if not value.keys() <= required.keys() | optional.keys():
        raise Refusal("unknown_field")
    if not required.keys() <= value.keys():
        raise Refusal("malformed")
    for name, content in value.items():
        if not (required.get(name) or optional[name])(content):
            raise Refusal("malformed", member=name)


_name: Form = lambda value: isinstance(value, str) and 0 < len(value) <= 200 and not _CONTROL.search(value)  # noqa: E731
_text: Form = lambda value: isinstance(value, str)  # noqa: E731
_bool: Form = lambda value: isinstance(value, bool)  # noqa: E731
_digest, _code = _matches(_DIGEST), _matches(_CODE)
_codes, _ids = _list(_code), _list(is_id)
_head: Form = lambda value: isinstance(value, list) and len(value) == 2 and _number(1)(value[0]) and _digest(value[1])  # noqa: E731
_role = _one_of("volunteer", "worker", "supervisor", "charter_admin", "recovery")
_ground = _one_of("state", "profession", "function", "mission")
_member_fields = _record(
    {"id": is_id, "encryption": _is_key, "role": _role, "permissions": _list(_one_of("member.admit")),
     "teams": _ids, "card": _digest},
    {"signing": _is_key, "profile": _one_of(*"ABCDEFGH"), "ground": _ground, "ends_on": _is_date},
)  # fmt: skip


def _member(value: Any) -> bool:
    """A printed key signs nothing, has no column and no team; anyone else signs and has a column."""
    if not _member_fields(value):
        return False
    if value["role"] == "recovery":
        return not (set(value) & {"signing", "profile"} or value["teams"] or value["permissions"])
    return {"signing", "profile"} <= set(value)


_flow = _record({"from": _codes, "to": _codes, "categories": _codes})
_basis = _record({"id": _code, "version": _number(1)})
_epoch = {"epoch": _number(1), "public": _is_key, "holders": _map(is_id, _digest), "blob": _digest}
_STATEMENTS: dict[str, tuple[dict[str, Form], dict[str, Form]]] = {
    "network.founded": ({"founding": is_id, "name": _name, "demonstration": _bool, "authority": _is_key}, {}),
    "authority.rotated": ({"authority": _is_key}, {}),
    "charter.published": (
        {"charter": is_id, "version": _number(1), "title": _name, "text": _text, "flows": _list(_flow),
         "purposes": _codes, "transition_days": _number(0, 365),
         "bases": _list(_record({"id": _code, "version": _number(1)}, {"floor": _code}))},
        {"parties": _ids},
    ),
    "charter.ended": ({"charter": is_id}, {}),
    "organisation.admitted": (
        {"organisation": _record({"id": is_id, "name": _name, "kind": _code}), "administrator": _member}, {},
    ),
    "charter.signed": ({"charter": is_id, "version": _number(1), "covers_branches": _bool}, {}),
    "team.created": ({"team": _record({"id": is_id, "name": _name, "structures": _list(_name)})}, {}),
    "member.added": ({"member": _member}, {}),
    "member.role_set": ({"member": _member}, {}),
    "member.ended": ({"member": is_id}, {}),
    "member.rekeyed": ({"member": is_id, "signing": _is_key, "encryption": _is_key}, {}),
    "device.enrolled": ({"device": is_id, "member": is_id, "signing": _is_key}, {}),
    "device.revoked": ({"device": is_id}, {}),
    "circle.created": (
        {"circle": is_id, "team": is_id, "class": _one_of("open", "bound")} | _epoch | {"epoch": _one_of(1)}, {},
    ),
    "circle.rotated": ({"circle": is_id} | _epoch | {"epoch": _number(2)}, {}),
    "circle.granted": ({"circle": is_id, "epoch": _number(1), "member": is_id, "wrap": _digest}, {}),
}  # fmt: skip
NETWORK_TYPES = (
    "network.founded", "authority.rotated", "charter.published", "charter.ended", "organisation.admitted",
)  # fmt: skip
_suite: dict[str, Form] = {"v": _one_of(1), "suite": _one_of("P256-A256GCM"), "at": is_instant}
_claim = _record(
    {"core": _digest, "wraps": _record({"own": _digest}, {"other": _digest}), "size": _number(256),
     "level": _number(1, 5)},
    {"category": _code},
)  # fmt: skip
_COMMON: dict[str, Form] = _suite | {
    "id": is_id,
    "type": _code,
    "audience": _record({"own": _matches(_SIDE)}, {"other": _matches(_SIDE)}),
    "heads": _map(_is_stream, _head),
    "parents": _ids,
    "n": _number(1),
    "prev": _either(_one_of(None), _digest),
    "skipped": _list(_number(1)),
    "sections": _map(_code, _claim),
}
_consent: dict[str, Form] = {"dossier": is_id, "recipient": is_id, "categories": _codes}
_move: dict[str, Form] = {"orientation": is_id, "state": _code, "previous": is_id}
_grounds = _either(lambda value: set(value) == {"consent"} and is_id(value["consent"]),
                   _record({"basis": _code, "version": _number(1)}))  # fmt: skip
_WITHDRAWN: dict[str, Form] = {"categories": _codes, "why": _one_of("ended", "invalid", "mistake")}
_EVENTS: dict[str, tuple[dict[str, Form], dict[str, Form]]] = {
    "dossier.opened": ({"dossier": is_id}, {}),
    "dossier.corrected": ({"dossier": is_id}, {}),
    "reception.recorded": ({}, {"dossier": is_id}),
    "note.recorded": ({}, {"dossier": is_id}),
    "consent.given": (
        _consent | {"purpose": _code, "basis": _basis, "duration": _one_of("P1D", "P1M", "P6M", "P12M")},
        {"withdrawal_key": _is_key},
    ),
    "consent.refused": (_consent, {}),
    "consent.deferred": (_consent, {}),
    "receipt.issued": (
        {
            "dossier": is_id,
            "consents": _ids,
            "withdrawal_key": _is_key,
            "locator": _digest,
            "sealed": _matches(_SEALED),
        },
        {},
    ),
    "orientation.sent": (
        {"ground": _grounds, "purpose": _code, "until": is_instant, "deadline": is_instant, "level": _number(1, 4)},
        {"reply_by": is_instant, "follows": is_id, "withdrawal_key": _is_key},
    ),
    "orientation.opened": ({"orientation": is_id}, {}),
    "orientation.answered": (_move, {}),
    "orientation.cancelled": (_move, {}),
}


def check_statement(said: Json) -> None:
    """Refusal(malformed | unknown_field) for a statement of another shape."""
    if not isinstance(said.get("type"), str) or said["type"] not in _STATEMENTS:
        raise Refusal("malformed")
    required, optional = _STATEMENTS[said["type"]]
    is_network = said["type"] in NETWORK_TYPES
    stream = _one_of("network") if is_network else lambda value: value != "network" and _is_stream(value)
    heads = _record({} if is_network else {"network": _head})
    common: dict[str, Form] = _suite | {"type": _code, "stream": stream, "number": _number(1), "heads": heads}
    common["prev"] = _digest if said.get("number") != 1 else _one_of(None)
    check(said, common | required, optional)


def check_event(said: Json) -> None:
    """Refusal(malformed | unknown_field) for an event of another shape."""
    if said.get("type") == "consent.withdrawn":
        check(said, _suite | {"id": is_id, "type": _code, "parents": _ids, "consents": _ids}, _WITHDRAWN)
        return
    if not isinstance(said.get("type"), str) or said["type"] not in _EVENTS:
        raise Refusal("malformed")
    required, optional = _EVENTS[said["type"]]
    check(said, _COMMON | required, optional)
