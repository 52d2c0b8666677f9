"""Default deny, shown on every route there is: without a token, with one of another scope, and for each role."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import accounts
from models.accounts import Caller
from models.problems import Problem
from models.vocabulary import Role
from tests.web.conftest import code
from web import guard

KEEPERS = {"supervisor", "charter_admin"}
ACTS = "/desk/annuaire/lieu/<any(exact, complet, place, cache, montre, ferme, rouvert, tenu, repris):act>"
EVERYONE = {"volunteer", "worker", "supervisor", "charter_admin"}
# Written by hand, apart from the table the code reads: who may call each route that is not public.
ALLOWED = {
    ("POST", "/api/passkeys"): EVERYONE,
    ("GET", "/api/bundle"): EVERYONE,
    ("PUT", "/api/bundle"): EVERYONE,
    ("PUT", "/api/invitations/<id>"): KEEPERS,
    ("GET", "/api/feed"): EVERYONE,
    ("GET", "/api/directory"): EVERYONE,
    ("GET", "/api/directory/territories"): EVERYONE,
    ("POST", "/api/directory/mistakes"): EVERYONE,
    ("GET", "/api/notices"): EVERYONE,
    ("POST", "/desk/session"): KEEPERS,
    ("GET", "/desk/"): KEEPERS,
    ("POST", "/desk/sign-out"): KEEPERS,
    ("GET", "/desk/annuaire/"): KEEPERS,
    ("GET", "/desk/annuaire/doublon"): KEEPERS,
    ("POST", "/desk/annuaire/doublon"): KEEPERS,
    ("GET", "/desk/annuaire/doublons"): KEEPERS,
    ("POST", "/desk/annuaire/doublons"): KEEPERS,
    ("GET", "/desk/annuaire/erreurs"): KEEPERS,
    ("POST", "/desk/annuaire/erreurs"): KEEPERS,
    ("GET", "/desk/annuaire/export/<code>"): KEEPERS,
    ("GET", "/desk/annuaire/imports"): KEEPERS,
    ("POST", "/desk/annuaire/imports"): KEEPERS,
    ("GET", "/desk/annuaire/imports/<run_id>"): KEEPERS,
    ("POST", "/desk/annuaire/imports/<run_id>/appliquer"): KEEPERS,
    ("POST", "/desk/annuaire/imports/<run_id>/colonnes"): KEEPERS,
    ("POST", "/desk/annuaire/imports/<run_id>/comparer"): KEEPERS,
    ("GET", "/desk/annuaire/imports/<run_id>/rapport.csv"): KEEPERS,
    ("GET", "/desk/annuaire/lieu"): KEEPERS,
    ("POST", ACTS): KEEPERS,
    ("GET", "/desk/annuaire/lieu/modifier"): KEEPERS,
    ("POST", "/desk/annuaire/lieu/modifier"): KEEPERS,
    ("GET", "/desk/textes/"): KEEPERS,
    ("POST", "/desk/textes/choix"): KEEPERS,
    ("GET", "/desk/textes/lire"): {"charter_admin"},
    ("POST", "/desk/textes/valider"): {"charter_admin"},
}
PUBLIC = {
    "/", "/app/", "/carte", "/annuaire/", "/annuaire/<path:id>", "/notices/<sha256>", "/api/receipts",
    "/r/<release_id>/<path:name>", "/r/<release_id>/pack", "/sw.js", "/manifest.webmanifest", "/healthz",
    "/api/founding",
    "/api/session/device", "/api/session/passphrase", "/api/session/recovery", "/api/session/passkey", "/api/events",
}  # fmt: skip
BOTH = "/api/invitations/<id>"  # a newcomer posts and polls; its inviter reads; who may make one is above


def caller(role: str, scope: str = "device", permissions: tuple[str, ...] = ()) -> Caller:
    return Caller("member", "organisation", "device", scope, role, permissions)


def filled(rule: str) -> str:
    """An address of the rule."""
    return (
        rule.replace(ACTS, "/desk/annuaire/lieu/exact")
        .replace("<id>", "x")
        .replace("<run_id>", "x")
        .replace("<code>", "x")
    )


def test_every_route_is_in_one_of_the_two_lists(app: Flask) -> None:
    rules = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    guarded = {rule for rule in rules if "permission" in app.view_functions[endpoint(app, *rule)].guard}
    assert guarded == set(ALLOWED)
    assert {rule for _, rule in rules - guarded} == PUBLIC | {BOTH}


def endpoint(app: Flask, method: str, rule: str) -> str:
    return next(one.endpoint for one in app.url_map.iter_rules() if one.rule == rule and method in (one.methods or ()))


@pytest.mark.parametrize(("method", "path"), list(ALLOWED))
def test_without_a_token_nothing_behind_a_permission_answers(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(filled(path), method=method, json={})
    assert (answer.status_code, code(answer)) == (401, "session_expired")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_passes_where_it_may_and_nowhere_else(app: Flask, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    for method, path in ALLOWED:
        rule = app.view_functions[endpoint(app, method, path)].guard  # type: ignore[attr-defined]
        monkeypatch.setattr(accounts, "caller", lambda token, now, scope=rule["scopes"][0]: caller(role, scope))
        with app.test_request_context(path, method=method):
            if role in ALLOWED[method, path]:
                assert guard.require(rule["permission"], rule["scopes"]).role == role, path
            else:
                with pytest.raises(Problem, match="forbidden"):
                    guard.require(rule["permission"], rule["scopes"])


def test_a_deputy_may_invite_a_member(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "caller", lambda token, now: caller("worker", permissions=("member.admit",)))
    with app.test_request_context("/"):
        assert guard.require(("invitation.create", "invitation.create_organisation"))
        with pytest.raises(Problem, match="forbidden"):
            guard.require(("invitation.create_organisation",))


@pytest.mark.parametrize("scope", ["device", "bundle", "desk", "", "admin"])
def test_a_token_opens_only_the_routes_of_its_scope(app: Flask, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    monkeypatch.setattr(accounts, "caller", lambda token, now: caller("charter_admin", scope))
    for method, path in ALLOWED:
        desk = path.startswith("/desk/") and path != "/desk/session"
        opens = {"desk"} if desk else {"device", "bundle"} if (method, path) == ("GET", "/api/bundle") else {"device"}
        rule = app.view_functions[endpoint(app, method, path)].guard  # type: ignore[attr-defined]
        with app.test_request_context(path, method=method):
            if scope in opens:
                assert guard.require(rule["permission"], rule["scopes"]), path
            else:
                with pytest.raises(Problem, match="session_expired"):
                    guard.require(rule["permission"], rule["scopes"])


@pytest.mark.parametrize("actions", [(), ("feed.raed",), ("feed.read", "everything")])
def test_an_action_that_is_not_in_the_table_cannot_be_declared(actions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="table of permissions"):
        guard.permission(*actions)
