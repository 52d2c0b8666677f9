"""Locking: keys leave the phone, what it wrote and read stays. Several people may share one tablet, each a phone apart.

What is sealed and signed already is pushed while locked: the outbox needs no key, and no session.
"""

from __future__ import annotations

from dataclasses import asdict

from device import jose
from device.bundle import Bundle
from device.circles import EpochKey
from device.phone import Phone
from device.primitives import b64u, compact_json, read_json, unb64u

_HEADER = {"alg": "dir", "enc": "A256GCM"}


def lock(phone: Phone) -> str:
    """Take every key out of the phone, and the session; what is returned opens it again, under the bundle key."""
    kept = {"bundle": asdict(phone.bundle), "device": phone.device_key, "keys": _written(phone)}
    sealed = jose.seal_compact(_HEADER, compact_json(kept).encode(), phone.bundle_key)
    phone.bundle = Bundle(phone.bundle.account, phone.bundle.member, phone.bundle.organisation, phone.bundle.genesis,
                          {}, [])  # fmt: skip
    phone.device_key, phone.bundle_key, phone.keys, phone.api.token = {}, b"", {}, None
    return sealed


def unlock(phone: Phone, sealed: str, bundle_key: bytes) -> None:
    """Put the keys back. Refusal(cannot_open) for another key: then nothing changed."""
    _, plaintext = jose.open_compact(sealed, bundle_key)
    kept = read_json(plaintext)
    phone.bundle, phone.device_key, phone.bundle_key = Bundle(**kept["bundle"]), kept["device"], bundle_key
    phone.keys = {
        circle: {int(epoch): EpochKey(circle, int(epoch), unb64u(one["key"]), one["private"])
                 for epoch, one in epochs.items()}
        for circle, epochs in kept["keys"].items()
    }  # fmt: skip


def is_locked(phone: Phone) -> bool:
    return not phone.bundle_key


def _written(phone: Phone) -> dict[str, dict[str, dict[str, object]]]:
    return {
        circle: {str(epoch): {"key": b64u(one.key), "private": one.private} for epoch, one in epochs.items()}
        for circle, epochs in phone.keys.items()
    }
