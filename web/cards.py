"""Cards printed beforehand, for a flat without printer or phone: a code to scan, the same to type, a short one to say.

Each has a secret of its own, drawn here, printed and forgotten: no file, no table, no log holds it. A card is worth
nothing until a worker scans it at consent. The one importer of the QR encoder on the server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import click
import segno
from flask import render_template
from flask.cli import with_appcontext

from web.commands import Commands
from web.config import current

CHARACTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # docs/protocol.md §5, On paper
SECRET_BYTES: Final = 16
CODE_BYTES: Final = 5
CHECK_BITS: Final = 12
MOST: Final = 1000

receipts = Commands("receipts", help="What people take away.")


@dataclass(frozen=True, slots=True)
class Card:
    """`drawing` is an SVG of the link; `typed` its secret in 7 groups; `code` is said aloud and opens nothing."""

    drawing: str
    typed: str
    code: str


@receipts.command("cards")
@click.argument("count", type=click.IntRange(1, MOST))
@with_appcontext
def cards(count: int) -> None:
    """Print COUNT cards as one page, to open in a browser and print. Nothing is kept: print, then delete the file."""
    made = (card(secrets.token_bytes(SECRET_BYTES), current().origin) for _ in range(count))
    click.echo(page(made))


def page(made: Iterable[Card]) -> str:
    """The whole document, with its own styles: it is read from a file, where nothing else can be fetched."""
    return render_template("cards.html", cards=list(made))


def card(secret: bytes, origin: str) -> Card:
    """The card of this secret of 16 bytes, opened at `origin`."""
    link = f"{origin}/carte#{base64.urlsafe_b64encode(secret).rstrip(b'=').decode()}"
    drawing = segno.make(link, error="m", micro=False).svg_inline(border=4, omitsize=True)
    bits = _bits(secret) + _bits(hashlib.sha256(secret).digest())[:CHECK_BITS]
    said = _spelled(_bits(_derive(secret, b"accord receipt code 1")[:CODE_BYTES]))
    return Card(drawing, _grouped(_spelled(bits)), _grouped(said))


def _derive(secret: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 without salt (RFC 5869), 32 bytes."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _bits(octets: bytes) -> str:
    return "".join(f"{octet:08b}" for octet in octets)


def _spelled(bits: str) -> str:
    return "".join(CHARACTERS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def _grouped(characters: str) -> str:
    return "-".join(characters[at : at + 4] for at in range(0, len(characters), 4))
