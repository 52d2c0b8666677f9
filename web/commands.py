"""A group of operator's commands: what a door refuses is said in its own sentence."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from models.problems import Problem


class Commands(AppGroup):
    """A door's refusal is a sentence: that the database does not answer, that a network is founded already."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Problem as refusal:
            raise click.ClickException(refusal.message) from refusal
