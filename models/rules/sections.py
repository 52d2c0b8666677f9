"""The sealed strings of an event against what was signed: digests, sizes, and the headers that tie them to a place.

Nothing is opened here. A core or a wrap moved from another event, section, epoch or circle fails (scenario T86).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from models.problems import Problem
from models.rules.formats import digest, from_b64u, is_public_key, strict_json
from models.rules.signed import Signed

_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16
_WRAPPED_KEY_BYTES: Final = 40  # a 32-byte key under A256KW (RFC 3394)


def check_sections(signed: Signed, sections: object) -> None:
    """The strings `{name: {"core", "wraps": {"own", "other"?}}}` against what was signed. Raises Problem(sections)."""
    claims = signed.payload.get("sections", {})
    if not isinstance(sections, dict) or sections.keys() != claims.keys():
        raise Problem("sections")
    if not all(_fits(signed.payload, name, claim, sections[name]) for name, claim in claims.items()):
        raise Problem("sections")


def _fits(payload: Mapping[str, Any], name: str, claim: Mapping[str, Any], strings: object) -> bool:
    if not isinstance(strings, dict) or strings.keys() != {"core", "wraps"}:
        return False
    core, wraps = strings["core"], strings["wraps"]
    if not isinstance(wraps, dict) or wraps.keys() != claim["wraps"].keys():
        return False
    if not _is_text_of(core, claim["core"]) or not _is_core(core, payload["id"], name, claim["size"]):
        return False
    audience = payload["audience"]
    return all(
        _is_text_of(wraps[side], claim["wraps"][side]) and _is_wrap(wraps[side], side, audience[side]) for side in wraps
    )


def _is_text_of(text: object, expected: str) -> bool:
    return isinstance(text, str) and text.isascii() and digest(text) == expected


def _is_core(core: str, event: str, name: str, size: int) -> bool:
    """`protected.iv.ciphertext.tag`: the protected header repeats event and section; GCM adds nothing to the size."""
    parts = [from_b64u(part) for part in core.split(".")]
    if len(parts) != 4 or parts[0] is None or parts[1] is None or parts[2] is None or parts[3] is None:
        return False
    header = strict_json(parts[0])
    if header != {"enc": "A256GCM", "evt": event, "sec": name}:
        return False
    return (len(parts[1]), len(parts[2]), len(parts[3])) == (_IV_BYTES, size, _TAG_BYTES)


def _is_wrap(wrap: str, side: str, addressee: str) -> bool:
    """One JWE recipient object. A team's own circle shares a key; anyone else is reached through a public key."""
    recipient = strict_json(wrap.encode())
    if recipient is None or recipient.keys() != {"header", "encrypted_key"}:
        return False
    header, key = recipient["header"], from_b64u(recipient["encrypted_key"])
    if not isinstance(header, dict) or key is None or len(key) != _WRAPPED_KEY_BYTES:
        return False
    kid = addressee.removeprefix("member:")
    if side == "own" and kid == addressee:
        return header == {"alg": "A256KW", "kid": kid}
    ephemeral = header.get("epk")
    return header == {"alg": "ECDH-ES+A256KW", "epk": ephemeral, "kid": kid} and is_public_key(ephemeral)
