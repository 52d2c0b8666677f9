"""What is sealed in docs/protocol.md (§2, §3, §5): JWE, wraps, the doors of a bundle."""

from __future__ import annotations

import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .jose import Json, Refused, b64u, dumps, load_private, load_public, loads, new_key, public_of, unb64u


def _agreed(secret: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey) -> bytes:
    """RFC 7518 §4.6 for ECDH-ES+A256KW, without apu nor apv."""
    algorithm = b"ECDH-ES+A256KW"
    info = len(algorithm).to_bytes(4, "big") + algorithm + bytes(8) + (256).to_bytes(4, "big")
    return ConcatKDFHash(hashes.SHA256(), 32, info).derive(secret.exchange(ec.ECDH(), other))


def wrap_with(header: Json, content_key: bytes, *, key: bytes | None = None, public: Json | None = None) -> Json:
    """A JWE recipient object: `A256KW` under `key`, or `ECDH-ES+A256KW` to `public`."""
    if public is None:
        assert key is not None
        return {"header": {"alg": "A256KW", **header}, "encrypted_key": b64u(keywrap.aes_key_wrap(key, content_key))}
    once = new_key()
    wrapping = _agreed(load_private(once), load_public(public))
    full = {"alg": "ECDH-ES+A256KW", **header, "epk": public_of(once)}
    return {"header": full, "encrypted_key": b64u(keywrap.aes_key_wrap(wrapping, content_key))}


def unwrap(header: Json, encrypted: bytes, *, key: bytes | None = None, private: Json | None = None) -> bytes:
    """The 32 bytes a recipient object holds, or `cannot_open`."""
    if header.get("alg") == "ECDH-ES+A256KW" and private is not None:
        key = _agreed(load_private(private), load_public(header.get("epk")))
    elif header.get("alg") != "A256KW" or key is None:
        raise Refused("cannot_open", "alg")
    try:
        return keywrap.aes_key_unwrap(key, encrypted)
    except (keywrap.InvalidUnwrap, ValueError) as problem:
        raise Refused("cannot_open") from problem


def seal(protected: Json, content_key: bytes, plain: bytes) -> tuple[str, str, str, str]:
    """The four strings protected, iv, ciphertext, tag of a JWE under A256GCM."""
    head, iv = b64u(dumps(protected).encode()), os.urandom(12)
    sealed = AESGCM(content_key).encrypt(iv, plain, head.encode("ascii"))
    return head, b64u(iv), b64u(sealed[:-16]), b64u(sealed[-16:])


def unseal(head: str, iv: str, text: str, tag: str, content_key: bytes) -> bytes:
    try:
        return AESGCM(content_key).decrypt(unb64u(iv), unb64u(text) + unb64u(tag), head.encode("ascii"))
    except (InvalidTag, ValueError) as problem:
        raise Refused("cannot_open") from problem


def open_compact(
    jwe: str, *, key: bytes | None = None, private: Json | None = None, expect: Json | None = None
) -> bytes:
    """A compact JWE (`dir`, `A256KW` or `ECDH-ES+A256KW`); its protected header must repeat `expect`."""
    parts = jwe.split(".")
    if len(parts) != 5:
        raise Refused("malformed", "not a JWE")
    head, encrypted, iv, text, tag = parts
    header = loads(unb64u(head))
    if header.get("enc") != "A256GCM" or any(header.get(name) != value for name, value in (expect or {}).items()):
        raise Refused("cannot_open", "protected header")
    if header.get("alg") == "dir":
        if encrypted or key is None:
            raise Refused("cannot_open", "dir")
        return unseal(head, iv, text, tag, key)
    return unseal(head, iv, text, tag, unwrap(header, unb64u(encrypted), key=key, private=private))


def seal_wrap(epoch_key: bytes, at_epoch: str, member: str, public: Json) -> str:
    """§2: an epoch key for one holder, as a compact JWE."""
    content_key = os.urandom(32)
    recipient = wrap_with({"enc": "A256GCM", "cir": at_epoch, "kid": member}, content_key, public=public)
    head, iv, text, tag = seal(recipient["header"], content_key, epoch_key)
    return f"{head}.{recipient['encrypted_key']}.{iv}.{text}.{tag}"


# Doors


def expand(secret: bytes, info: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, info.encode()).derive(secret)


def new_slot(slot_id: str, bundle_key: bytes, passphrase: str) -> tuple[Json, Json]:
    """(slot, `sign_in`) of a passphrase: its door to the bundle key, and its proof."""
    door: Json = {"salt": b64u(os.urandom(16)), "m": 65536, "t": 3, "p": 1}
    secret, content_key = stretched(passphrase, door), os.urandom(32)
    recipient = wrap_with({}, content_key, key=expand(secret, "accord slot 1"))
    head, iv, text, tag = seal({"alg": "A256KW", "enc": "A256GCM"}, content_key, bundle_key)
    jwe = f"{head}.{recipient['encrypted_key']}.{iv}.{text}.{tag}"
    return (
        {"id": slot_id, "kind": "passphrase", "jwe": jwe, **door},
        {**door, "proof": b64u(expand(secret, "accord sign-in 1"))},
    )


def stretched(passphrase: str, door: Json) -> bytes:
    """Argon2id of a passphrase, its parameters within the page's bounds."""
    if not (65536 <= door["m"] <= 262144 and 3 <= door["t"] <= 10 and door["p"] == 1):
        raise Refused("malformed", "Argon2id parameters")
    words = unicodedata.normalize("NFKC", passphrase).encode()
    salt = unb64u(door["salt"])
    return Argon2id(salt=salt, length=32, iterations=door["t"], lanes=1, memory_cost=door["m"]).derive(words)
