"""What the holder of a receipt asks: the page that opens it, and what it is made of. No account, no cookie."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from models import receipts
from models.rules.formats import is_digest
from web import limits, reading
from web.clock import now
from web.guard import public

routes = Blueprint("receipts", __name__)


@routes.post("/api/receipts")
@public("whoever holds the paper may ask: what finds it is 256 bits drawn from its secret, which never comes here")
def read() -> Response:
    """In the body and not in the address, which proxies write down."""
    instant = now()
    limits.spend("receipt.read", instant)
    body = reading.fields({"locate": is_digest})
    return jsonify(receipts=receipts.of_holder(body["locate"], instant))
