"""How a schedule fails."""

from __future__ import annotations


class Broken(AssertionError):
    """An invariant does not hold: its sentence, then what was seen (ids and codes)."""

    def __init__(self, sentence: str, *seen: object) -> None:
        super().__init__(": ".join([sentence, *map(str, seen)]))
        self.sentence = sentence
