"""The catalogue of lies: every answer of the API, bent in every place and in every way that has a name.

A `Mutation` takes an honest answer and returns a false one, or raises `NotHere` where it has nothing to bend. `generic`
walks an answer and makes some for each kind of place in it; `FEED` and its sisters are the lies that take some thought.
Nothing here knows who reads: the same catalogue is played to `device/` and to the client in Chromium.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Change = Callable[[Json], Any]
HUGE = 2**53 - 1


class NotHere(Exception):
    """This answer has nothing that this mutation bends."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """`withholds`: the lie only leaves out or delays, which no reader can tell from an honest silence at that moment.

    Whatever else it does must be refused, or change nothing.
    """

    name: str
    change: Change
    withholds: bool = False

    def __call__(self, answer: Json) -> Any:
        """The false answer; the honest one is left as it was. Raises NotHere."""
        told = self.change(copy.deepcopy(answer))
        if told == answer:
            raise NotHere
        return told


# --- places ----------------------------------------------------------------------------------------------------------

Path = tuple[Any, ...]
# Members whose names differ from one answer to the next: one of each kind is enough.
_NAMED_BY_DATA = ("streams", "sections", "position")


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place below a value, its container before it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, content in inner:
        yield (*at, name)
        yield from places(content, (*at, name))


def kind(path: Path) -> str:
    """`streams.circle.entries[].sections.*.core`: the same for all places that mean the same."""
    words: list[str] = []
    for before, step in zip((None, *path), path, strict=False):
        if isinstance(step, int):
            words.append("[]")
        elif before == "streams":
            words.append(step.partition(":")[0])
        else:
            words.append("*" if before in _NAMED_BY_DATA else step)
    return ".".join(words)


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def put(value: Any, path: Path, content: Any) -> Any:
    """`value` with this content there; with nothing there for `GONE`."""
    holder = at(value, path[:-1])
    if content is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = content
    return value


GONE: Any = object()


def flipped(text: str, place: float = 0.5) -> str:
    """The same text with one character of base64url changed, so that at least one bit of the bytes is another."""
    if not text:
        raise NotHere
    where = min(int(len(text) * place), len(text) - 1)
    return text[:where] + ("A" if text[where] not in "ABCD" else "Q") + text[where + 1 :]


def _part(number: int) -> Callable[[str], str]:
    """Flips a byte of one part of what is written in parts, as JWS, JWE and cores are."""

    def change(text: str) -> str:
        parts = text.split(".")
        if len(parts) <= number:
            raise NotHere
        return ".".join([*parts[:number], flipped(parts[number]), *parts[number + 1 :]])

    return change


def _of_a_list(change: Callable[[list[Any]], list[Any]]) -> Callable[[list[Any]], list[Any]]:
    def changed(value: list[Any]) -> list[Any]:
        if len(value) < 2:
            raise NotHere
        return change(value)

    return changed


_TEXT: dict[str, Callable[[str], Any]] = {
    "a byte flipped": flipped,
    "a byte flipped at its end": lambda text: flipped(text, 1),
    **{f"a byte flipped in part {number}": _part(number) for number in range(5)},
    "emptied": lambda text: "",
    "a page of HTML": lambda text: "<html><script>alert(1)</script>",
    "a name of every object": lambda text: "__proto__",
    "endless": lambda text: text + "A" * 100_000,
}
_NUMBER: dict[str, Callable[[int], Any]] = {
    "one more": lambda number: number + 1,
    "one less": lambda number: number - 1,
    "zero": lambda number: 0,
    "negative": lambda number: -1 - number,
    "huge": lambda number: HUGE,
    "beyond integers": lambda number: 10**400,
    "a fraction": lambda number: number + 0.5,
    "a text": str,
}
_LIST: dict[str, Callable[[list[Any]], list[Any]]] = {
    "emptied": lambda value: [],
    "reversed": _of_a_list(lambda value: value[::-1]),
    "the first two swapped": _of_a_list(lambda value: [value[1], value[0], *value[2:]]),
    "the last twice": lambda value: [*value, *value[-1:]],
    "the first twice": lambda value: [*value[:1], *value],
    "without its first": _of_a_list(lambda value: value[1:]),
    "without its middle": lambda value: value[: len(value) // 2] + value[len(value) // 2 + 1 :] if value[2:] else value,
    "without its last": _of_a_list(lambda value: value[:-1]),
    "with something foreign": lambda value: [*value, 7],
}
_OBJECT: dict[str, Callable[[Json], Json]] = {
    "emptied": lambda value: {},
    "with a member nobody knows": lambda value: value | {"unknown": {"role": "supervisor"}},
}
_FOREIGN = {"gone": GONE, "null": None, "true": True, "a number": 7, "a text": "x", "a list": [], "an object": {}}
_OF = {str: _TEXT, int: _NUMBER, list: _LIST, dict: _OBJECT}
_MISSING = ("gone", "null", "emptied", "without its first", "without its middle", "without its last")


def generic(answers: list[Json]) -> list[Mutation]:
    """For each kind of place in these answers, its first and its last: each change that its content allows."""
    kinds: dict[str, type] = {}
    for answer in answers:
        for path in places(answer):
            kinds.setdefault(kind(path), type(at(answer, path)))
    found = []
    for name, form in kinds.items():
        foreign = {word: content for word, content in _FOREIGN.items() if type(content) is not form}
        changes: dict[str, Any] = {word: (lambda _, content=content: content) for word, content in foreign.items()}
        changes |= _OF.get(form, {})
        for word, change in changes.items():
            for which in ("first", "last") if "[]" in name else ("first",):
                label = f"{name} {word}" + (" (last)" if which == "last" else "")
                found.append(Mutation(label, _everywhere(name, form, which, change), _withholds(name, word)))
    return found


def _withholds(name: str, word: str) -> bool:
    """What only leaves lines, sections or strings out; or says there is no more."""
    last = name.rpartition(".")[2]
    if last == "more":
        return True
    return word in _MISSING and last in ("[]", "entries", "sections", "*", "beside", "streams", "wraps")


def _everywhere(name: str, form: type, which: str, change: Callable[[Any], Any]) -> Change:
    def bend(answer: Json) -> Json:
        found = [path for path in places(answer) if kind(path) == name and type(at(answer, path)) is form]
        if not found:
            raise NotHere
        path = found[0 if which == "first" else -1]
        return dict(put(answer, path, change(at(answer, path))))

    return bend


# --- whole answers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not ours at all: a captive portal, half a page, a proxy's error."""

    status: int
    body: bytes
    content_type: str = "application/json"


