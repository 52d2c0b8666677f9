"""The directory for anyone, without an account. Off unless ACCORD_PUBLIC_DIRECTORY says otherwise.

No cookie, no script. What is looked for is posted, so that it stays in no address, history or log of a proxy.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request

from models.directory import public as places
from models.problems import Problem
from web import french, limits, reading
from web.clock import now
from web.config import current
from web.guard import public

routes = Blueprint("public_directory", __name__)
WHY: Final = "what is public of the directory, when the instance chose so; the same for everyone"
MAX_FORM_BYTES: Final = 4096
ASKED: Final = ("mots", "besoin", "commune", "page")


@routes.get("/annuaire/")
@public(WHY)
def start() -> str:
    """An empty form: one looks for something."""
    _open_to_all()
    reading.no_query()
    return _page({})


@routes.post("/annuaire/")
@public(WHY)
def search() -> str:
    _open_to_all()
    request.max_content_length = MAX_FORM_BYTES
    return _page({name: request.form.get(name, "").strip() for name in ASKED})


@routes.get("/annuaire/<path:id>")
@public(WHY)
def place(id: str) -> str:
    _open_to_all()
    reading.no_query()
    instant = now()
    return render_template("public_place.html", place=places.place(id, instant), now=instant, say=french)


def _page(asked: dict[str, str]) -> str:
    number = asked.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    wanted = (asked.get("mots", ""), asked.get("besoin", ""), asked.get("commune", ""))
    found = places.search(*wanted, page, now()) if any(wanted) else None
    return render_template("public_directory.html", asked=asked, found=found, needs=places.needs())


def _open_to_all() -> None:
    """Raises Problem(not_found) where this was not chosen, too_many for who asks too often."""
    if not current().public_directory:
        raise Problem("not_found")
    limits.spend("directory.public", now())
