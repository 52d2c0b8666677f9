"""Append a push: one transaction, one verdict an entry, and one entry never stops another (docs/protocol.md §7)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from peewee import IntegrityError

from models import endlog
from models.database import transaction
from models.ledger import context as contexts
from models.ledger import events, holds, statements, submission
from models.ledger.context import Context
from models.ledger.submission import Submission
from models.problems import CATALOGUE, Duplicate, Held, Problem
from models.projections import chains, reading, writing
from models.projections.changes import Changes
from models.vocabulary import Verdict

RETRY_SECONDS: Final = 60
# What a mistake of ours raises while one entry is judged. A failing database is not among them: it stops the batch.
FAULTS: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

_log = logging.getLogger(__name__)


def replay(*, demonstration: bool = False) -> Counter[str]:
    """After a restore, before serving: take back what was taken back since. How many had which verdict.

    Each line is judged as of its receipt, and again when its predecessor came later in the same second. What is there
    already is `duplicate`; a withdrawal whose consent the backup does not hold waits for its author to offer it again.
    Raises Problem("unavailable").
    """
    verdicts: Counter[str] = Counter()
    left = _last_words()
    while left:
        given = [(_append([one], at, demonstration, restoring=True)[0], at, one) for at, one in left]
        again = [(at, one) for verdict, at, one in given if verdict.get("reason") == "head"]
        if len(again) == len(left):
            again = []
        verdicts.update(str(verdict["verdict"]) for verdict, at, one in given if (at, one) not in again)
        left = again
    return verdicts


def _last_words() -> list[tuple[datetime, Submission]]:
    """The log of ends, one line for each act, oldest first: those of several machines may stand one after the other.

    A line whose transaction then failed may be followed by another statement of the same number: the later one was
    accepted. A withdrawal has a line for each time it found consents.
    """
    lines: dict[str | None, tuple[datetime, Submission]] = {}
    for at, entry in sorted(endlog.acts(), key=itemgetter(0)):
        judged = frozenset(entry.pop("consents", ()))
        one = _read(entry)
        before = lines.pop(one.id, None)
        one.judged = judged | before[1].judged if before else judged
        lines[one.id] = (at, one)
    return list(lines.values())


def append(
    entries: Sequence[object], now: datetime, *, demonstration: bool = False, room: str = ""
) -> list[dict[str, Any]]:
    """Judge signed statements and events in order, write what is accepted, and return a verdict for each.

    `demonstration` says whether a network that declares itself one may be founded here; `room` is where withdrawals by
    keys nobody knows wait for their consent: who fills one takes no place of the others. Raises Problem("unavailable")
    when the database or the log of ends fails: then nothing is acknowledged, and the same push again has its verdicts.
    """
    read = [_read(entry) for entry in entries]
    for one in read:
        one.room = room
    return [verdict for part in holds.portions(read) for verdict in _append_portion(part, now, demonstration)]


def _append_portion(read: Sequence[Submission], now: datetime, demonstration: bool) -> list[dict[str, Any]]:
    try:
        return _append(read, now, demonstration)
    except (IntegrityError, Problem) as error:
        if _is_failing(error):
            raise
        # Another writer was first with one of these ids, or the database refuses a row: each alone, so that one entry
        # cannot stop the others.
        return [_append_alone(each, now, demonstration) for each in read]


def _append_alone(one: Submission, now: datetime, demonstration: bool) -> dict[str, Any]:
    try:
        return _append([one], now, demonstration)[0]
    except (IntegrityError, Problem) as error:
        if _is_failing(error):
            raise
        return _retry(one, error)


def _is_failing(error: Exception) -> bool:
    """Whether nothing can be written at all, rather than one row."""
    return isinstance(error, Problem) and error.code == "unavailable"


def _append(
    read: Sequence[Submission], now: datetime, demonstration: bool, restoring: bool = False
) -> list[dict[str, Any]]:
    accepted = Changes()
    with transaction():
        context = contexts.load(read, now, demonstration)
        context.restoring = restoring
        verdicts = [_judge(each, context, accepted) for each in read]
        if restoring:
            accepted.to_end_log.clear()  # it comes from there
        positions = writing.write(accepted, now)
        positions |= reading.positions(_repeated(verdicts) - positions.keys())
    chains.remember(each.state for each in accepted.statements)
    for verdict in verdicts:
        if verdict["verdict"] in (Verdict.ACCEPTED, Verdict.DUPLICATE):
            verdict.setdefault("position", positions.get(verdict["id"], {}))
    return verdicts


def _read(entry: object) -> Submission:
    try:
        return submission.read(entry)
    except FAULTS as fault:
        _report(None, fault)
        return Submission(None, crashed=True)


def _judge(one: Submission, context: Context, accepted: Changes) -> dict[str, Any]:
    """The verdict of one entry; what it changes joins `accepted`, and the context of those that follow."""
    try:
        if one.crashed:
            return _retry(one)
        if one.refusal is not None:
            raise one.refusal
        changes = (statements if one.is_statement else events).judge(one, context)
    except Problem as problem:
        return _refused(one, problem)
    except Held as held:
        return _verdict(one, Verdict.HELD, reason=held.reason)
    except Duplicate as first:
        return _verdict(one, Verdict.DUPLICATE, position={first.stream: first.number})
    except events.Known:
        return _verdict(one, Verdict.DUPLICATE)
    except FAULTS as fault:
        return _retry(one, fault)
    context.adopt(changes)
    accepted.add(changes)
    if changes.held is not None:
        return _verdict(one, Verdict.HELD, reason=changes.held)
    if changes.statements:
        return _verdict(one, Verdict.ACCEPTED, position={one.payload["stream"]: one.payload["number"]})
    return _verdict(one, Verdict.ACCEPTED)


def _verdict(one: Submission, verdict: Verdict, **details: object) -> dict[str, Any]:
    return {"id": one.id, "digest": one.digest, "verdict": verdict.value, **details}


def _refused(one: Submission, problem: Problem) -> dict[str, Any]:
    """A refusal that time alone mends (a full queue) is `retry`: the device keeps it and sends it again."""
    if problem.code in ("too_many", "unavailable"):
        return _retry(one)
    current = {"current": problem.details["current"]} if problem.code == "stale_state" else {}
    message = CATALOGUE[problem.code].message
    return _verdict(one, Verdict.REJECTED, code=problem.code, message=message, **current)


def _retry(one: Submission, fault: Exception | None = None) -> dict[str, Any]:
    if fault is not None:
        _report(one.id, fault)
    return _verdict(one, Verdict.RETRY, after=RETRY_SECONDS)


def _report(id: str | None, fault: Exception) -> None:
    """Ids and kinds only: a traceback may hold what was sent."""
    _log.error("entry %s not judged: %s", id, type(fault).__name__)


def _repeated(verdicts: Sequence[dict[str, Any]]) -> set[str]:
    """Events whose first receipt must be told again."""
    return {v["id"] for v in verdicts if v["verdict"] == Verdict.DUPLICATE and "position" not in v}
