"""Reads a request's body: bounded before it is unpacked, strict JSON, and no member that was not asked for."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

from flask import request

from models.problems import Problem
from models.rules.formats import Form, record, strict_json
from models.vocabulary import MAX_BATCH_BYTES

MAX_BODY_BYTES: Final = MAX_BATCH_BYTES
_GZIP = 16 + zlib.MAX_WBITS
_PRF_OUTPUTS: Final = frozenset({"results", "first", "second", "output1", "output2"})


def fields(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> dict[str, Any]:
    """The JSON object of the body: every required member, perhaps the optional ones, nothing else, each of its form.

    Raises `malformed`, `unknown_field`, `too_large`, or `prf_output` when a passkey's secret was sent along.
    """
    body = json_object()
    if not record(required, optional)(body):
        raise Problem("malformed")
    return body


def json_object() -> dict[str, Any]:
    """The JSON object of the body, whatever its members. Raises `malformed`, `too_large`, `prf_output`."""
    body = strict_json(_body())
    if body is None:
        raise Problem("malformed")
    _refuse_prf(body)
    return body


def no_query(*allowed: str) -> None:
    """Raises `unknown_field` for a query parameter that this route does not know."""
    if set(request.args) - set(allowed):
        raise Problem("unknown_field")


def _body() -> bytes:
    """At most MAX_BODY_BYTES, unpacked. A small gzip may hold gigabytes: it is cut off, not unpacked and measured."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Problem("too_large")
    raw = request.stream.read(MAX_BODY_BYTES + 1)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "gzip":
        raw = _unpack(raw)
    elif encoding != "identity":
        raise Problem("malformed")
    if len(raw) > MAX_BODY_BYTES:
        raise Problem("too_large")
    return raw


def _unpack(raw: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(raw, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise Problem("malformed") from None
    if len(body) <= MAX_BODY_BYTES and (not unpacker.eof or unpacker.unused_data):
        raise Problem("malformed")
    return body


def _refuse_prf(value: object) -> None:
    """A credential's `toJSON()` carries the PRF result, which opens the vault: it must never leave the device."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            for name, inner in item.items():
                if name in ("prf", "hmacGetSecret", "hmac-secret") and _holds_output(inner):
                    raise Problem("prf_output")
                pending.append(inner)


def _holds_output(extension: object) -> bool:
    """`{"enabled": true}` says that the authenticator can; anything more, or a bare value, is a secret."""
    if isinstance(extension, dict):
        return bool(_PRF_OUTPUTS & set(extension))
    return not isinstance(extension, bool)
