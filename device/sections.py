"""A section: one sealed JSON object, split into a core and a wrap per reader (docs/protocol.md §3, Sections)."""

from __future__ import annotations

from dataclasses import dataclass

from device import jose
from device.jose import Jwk
from device.keys import unwrap
from device.primitives import Json, compact_json, digest, pad, read_json, unb64u
from device.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who can open: `kid` is `<circle>.<epoch>` or a member id; the key is an epoch key (bytes) or a public key."""

    kid: str
    key: bytes | Jwk

    def header(self) -> Json:
        algorithm = "A256KW" if isinstance(self.key, bytes) else "ECDH-ES+A256KW"
        return {"alg": algorithm, "kid": self.kid}


@dataclass(frozen=True, slots=True)
class Section:
    """`entry` travels beside the event; `claim` is what the event signs of it."""

    core: str
    wraps: dict[str, str]
    size: int
    level: int
    category: str | None = None

    def entry(self) -> Json:
        return {"core": self.core, "wraps": dict(self.wraps)}

    def claim(self) -> Json:
        signed: Json = {
            "core": digest(self.core),
            "wraps": {side: digest(wrap) for side, wrap in self.wraps.items()},
            "size": self.size,
            "level": self.level,
        }
        return signed | ({"category": self.category} if self.category else {})


def seal(
    event: str,
    name: str,
    content: Json,
    level: int,
    own: Addressee,
    other: Addressee | None = None,
    category: str | None = None,
) -> Section:
    """Seal `content` for one or two readers, under a content key used once."""
    plaintext = pad(compact_json(content).encode())
    readers = {"own": own} | ({"other": other} if other else {})
    header = {"enc": "A256GCM", "evt": event, "sec": name}
    sealed = jose.seal_general(header, plaintext, [(reader.header(), reader.key) for reader in readers.values()])
    core = ".".join(sealed[part] for part in ("protected", "iv", "ciphertext", "tag"))
    wraps = {side: compact_json(wrap) for side, wrap in zip(readers, sealed["recipients"], strict=True)}
    return Section(core, wraps, len(plaintext), level, category)


def open_section(event: str, name: str, core: str, wrap: str, reader: Addressee) -> Json:
    """The content. Refusal(cannot_open) if it was moved, altered, or is for someone else."""
    try:
        recipient = _read_wrap(wrap, reader)
        sealed = _read_core(core, event, name)
        sealed["recipients"] = [recipient]
        plaintext = jose.open_general(sealed, read_json(unb64u(sealed["protected"])), reader.key)
        return read_json(plaintext)
    except Refusal as refusal:
        raise Refusal("cannot_open") from refusal


def content_key(wrap: str, reader: Addressee) -> bytes:
    """What opens this section and nothing else, for who must show it. Refusal(cannot_open) unless a circle's own."""
    recipient = _read_wrap(wrap, reader)
    if not isinstance(reader.key, bytes):
        raise Refusal("cannot_open")
    return unwrap(unb64u(recipient["encrypted_key"]), reader.key)


def open_with_content_key(event: str, name: str, core: str, key: bytes) -> Json:
    """The content of a section whose own key was shown. Refusal(cannot_open)."""
    try:
        sealed = _read_core(core, event, name) | {"recipients": [{"header": {"alg": "dir"}}]}
        return read_json(jose.open_general(sealed, read_core_header(core), key))
    except Refusal as refusal:
        raise Refusal("cannot_open") from refusal


def read_core_header(core: str) -> Json:
    """{enc, evt, sec} as the core says them."""
    return read_json(unb64u(core.split(".")[0]))


def _read_core(core: str, event: str, name: str) -> Json:
    parts = core.split(".")
    if len(parts) != 4 or read_core_header(core) != {"enc": "A256GCM", "evt": event, "sec": name}:
        raise Refusal("cannot_open")
    for part in parts:
        unb64u(part)
    return dict(zip(("protected", "iv", "ciphertext", "tag"), parts, strict=True))


def _read_wrap(wrap: str, reader: Addressee) -> Json:
    recipient = read_json(wrap)
    header = dict(recipient["header"]) if set(recipient) == {"header", "encrypted_key"} else {}
    key_agreement = header.pop("epk", None)
    if header != reader.header() or (key_agreement is None) != isinstance(reader.key, bytes):
        raise Refusal("cannot_open")
    unb64u(recipient["encrypted_key"])
    if key_agreement is not None:
        jose.check_public(key_agreement)
    return recipient
