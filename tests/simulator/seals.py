"""Which keys phones sealed to, and which exist: remembered where each seal and each key is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from device import admission, circles, events, jose
from device.roster import Roster

MADE: list[tuple[str, str]] = []  # (kid, x of the public key)
HONEST: set[str] = set()  # x of every key that a phone of the town made, or that the roster names


def know(roster: Roster) -> None:
    for organisation in roster.organisations.values():
        HONEST.update(member.encryption["x"] for member in organisation.members.values())
        HONEST.update(key["x"] for circle in organisation.circles.values() for key in circle.publics.values())


@contextmanager
def watched() -> Iterator[None]:
    """While this lasts, every seal to a public key and every pair made is remembered."""
    with ExitStack() as stack:
        for module, name, seen in (
            (events, "seal", _seal), (admission, "wrap_for", _wrap), (circles, "wrap_for", _wrap),
            (jose, "generate_pair", _pair),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(module, name, seen(getattr(module, name))))
        yield


def _seal(make: Callable[..., Any]) -> Callable[..., Any]:
    def seal(event: str, name: str, content: Any, level: int, own: Any, other: Any = None, category: Any = None) -> Any:
        for side in (own, other):
            if side is not None and not isinstance(side.key, bytes):
                MADE.append((side.kid, side.key["x"]))
        return make(event, name, content, level, own, other, category)

    return seal


def _wrap(make: Callable[..., Any]) -> Callable[..., Any]:
    def wrap_for(key: Any, member: str, encryption: Any) -> Any:
        MADE.append((member, encryption["x"]))
        return make(key, member, encryption)

    return wrap_for


def _pair(make: Callable[..., Any]) -> Callable[..., Any]:
    def generate_pair() -> Any:
        pair = make()
        HONEST.add(pair["x"])
        return pair

    return generate_pair
