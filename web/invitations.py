"""Joining: an invitation is made, a newcomer posts public keys on it, its inviter reads them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from models import accounts
from models.problems import Problem
from models.rules.formats import is_id
from web import limits, reading
from web.clock import now
from web.guard import caller, permission, public, require

routes = Blueprint("invitations", __name__)


def is_text(value: object) -> bool:
    return isinstance(value, str)


@routes.put("/api/invitations/<id>")
@permission("invitation.create", "invitation.create_organisation")
def create(id: str) -> Response:
    """Which of the two kinds the caller may make is judged with the body, by the door."""
    accounts.put_invitation(caller(), id, reading.json_object(), now())
    return jsonify({})


@routes.post("/api/invitations/<id>")
@public("whoever holds the link may ask; only its inviter decides, after checking the HMAC")
def ask(id: str) -> Response:
    instant = now()
    limits.spend("invitation.join", instant, invitation=id)
    body = reading.fields({"request": is_text, "mac": is_text})
    accounts.ask_admission(id, body["request"], body["mac"], instant)
    return jsonify({})


@routes.get("/api/invitations/<id>")
@public(
    "a newcomer has no session yet and asks about their own random id; without it, the inviter's device is required"
)
def read(id: str) -> Response:
    """For the inviter, the requests; for `?member=…`, whether that newcomer was admitted."""
    reading.no_query("member")
    member = request.args.get("member")
    if member is None:
        return jsonify(accounts.admissions(require(("invitation.read",)), id))
    limits.spend("invitation.poll", now())
    if not is_id(member):
        raise Problem("not_found")
    return jsonify(accounts.admission_state(id, member))
