"""What waits for a person who keeps the directory: entries that may be one place, and mistakes seen from phones."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from models.directory import duplicates, mistakes
from models.problems import Problem
from web.clock import now
from web.desk import check_form, desk_permission
from web.desk_directory import ENTRY, LIST, back, page, who

routes = Blueprint("desk_queues", __name__)
PAIRS = LIST + "doublons"
PAIR = LIST + "doublon"
MISTAKES = LIST + "erreurs"


@routes.get(PAIRS)
@desk_permission("directory.edit")
def pairs() -> str:
    keeper = who()
    judged = (duplicates.MERGED, duplicates.KEPT_APART, duplicates.UNDONE)
    return page(
        "desk/pairs.html",
        PAIRS,
        keeper,
        proposed=duplicates.pairs(keeper, duplicates.PROPOSED),
        judged=duplicates.pairs(keeper, *judged),
        most=duplicates.PAGE,
    )


@routes.post(PAIRS)
@desk_permission("directory.edit")
def look() -> Response:
    """Compare the entries again."""
    check_form()
    who()
    duplicates.propose(now())
    return back(PAIRS, "cherche")


@routes.get(PAIR)
@desk_permission("directory.edit")
def pair() -> str:
    keeper = who()
    shown = duplicates.pair(keeper, request.args.get("un", ""), request.args.get("autre", ""), now())
    sides = (shown.first, shown.second)
    fresher = max(sides, key=lambda side: side.sure_on).id
    return page("desk/pair.html", PAIRS, keeper, pair=shown, sides=sides, fresher=fresher)


@routes.post(PAIR)
@desk_permission("directory.edit")
def judge() -> Response:
    """Merge them, keep them apart, or undo what was decided."""
    check_form()
    keeper, (first, second), instant = who(), _both(), now()
    match request.form.get("decision"):
        case "fusion":
            kept, other = _kept(first, second)
            duplicates.merge(keeper, kept, other, _taken(kept, other), instant)
            return back(ENTRY, "fusion", id=kept)
        case "distincts":
            duplicates.keep_apart(keeper, first, second, instant)
            return back(PAIRS, "distincts")
        case "defait":
            duplicates.undo(keeper, first, second, instant)
            return back(PAIR, "defait", un=first, autre=second)
    raise Problem("malformed")


@routes.get(MISTAKES)
@desk_permission("directory.edit")
def reported() -> str:
    keeper = who()
    closed = [*mistakes.queue(keeper, mistakes.DONE), *mistakes.queue(keeper, mistakes.NOT_RIGHT)]
    closed.sort(key=lambda each: str(each.closed_at), reverse=True)
    return page("desk/mistakes.html", MISTAKES, keeper, waiting=mistakes.queue(keeper), closed=closed[: mistakes.PAGE])


@routes.post(MISTAKES)
@desk_permission("directory.edit")
def close() -> Response:
    check_form()
    state = request.form.get("etat")
    if state not in (mistakes.DONE, mistakes.NOT_RIGHT):
        raise Problem("malformed")
    mistakes.close(who(), request.form.get("id", ""), state, now())
    place = request.form.get("lieu")
    return back(ENTRY, "traite", id=place) if place else back(MISTAKES, "traite")


def _both() -> tuple[str, str]:
    first, second = request.form.get("un", ""), request.form.get("autre", "")
    if not first or not second or first == second:
        raise Problem("malformed")
    return first, second


def _kept(first: str, second: str) -> tuple[str, str]:
    """(the one that stays, the other)."""
    kept = request.form.get("garde")
    if kept not in (first, second):
        raise Problem("malformed")
    return (first, second) if kept == first else (second, first)


def _taken(kept: str, other: str) -> set[str]:
    """The fields for which the other's value was chosen: `champ.<name>` is the id of the entry it comes from."""
    chosen = {name.removeprefix("champ."): id_ for name, id_ in request.form.items() if name.startswith("champ.")}
    if not set(chosen.values()) <= {kept, other}:
        raise Problem("malformed")
    return {name for name, id_ in chosen.items() if id_ == other}
