"""What is printed on paper (docs/protocol.md §5, *On paper*): 32 clear characters, and bits that catch a slip."""

from __future__ import annotations

import hashlib

from device.refusal import Refusal

CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP_BITS = 20
_LEAST_CHECK_BITS = 12


def write(secret: bytes) -> str:
    """Groups of 4 characters: 7 for 16 bytes, 14 for 32."""
    bits = _bits(secret) + _check(secret)
    characters = [CHARACTERS[int(bits[start : start + 5], 2)] for start in range(0, len(bits), 5)]
    return "-".join("".join(characters[start : start + 4]) for start in range(0, len(characters), 4))


def read(typed: str, length: int) -> bytes:
    """The bytes, whatever the case, the spaces and the hyphens; O is 0, I and L are 1. Refusal(recovery_code)."""
    clean = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    clean = "".join(character for character in clean if not character.isspace() and character not in "-–—")
    if len(clean) * 5 != length * 8 + _check_bits(length) or not set(clean) <= set(CHARACTERS):
        raise Refusal("recovery_code")
    bits = "".join(f"{CHARACTERS.index(character):05b}" for character in clean)
    secret = int(bits[: length * 8], 2).to_bytes(length, "big")
    if bits[length * 8 :] != _check(secret):
        raise Refusal("recovery_code")
    return secret


def _bits(octets: bytes) -> str:
    return "".join(f"{octet:08b}" for octet in octets)


def _check_bits(length: int) -> int:
    """At least 12, up to a whole group."""
    return -(-(length * 8 + _LEAST_CHECK_BITS) // _GROUP_BITS) * _GROUP_BITS - length * 8


def _check(secret: bytes) -> str:
    return _bits(hashlib.sha256(secret).digest())[: _check_bits(len(secret))]
