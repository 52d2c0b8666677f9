"""A refusal is a Problem, in French, without content; a fault of ours says only its number."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from models.problems import CATALOGUE, Problem
from web.config import Config
from web.guard import public


@pytest.fixture
def faulty(config: Config, app: Flask) -> FlaskClient:
    """The application with routes that fail on purpose, added before its first request."""

    def add(rule: str, view: object) -> None:
        app.add_url_rule(rule, rule, public("only in this test")(view), methods=["GET", "POST"])

    def crash() -> str:
        raise ZeroDivisionError("Amina Diallo, 12 rue des Lilas")

    def refuse() -> str:
        raise Problem("stale_state", current="acceptee")

    def wait() -> str:
        raise Problem("too_many", after=42)

    add("/api/crash", crash)
    add("/api/refuse", refuse)
    add("/api/wait", wait)
    add("/api/abort/<int:status>", lambda status: abort(status))
    return app.test_client()


def test_a_refusal_is_a_problem_with_its_code_sentence_and_details(faulty: FlaskClient) -> None:
    answer = faulty.get("/api/refuse")
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.data) == {
        "code": "stale_state", "message": CATALOGUE["stale_state"].message, "retry": False, "current": "acceptee",
    }  # fmt: skip


def test_a_refusal_that_will_pass_says_when_in_its_header_too(faulty: FlaskClient) -> None:
    """T6: 429 with Retry-After."""
    answer = faulty.get("/api/wait")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "42")


def test_a_fault_of_ours_tells_its_number_and_nothing_it_holds(
    faulty: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="accord"):
        answer = faulty.post("/api/crash?name=Diallo", data="12 rue des Lilas")
    assert answer.status_code == 500
    body = json.loads(answer.data)
    assert body["code"] == "internal"
    assert body["retry"] is True
    assert body["incident"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    for secret in ("Diallo", "Lilas"):
        assert secret not in caplog.text
        assert secret not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed"), (404, "not_found"), (405, "method"), (413, "too_large"), (414, "malformed"),
     (429, "too_many"), (503, "unavailable")],
)  # fmt: skip
def test_what_the_framework_refuses_is_a_problem_too(faulty: FlaskClient, status: int, code: str) -> None:
    answer = faulty.get(f"/api/abort/{status}")
    assert json.loads(answer.data)["code"] == code
    assert answer.status_code == CATALOGUE[code].status


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/feed/../x", "/nothing", "/app/x", "/r/", "/%00", "/é"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"])
def test_an_unknown_address_is_not_found_and_never_html(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code in (404, 405)
    assert answer.content_type == "application/problem+json"
    assert b"<" not in answer.data


def test_an_address_typed_without_its_last_slash_leads_there(client: FlaskClient) -> None:
    answer = client.get("/app")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/app/")


def test_the_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/healthz")
    assert answer.status_code == 405
    assert json.loads(answer.data)["code"] == "method"
    assert "GET" in answer.headers["Allow"]


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    answer = client.head("/app/")
    assert (answer.status_code, answer.data) == (200, b"")


def test_a_line_of_the_log_has_the_rule_and_figures_and_never_the_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="accord"):
        client.get("/r/0123456789/app/secret-name.js?person=Diallo")
    assert "GET /r/<release_id>/<path:name> status=404 ms=" in caplog.text
    assert "Diallo" not in caplog.text
    assert "secret-name" not in caplog.text
