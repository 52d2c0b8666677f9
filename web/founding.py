"""Whether this server awaits the founding of its network."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from models import schema
from web.guard import public

routes = Blueprint("founding", __name__)


@routes.get("/api/founding")
@public("says whether a network can still be founded here, before anyone has an account")
def read() -> Response:
    return jsonify(open=schema.founding_open())
