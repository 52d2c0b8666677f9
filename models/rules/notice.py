"""Which texts a person may be shown: the newest, faithful to the French they say again, and read by a human.

Pure. Twin: static/app/rules/notice.js, over tests/vectors/notices.json.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

FRENCH: Final = "fr"
WORDS: Final = "words"


@dataclass(frozen=True, slots=True)
class Text:
    """`id`: `orientation.2`, or `words`. `translates`: the hash of the French text it says again, None for a source."""

    id: str
    language: str
    variant: str
    sha256: str
    translates: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What an organisation offers beside French. `unvalidated`: also translations nobody validated yet, marked so."""

    languages: Collection[str] = ()
    unvalidated: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A notice that may be shown. `validated`: it and the words of its language were read by a human, or are French."""

    text: Text
    validated: bool


def source_of(text: Text, texts: Iterable[Text]) -> Text | None:
    """The newest French text on the same subject, of the same variant."""
    same = (one for one in texts if one.language == FRENCH and _subject(one.id) == _subject(text.id))
    return max((one for one in same if one.variant == text.variant), key=lambda one: _version(one.id), default=None)


def is_current(text: Text, texts: Collection[Text]) -> bool:
    """Whether it is the newest French text, or says exactly that one again. A stale translation is never offered."""
    source = source_of(text, texts)
    if source is None or source.id != text.id:
        return False
    return text == source if text.language == FRENCH else text.translates == source.sha256


def offered(texts: Collection[Text], subject: str, choice: Choice, validated: Collection[str]) -> list[Offer]:
    """The notices on `subject` that this organisation may show, French first, then in the order of its languages.

    A language is offered when its notice and its words are current; when nobody validated one of the two, only if the
    organisation chose so.
    """
    current = [one for one in texts if is_current(one, texts)]
    spoken = {one.language: one for one in current if one.variant == WORDS}
    offers = []
    for language in dict.fromkeys((FRENCH, *choice.languages)):
        for notice in current:
            if notice.language != language or _subject(notice.id) != subject or language not in spoken:
                continue
            is_read = language == FRENCH or {notice.sha256, spoken[language].sha256} <= set(validated)
            if is_read or choice.unvalidated:
                offers.append(Offer(notice, is_read))
    return offers


def _subject(id: str) -> str:
    return id.partition(".")[0]


def _version(id: str) -> int:
    """`orientation.10` comes after `orientation.9`; `words` have no number."""
    number = id.partition(".")[2]
    return int(number) if number.isdecimal() else 0
