"""Read a compact JWS without trusting it. Nothing is verified here, and nothing is ever serialised again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.problems import Problem
from models.rules.formats import digest, from_b64u, strict_json
from models.vocabulary import (
    MAX_EVENT_JWS_BYTES,
    MAX_STATEMENT_JWS_BYTES,
    SUITE,
    TYP_EVENT,
    TYP_SESSION,
    TYP_STATEMENT,
    VERSION,
)

MAX_JWS_BYTES: Final = {
    TYP_STATEMENT: MAX_STATEMENT_JWS_BYTES,
    TYP_EVENT: MAX_EVENT_JWS_BYTES,
    TYP_SESSION: MAX_EVENT_JWS_BYTES,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed object as read, nothing of it verified. `digest` is that of `signing_input`; `signature` is r‖s."""

    jws: str
    typ: str
    kid: str
    payload: dict[str, Any]
    digest: str
    signing_input: bytes
    signature: bytes


def read(jws: object, typ: str) -> Signed:
    """Read a compact JWS of this `typ`. Raises Problem(malformed | unknown_suite | too_large)."""
    if not isinstance(jws, str) or not jws.isascii():
        raise Problem("malformed")
    if len(jws) > MAX_JWS_BYTES[typ]:
        raise Problem("too_large")
    parts = [from_b64u(part) for part in jws.split(".")]
    if len(parts) != 3 or parts[0] is None or parts[1] is None or parts[2] is None:
        raise Problem("malformed")
    kid = _kid(strict_json(parts[0]), typ)
    payload = strict_json(parts[1])
    if payload is None or len(parts[2]) != 64:
        raise Problem("malformed")
    signing_input = jws.rpartition(".")[0].encode()
    return Signed(jws, typ, kid, payload, digest(signing_input), signing_input, parts[2])


def _kid(header: dict[str, Any] | None, typ: str) -> str:
    """The `kid` of a header with exactly `alg`, `kid`, `typ`: a `crit`, `jwk` or `b64` would mean another reading."""
    if header is None or header.keys() != {"alg", "kid", "typ"} or header["typ"] != typ:
        raise Problem("malformed")
    kid = header["kid"]
    if not isinstance(kid, str) or not isinstance(header["alg"], str):
        raise Problem("malformed")
    if header["alg"] != "ES256":
        raise Problem("unknown_suite")
    return kid


def digest_of(jws: object) -> str | None:
    """The digest of anything with the dots of a compact JWS, even if nothing in it can be read; None otherwise.

    A refused sender recognises the verdict by it.
    """
    if not isinstance(jws, str) or not jws.isascii() or jws.count(".") != 2:
        return None
    return digest(jws.rpartition(".")[0])


def check_suite(payload: Mapping[str, Any]) -> None:
    """Raises Problem(unknown_suite) for any `v` and `suite` but ours, or none: never guessed."""
    version = payload.get("v")
    if version != VERSION or isinstance(version, bool) or payload.get("suite") != SUITE:
        raise Problem("unknown_suite")
