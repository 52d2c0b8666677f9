"""Work that lasts longer than a page should: done beside it, once, while the page says how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

from models import database
from models.problems import Problem

log = logging.getLogger("accord.background")
PATIENCE_SECONDS: Final = 1.5  # what is done by then is shown at once, without a page that waits
AT_ONCE: Final = 2
# A future keeps what a thread would print: an error of the database may quote a row of somebody's file.
_workers: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="accord-background")
_running: dict[str, Future[None]] = {}
_lock: Final = threading.Lock()


def start(name: str, work: Callable[[], object]) -> None:
    """Do this beside the page, unless the same `name` is being done; returns when done, or after a moment.

    A refusal is left where the work leaves it: who looks again sees a state that did not move, and may begin again.
    """
    with _lock:
        if name in _running:
            return
        future = _running[name] = _workers.submit(_do, name, work)
    future.add_done_callback(_say_failure)
    wait([future], PATIENCE_SECONDS)


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


def _say_failure(future: Future[None]) -> None:
    error = future.exception()
    if error is not None:
        log.error("failed error=%s", type(error).__name__)
