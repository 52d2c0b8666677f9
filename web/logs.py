"""What may be written of a request: rule, method, status, time and counts. Never an address, a query or a body."""

from __future__ import annotations

import logging
import sys
import time

from flask import Flask, Response, g, request

log = logging.getLogger("accord.requests")


def to_standard_error() -> None:
    """Called by the program that serves, never by tests: one line per record."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress").setLevel(logging.ERROR)


def count(**counts: int) -> None:
    """Adds figures to the line of the current request: `count(entries=12)`."""
    g.setdefault("counts", {}).update(counts)


def register(app: Flask) -> None:
    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        """The rule (`/api/invitations/<id>`), not the path: an address may name an invitation."""
        rule = request.url_rule.rule if request.url_rule else "-"
        elapsed_ms = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000)
        figures = "".join(f" {name}={int(value)}" for name, value in g.get("counts", {}).items())
        log.info("%s %s status=%d ms=%d%s", request.method, rule, response.status_code, elapsed_ms, figures)
        return response
