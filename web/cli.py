"""What an operator types: `flask db up`, `flask network init`… Each command opens one door and prints what it did."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from models import schema
from models.problems import Problem
from web import vocabulary_js
from web.clock import now
from web.config import current

db = AppGroup("db", help="The database's schema.")
network = AppGroup("network", help="The network of organisations this server carries.")


def register(app: Flask) -> None:
    app.cli.add_command(db)
    app.cli.add_command(network)
    app.cli.add_command(vocabulary)


@db.command("up")
def up() -> None:
    """Apply the migrations that are missing."""
    for name in schema.up() or ["nothing to apply"]:
        click.echo(name)


@db.command("status")
def status() -> None:
    """List every migration, applied or not."""
    for step in schema.status():
        click.echo(f"{'applied' if step.applied else 'missing'}  {step.name}")


@db.command("check")
def check() -> None:
    """Fail unless the database is the one the code expects."""
    faults = schema.check()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("ok")


@network.command("init")
def init() -> None:
    """Print the one link that founds the network, for the charter administrator. Again: a new one; the old one dies."""
    founding = new_id(now())
    try:
        schema.await_founding(founding)
    except Problem as refusal:
        raise click.ClickException(refusal.message) from None
    click.echo(f"{current().origin}/app/#found/{founding}")


def new_id(instant: datetime) -> str:
    """An identifier of the protocol (§1): UUID version 7 whose time is floored to the minute."""
    milliseconds = int(instant.timestamp()) // 60 * 60_000
    chance = secrets.randbits(74)
    number = milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return str(uuid.UUID(int=number))


@click.command("vocabulary")
def vocabulary() -> None:
    """Write the client's generated modules again."""
    written = [path.name for path in vocabulary_js.write()]
    click.echo(" ".join(written) or "nothing to change")
