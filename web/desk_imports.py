"""A file of places, from its upload to its report: columns confirmed, difference looked at, choices made, applied."""

from __future__ import annotations

from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from models import directory, roster
from models.directory import duplicates, places
from models.directory.keepers import Keeper, keeper
from models.directory.reading import MAX_FILE_BYTES
from models.directory.runs import APPLIED, CHUNK, PLANNED, PLANNING, RECEIVED, RECEIVING, Run
from models.problems import Problem
from models.rules.columns import IGNORED
from models.rules.letters import plain
from web import background
from web.clock import now
from web.desk import check_form, desk_permission
from web.desk_directory import LIST, page
from web.guard import caller

routes = Blueprint("desk_imports", __name__)
IMPORTS: Final = LIST + "imports"
FORM_BYTES: Final = 64 * 1024  # what a form is beside its file
VIEWS: Final = {
    "choisir": ("À choisir", ("changed", "conflict")),
    "modifies": ("Modifiés", ("changed",)),
    "ajoutes": ("Ajoutés", ("added",)),
    "partis": ("Plus dans le fichier", ("gone",)),
    "refuses": ("Refusés", ("refused",)),
    "remarques": ("Remarques", ()),
}
"""What a page of an import shows, by the word in its address: its name, and the states of its rows."""
MOST_CHOSEN: Final = 100  # conflicts chosen one by one on a page; the others are for all at once
_KINDS: Final = {
    "pdf": "un PDF", "image": "une image", "zip": "une archive compressée", "xls": "un ancien classeur Excel (.xls)",
    "ods": "un classeur LibreOffice (.ods)", "html": "une page web", "text": "un document de traitement de texte",
    "empty": "un fichier vide",
}  # fmt: skip


def who() -> Keeper:
    return keeper(caller().reader, now(), "directory.import")


@routes.get(IMPORTS)
@desk_permission("directory.import")
def listed() -> str:
    return _uploading(who())


@routes.post(IMPORTS)
@desk_permission("directory.import")
def upload() -> AnyResponse | tuple[str, int]:
    """Keep the rows of a file, and compare them at once when its columns are known. A file too large is not read."""
    _refuse_large()
    check_form()
    keeper_, instant = who(), now()
    file, source = request.files.get("fichier"), _source(request.form.get("source", ""))
    if file is None or not file.filename or not source:
        return _uploading(keeper_, "Choisissez un fichier, et dites de qui il vient."), 422
    try:
        run = directory.receive(cast(BinaryIO, file.stream), file.filename, source, keeper_, instant)
    except Problem as problem:
        if problem.code == "forbidden":
            return _uploading(keeper_, "Cette source est tenue par une autre organisation : donnez un autre nom."), 403
        return _uploading(keeper_, _say(problem)), problem.status
    if not directory.look(run.id, keeper_, instant).needs_mapping:
        _compare(run.id, keeper_, whole="tout" in request.form)
    return _to(run.id, tout="1") if "tout" in request.form else _to(run.id)


@routes.get(IMPORTS + "/<run_id>")
@desk_permission("directory.import")
def show(run_id: str) -> str:
    keeper_ = who()
    run = directory.run_of(run_id, keeper_, now())
    if run.state in (RECEIVING, PLANNING):
        return page("desk/import_wait.html", IMPORTS, keeper_, run=run, runs_here=background.is_running(run_id))
    if run.state == RECEIVED:
        return _mapping(keeper_, run, "", {})
    return _report(keeper_, run)


@routes.post(IMPORTS + "/<run_id>/colonnes")
@desk_permission("directory.import")
def confirm(run_id: str) -> AnyResponse | tuple[str, int]:
    """The columns as a person said them, remembered for this source; then the comparison."""
    check_form()
    keeper_, instant = who(), now()
    run = directory.run_of(run_id, keeper_, instant)
    look = directory.look(run_id, keeper_, instant)
    if look.needs_mapping:
        chosen = {heading: request.form.get(f"c{at}", "") for at, heading in enumerate(look.headings)}
        try:
            directory.confirm(run_id, {heading: to for heading, to in chosen.items() if to}, keeper_, instant)
        except Problem as problem:
            if problem.code != "import_columns":
                raise
            return _mapping(keeper_, run, str(problem.details["why"]), chosen), 422
    _compare(run_id, keeper_, whole="tout" in request.form)
    return _to(run_id)


@routes.post(IMPORTS + "/<run_id>/comparer")
@desk_permission("directory.import")
def compare(run_id: str) -> AnyResponse:
    """Compare again: the directory changed, or the first comparison was interrupted."""
    check_form()
    keeper_ = who()
    run = directory.run_of(run_id, keeper_, now())
    _compare(run_id, keeper_, whole=run.whole)
    return _to(run_id)


@routes.post(IMPORTS + "/<run_id>/appliquer")
@desk_permission("directory.import")
def apply(run_id: str) -> AnyResponse | tuple[str, int]:
    """Write what was shown, with what was chosen; then look for entries that are now there twice."""
    check_form()
    keeper_, instant = who(), now()
    run = directory.run_of(run_id, keeper_, instant)
    try:
        directory.apply(run_id, _choices(keeper_, run), keeper_, instant)
    except Problem as problem:
        if problem.code != "directory_changed":
            raise
        return _report(keeper_, run, problem.message), 409
    background.start("duplicates", lambda: duplicates.propose(instant))
    return _to(run_id)


