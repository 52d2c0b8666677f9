"""What a team records for itself: dossiers, receptions, private notes."""

from __future__ import annotations

from models.ledger.act import Act, side_of
from models.ledger.context import Context
from models.problems import Problem
from models.projections.changes import Changes
from models.projections.facts import DossierFact
from models.rules import sharing
from models.rules.envelope import event_level
from models.vocabulary import MAX_LEVEL, CircleClass, EventType


def record(act: Act, context: Context) -> Changes:
    """A fact of the team. Raises Problem("level")."""
    check_class(act, event_level(act.payload))
    act.check_names_nothing_more_closed(context)
    return act.accepted(context)


def open_dossier(act: Act, context: Context) -> Changes:
    """A dossier has one team for ever; the same team may open it again for its other circle.

    Raises Problem(id_conflict | level).
    """
    assert act.circle is not None  # noqa: S101 (its audience is a circle, by shape)
    known = context.dossiers.get(act.payload["dossier"])
    if known is not None and known.team != act.circle.team:
        raise Problem("id_conflict")
    changes = record(act, context)
    if known is None:
        changes.dossiers.append(DossierFact(act.payload["dossier"], act.circle.team, act.circle.circle_class))
    return changes


def check_class(act: Act, level: int, may_be_stricter: bool = False) -> None:
    """The level selects the class of the own circle; the fifth is for a visit's narrative and private notes only.

    Raises Problem("level").
    """
    if act.circle is None:
        return
    if level == MAX_LEVEL and act.fact.type != EventType.RECEPTION_RECORDED:
        raise Problem("level")
    side = side_of(act.author.organisation, act.circle)
    wanted = sharing.class_for(level, side.has_bound, side.has_open)
    is_stricter = may_be_stricter and side.circle_class == CircleClass.BOUND
    if side.circle_class != wanted and not is_stricter:
        raise Problem("level")
