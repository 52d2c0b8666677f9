"""Every log line of the whole run is kept, and searched at its end for what the phones of the same run sealed.

A test that looks at its own log proves little about the log of its neighbour: here nobody is left out, whatever failed
and with whatever traceback. The browser's words are recognised by their prefix, as the canary run types them.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from device import jose

TYPED_IN_BROWSERS = "canari-"
MIN_LETTERS = 12  # shorter words are codes and first names, which a log may hold for other reasons


class Keeper(logging.Handler):
    """Writes each record, formatted with its traceback, and remembers the free words that phones sealed meanwhile."""

    def __init__(self, folder: Path, worker: str) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.sealed: set[str] = set()
        self._words = folder / f"{worker}.words"
        self._file = (folder / f"{worker}.log").open("a", buffering=1, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        self._file.write(self.format(record) + "\n")

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            self._words.write_text(json.dumps(sorted(self.sealed)), encoding="utf-8")
        super().close()


def keep(folder: Path, worker: str) -> Keeper:
    """Listen from now on, to every logger and to every seal of the Python phones."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder, worker)
    logging.getLogger().addHandler(keeper)
    logging.getLogger("accord").setLevel(logging.INFO)
    jose.seal_general = _remembering(jose.seal_general, keeper.sealed)
    return keeper


def _remembering(seal: Callable[..., Any], sealed: set[str]) -> Callable[..., Any]:
    def seal_and_remember(header: Any, plaintext: bytes, readers: Any) -> Any:
        with contextlib.suppress(ValueError):  # a test may seal what is no JSON, to see it refused
            sealed.update(free_words(json.loads(plaintext)))
        return seal(header, plaintext, readers)

    return seal_and_remember


def free_words(content: object) -> Iterator[str]:
    """The texts of a sealed object that a person wrote: long enough, and of several words."""
    if isinstance(content, dict):
        for value in content.values():
            yield from free_words(value)
    elif isinstance(content, list):
        for value in content:
            yield from free_words(value)
    elif isinstance(content, str) and len(content) >= MIN_LETTERS and " " in content.strip():
        yield content


def sightings(folder: Path) -> tuple[list[str], int, int]:
    """The sealed words found in the kept logs, the number of words looked for, and of characters searched."""
    words = {word for file in folder.glob("*.words") for word in json.loads(file.read_text(encoding="utf-8"))}
    words.add(TYPED_IN_BROWSERS)
    logs = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.log")))
    # As they are, and as a repr or JSON would escape them.
    found = [word for word in sorted(words) if word in logs or json.dumps(word)[1:-1] in logs]
    return found, len(words), len(logs)
