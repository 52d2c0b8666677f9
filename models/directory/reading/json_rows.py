"""The rows of a JSON file: a list, or an object whose lists are tables (`structures`, `services`).

Rows are decoded one by one: the text is in memory, never all its rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NoReturn

from models.directory.reading.kinds import MAX_ROWS, Record
from models.problems import Problem

_SPACE: Final = re.compile(r"[ \t\r\n]*")


def json_rows(file: BinaryIO) -> Iterator[Record]:
    """Raises Problem(import_unreadable | import_too_large)."""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("import_unreadable", kind="json") from error
    for count, record in enumerate(_Reader(text).records(), 1):
        if count > MAX_ROWS:
            raise Problem("import_too_large", rows=MAX_ROWS)
        yield record


class _Reader:
    """Walks through the text: `at` is where the next thing begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._decoder = json.JSONDecoder(parse_constant=lambda word: None)

    def records(self) -> Iterator[Record]:
        yield from self._list("") if self._next() == "[" else self._tables()
        self._skip()
        if self.at != len(self.text):
            self._broken()

    def _tables(self) -> Iterator[Record]:
        """The lists of an object; its other values are passed over. One without any list is no directory."""
        self._take("{")
        has_list = False
        while self._next() != "}":
            name = self._value()
            self._take(":")
            if self._next() == "[" and isinstance(name, str):
                has_list = True
                yield from self._list(name)
            else:
                self._value()
            self._comma("}")
        self._take("}")
        if not has_list:
            self._broken()

    def _list(self, table: str) -> Iterator[Record]:
        self._take("[")
        line = 0
        while self._next() != "]":
            line += 1
            yield Record(table, line, self._value())
            self._comma("]")
        self._take("]")

    def _value(self) -> Any:
        self._skip()
        try:
            value, self.at = self._decoder.raw_decode(self.text, self.at)
        except (ValueError, RecursionError) as error:
            raise Problem("import_unreadable", kind="json", line=self._line()) from error
        return value

    def _next(self) -> str:
        self._skip()
        return self.text[self.at : self.at + 1]

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            self._broken()
        self.at += 1

    def _comma(self, end: str) -> None:
        """Between two things there is one; none before the end."""
        if self._next() != end:
            self._take(",")
            if self._next() == end:
                self._broken()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _broken(self) -> NoReturn:
        raise Problem("import_unreadable", kind="json", line=self._line())
