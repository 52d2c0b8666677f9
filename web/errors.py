"""The one place where a refusal becomes an answer: `application/problem+json`, in French, without any content."""

from __future__ import annotations

import json
import logging
import uuid
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from models.problems import Problem

log = logging.getLogger("accord.errors")

FORMS = ("application/problem+json", "text/html")  # the first is for who has no preference
_CODES = {404: "not_found", 405: "method", 413: "too_large", 429: "too_many", 503: "unavailable"}


def answer(problem: Problem) -> Response:
    """The refusal as the protocol words it (§6). `after` seconds, when known, are also the Retry-After header.

    A person who opens a page of the desk in a browser gets the sentence as a page.
    """
    if request.path.startswith("/desk/") and request.accept_mimetypes.best_match(FORMS) == "text/html":
        response = Response(render_template("refused.html", problem=problem), problem.status)
    else:
        body = json.dumps(problem.as_dict(), ensure_ascii=False)
        response = Response(body, problem.status, content_type=FORMS[0])
    if "after" in problem.details:
        response.headers["Retry-After"] = str(problem.details["after"])
    return response


def register(app: Flask) -> None:
    @app.after_request
    def stay_here(response: Response) -> Response:
        """The framework redirects to the host the request claimed, and to its own scheme: only the path is kept."""
        if response.location is not None:
            response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        return response

    @app.errorhandler(Problem)
    def refuse(problem: Problem) -> Response:
        return answer(problem)

    @app.errorhandler(HTTPException)
    def translate(error: HTTPException) -> Response:
        """What the framework refuses by itself: unknown address, wrong method, unreadable request."""
        status = error.code or 500
        if status in (301, 302, 307, 308):
            return Response(status=status, headers=error.get_headers())
        response = answer(Problem(_CODES.get(status, "malformed" if status < 500 else "internal")))
        if status == 405:
            response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
        return response

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        """A fault of ours. The log gets a number, the kind of error and where; never what the error holds."""
        incident = uuid.uuid4().hex[:12]
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        log.error("incident=%s kind=%s at=%s", incident, type(error).__name__, where)
        return answer(Problem("internal", incident=incident))
