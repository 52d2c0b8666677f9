"""`flask notices …`: in a demonstration, what organisations would choose at their desk."""

from __future__ import annotations

import click

from models import translations
from web.clock import now
from web.commands import Commands

notices = Commands("notices", help="The texts shown to people.")


@notices.command("offer-all")
def offer_all() -> None:
    """In a demonstration: every organisation offers every language, validated or not."""
    click.echo(f"{translations.offer_all(now())} organisations")
