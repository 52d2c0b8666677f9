"""Signed objects: JWS compact ES256 with exactly {alg, kid, typ}. The bytes signed are the bytes kept."""

from __future__ import annotations

from dataclasses import dataclass

from device import jose
from device.jose import Jwk
from device.primitives import SUITE, VERSION, Json, compact_json, digest, read_json, unb64u
from device.refusal import Refusal

STATEMENT = "accord.statement"
EVENT = "accord.event"
SESSION = "accord.session"


@dataclass(frozen=True, slots=True)
class Signed:
    """One act: `digest` names it; signatures are never compared, since ES256 ones can be rewritten."""

    jws: str
    typ: str
    kid: str
    payload: Json
    digest: str


def sign(typ: str, kid: str, payload: Json, key: Jwk) -> Signed:
    """The signed object, ready to travel as `jws`."""
    header = {"alg": "ES256", "kid": kid, "typ": typ}
    token = jose.sign(header, compact_json(payload).encode(), key)
    return Signed(token, typ, kid, payload, digest(_signing_input(token)))


def read(token: str, typ: str) -> Signed:
    """The object before any check of its signature. Refusal(malformed | unknown_suite)."""
    parts = token.split(".")
    if len(parts) != 3:
        raise Refusal("malformed")
    header, payload = read_json(unb64u(parts[0])), read_json(unb64u(parts[1]))
    if set(header) != {"alg", "kid", "typ"} or (header["alg"], header["typ"]) != ("ES256", typ):
        raise Refusal("malformed")
    if len(unb64u(parts[2])) != 64:
        raise Refusal("malformed")
    if (payload.get("v"), payload.get("suite")) != (VERSION, SUITE):
        raise Refusal("unknown_suite")
    return Signed(token, typ, str(header["kid"]), payload, digest(_signing_input(token)))


def verify(signed: Signed, public: Jwk) -> None:
    """Refusal(bad_signature) unless `public` signed it."""
    if not jose.is_signed_by(signed.jws, public):
        raise Refusal("bad_signature")


def _signing_input(token: str) -> str:
    return token.rpartition(".")[0]
