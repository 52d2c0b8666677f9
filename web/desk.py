"""The desk: its cookie, its way out, and the supervisor's page: their teams' orientations by state and age, in clear
fields alone. Nothing here is decrypted.

The one importer of flask-login. The cookie holds a token of its own scope, which opens nothing but these pages; the
guard judges it at each request, so that a removal ends it at once.
"""

from __future__ import annotations

from collections.abc import Callable

import flask_login
from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from models import accounts, roster, supervision
from models.problems import Problem
from models.rules.permission import may
from models.vocabulary import ORIENTATION_LABELS
from web import french
from web.clock import now
from web.config import Config
from web.forms import Act, Filter
from web.guard import View, caller, permission
from web.pwa import release

routes = Blueprint("desk", __name__)
TONES = {
    "envoyee": "warn", "en_attente": "wait", "acceptee": "good", "rdv_fixe": "good", "en_cours": "good",
    "realisee": "good", "non_venue": "warn", "refusee": "bad",
}  # fmt: skip


class Visitor(flask_login.UserMixin):  # type: ignore[misc]
    """Who the cookie names, by their token; not believed until the guard asked."""

    def __init__(self, token: str) -> None:
        self.id = token


def cookie_token() -> str | None:
    visitor = flask_login.current_user
    return visitor.id if visitor.is_authenticated else None


def desk_permission(action: str) -> Callable[[View], View]:
    """A page behind the cookie, for members whose role allows the action."""
    return permission(action, scopes=("desk",), token=cookie_token)


def check_form() -> None:
    """Raises Problem(form_expired) for a form that is not one of ours, or that stayed open longer than its session."""
    if not Act().validate_on_submit():
        raise Problem("form_expired")


def page(template: str, **values: object) -> str:
    """A page behind the cookie, with what they all say: the organisation, the time, and a token for their forms."""
    name = roster.network().organisations[caller().organisation].name
    return render_template(template, organisation=name, act=Act(), now=now(), say=french, **values)


def register(app: Flask, config: Config) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="accord-desk",
        SESSION_COOKIE_PATH="/desk/",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # a page stays good as long as its session
    )
    manager = flask_login.LoginManager()
    manager.user_loader(Visitor)
    # Not `init_app`: its hook for "remember me" looks at the cookie after every request, so that even the files of a
    # release would be said to vary with it.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.register_blueprint(routes)
    app.jinja_env.globals.update(release=release)


@routes.post("/desk/session")
@permission("desk.open")
def open_session() -> Response:
    """Exchanges a device's token for the cookie of these pages."""
    session.clear()
    flask_login.login_user(Visitor(accounts.open_desk_session(caller(), now())))
    return jsonify({})


@routes.post("/desk/sign-out")
@desk_permission("desk.open")
def sign_out() -> AnyResponse:
    check_form()
    accounts.close_desk_session(cookie_token() or "")
    flask_login.logout_user()
    session.clear()
    return redirect("/desk/")


@routes.get("/desk/")
@desk_permission("desk.open")
def orientations() -> str:
    who, instant = caller(), now()
    organisation = roster.organisation(who.organisation)
    supervises = may(who.role, who.permissions, "orientation.supervise")
    if organisation is None or not supervises:
        return page("desk.html", section="orientations", lines=None)
    mine = organisation.members[who.member].teams
    chosen = Filter(request.args)
    chosen.offer_teams({id: organisation.teams[id].name for id in mine})
    if not chosen.validate():
        raise Problem("not_found")
    lines = supervision.orientations_of_team(
        who.reader, chosen.direction, instant, chosen.states, chosen.equipe.data or None
    )
    return page(
        "desk.html",
        section="orientations",
        lines=sorted(lines, key=lambda line: not line.is_late),
        most=supervision.PAGE,
        filter=chosen,
        labels=ORIENTATION_LABELS,
        tones=TONES,
    )
