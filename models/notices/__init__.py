"""The texts shown to a person: what they read before they are asked, and the words of their screens and receipt.

A notice is immutable: a consent seals its id and the SHA-256 of its file, so that the exact words can be shown years
later. To change a word, add files with the next number; never edit one (a test pins each hash). The variant `simple`
is written in short sentences, and is not called FALC until people concerned have proofread it. A translation names, in
`translates`, the hash of the French file it says again. `words/` may change: a consent does not seal it.

Every text, and the list of them, is served under its own hash: a phone that knows the list's can verify all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.rules.formats import digest
from models.rules.notice import FRENCH, WORDS, Text

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Notice:
    """`text`: what the rules ask. `pages`: `{"block"?, "pictogram", "title", "text": [sentences]}`, one idea each.

    A sentence may hold `{organisation}` `{recipient}` `{categories}` `{purpose}` `{duration}` `{until}` `{dpo}`: the
    screen fills them, and the hash is that of the file, unfilled.
    """

    text: Text
    dir: str
    title: str
    pages: tuple[Mapping[str, Any], ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. `name`: how it calls itself; `lists`: by list (`screen`, `receipt`…), then by code."""

    text: Text
    dir: str
    name: str
    lists: Mapping[str, Mapping[str, str]]
    content: bytes


def load(folder: Path = FOLDER) -> tuple[Notice, ...]:
    """Every notice of `folder`, by name of file. Raises ValueError when a file's name does not say what is in it."""
    return tuple(_notice(path) for path in sorted(folder.glob("*.json")))


def load_words(folder: Path = FOLDER / "words") -> tuple[Words, ...]:
    """The words of every language of `folder`. Raises ValueError when a file's name is not its language."""
    return tuple(_words(path) for path in sorted(folder.glob("*.json")))


def _notice(path: Path) -> Notice:
    content = path.read_bytes()
    about = json.loads(content)
    if path.name != f"{about['id']}.{about['language']}.{about['variant']}.json":
        raise ValueError(f"{path.name} does not hold the notice it names")
    return Notice(_text(about, content), about.get("dir", "ltr"), about["title"], tuple(about["pages"]), content)


def _words(path: Path) -> Words:
    content = path.read_bytes()
    about = json.loads(content)
    if (about["id"], path.name) != (WORDS, f"{about['language']}.json"):
        raise ValueError(f"{path.name} does not hold the words it names")
    lists = {name: value for name, value in about.items() if isinstance(value, dict)}
    return Words(_text(about, content), about["dir"], about["name"], lists, content)


def _text(about: Mapping[str, Any], content: bytes) -> Text:
    """The first notices carry no `translates`: they are French, hence sources."""
    variant = about.get("variant", WORDS)
    return Text(about["id"], about["language"], variant, digest(content), about.get("translates"))


def _listed() -> bytes:
    """The list phones fetch: what each hash is, and in which direction a language is written."""
    listed = [
        {"id": one.text.id, "language": one.text.language, "variant": one.text.variant, "sha256": one.text.sha256,
         "translates": one.text.translates}
        for one in ALL
    ]  # fmt: skip
    languages = {code: {"name": words.name, "dir": words.dir} for code, words in LANGUAGES.items()}
    return json.dumps({"languages": languages, "texts": listed}, ensure_ascii=False, sort_keys=True).encode("utf-8")


NOTICES: Final = load()
LANGUAGES: Final = {words.text.language: words for words in load_words()}
ALL: Final[tuple[Notice | Words, ...]] = (*NOTICES, *LANGUAGES.values())
TEXTS: Final = tuple(one.text for one in ALL)
SOURCES: Final = tuple(one for one in NOTICES if one.text.language == FRENCH)
LIST: Final = _listed()
LIST_SHA256: Final = digest(LIST)
FILES: Final[Mapping[str, bytes]] = {
    **{one.text.sha256: one.content for one in ALL},
    LIST_SHA256: LIST,
}
"""What is served, by hash."""
