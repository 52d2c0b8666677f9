"""Mistakes in the directory, reported from phones: queued there without network, each acknowledged here once."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from models.directory import mistakes
from models.problems import Problem
from models.rules.mistake import MAX_MISTAKES
from web import limits, logs, reading
from web.clock import now
from web.guard import caller, permission

routes = Blueprint("mistakes", __name__)


@routes.post("/api/directory/mistakes")
@permission("directory.report")
def report() -> Response:
    """One verdict for each, in order (protocol §6, Mistake)."""
    reports = reading.fields({"mistakes": lambda value: isinstance(value, list)})["mistakes"]
    if len(reports) > MAX_MISTAKES:
        raise Problem("too_large")
    who, instant = caller(), now()
    limits.spend("directory.mistakes", instant, member=who.member)
    verdicts = mistakes.report(who.reader, reports, instant)
    logs.count(mistakes=len(reports))
    return jsonify(verdicts=verdicts)
