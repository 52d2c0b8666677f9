"""The moves of an orientation, when it expires, and until when its recipient reads it.

Pure: the table of moves is in the vocabulary. Twin: static/app/rules/orientation.js, same vectors.
"""

from __future__ import annotations

from datetime import datetime

from models.problems import Problem
from models.vocabulary import (
    ORIENTATION_ANSWERS,
    ORIENTATION_CANCELS,
    ORIENTATION_EXPIRES_FROM,
    ORIENTATION_OPEN,
    ORIENTATION_READ_UNTIL,
    OrientationState,
)


def answer(state: str, new: str) -> None:
    """Let the recipient pass from `state` to `new`. Raises Problem("illegal_move")."""
    if new not in ORIENTATION_ANSWERS.get(state, ()):
        raise Problem("illegal_move", current=state)


def cancel(state: str, new: str) -> None:
    """Let the sender pass from `state` to `new`. Raises Problem("illegal_move")."""
    if new not in ORIENTATION_CANCELS.get(state, ()):
        raise Problem("illegal_move", current=state)


def is_expired(state: str, deadline: datetime, t: datetime) -> bool:
    """Whether nobody took it before its signed deadline (the deadline itself is still in time)."""
    return state in ORIENTATION_EXPIRES_FROM and t > deadline


def state_at(state: str, deadline: datetime, t: datetime) -> str:
    """The state everyone sees at `t`: the last one set, or `expiree`, which no one signs."""
    return OrientationState.EXPIREE.value if is_expired(state, deadline, t) else state


def readable(state: str, until: datetime, t: datetime) -> bool:
    """Whether the recipient may still read the content. `state` is `state_at` t; `until` is signed in the event."""
    return state in ORIENTATION_OPEN or (state in ORIENTATION_READ_UNTIL and t <= until)
