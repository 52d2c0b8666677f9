"""`flask directory …`: files of places come in and go out, by the same doors as on the desk."""

from __future__ import annotations

from pathlib import Path

import click

from models import directory
from models.directory import OPERATOR, exports
from models.problems import Problem
from web.clock import now
from web.commands import Commands

places = Commands("directory", help="The places people are oriented to.")
PROGRESS_ROWS = 5000  # a line for so many: a log of a long import stays short


@places.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Where the file comes from (default: its name).")
@click.option("--apply", "is_applied", is_flag=True, help="Write it. Without this, only say what it would change.")
@click.option("--whole", is_flag=True, help="The file is all there is: what it no longer lists is closed.")
@click.option("--guessed-columns", is_flag=True, help="Take the columns of any spreadsheet for what they seem to be.")
def import_places(path: Path, source: str, is_applied: bool, whole: bool, guessed_columns: bool) -> None:
    """Read a file of places (JSON, CSV or XLSX) and say what becomes of each row."""
    instant = now()
    try:
        with path.open("rb") as file:
            run = directory.receive(file, path.name, source or path.stem[:100], OPERATOR, instant, _tell("lues"))
        shown = directory.look(run.id, OPERATOR, instant)
        if shown.needs_mapping:
            _settle_columns(run.id, shown, guessed_columns)
        run = directory.plan(run.id, OPERATOR, instant, whole=whole, tell=_tell("comparées"))
        if is_applied:
            run = directory.apply(run.id, {}, OPERATOR, instant)
    except OSError as error:
        raise click.ClickException(f"{path.name}: {error.strerror}") from None
    except Problem as refusal:
        raise click.ClickException(f"{path.name}: {refusal.message}") from refusal
    for line in directory.report_of(run, OPERATOR, instant).lines():
        click.echo(line)
    click.echo("appliqué" if is_applied else "rien n’a changé : --apply pour appliquer")


def _tell(what: str) -> directory.Tell:
    def tell(done: int, total: int) -> None:
        if done % PROGRESS_ROWS == 0:
            click.echo(f"{done}{f' / {total}' if total else ''} lignes {what}", err=True)

    return tell


def _settle_columns(run_id: str, shown: directory.Look, is_guess_taken: bool) -> None:
    """Say what each column seems to be; go on when it was confirmed for this source, or is taken as it seems."""
    for heading in shown.headings:
        samples = " | ".join(shown.samples.get(heading, []))
        click.echo(f"colonne {heading} → {shown.mapping.get(heading, 'à classer')} : {samples}")
    if is_guess_taken:
        directory.confirm(run_id, shown.mapping, OPERATOR, now())
    elif not shown.remembered:
        raise click.ClickException("colonnes à confirmer : sur le bureau, ou avec --guessed-columns si tout est juste")


@places.command("export")
@click.argument("form", type=click.Choice(list(exports.FORMATS)))
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export_places(form: str, path: Path) -> None:
    """Write the directory to a file, in a published format: what is confidential is not in it."""
    content = exports.export(form, now()).content
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path.name}: {error.strerror}") from None
    click.echo(f"{path}: {len(content)} bytes")
