"""The caller's own sealed keys: read them on a new device, replace them whole."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from models import accounts
from web import reading
from web.clock import now
from web.guard import DEVICE_OR_BUNDLE, caller, permission

routes = Blueprint("bundle", __name__)


@routes.get("/api/bundle")
@permission("bundle.read", scopes=DEVICE_OR_BUNDLE)
def read() -> Response:
    reading.no_query()
    return jsonify(accounts.bundle(caller()))


@routes.put("/api/bundle")
@permission("bundle.replace")
def replace() -> Response:
    return jsonify(version=accounts.put_bundle(caller(), reading.json_object(), now()))