def _cut(answer: Json) -> Raw:
    text = json.dumps(answer).encode()
    return Raw(200, text[: len(text) // 2])


WHOLE = [
    Mutation("a portal's page", lambda answer: Raw(200, b"<html>Bienvenue", "text/html")),
    Mutation("a portal's page that says it is JSON", lambda answer: Raw(200, b"<html>Bienvenue")),
    Mutation("half of it", _cut),
    Mutation("nothing", lambda answer: Raw(200, b"")),
    Mutation("a list", lambda answer: Raw(200, b"[]")),
    Mutation("null", lambda answer: Raw(200, b"null")),
    Mutation("deep", lambda answer: Raw(200, b"[" * 100_000 + b"]" * 100_000)),
    Mutation("a name twice", lambda answer: Raw(200, b'{"epoch":"a",' + json.dumps(answer).encode()[1:])),
    Mutation("not a number", lambda answer: Raw(200, b'{"epoch":NaN,"streams":{},"verdicts":[]}')),
    Mutation("not UTF-8", lambda answer: Raw(200, b'{"epoch":"\xff"}')),
    Mutation("an error of a proxy", lambda answer: Raw(502, b"<h1>Bad gateway", "text/html")),
    Mutation("an error with an honest answer", lambda answer: Raw(500, json.dumps(answer).encode())),
    Mutation("elsewhere", lambda answer: Raw(302, b"", "text/html")),
    Mutation("a refusal nobody wrote", lambda answer: Raw(403, b'{"code":"__proto__","message":7,"retry":"x"}',
                                                          "application/problem+json")),
    Mutation("a refusal of another shape", lambda answer: Raw(410, b'{"code":{"a":1}}', "application/problem+json")),
]  # fmt: skip
