"""Default deny: a route that declares nothing does not start, and what it declares is asked before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

from models.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])


class UnguardedRouteError(Exception):
    """A route declares neither a permission nor a reason to be public."""


def public(reason: str) -> Callable[[View], View]:
    """Anyone may call this view; `reason` says why that is safe."""
    if not reason:
        raise ValueError("A public route says why.")
    return _declare(public=reason)


def _declare(**marks: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__dict__.setdefault("guard", {}).update(marks)
        return view

    return mark


def register(app: Flask) -> None:
    @app.before_request
    def refuse_by_default() -> None:
        if request.routing_exception is not None:
            return
        view = app.view_functions.get(request.endpoint or "")
        if not getattr(view, "guard", None):
            raise Problem("forbidden")


def check(app: Flask) -> None:
    """Raises UnguardedRouteError, naming the routes, unless every one of them declares its rule."""
    rules = app.url_map.iter_rules()
    bare = sorted(rule.rule for rule in rules if not getattr(app.view_functions[rule.endpoint], "guard", None))
    if bare:
        raise UnguardedRouteError(", ".join(bare))
