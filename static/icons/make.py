"""Writes the icons of this folder: `python static/icons/make.py <folder of lucide's SVG files>`.

`lucide.svg` is one file of symbols, taken unchanged from Lucide 1.62.0 (ISC and MIT, see LICENSE): those the client
names. The application's own mark, a tick whose two strokes meet, is drawn here, as `icon.svg` and in the PNG sizes that
phones ask for.
"""

from __future__ import annotations

import math
import re
import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
TEAL, EMBER, PAPER = (10, 95, 81), (255, 182, 129), (255, 253, 248)
SHORT, LONG, HALF_WIDTH = ((0.285, 0.535), (0.435, 0.685)), ((0.435, 0.685), (0.735, 0.325)), 0.062
NAMES = (
    "accessibility", "arrow-left", "baby", "bed", "book-open", "briefcase", "building-2", "bus", "calendar-check",
    "calendar-clock", "calendar-x", "check", "chevron-right", "circle-alert", "circle-check", "circle-question-mark",
    "clock", "copy", "door-open", "download", "eye", "file-text", "fingerprint-pattern", "flag", "hand", "hand-heart",
    "handshake", "heart-handshake", "heart-pulse", "history", "hourglass", "house", "id-card", "inbox", "info",
    "key-round", "landmark", "laptop", "list-checks", "lock", "log-out", "mail", "map", "map-pin", "message-circle",
    "minus", "monitor-smartphone", "notebook-pen", "package", "pencil", "phone", "plus", "printer", "refresh-cw",
    "rotate-ccw", "scale", "scroll-text", "search", "send", "share-2", "shield", "shield-check", "shirt",
    "shopping-basket", "smartphone", "square-pen", "stethoscope", "trash-2", "triangle-alert", "type", "umbrella",
    "user", "user-plus", "users", "utensils", "volume-2", "wallet", "x", "zap",
)  # fmt: skip


def main(lucide: Path) -> None:
    symbols = [symbol(name, (lucide / f"{name}.svg").read_text("utf-8")) for name in NAMES]
    head = "<!-- Lucide 1.62.0, https://lucide.dev, ISC and MIT: see LICENSE. Written by make.py. -->\n"
    (HERE / "lucide.svg").write_text(
        head + '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", "utf-8"
    )
    (HERE / "icon.svg").write_text(mark(), "utf-8")
    for name, size, margin, corner in (("192", 192, 0, 0.22), ("512", 512, 0, 0.22), ("maskable-512", 512, 0.1, 0)):
        (HERE / f"icon-{name}.png").write_bytes(png(size, margin, corner))


def symbol(name: str, svg: str) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if not inside:
        raise ValueError(f"{name}.svg holds no drawing")
    drawing = " ".join(inside[1].split())
    stroke = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {stroke}>{drawing}</symbol>'


def mark() -> str:
    def line(stroke: tuple[tuple[float, float], tuple[float, float]], colour: tuple[int, int, int]) -> str:
        (x1, y1), (x2, y2) = ((round(x * 512, 1), round(y * 512, 1)) for x, y in stroke)
        return f'<path d="M{x1} {y1} L{x2} {y2}" stroke="#{bytes(colour).hex()}"/>'

    lines = line(SHORT, EMBER) + line(LONG, PAPER)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
        f'<rect width="512" height="512" rx="112" fill="#{bytes(TEAL).hex()}"/>'
        f'<g fill="none" stroke-width="{HALF_WIDTH * 1024:.0f}" stroke-linecap="round">{lines}</g></svg>\n'
    )


def png(size: int, margin: float, corner: float) -> bytes:
    """The mark as an RGBA PNG; edges are softened over one pixel."""
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        for x in range(size):
            rows += pixel((x + 0.5) / size, (y + 0.5) / size, 1 / size, margin, corner)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pixel(x: float, y: float, step: float, margin: float, corner: float) -> bytes:
    scale = 1 - 2 * margin
    at = ((x - margin) / scale, (y - margin) / scale)
    colour = TEAL
    for stroke, paint in ((SHORT, EMBER), (LONG, PAPER)):
        cover = min(1.0, max(0.0, 0.5 - (away(at, *stroke) - HALF_WIDTH) * scale / step))
        colour = tuple(round(a + (b - a) * cover) for a, b in zip(colour, paint, strict=True))  # type: ignore[assignment]
    dx, dy = max(0.0, abs(x - 0.5) - 0.5 + corner), max(0.0, abs(y - 0.5) - 0.5 + corner)
    opacity = 1.0 if not corner else min(1.0, max(0.0, 0.5 - (math.hypot(dx, dy) - corner) / step))
    return bytes((*colour, round(255 * opacity)))


def away(at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance from a point to a segment."""
    (px, py), (ax, ay), (bx, by) = at, start, end
    along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(1.0, max(0.0, along))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
