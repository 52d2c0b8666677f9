"""The only importer of joserfc: JWS ES256, compact and General JWE. Keys are JWK dicts or 32 raw bytes."""

from __future__ import annotations

from typing import Any, cast

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from device.primitives import Json, b64u, compact_json, unb64u
from device.refusal import Refusal

Jwk = dict[str, str]
# What the library lets through on malformed input, besides its own errors.
_LIBRARY_ERRORS = (JoseError, ValueError, TypeError, KeyError, AssertionError)
_ALGORITHMS = ["dir", "A256KW", "ECDH-ES+A256KW", "A256GCM"]


class _Registry(jwe.JWERegistry):
    # A padded section may reach 68 KiB; the library's own limit is 64 KiB.
    max_ciphertext_length = 128 * 1024


# `cir`, `evt` and `sec` are ours: the strict registry would refuse members it does not know.
_REGISTRY = _Registry(algorithms=_ALGORITHMS, strict_check_header=False)


def generate_pair() -> Jwk:
    """A private P-256 JWK {kty, crv, x, y, d}."""
    return cast(Jwk, ECKey.generate_key("P-256", auto_kid=False).as_dict(private=True))


def public_of(key: Jwk) -> Jwk:
    """Exactly {kty, crv, x, y}."""
    return {name: key[name] for name in ("kty", "crv", "x", "y")}


def check_public(key: object) -> Jwk:
    """The key itself if it is exactly a P-256 public key. Refusal(malformed); the library ignores a wrong `kty`."""
    if not isinstance(key, dict) or set(key) != {"kty", "crv", "x", "y"}:
        raise Refusal("malformed")
    if (key["kty"], key["crv"]) != ("EC", "P-256") or any(len(unb64u(key[name])) != 32 for name in "xy"):
        raise Refusal("malformed")
    return cast(Jwk, key)


def thumbprint(key: Jwk) -> str:
    """RFC 7638, b64u."""
    return _ec(public_of(key)).thumbprint()


def sign(header: Json, payload: bytes, private: Jwk) -> str:
    """JWS compact, ES256; the header is kept as given."""
    return jws.serialize_compact(header, payload, _ec(private), algorithms=["ES256"])


def is_signed_by(token: str, public: Jwk) -> bool:
    """Whether the signature of a JWS compact verifies under `public`."""
    try:
        jws.deserialize_compact(token, _ec(public), algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        return False
    return True


def seal_compact(header: Json, plaintext: bytes, key: bytes | Jwk) -> str:
    """A compact JWE under 32 bytes (`dir`, `A256KW`) or a public key (`ECDH-ES+A256KW`)."""
    return jwe.encrypt_compact(dict(header), plaintext, _key(key), registry=_REGISTRY)


def open_compact(token: str, key: bytes | Jwk) -> tuple[Json, bytes]:
    """(protected header, plaintext). Refusal(cannot_open) for anything else than success."""
    try:
        for part in token.split("."):
            unb64u(part)
        opened = jwe.decrypt_compact(token, _key(key), registry=_REGISTRY)
    except (*_LIBRARY_ERRORS, Refusal) as error:
        raise Refusal("cannot_open") from error
    return opened.protected, opened.plaintext or b""


def seal_general(header: Json, plaintext: bytes, recipients: list[tuple[Json, bytes | Jwk]]) -> Json:
    """A General JWE: {protected, iv, ciphertext, tag, recipients: [{header, encrypted_key}]}, a fresh content key."""
    sealed = jwe.GeneralJSONEncryption(dict(header), plaintext)
    for recipient, key in recipients:
        sealed.add_recipient(dict(recipient), _key(key))
    return cast(Json, jwe.encrypt_json(sealed, None, registry=_REGISTRY))


def open_general(sealed: Json, header: Json, key: bytes | Jwk) -> bytes:
    """The plaintext for one recipient. Refusal(cannot_open); `header` is the protected one, already read."""
    # The library authenticates its own spelling of the header; another spelling must not pass for it.
    if sealed["protected"] != b64u(compact_json(header).encode()):
        raise Refusal("cannot_open")
    try:
        opened = jwe.decrypt_json(cast(Any, sealed), _key(key), registry=_REGISTRY)
    except _LIBRARY_ERRORS as error:
        raise Refusal("cannot_open") from error
    return opened.plaintext or b""


def _key(key: bytes | Jwk) -> OctKey | ECKey:
    return OctKey.import_key(key) if isinstance(key, bytes) else _ec(key)


def _ec(key: Jwk) -> ECKey:
    return ECKey.import_key(cast(Any, dict(key)))
