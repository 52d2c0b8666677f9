"""Canaries: words typed into every field, then searched as bytes wherever they must not be.

One canary is looked for in UTF-8, UTF-16 (both byte orders), base64 and base64url at the three offsets, and hex.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def spellings(canary: str) -> dict[str, bytes]:
    """Every way the bytes of `canary` (ASCII, at least 9 characters) could lie about: {spelling: bytes}."""
    return {
        **spellings_of_bytes(canary.encode()),
        "utf-16-le": canary.encode("utf-16-le"),
        "utf-16-be": canary.encode("utf-16-be"),
    }


def spellings_of_bytes(plain: bytes) -> dict[str, bytes]:
    """The same for a secret that is no text, at least 9 bytes: as they are, hex, base64, a JSON list of numbers."""
    found = {
        "utf-8": plain,
        "hex": plain.hex().encode(),
        "hex upper": plain.hex().upper().encode(),
        "numbers": ",".join(str(byte) for byte in plain).encode(),
        "numbers spaced": ", ".join(str(byte) for byte in plain).encode(),
    }
    for offset in range(3):
        # The characters that depend on the canary alone, whatever stood before and after it.
        padded = base64.b64encode(b"\0" * offset + plain)
        head = 0 if offset == 0 else offset + 1
        tail = (len(plain) + offset) // 3 * 4
        middle = padded[head:tail]
        found[f"base64+{offset}"] = middle
        found[f"base64url+{offset}"] = middle.replace(b"+", b"-").replace(b"/", b"_")
    return found


def sightings(canaries: Iterable[str], haystack: bytes) -> list[tuple[str, str]]:
    """(canary, spelling) for each one found in `haystack`, also inside it when it is gzip or zlib."""
    wholes = [haystack, *_unpacked(haystack)]
    return [
        (canary, name)
        for canary in canaries
        for name, needle in spellings(canary).items()
        if any(needle in whole for whole in wholes)
    ]


def sightings_of_bytes(secret: bytes, haystack: bytes) -> list[str]:
    """The spellings of `secret` found in `haystack`, also inside it when it is gzip or zlib."""
    wholes = [haystack, *_unpacked(haystack)]
    return [name for name, needle in spellings_of_bytes(secret).items() if any(needle in whole for whole in wholes)]


def _unpacked(haystack: bytes) -> Iterator[bytes]:
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(haystack)
        except (OSError, EOFError, zlib.error):
            continue


def sightings_under(canaries: list[str], folder: Path) -> list[tuple[str, str, str]]:
    """(file, canary, spelling) over every file below `folder`."""
    return [
        (str(path.relative_to(folder)), canary, name)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for canary, name in sightings(canaries, path.read_bytes())
    ]
