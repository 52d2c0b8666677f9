"""Judge what becomes of an orientation: opened, answered by its recipient, cancelled by its sender.

A transition names the one it saw; whoever comes second gets `stale_state` and where things stand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from models.ledger.act import Act, side_of
from models.ledger.context import Context
from models.problems import Problem
from models.projections.changes import Changes
from models.projections.closings import grant_in, purge
from models.projections.facts import GrantFact, OrientationFact
from models.rules import orientation as moves
from models.rules import sharing
from models.rules.envelope import audience_circle, event_level
from models.vocabulary import CircleClass, OrientationState


def open_(act: Act, context: Context) -> Changes:
    """The recipient saw it: a fact, outside the chain of transitions, which may arrive twice or late."""
    known = _orientation(act, context, by_recipient=True)
    changes = _accepted(act, known, context)
    if known.opened_at is None:
        changes.orientations.append(replace(known, opened_at=context.now))
    return changes


def answer(act: Act, context: Context) -> Changes:
    """The recipient's answer. Raises Problem(not_found | no_recipient | stale_state | illegal_move | level)."""
    known = _orientation(act, context, by_recipient=True)
    _check_is_last(act, known, context.now)
    moves.answer(known.state, act.payload["state"])
    return _moved(act, known, context)


def cancel(act: Act, context: Context) -> Changes:
    """The sender takes it back; consent is never asked for that. One that a withdrawal already closed may be cancelled
    too: both came from the same wish.

    Raises Problem(not_found | no_recipient | stale_state | illegal_move | level).
    """
    known = _orientation(act, context, by_recipient=False)
    annulee = OrientationState.ANNULEE.value
    if known.derived and known.state == annulee == act.payload["state"] and act.payload["previous"] == known.last:
        changes = _accepted(act, known, context)
        changes.orientations.append(replace(known, last=act.fact.id, derived=False, changed_at=context.now))
        return changes
    _check_is_last(act, known, context.now)
    moves.cancel(known.state, act.payload["state"])
    return _moved(act, known, context)


def _orientation(act: Act, context: Context, by_recipient: bool) -> OrientationFact:
    """What this is about, its two circles being those of `sent`. Raises Problem(not_found | no_recipient)."""
    known = context.orientations[act.payload["orientation"]]
    own, other = known.circle, known.recipient_circle
    if by_recipient:
        own, other = other, own
    if act.fact.own != own:
        raise Problem("not_found")
    if act.fact.other != other or not _is_an_epoch(act.payload["audience"]["other"], context):
        raise Problem("no_recipient")
    return known


def _is_an_epoch(audience: str, context: Context) -> bool:
    """A circle at an epoch it had: a reader asks the roster for its key."""
    found = audience_circle(audience)
    theirs = context.organisation_of(found[0]) if found is not None else None
    return found is not None and theirs is not None and found[1] <= theirs.circles[found[0]].epoch


def _check_is_last(act: Act, known: OrientationFact, now: datetime) -> None:
    """The author saw the last transition, and nothing closed it since."""
    current = moves.state_at(known.state, known.deadline, now)
    if act.payload["previous"] != known.last or known.derived or current != known.state:
        raise Problem("stale_state", current=current)


def _moved(act: Act, known: OrientationFact, context: Context) -> Changes:
    moved = replace(known, state=act.payload["state"], last=act.fact.id, changed_at=context.now)
    grant = grant_in(moved)
    changes = _accepted(act, known, context)
    changes.orientations.append(moved)
    changes.grants.append(grant)
    if grant.closed:
        changes.add(purge(moved, list(context.shared.get(moved.id, ())), act.fact.id))
    return changes


def _accepted(act: Act, known: OrientationFact, context: Context) -> Changes:
    """The event, readable by the other side for good. It may not carry what either circle is too open for."""
    assert act.circle is not None  # noqa: S101 (by shape)
    theirs = context.organisation_of(act.fact.other or "")
    sides = [side_of(act.author.organisation, act.circle)]
    if theirs is not None:
        sides.append(side_of(theirs, theirs.circles[act.fact.other or ""]))
    level = event_level({"sections": act.payload["sections"]})
    for side in sides:
        wanted = sharing.class_for(level, side.has_bound, side.has_open)
        if side.circle_class == CircleClass.OPEN and wanted != CircleClass.OPEN:
            raise Problem("level")
    act.check_names_nothing_more_closed(context)
    changes = act.accepted(context)
    if any("other" in section["wraps"] for section in act.payload["sections"].values()):
        changes.grants.append(GrantFact(act.fact.id, act.fact.other or ""))
    return changes
