"""models/database.py: what is promised of SQLite, and of a database that fails."""

from __future__ import annotations

import peewee
import pytest

from models import database
from models.database import database as bound
from models.database import insert, rows, transaction
from models.problems import Problem
from models.tables import Dossier
from tests.models.doors import Doors

PROMISES = {
    "sqlite": {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1},
    "postgresql": {
        "synchronous_commit": "on",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
        "statement_timeout": "1min",
    },
}


def test_what_is_acknowledged_survives_a_power_cut_and_nobody_waits_for_ever(doors: Doors, engine: str) -> None:
    """SQLite overwrites what is destroyed; PostgreSQL frees what a frozen worker locked."""
    ask = "PRAGMA {}" if engine == "sqlite" else "SHOW {}"
    promised = PROMISES[engine]
    assert {name: bound.execute_sql(ask.format(name)).fetchone()[0] for name in promised} == promised


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:accord.db", "", "postgres"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database URL"):
        database.bind(url)


def test_postgresql_is_bound_by_its_url_without_being_reached(doors: Doors) -> None:
    before = bound.obj
    database.bind("postgresql://someone@nowhere/accord")
    assert isinstance(bound.obj, peewee.PostgresqlDatabase)
    assert not database.is_sqlite()
    bound.initialize(before)


def test_a_transaction_is_all_or_nothing(doors: Doors) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        insert(Dossier, [("a", "t", "open")])
        raise ZeroDivisionError
    assert rows(Dossier.select()) == []


def test_more_rows_than_one_statement_takes_are_all_written(doors: Doors) -> None:
    with transaction():
        insert(Dossier, [(str(number), "t", "open") for number in range(1201)])
    assert len(rows(Dossier.select())) == 1201


def test_a_failing_database_is_unavailable_and_says_nothing_else(doors: Doors) -> None:
    with pytest.raises(Problem) as refusal, transaction():
        bound.execute_sql("SELECT * FROM nowhere")
    assert refusal.value.code == "unavailable"


def test_a_row_that_is_there_already_is_for_the_caller_to_judge(doors: Doors) -> None:
    with pytest.raises(peewee.IntegrityError), transaction():
        insert(Dossier, [("a", "t", "open"), ("a", "t", "open")])
