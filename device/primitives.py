"""The forms of docs/protocol.md §1: b64u, digest, id, instant, strict JSON, padding. No keys here."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from device.refusal import Refusal

Json = dict[str, Any]
SUITE = "P256-A256GCM"
VERSION = 1
PAD_FIRST_BYTES = (256, 1024)
PAD_STEP_BYTES = 4096
MAX_SEALED_BYTES = 69_632
_INSTANT = "%Y-%m-%dT%H:%MZ"
_RECEIPT = "%Y-%m-%dT%H:%M:%SZ"


def b64u(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """The bytes of `text`; Refusal(malformed) unless it is the one spelling that `b64u` gives."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise Refusal("malformed") from error
    # Python skips foreign characters and ignores spare bits: two strings for one value would be two digests.
    if b64u(data) != text:
        raise Refusal("malformed")
    return data


def digest(data: str | bytes) -> str:
    """b64u of SHA-256; of a string, of its UTF-8 bytes. 43 characters."""
    raw = data.encode() if isinstance(data, str) else data
    return b64u(hashlib.sha256(raw).digest())


def new_id(now: datetime) -> str:
    """A UUID version 7 whose time is floored to the minute, so that it tells no more than `at`."""
    milliseconds = int(now.timestamp()) // 60 * 60_000
    bits = (milliseconds << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def instant(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MMZ` in UTC, to the minute."""
    return moment.astimezone(UTC).strftime(_INSTANT)


def read_instant(text: str) -> datetime:
    """The aware datetime of an instant, or of a receipt time (which has seconds). Refusal(malformed) otherwise."""
    form = _RECEIPT if len(text) == 20 else _INSTANT
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal("malformed") from error


def compact_json(value: object) -> str:
    """JSON without white space, non-ASCII characters kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_json(text: str | bytes) -> Json:
    """One JSON object; Refusal(malformed) for a repeated name, NaN, Infinity, or anything else than an object."""
    try:
        value = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("malformed") from error
    if not isinstance(value, dict):
        raise Refusal("malformed")
    return value


def _unrepeated(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refusal("malformed")
    return members


def _no_constant(name: str) -> None:
    raise Refusal("malformed")


def pad(plaintext: bytes) -> bytes:
    """Trailing spaces up to 256 bytes, 1 KiB, then a multiple of 4 KiB. Refusal(too_large) past 68 KiB."""
    size = next((step for step in PAD_FIRST_BYTES if len(plaintext) <= step), 0)
    size = size or -(-len(plaintext) // PAD_STEP_BYTES) * PAD_STEP_BYTES
    if size > MAX_SEALED_BYTES:
        raise Refusal("too_large")
    return plaintext.ljust(size, b" ")
