"""The primitive forms of docs/protocol.md §1. Every predicate takes anything; only `record` and a size may raise."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from models.problems import Problem
from models.vocabulary import MAX_RECEIPT_CHARACTERS

Form = Callable[[object], bool]

_B64U = re.compile(r"[A-Za-z0-9_-]*")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_CATEGORY = re.compile(r"C[0-9]{2}(\.practical)?")
_CIRCLE_EPOCH = re.compile(r"([0-9a-f-]{36})\.([1-9][0-9]{0,6})")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}Z")
_RECEIPT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A last group of two or three characters holds more bits than its bytes: of those that decode alike one is canonical,
# that whose spare bits are zero. No group has a single character.
_LAST_B64U: Final = {1: frozenset[str](), 2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
_TO_BASE64: Final = str.maketrans("-_", "+/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MINUTE_MS: Final = 60_000
_INT_LIMIT: Final = 2**53  # above, a phone's JSON loses digits

# NIST P-256 (FIPS 186-5, SP 800-186): the field and y² = x³ - 3x + b.
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def digest(content: str | bytes) -> str:
    """b64u(SHA-256) of the bytes, or of the UTF-8 bytes of a string."""
    octets = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(hashlib.sha256(octets).digest()).rstrip(b"=").decode()


def from_b64u(text: object) -> bytes | None:
    """The bytes of canonical, unpadded base64url; None for anything else: each byte string has exactly one text."""
    if not isinstance(text, str) or not _B64U.fullmatch(text):
        return None
    rest = len(text) % 4
    if rest and text[-1] not in _LAST_B64U[rest]:
        return None
    return binascii.a2b_base64(text.translate(_TO_BASE64) + "=" * (-len(text) % 4))


def strict_json(octets: bytes) -> dict[str, Any] | None:
    """A JSON object in UTF-8 without repeated names, NaN, Infinity or lone surrogates; None for anything else."""
    try:
        value = json.loads(octets.decode(), object_pairs_hook=_distinct_members, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # an escaped lone surrogate has no UTF-8, here or in a database
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _distinct_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def parse_instant(text: str) -> datetime:
    """An aware UTC instant of `YYYY-MM-DDTHH:MMZ` or, for receipts, `YYYY-MM-DDTHH:MM:SSZ`. Raises ValueError."""
    if not (_INSTANT.fullmatch(text) or _RECEIPT.fullmatch(text)):
        raise ValueError("not an instant")
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def parse_circle_epoch(text: str) -> tuple[str, int] | None:
    """(circle id, epoch) of `<circle id>.<epoch>`; None for anything else."""
    found = _CIRCLE_EPOCH.fullmatch(text)
    return (found[1], int(found[2])) if found and is_id(found[1]) else None


def is_id(value: object) -> bool:
    """UUID version 7, lower case, its time floored to the minute."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        return False
    return int(value[:8] + value[9:13], 16) % _MINUTE_MS == 0


def is_digest(value: object) -> bool:
    octets = from_b64u(value)
    return octets is not None and len(octets) == 32


def is_instant(value: object) -> bool:
    return isinstance(value, str) and bool(_INSTANT.fullmatch(value)) and _parses(parse_instant, value)


def is_date(value: object) -> bool:
    return isinstance(value, str) and bool(_DATE.fullmatch(value)) and _parses(date.fromisoformat, value)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def is_public_key(value: object) -> bool:
    """Exactly `kty`, `crv`, `x`, `y`, of a point on P-256: another could leak the private key it is mixed with."""
    if not isinstance(value, dict) or value.keys() != {"kty", "crv", "x", "y"}:
        return False
    if value["kty"] != "EC" or value["crv"] != "P-256":
        return False
    x, y = from_b64u(value["x"]), from_b64u(value["y"])
    if x is None or y is None or not len(x) == len(y) == 32:
        return False
    return _on_curve(int.from_bytes(x), int.from_bytes(y))


def _on_curve(x: int, y: int) -> bool:
    return x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0


def is_sealed(value: object) -> bool:
    """A compact JWE under a key that is given and not wrapped (`dir`): its second part is empty."""
    if not isinstance(value, str) or len(value) > MAX_RECEIPT_CHARACTERS:
        return False
    parts = value.split(".")
    octets = [from_b64u(part) for part in parts]
    return len(parts) == 5 and parts[1] == "" and all(octets[at] for at in (0, 2, 3, 4))


def is_bool(value: object) -> bool:
    return isinstance(value, bool)


def is_code(value: object) -> bool:
    """A word of the versioned lists: purpose, basis, kind of organisation. Whether it exists is not asked here."""
    return isinstance(value, str) and bool(_CODE.fullmatch(value))


def is_category(value: object) -> bool:
    """The code of a category or of its practical variant."""
    return isinstance(value, str) and bool(_CATEGORY.fullmatch(value))


def is_circle_epoch(value: object) -> bool:
    return isinstance(value, str) and parse_circle_epoch(value) is not None


def is_name(value: object) -> bool:
    """One line of 1 to 200 characters, without control characters, not starting or ending with a space."""
    return _is_written(value, 200, _CONTROL) and str(value)[0] != " " != str(value)[-1]


def is_text(value: object) -> bool:
    """Up to 60,000 characters over several lines."""
    return _is_written(value, 60_000, _CONTROL_BUT_LINES)


def _is_written(value: object, longest: int, controls: re.Pattern[str]) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest and not controls.search(value)


def integer(low: int, high: int = _INT_LIMIT) -> Form:
    """A JSON integer between two bounds, both included. `true` is not one."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def one_of(*words: str) -> Form:
    return lambda value: isinstance(value, str) and value in words


def either(*forms: Form) -> Form:
    return lambda value: any(form(value) for form in forms)


def nothing_or(form: Form) -> Form:
    """JSON null, or that form."""
    return lambda value: value is None or form(value)


def list_of(form: Form, low: int = 0, high: int = 500) -> Form:
    """A list of `low` to `high` elements, none twice."""

    def fits(value: object) -> bool:
        if not isinstance(value, list) or not low <= len(value) <= high or not all(form(element) for element in value):
            return False
        return len({json.dumps(element, sort_keys=True) for element in value}) == len(value)

    return fits


def mapping_of(key: Form, form: Form, low: int = 0, high: int = 5000) -> Form:
    """An object whose member names and values all fit."""

    def fits(value: object) -> bool:
        if not isinstance(value, dict) or not low <= len(value) <= high:
            return False
        return all(key(name) and form(element) for name, element in value.items())

    return fits


def record(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> Form:
    """An object with these members and no other: one that is not here raises Problem("unknown_field")."""
    forms = {**required, **(optional or {})}

    def fits(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        if value.keys() - forms.keys():
            raise Problem("unknown_field")
        return required.keys() <= value.keys() and all(forms[name](element) for name, element in value.items())

    return fits
