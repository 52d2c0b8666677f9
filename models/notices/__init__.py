"""The texts shown to a person before they are asked: who asks what, and why.

A notice is immutable: a consent seals its id and the SHA-256 of its file, so that the exact words can be shown years
later. To change a word, add a file with the next number; never edit one (a test pins each hash). The variant `simple`
is written in short sentences, and is not called FALC until people concerned have proofread it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Notice:
    """`sha256`: of the file's bytes, base64url unpadded. `pages`: `{"pictogram", "title", "text": [sentences]}`."""

    id: str
    language: str
    variant: str
    sha256: str
    title: str
    pages: tuple[dict[str, Any], ...]


def load(folder: Path = Path(__file__).parent) -> tuple[Notice, ...]:
    """Every notice of `folder`, by name of file. Raises ValueError when a file's name does not say what is in it."""
    return tuple(_read(path) for path in sorted(folder.glob("*.json")))


def _read(path: Path) -> Notice:
    content = path.read_bytes()
    text = json.loads(content)
    if path.name != f"{text['id']}.{text['language']}.{text['variant']}.json":
        raise ValueError(f"{path.name} does not hold the notice it names")
    sha256 = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
    return Notice(text["id"], text["language"], text["variant"], sha256, text["title"], tuple(text["pages"]))


NOTICES: Final = load()
