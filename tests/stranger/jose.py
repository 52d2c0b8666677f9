"""§1 of docs/protocol.md over `cryptography`: strict JSON, keys, signed objects.

Written from that page alone. Everything that may be refused raises `Refused` with the page's code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SUITE = {"v": 1, "suite": "P256-A256GCM"}
PUBLIC = ("kty", "crv", "x", "y")
ALPHABET = re.compile(r"[A-Za-z0-9_-]*\Z")
Json = dict[str, Any]


class Refused(Exception):
    """What the page says a reader refuses; `code` is one of its refusals."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64u(text: Any) -> bytes:
    """The bytes; only the canonical form is read."""
    if not isinstance(text, str) or not ALPHABET.match(text):
        raise Refused("malformed", "b64u")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    if b64u(data) != text:
        raise Refused("malformed", "b64u")
    return data


def digest(content: str | bytes) -> str:
    return b64u(hashlib.sha256(content.encode() if isinstance(content, str) else content).digest())


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pairs(pairs: list[tuple[str, Any]]) -> Json:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("malformed", "repeated member")
    return dict(pairs)


def _constant(name: str) -> NoReturn:
    raise Refused("malformed", name)


def loads(text: str | bytes) -> Json:
    """A JSON object, or `malformed`: no repeated member, no NaN."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except ValueError as problem:
        raise Refused("malformed", str(problem)) from problem
    if not isinstance(value, dict):
        raise Refused("malformed", "not an object")
    return value


# Keys


def new_key() -> Json:
    """A fresh private key, as a JWK."""
    secret = ec.generate_private_key(ec.SECP256R1())
    numbers = secret.private_numbers()
    point = numbers.public_numbers
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64u(point.x.to_bytes(32, "big")),
        "y": b64u(point.y.to_bytes(32, "big")),
        "d": b64u(numbers.private_value.to_bytes(32, "big")),
    }


def public_of(key: Json) -> Json:
    return {name: key[name] for name in PUBLIC}


def load_public(key: Any) -> ec.EllipticCurvePublicKey:
    if not isinstance(key, dict) or set(key) != set(PUBLIC) or (key["kty"], key["crv"]) != ("EC", "P-256"):
        raise Refused("malformed", "public key")
    x, y = unb64u(key["x"]), unb64u(key["y"])
    try:
        if len(x) != 32 or len(y) != 32:
            raise ValueError("length")
        return ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        ).public_key()
    except ValueError as problem:
        raise Refused("malformed", "not a point") from problem


def load_private(key: Json) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64u(key["d"]), "big"), ec.SECP256R1())


def thumbprint(key: Json) -> str:
    """RFC 7638."""
    return digest(dumps({name: key[name] for name in sorted(PUBLIC)}))


# Signed objects


class Signed:
    """One JWS compact, split and parsed; the signature is judged by `verify`."""

    def __init__(self, jws: Any, typ: str) -> None:
        parts = jws.split(".") if isinstance(jws, str) else []
        if len(parts) != 3:
            raise Refused("malformed", "not a JWS")
        header = loads(unb64u(parts[0]))
        if set(header) != {"alg", "kid", "typ"} or header["alg"] != "ES256" or header["typ"] != typ:
            raise Refused("malformed", "protected header")
        self.jws: str = jws
        self.kid = str(header["kid"])
        self.payload = loads(unb64u(parts[1]))
        self.input = f"{parts[0]}.{parts[1]}".encode("ascii")
        self.digest = digest(self.input)
        self.signature = unb64u(parts[2])
        if len(self.signature) != 64:
            raise Refused("malformed", "signature")
        if {name: self.payload.get(name) for name in SUITE} != SUITE:
            raise Refused("unknown_suite")

    def verify(self, key: Json) -> None:
        r, s = (int.from_bytes(half, "big") for half in (self.signature[:32], self.signature[32:]))
        try:
            load_public(key).verify(encode_dss_signature(r, s), self.input, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as problem:
            raise Refused("bad_signature") from problem


def signature(text: str, key: Json) -> bytes:
    """ES256: the 64 bytes r and s."""
    r, s = decode_dss_signature(load_private(key).sign(text.encode("ascii"), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign(payload: Json, kid: str, typ: str, key: Json) -> Signed:
    header = b64u(dumps({"alg": "ES256", "kid": kid, "typ": typ}).encode())
    text = f"{header}.{b64u(dumps(payload).encode())}"
    return Signed(f"{text}.{b64u(signature(text, key))}", typ)
