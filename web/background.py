"""Work that lasts longer than a page should: done beside it, once, while the page says how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from models import database
from models.problems import Problem

log = logging.getLogger("accord.background")
PATIENCE_SECONDS: Final = 1.5  # what is done by then is shown at once, without a page that waits
_running: dict[str, threading.Thread] = {}
_lock: Final = threading.Lock()


def start(name: str, work: Callable[[], object]) -> None:
    """Do this in a thread of its own, unless the same `name` is being done; returns when done, or after a moment.

    A refusal is left where the work leaves it: who looks again sees a state that did not move, and may begin again.
    """
    with _lock:
        if name in _running:
            return
        thread = _running[name] = threading.Thread(target=_do, args=(name, work), daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)


def is_running(name: str) -> bool:
    """Whether this process is at it."""
    with _lock:
        return name in _running


def _do(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Problem as problem:
        log.info("stopped code=%s", problem.code)
    finally:
        database.close()
        with _lock:
            del _running[name]
