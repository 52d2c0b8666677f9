"""The shape of a bundle as it travels: sealed, but what is around it is judged (docs/protocol.md §5)."""

from __future__ import annotations

from typing import Any, Final

from models.problems import Problem
from models.rules.formats import from_b64u, integer, is_id, is_name, list_of, one_of, record, strict_json

MAX_BUNDLE_CHARACTERS: Final = 64 * 1024
MAX_SLOTS: Final = 16
# Bounds of Argon2id: below, guessing is cheap; above, a server could exhaust a phone.
_COSTS: Final = {"m": integer(65536, 262144), "t": integer(3, 10), "p": integer(1, 1)}


def _is_bytes(count: int) -> Any:
    def fits(value: object) -> bool:
        octets = from_b64u(value)
        return octets is not None and len(octets) == count

    return fits


def _is_jwe(header: dict[str, str], most: int) -> Any:
    """A compact JWE of exactly this protected header: nothing readable hides in it."""

    def fits(value: object) -> bool:
        if not isinstance(value, str) or len(value) > most:
            return False
        parts = [from_b64u(part) for part in value.split(".")]
        if len(parts) != 5 or parts[0] is None or None in parts:
            return False
        return strict_json(parts[0]) == header

    return fits


_is_slot_jwe = _is_jwe({"alg": "A256KW", "enc": "A256GCM"}, 1024)
_PASSPHRASE = record({"id": is_id, "kind": one_of("passphrase"), "jwe": _is_slot_jwe, "salt": _is_bytes(16), **_COSTS})
_PASSKEY = record({"id": is_id, "kind": one_of("passkey"), "jwe": _is_slot_jwe, "credential": is_name})
_RECOVERY = record({"id": is_id, "kind": one_of("recovery"), "jwe": _is_slot_jwe}, {"proof": _is_bytes(32)})
_SLOTS: Final = {"passphrase": _PASSPHRASE, "passkey": _PASSKEY, "recovery": _RECOVERY}


def _is_slot(value: object) -> bool:
    kind = value.get("kind") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind in _SLOTS and _SLOTS[kind](value)


_BODY = record(
    {
        "previous": integer(0),
        "account": is_name,
        "bundle": _is_jwe({"alg": "dir", "enc": "A256GCM"}, MAX_BUNDLE_CHARACTERS),
        "slots": list_of(_is_slot, 0, MAX_SLOTS),
        "sign_in": record({"salt": _is_bytes(16), "proof": _is_bytes(32), **_COSTS}),
    }
)


def check_bundle(body: object) -> dict[str, Any]:
    """The body of `PUT /api/bundle`. Raises Problem(malformed | unknown_field | last_door)."""
    if not isinstance(body, dict) or not _BODY(body):
        raise Problem("malformed")
    if all(slot["kind"] == "passkey" for slot in body["slots"]):
        raise Problem("last_door")
    return body
