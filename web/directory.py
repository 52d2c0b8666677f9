"""The places a phone carries with it: those of a territory, and afterwards only what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request

from models import directory
from models.problems import Problem
from models.rules.territory import MAX_CODES, is_code
from web import logs, packing, reading
from web.clock import now
from web.guard import caller, permission

routes = Blueprint("directory", __name__)
PROPOSED: Final = "mine"
MAX_VERSION: Final = 200
PACKED: Final = 5  # a third smaller than the feed's quick packing, some 15 ms a megabyte


@routes.get("/api/directory")
@permission("directory.read")
def read() -> Response:
    """The extract of a territory, whole or what changed after a version; 304 when the phone already has this one."""
    reading.no_query("territory", "after")
    after = request.args.get("after")
    if len(request.args.getlist("after")) > 1 or len(after or "") > MAX_VERSION:
        raise Problem("malformed")
    extract = directory.extract(now(), _territory(), after)
    logs.count(places=len(extract["places"]))
    response = _packed(extract)
    response.set_etag(extract["version"])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@routes.get("/api/directory/territories")
@permission("directory.read")
def territories() -> Response:
    """The départements and communes that have places."""
    reading.no_query()
    return _packed(directory.territories())


def _territory() -> list[str]:
    """The codes asked for; none for everything. `mine` is what is proposed to the caller's organisation."""
    given = request.args.getlist("territory")
    if given == [PROPOSED]:
        return directory.proposed(caller().organisation)
    codes = given[0].split(",") if given else []
    if len(given) > 1 or len(codes) > MAX_CODES or not all(map(is_code, codes)):
        raise Problem("malformed")
    return codes


def _packed(answer: Mapping[str, object]) -> Response:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return packing.page(body, "application/json", PACKED)
