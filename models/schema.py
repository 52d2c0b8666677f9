"""The door to the schema: apply the migrations, say which are missing, and open this server's book."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import NamedTuple

from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from models.database import available, database, hold, rows, transaction, unhurried
from models.problems import Problem
from models.rules.roster import NETWORK
from models.tables import ALL, Server, Statement

MIGRATIONS = Path(__file__).parent / "migrations"


class Step(NamedTuple):
    name: str
    applied: bool


def up() -> list[str]:
    """Apply every missing migration, in order, then make this server's row once. Returns the names applied."""
    with available(), unhurried():
        applied: list[str] = _runner().up()
    with transaction():
        Server.insert(id=1, epoch=secrets.token_urlsafe(16), founding=None).on_conflict_ignore().execute()
    return applied


def status() -> list[Step]:
    """Every known migration, in order, and whether it was applied."""
    with available():
        return [Step(row.name, row.applied is not None) for row in _runner().status()]


def check() -> list[str]:
    """What keeps this database from serving, a line each, in French or as SQL; empty when all is well."""
    with available():
        missing = [f"la migration {step.name} manque" for step in status() if not step.applied]
        return missing or [line for line in str(diff_models(database.obj, list(ALL))).splitlines() if line.strip()]


def epoch() -> str:
    """The server epoch: a client that meets another one reads everything again."""
    with available():
        return str(rows(Server.select(Server.epoch))[0][0])


def renew_epoch() -> str:
    """A new epoch, after a restore from backup. Returns it."""
    new = secrets.token_urlsafe(16)
    with transaction():
        Server.update(epoch=new).execute()
    return new


def await_founding(founding: str) -> None:
    """Store the id that `network.founded` must carry. Raises Problem("founding") once the network is founded."""
    with transaction():
        hold({NETWORK: True})
        if rows(Statement.select(Statement.number).where(Statement.stream == NETWORK).limit(1)):
            raise Problem("founding")
        Server.update(founding=founding).execute()


def founding_open() -> bool:
    """Whether an id was printed and the network not yet founded."""
    with available():
        founding = rows(Server.select(Server.founding))[0][0]
        return founding is not None and not rows(Statement.select(Statement.number).limit(1))


def _runner() -> Runner:
    return Runner(database.obj, str(MIGRATIONS))
