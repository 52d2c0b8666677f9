"""Text without what people write one way or the other: how names, towns and headings are compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# One letter for Unicode, two for people: no decomposition writes them apart.
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


def plain(text: str) -> str:
    """Small letters and digits, without accents, one space for whatever stands between words."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def singular(text: str) -> str:
    """`plain`, and each word without the s or x of a plural: to compare words, never to show them."""
    return " ".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in plain(text).split())
