"""Default deny: a route that declares nothing does not start, and what it declares is asked before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, g, request

from models import accounts
from models.accounts import Caller
from models.problems import Problem
from models.rules.permission import ACTIONS, may
from web.clock import now

View = TypeVar("View", bound=Callable[..., Any])
DEVICE: Final = ("device",)
DEVICE_OR_BUNDLE: Final = ("device", "bundle")


class UnguardedRouteError(Exception):
    """A route declares neither a permission nor a reason to be public."""


def public(reason: str) -> Callable[[View], View]:
    """Anyone may call this view; `reason` says why that is safe."""
    if not reason:
        raise ValueError("A public route says why.")
    return _declare({"public": reason})


def bearer() -> str | None:
    """The token of `Authorization: Bearer …`. Never a cookie: several profiles share one browser."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def permission(
    *actions: str, scopes: tuple[str, ...] = DEVICE, token: Callable[[], str | None] = bearer
) -> Callable[[View], View]:
    """Only a member whose role allows one of these actions (models/rules/permission.py), with a token of a scope.

    `token` says where it is found in the request.
    """
    unknown = [action for action in actions if action not in ACTIONS]
    if unknown or not actions:
        raise ValueError(f"Not in the table of permissions: {unknown}")
    return _declare({"permission": actions, "scopes": scopes, "token": token})


def caller() -> Caller:
    """Who makes this request: known only behind `permission`, or after `require`."""
    who: Caller = g.caller
    return who


def require(
    actions: tuple[str, ...], scopes: tuple[str, ...] = DEVICE, token: Callable[[], str | None] = bearer
) -> Caller:
    """Who calls, if they may do one of these actions.

    Raises `session_expired`, `member_ended` with its cause, or `forbidden`. An action on what is one's own passes
    here; whether it is one's own is the door's to see.
    """
    who = accounts.caller(token(), now())
    if who.scope not in scopes:
        raise Problem("session_expired")
    if not any(may(who.role, who.permissions, action, own=True) for action in actions):
        raise Problem("forbidden")
    g.caller = who
    return who


def register(app: Flask) -> None:
    @app.before_request
    def ask() -> None:
        if request.routing_exception is not None:
            return
        rule = getattr(app.view_functions.get(request.endpoint or ""), "guard", None)
        if rule is None:
            raise Problem("forbidden")
        if "permission" in rule:
            require(rule["permission"], rule["scopes"], rule["token"])


def check(app: Flask) -> None:
    """Raises UnguardedRouteError, naming the routes, unless every one of them declares its rule."""
    rules = app.url_map.iter_rules()
    bare = sorted(rule.rule for rule in rules if not getattr(app.view_functions.get(rule.endpoint), "guard", None))
    if bare:
        raise UnguardedRouteError(", ".join(bare))


def _declare(rule: dict[str, Any]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        if "guard" in view.__dict__:
            raise ValueError("A route has one rule: the second would silently undo the first.")
        view.__dict__["guard"] = rule
        return view

    return mark
