"""The texts shown to people: each under its own hash, and what the organisation of a phone offers of them."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, request

from models import translations
from models.notices import FILES
from models.problems import Problem
from web import packing, reading
from web.guard import caller, permission, public

routes = Blueprint("notices", __name__)
FOR_EVER = "public, max-age=31536000, immutable"


@routes.get("/notices/<sha256>")
@public("texts that are read to anyone, the same for everyone")
def text(sha256: str) -> Response:
    """`{"text"}`: the file as it is, so that who fetched it can hash it. Old versions stay: a consent may name one."""
    reading.no_query()
    if sha256 not in FILES:
        raise Problem("not_found")
    body = json.dumps({"text": FILES[sha256].decode("utf-8")}, ensure_ascii=False).encode("utf-8")
    how = packing.encoding()
    response = Response(packing.file(body, how) if how else body, content_type="application/json")
    if how:
        response.headers["Content-Encoding"] = how
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOR_EVER
    return response


@routes.get("/api/notices")
@permission("notice.read")
def read() -> Response:
    """What the caller's organisation offers, or 304 when their phone knows it."""
    reading.no_query()
    response = jsonify(translations.for_phones(caller().organisation))
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
