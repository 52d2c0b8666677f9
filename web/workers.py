"""Several processes that serve one address: each takes what the others leave, and one that dies is replaced.

For PostgreSQL only. What a process keeps for itself: the rosters it folded (found again by their heads), the counts of
its rate limits, and when it last looked for signed dates that passed. Everything else is in the database.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

PAUSE_SECONDS: Final = 1  # before a worker that died is replaced: one that cannot start does not burn the machine
ENDING: Final = (signal.SIGINT, signal.SIGTERM)


def run(count: int, serve: Callable[[], None]) -> None:
    """Calls `serve` in `count` processes until this one is interrupted (Ctrl-C, SIGTERM); then ends them and returns.

    Nothing that processes may not share (a connection, a thread) may be open.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    workers: set[int] = set()
    try:
        while True:
            while len(workers) < count:
                _start(serve, workers)
            ended, _ = os.wait()
            workers.discard(ended)
            sys.stderr.write(f"worker {ended} ended, another one starts\n")
            time.sleep(PAUSE_SECONDS)
    except KeyboardInterrupt:
        _end(workers)


def _start(serve: Callable[[], None], workers: set[int]) -> None:
    """Signals wait: none may come while a worker still takes itself for its parent, or before its parent knows it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    worker = os.fork()
    if worker == 0:
        _work(serve)
    workers.add(worker)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _work(serve: Callable[[], None]) -> None:
    """Never returns. Ctrl-C reaches every process of a terminal: a worker waits for its parent's word."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        serve()
        status = 0
    finally:
        os._exit(status)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(workers: set[int]) -> None:
    """The requests at hand are answered first."""
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    for worker in workers:
        os.waitpid(worker, 0)
