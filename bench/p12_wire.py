"""P12: bytes on the wire for each event, over the bytes that had to travel, both ways.

Up: a push of 50 as the phones send it (gzip). Down: pages of the feed as a phone asks for them (`Accept-Encoding`).
Two denominators: the ciphertext of the sections alone; and all that no compression can shorten, over which base64 and
JSON are laid: ciphertexts, vectors, tags, wrapped keys, ephemeral keys, digests and signatures.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.frame import Row, finish
from bench.p03_pull import pull
from bench.serving import Direct, accord
from bench.workload import prepare
from device.primitives import unb64u

TARGET, STRETCH = 1.35, 1.15
EVENTS = 1_000
_B64U = re.compile(r"[A-Za-z0-9_-]{32,}")


def measure() -> list[Row]:
    work = prepare(EVENTS)
    reader = work.readers["bruno"]
    up = sum(len(gzip.compress(body)) for body in work.bodies)
    with TemporaryDirectory() as name:
        ours = Direct(accord(work.copy_database(Path(name))))
        for body in work.bodies:
            ours.push(body)
        ours.sign_in(reader)
        down = sum(len(page) for page in pull_packed(ours, reader))
        pages = pull(ours, reader)
    sent = list(work.entries())
    read = [line for page in pages for part in json.loads(page)["streams"].values() for line in part["entries"]]
    return [*rows("up, push", up, sent), *rows("down, feed", down, read)]


def pull_packed(server: Direct, reader: Any) -> list[bytes]:
    """The pages as they travel. Cursors need them unpacked, so each is asked for twice."""
    plain = pull(server, reader)
    after = dict.fromkeys((f"circle:{circle}" for circle in reader.circles), 0)
    packed = []
    for page in plain:
        query = "&".join(f"after={stream}:{position}" for stream, position in after.items())
        packed.append(server.ask("GET", f"/api/feed?{query}", accept_encoding="gzip, deflate, br, zstd"))
        after = {name: part["next"] for name, part in json.loads(page)["streams"].items() if part["more"]}
    return packed


def rows(way: str, wire: int, entries: list[dict[str, Any]]) -> list[Row]:
    ciphertext = sum(map(ciphertext_bytes, entries))
    least = sum(map(incompressible_bytes, entries))
    each = f"{wire / len(entries):,.0f} B an event"
    return [
        Row("P12", f"{way}: wire over sections' ciphertext", each, f"ciphertext {ciphertext / len(entries):,.0f} B",
            wire / ciphertext, "×", TARGET, STRETCH, "exact"),
        Row("P12", f"{way}: wire over all that cannot be compressed", each, f"{least / len(entries):,.0f} B",
            wire / least, "×", TARGET, STRETCH, "exact"),
    ]  # fmt: skip


def ciphertext_bytes(entry: dict[str, Any]) -> int:
    return sum(len(unb64u(section["core"].split(".")[2])) for section in entry.get("sections", {}).values())


def incompressible_bytes(entry: dict[str, Any]) -> int:
    """Every part that is ciphertext, key, digest or signature, as raw bytes."""
    sealed = sum(
        sum(len(unb64u(part)) for part in s["core"].split(".")[1:]) for s in entry.get("sections", {}).values()
    )
    wraps = [wrap for section in entry.get("sections", {}).values() for wrap in _wraps(section)]
    _, payload, signature = entry["jws"].split(".")
    texts = [*wraps, unb64u(payload).decode(), signature]
    return sealed + sum(len(found) * 3 // 4 for text in texts for found in _chance(text))


def _wraps(section: dict[str, Any]) -> Iterator[str]:
    yield from section["wraps"].values() if "wraps" in section else [section["wrap"]]


def _chance(text: str) -> list[str]:
    """Runs of b64u of 24 bytes or more. Ids, which have hyphens and repeat, are not counted."""
    return [found for found in _B64U.findall(text) if "-" not in found or len(found) != 36]


if __name__ == "__main__":
    sys.exit(finish(measure))
