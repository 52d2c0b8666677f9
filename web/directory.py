"""The places a phone carries with it, whole, and only when they changed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from models import directory
from web import reading
from web.clock import now
from web.guard import permission

routes = Blueprint("directory", __name__)


@routes.get("/api/directory")
@permission("directory.read")
def read() -> Response:
    """The extract, or 304 when the phone already has this version."""
    reading.no_query()
    extract = directory.extract(now())
    response = jsonify(extract)
    response.set_etag(extract["version"])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
