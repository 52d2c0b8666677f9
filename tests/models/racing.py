"""Two writers at once, each on a connection of its own: the first is stopped when all is judged and nothing written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from models import database, ledger
from models.projections import writing

Json = dict[str, Any]
Act = Callable[[], Any]
PATIENCE_SECONDS = 0.25  # after which the second writer waits for the first, or never will
LONGEST_SECONDS = 30


def pushing(now: datetime, *entries: object) -> Act:
    return lambda: ledger.append(list(entries), now, demonstration=True)


class Writer(threading.Thread):
    """`result` is what the act returned, or what it raised."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act, self.result = act, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.act()
        except Exception as raised:  # noqa: BLE001 (raised again in the test's own thread)
            self.result = raised
        finally:
            database.close()

    def done(self) -> Any:
        self.join(LONGEST_SECONDS)
        assert not self.is_alive()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@contextmanager
def stopped(monkeypatch: pytest.MonkeyPatch, first: Act, *, written: bool = False) -> Iterator[Writer]:
    """Inside, `first` has judged everything, written nothing (or, `written`, everything), and committed nothing."""
    reached, released = threading.Event(), threading.Event()
    honest = writing.write
    writers: list[Writer] = []

    def waiting(changes: Any, now: datetime) -> Any:
        is_first = threading.current_thread() in writers
        positions = honest(changes, now) if written or not is_first else None
        if is_first:
            reached.set()
            released.wait(LONGEST_SECONDS)
        return positions if positions is not None else honest(changes, now)

    monkeypatch.setattr(writing, "write", waiting)
    ready = threading.Event()
    writers.append(Writer(lambda: ready.wait() and first()))
    ready.set()
    try:
        assert reached.wait(LONGEST_SECONDS), writers[0].result
        yield writers[0]
    finally:
        released.set()
        writers[0].join(LONGEST_SECONDS)
        monkeypatch.setattr(writing, "write", honest)


def raced(monkeypatch: pytest.MonkeyPatch, first: Act, second: Act, *, written: bool = False) -> tuple[Any, Any, bool]:
    """What both returned, the second having begun while the first was stopped; and whether it had to wait."""
    with stopped(monkeypatch, first, written=written) as one:
        other = Writer(second)
        other.join(PATIENCE_SECONDS)
        waited = other.is_alive()
    return one.done(), other.done(), waited