@routes.get(IMPORTS + "/<run_id>/rapport.csv")
@desk_permission("directory.import")
def sheet(run_id: str) -> Response:
    """Every remark, change and refusal, for who corrects the file."""
    keeper_ = who()
    run = directory.run_of(run_id, keeper_, now())
    content = directory.sheet_of(run_id, keeper_, now())
    name = f"rapport-{run.source}-{run.at:%Y-%m-%d}.csv".encode("ascii", "ignore").decode()
    disposition = f'attachment; filename="{name}"'
    return Response(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


# --- pages --------------------------------------------------------------------------------------------------------


def _uploading(keeper_: Keeper, fault: str = "") -> str:
    mine = "" if keeper_.keeps_all else _source(roster.network().organisations[keeper_.organisation].name)
    return page(
        "desk/imports.html", IMPORTS, keeper_, fault=fault, sources=places.sources_of(keeper_), mine=mine,
        runs=directory.recent_runs(keeper_, now()), megabytes=MAX_FILE_BYTES // 1024 // 1024, labels=STATES,
    )  # fmt: skip


STATES: Final = {
    RECEIVING: "Interrompu", RECEIVED: "Colonnes à confirmer", PLANNING: "Comparaison en cours",
    PLANNED: "À appliquer", APPLIED: "Appliqué",
}  # fmt: skip


def _mapping(keeper_: Keeper, run: Run, fault: str, chosen: dict[str, str]) -> str:
    look = directory.look(run.id, keeper_, now())
    whole = "tout" in request.values
    return page(
        "desk/import_columns.html", IMPORTS, keeper_, run=run, look=look, chosen=chosen or look.mapping, fault=fault,
        ignored=IGNORED, whole=whole,
    )  # fmt: skip


def _report(keeper_: Keeper, run: Run, fault: str = "") -> str:
    conflicts = _conflicts(keeper_, run)
    counts = _counts(run) | {"choisir": len(conflicts)}
    view = request.args.get("voir") or next((view for view in VIEWS if counts[view]), "remarques")
    if view not in VIEWS:
        raise Problem("not_found")
    after = request.args.get("apres", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise Problem("not_found")
    if view == "choisir":
        lines = conflicts[:MOST_CHOSEN]
    else:
        lines = directory.lines(run.id, keeper_, now(), VIEWS[view][1], int(after), noted=view == "remarques")
    return page(
        "desk/import_report.html", IMPORTS, keeper_, run=run, lines=lines, view=view, views=VIEWS, fault=fault,
        sentences=directory.sentences(run), counts=counts, most=MOST_CHOSEN, labels=directory.LABELS,
    )  # fmt: skip


def _counts(run: Run) -> dict[str, int]:
    """How many rows each view has, places and services together."""
    return {
        view: sum(run.counts.get(f"{of}.{state}", 0) for of in ("place", "service") for state in states)
        for view, (_, states) in VIEWS.items()
    }


def _conflicts(keeper_: Keeper, run: Run) -> list[directory.Line]:
    """Every row with a field that somebody verified here and that the file says otherwise."""
    found: list[directory.Line] = []
    after = 0
    while chunk := directory.lines(run.id, keeper_, now(), VIEWS["choisir"][1], after, CHUNK):
        found += [line for line in chunk if line.conflicts]
        after = chunk[-1].number
    return found


# --- what was typed -----------------------------------------------------------------------------------------------


def _refuse_large() -> None:
    """Before anything of the body is read."""
    request.max_content_length = MAX_FILE_BYTES + FORM_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise Problem("import_too_large", megabytes=MAX_FILE_BYTES // 1024 // 1024)


def _source(typed: str) -> str:
    """A source's name as ids begin with it: small letters, digits and dashes, at most 60."""
    return plain(typed).replace(" ", "-")[:60].strip("-")


def _choices(keeper_: Keeper, run: Run) -> dict[int, set[str]]:
    """The fields for which the file is believed, by row: those chosen, or all of them."""
    if run.state != PLANNED:
        return {}
    conflicts = _conflicts(keeper_, run)
    if request.form.get("choix") == "fichier":
        return {line.number: {name for name, *_ in line.conflicts} for line in conflicts}
    chosen = {
        line.number: {name for name, *_ in line.conflicts if request.form.get(f"{line.number}.{name}") == "fichier"}
        for line in conflicts
    }
    return {number: names for number, names in chosen.items() if names}


def _compare(run_id: str, keeper_: Keeper, *, whole: bool) -> None:
    instant = now()
    background.start(run_id, lambda: directory.plan(run_id, keeper_, instant, whole=whole))


def _say(problem: Problem) -> str:
    """The refusal, and what the file looks like when that is known."""
    kind = _KINDS.get(str(problem.details.get("kind")))
    line = problem.details.get("line")
    more = f" Celui-ci est {kind}." if kind else f" La lecture s’est arrêtée ligne {line}." if line else ""
    return problem.message + more


def _to(run_id: str, **query: Any) -> AnyResponse:
    return redirect(f"{IMPORTS}/{run_id}" + (f"?{urlencode(query)}" if query else ""), 303)
