"""What an operator types: `flask db up`, `flask network init`… Each command opens one door and prints what it did."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

import click
from flask import Flask
from flask.cli import with_appcontext

from models import accounts, devices, directory, ledger, schema
from web import cards, vocabulary_js
from web.cli_directory import places
from web.cli_notices import notices
from web.clock import now
from web.commands import Commands
from web.config import current

db = Commands("db", help="The database's schema.")
network = Commands("network", help="The network of organisations this server carries.")
device = Commands("device", help="The devices members sign with.")


def register(app: Flask) -> None:
    for command in (db, network, places, device, cards.receipts, notices, work, vocabulary):
        app.cli.add_command(command)


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


@db.command("restored")
def restored() -> None:
    """After a restore from backup, before serving: replay the log of ends, and tell every device to offer again."""
    for verdict, count in sorted(ledger.replay(demonstration=current().demonstration).items()):
        click.echo(f"{count} {verdict}")
    schema.renew_epoch()
    click.echo("new epoch")


@network.command("init")
def init() -> None:
    """Print the one link that founds the network, for the charter administrator. Again: a new one; the old one dies."""
    founding = new_id(now())
    schema.await_founding(founding)
    click.echo(f"{current().origin}/app/#found/{founding}")


def new_id(instant: datetime) -> str:
    """An identifier of the protocol (§1): UUID version 7 whose time is floored to the minute."""
    milliseconds = int(instant.timestamp()) // 60 * 60_000
    chance = secrets.randbits(74)
    number = milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return str(uuid.UUID(int=number))


@device.command("list")
@click.argument("account")
def device_list(account: str) -> None:
    """List the devices of the member who has this account name, the last enrolled at the end."""
    for id in devices.of_account(account):
        click.echo(id)


@device.command("events")
@click.argument("id")
@click.option("--count", default=20, show_default=True, help="How many, newest first.")
def device_events(id: str, count: int) -> None:
    """List what was last accepted from a device: what its member may have recorded after that is not here."""
    found = devices.last_accepted(id, count)
    for sent in found:
        click.echo(f"{sent.received_at:%Y-%m-%d %H:%M:%S}  {sent.type}  {sent.id}")
    click.echo(f"{len(found)} accepted")


@click.command("work")
@with_appcontext
def work() -> None:
    """Do what a date asks for: close the orientations nobody took and the reading whose end is past, forget what
    waited too long, and read again the hours of places that have dated ones. Run it daily."""
    instant = now()
    click.echo(f"{ledger.close_due(instant)} closed")
    forgotten = ledger.forget_strangers(instant) + accounts.forget_requests(instant) + directory.forget_imports(instant)
    click.echo(f"{forgotten} forgotten")
    click.echo(f"{directory.renew_hours(instant)} hours read again")


@click.command("vocabulary")
def vocabulary() -> None:
    """Write the client's generated modules again."""
    written = [path.name for path in vocabulary_js.write()]
    click.echo(" ".join(written) or "nothing to change")
