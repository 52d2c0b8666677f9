"""Keys drawn from words, codes and secrets: Argon2id, HKDF, HMAC, and the 20 digits people read out."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from device.jose import Jwk, thumbprint
from device.primitives import b64u
from device.refusal import Refusal

SLOT_PASSPHRASE = "accord slot 1"
SLOT_PASSKEY = "accord passkey 1"
SLOT_RECOVERY = "accord recovery 1"
SIGN_IN = "accord sign-in 1"
RECOVERY_SIGN_IN = "accord recovery sign-in 1"
MIN_MEMORY_KIB, MAX_MEMORY_KIB = 65_536, 262_144
MIN_PASSES, MAX_PASSES = 3, 10


class Stretched(NamedTuple):
    """One Argon2id run gives both: the key of the slot, and the proof shown at sign-in."""

    slot_key: bytes
    proof: str


def derive(secret: bytes, info: str) -> bytes:
    """HKDF-SHA-256 without salt, 32 bytes."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(secret)


def stretch(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> Stretched:
    """Argon2id then two labels. Refusal(malformed) when a server asks for less or more than the bounds of §5."""
    if not (MIN_MEMORY_KIB <= memory_kib <= MAX_MEMORY_KIB and MIN_PASSES <= passes <= MAX_PASSES and lanes == 1):
        raise Refusal("malformed")
    password = unicodedata.normalize("NFKC", passphrase).encode()
    run = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(password)
    return Stretched(derive(run, SLOT_PASSPHRASE), b64u(derive(run, SIGN_IN)))


def pair_from(secret: bytes) -> Jwk:
    """The P-256 pair of 32 printed bytes, its `d`. Refusal(recovery_code) for bytes that are no key."""
    try:
        numbers = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()).public_key().public_numbers()
    except ValueError as error:
        raise Refusal("recovery_code") from error
    x, y = (b64u(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": b64u(secret)}


def authentication_code(secret: bytes, text: str) -> str:
    """b64u of HMAC-SHA-256(secret, UTF-8 of text): what a joiner sends with its request."""
    return b64u(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def is_same(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def digits20(text: str) -> str:
    """20 decimal digits in groups of 4: the first 9 bytes of SHA-256, modulo 10^20."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:9], "big") % 10**20
    digits = f"{number:020d}"
    return " ".join(digits[start : start + 4] for start in range(0, 20, 4))


def fingerprint(authority: Jwk) -> str:
    """The 20 digits of an authority key, printed on the charter."""
    return digits20(thumbprint(authority))


def unwrap(wrapped: bytes, key: bytes) -> bytes:
    """The content key that A256KW wrapped under `key`. Refusal(cannot_open)."""
    try:
        return aes_key_unwrap(key, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise Refusal("cannot_open") from error
