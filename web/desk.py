"""The supervisor's page: their teams' orientations by state and age, in clear fields alone. Nothing here is decrypted.

The one importer of flask-login. The cookie holds a token of its own scope, which opens nothing but these pages; the
guard judges it at each request, so that a removal ends it at once.
"""

from __future__ import annotations

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
from web.forms import Filter, SignOut
from web.guard import caller, permission
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
@permission("desk.open", scopes=("desk",), token=cookie_token)
def sign_out() -> AnyResponse:
    if not SignOut().validate_on_submit():
        raise Problem("form_expired")
    accounts.close_desk_session(cookie_token() or "")
    flask_login.logout_user()
    session.clear()
    return redirect("/desk/")


@routes.get("/desk/")
@permission("desk.open", scopes=("desk",), token=cookie_token)
def orientations() -> str:
    who, instant = caller(), now()
    organisation = roster.organisation(who.organisation)
    supervises = may(who.role, who.permissions, "orientation.supervise")
    if organisation is None or not supervises:
        return render_template("desk.html", who=who, lines=None, sign_out=SignOut())
    mine = organisation.members[who.member].teams
    chosen = Filter(request.args)
    chosen.offer_teams({id: organisation.teams[id].name for id in mine})
    if not chosen.validate():
        raise Problem("not_found")
    lines = supervision.orientations_of_team(
        who.reader, chosen.direction, instant, chosen.states, chosen.equipe.data or None
    )
    return render_template(
        "desk.html",
        who=who,
        organisation=roster.network().organisations[who.organisation].name,
        lines=sorted(lines, key=lambda line: not line.is_late),
        page=supervision.PAGE,
        filter=chosen,
        sign_out=SignOut(),
        labels=ORIENTATION_LABELS,
        tones=TONES,
        now=instant,
        say=french,
    )
