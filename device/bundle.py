"""The member's bundle and its slots (docs/protocol.md §5): keys at rest on the server, which cannot open them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from device import jose
from device.jose import Jwk
from device.keys import (
    MIN_MEMORY_KIB,
    MIN_PASSES,
    RECOVERY_SIGN_IN,
    SLOT_PASSKEY,
    SLOT_RECOVERY,
    derive,
    stretch,
)
from device.primitives import Json, b64u, compact_json, digest, new_id, read_json, unb64u
from device.refusal import Refusal

_BUNDLE_HEADER = {"alg": "dir", "enc": "A256GCM"}
_SLOT_HEADER = {"alg": "A256KW", "enc": "A256GCM"}


@dataclass(slots=True)
class Bundle:
    """What a member carries from device to device. `encryption` is newest first; the old ones still open.

    `next` is the signing key of a re-keying: of the two, the one that signs is the one the roster names.
    """

    account: str
    member: str
    organisation: str
    genesis: str
    signing: Jwk
    encryption: list[Jwk]
    index: str = field(default_factory=lambda: b64u(secrets.token_bytes(32)))
    authority: Jwk | None = None
    next: Jwk | None = None

    def signing_for(self, named: Jwk | None) -> Jwk:
        """The key whose public half the roster names; before any roster, the one of `signing`."""
        is_next = self.next is not None and jose.public_of(self.next) == named
        return self.next if is_next and self.next else self.signing

    def seal(self, key: bytes) -> str:
        """The compact JWE under the 32-byte bundle key."""
        names = ("account", "member", "organisation", "genesis", "signing", "encryption", "index")
        content = {"v": 1} | {name: getattr(self, name) for name in names}
        content |= {"authority": self.authority} if self.authority else {}
        content |= {"next": self.next} if self.next else {}
        return jose.seal_compact(_BUNDLE_HEADER, compact_json(content).encode(), key)


def open_bundle(token: str, key: bytes) -> Bundle:
    """The bundle. Refusal(cannot_open | unknown_suite)."""
    header, plaintext = jose.open_compact(token, key)
    if header != _BUNDLE_HEADER:
        raise Refusal("cannot_open")
    content = read_json(plaintext)
    if content.pop("v", None) != 1:
        raise Refusal("unknown_suite")
    return Bundle(**content)


def passphrase_slot(key: bytes, passphrase: str, now: datetime) -> tuple[Json, Json]:
    """(slot, sign-in part): one run of Argon2id at the lowest bounds; both change together."""
    salt = secrets.token_bytes(16)
    costs: Json = {"salt": b64u(salt), "m": MIN_MEMORY_KIB, "t": MIN_PASSES, "p": 1}
    stretched = stretch(passphrase, salt, costs["m"], costs["t"], costs["p"])
    return _slot("passphrase", key, stretched.slot_key, now) | costs, costs | {"proof": stretched.proof}


def sign_in_proof(passphrase: str, costs: Json) -> str:
    """What is shown to the server for the account's `costs` {salt, m, t, p}."""
    return stretch(passphrase, unb64u(costs["salt"]), costs["m"], costs["t"], costs["p"]).proof


def passkey_slot(key: bytes, prf: bytes, credential: str, now: datetime) -> Json:
    """A slot under the 32 bytes that a passkey's `get()` evaluated."""
    return _slot("passkey", key, derive(prf, SLOT_PASSKEY), now) | {"credential": credential}


def recovery_slot(key: bytes, code: bytes, now: datetime) -> Json:
    """A slot under the 16 bytes of a printed code; `proof` is what the server compares when the code signs in."""
    proof = digest(b64u(derive(code, RECOVERY_SIGN_IN)))
    return _slot("recovery", key, derive(code, SLOT_RECOVERY), now) | {"proof": proof}


def open_slot(slot: Json, secret: str | bytes) -> bytes:
    """The bundle key, from a passphrase (str), a PRF output or a recovery code (bytes). Refusal(cannot_open)."""
    if slot["kind"] == "passphrase":
        if not isinstance(secret, str):
            raise Refusal("cannot_open")
        slot_key = stretch(secret, unb64u(slot["salt"]), slot["m"], slot["t"], slot["p"]).slot_key
    else:
        info = {"passkey": SLOT_PASSKEY, "recovery": SLOT_RECOVERY}[slot["kind"]]
        slot_key = derive(secret if isinstance(secret, bytes) else unb64u(secret), info)
    header, key = jose.open_compact(slot["jwe"], slot_key)
    if header != _SLOT_HEADER or len(key) != 32:
        raise Refusal("cannot_open")
    return key


def _slot(kind: str, key: bytes, slot_key: bytes, now: datetime) -> Json:
    return {"id": new_id(now), "kind": kind, "jwe": jose.seal_compact(_SLOT_HEADER, key, slot_key)}
