"""Every route declares its rule, however it was added and whatever its verbs, or the server is not built (T48)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask.views import MethodView

from web import guard
from web.guard import UnguardedRouteError, permission, public

ONE_OF = re.compile(r"<any\((\w+)[^)]*\):\w+>")


def bare() -> str:
    return "open"


class BareView(MethodView):
    def get(self) -> str:
        return "open"


def add_route(app: Flask) -> None:
    app.add_url_rule("/bare", view_func=bare)


def add_second_verb(app: Flask) -> None:
    app.add_url_rule("/bare", endpoint="read", view_func=public("nothing is told here")(lambda: ""), methods=["GET"])
    app.add_url_rule("/bare", endpoint="write", view_func=bare, methods=["PUT"])


def add_class(app: Flask) -> None:
    app.add_url_rule("/bare", view_func=BareView.as_view("bare"))


def add_blueprint(app: Flask) -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    inner.add_url_rule("/bare", view_func=bare)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


def add_folder(app: Flask) -> None:
    app.register_blueprint(Blueprint("files", __name__, static_folder=".", static_url_path="/bare"))


def add_nothing_to_call(app: Flask) -> None:
    app.add_url_rule("/bare", endpoint="later")


ADDED = (add_route, add_second_verb, add_class, add_blueprint, add_folder, add_nothing_to_call)


@pytest.mark.parametrize("add", ADDED, ids=lambda add: add.__name__)
def test_a_route_without_a_rule_fails_the_build_however_it_was_added(add: Callable[[Flask], None]) -> None:
    app = Flask("bare", static_folder=None)
    add(app)
    with pytest.raises(UnguardedRouteError, match="/bare"):
        guard.check(app)


def test_a_second_rule_cannot_undo_the_first() -> None:
    with pytest.raises(ValueError, match="one rule"):
        public("nobody would notice")(permission("feed.read")(bare_view()))


def bare_view() -> Callable[[], str]:
    return lambda: "open"


def test_no_verb_slips_past_a_permission(app: Flask, client: FlaskClient) -> None:
    """HEAD and OPTIONS are answered by Flask itself: not before the rule was asked."""
    guarded = [
        (verb, ONE_OF.sub(r"\1", rule.rule.replace("<id>", "x")))
        for rule in app.url_map.iter_rules()
        if "permission" in app.view_functions[rule.endpoint].guard  # type: ignore[attr-defined]
        for verb in sorted(rule.methods or ())
    ]
    assert {"HEAD", "OPTIONS", "PUT", "POST", "GET"} <= {verb for verb, _ in guarded}
    shared = "/api/invitations/x"  # a newcomer posts and polls there: only its PUT asks
    answers = {(verb, path): client.open(path, method=verb, json={}).status_code for verb, path in guarded}
    passed = {key: status for key, status in answers.items() if status != 401 and key != ("OPTIONS", shared)}
    assert passed == {}
